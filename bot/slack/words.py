"""Messages of Slack as what a person said."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeAlias

from bot.core.place import takes_channel
from bot.core.registry import Registry
from bot.hearing.utterance import Mark, Upload, Utterance
from bot.slack.client import Me
from bot.slack.people import actor_of
from bot.slack.places import conversation_at

Told: TypeAlias = Mapping[str, Any]
"""As Slack tells it."""

OF_PEOPLE = frozenset({"", "file_share", "thread_broadcast", "me_message"})
"""Subtypes of messages that people write; all others are Slack's own remarks, or programs'."""
SLACKBOT = "USLACKBOT"
ADDRESS = re.compile(r"<((?:https?|mailto|tel|ftp):[^<>|\s]+)(?:\|([^<>]*))?>")
CHANNEL = re.compile(r"<#[A-Z0-9]+\|([^<>]+)>")
SPECIAL = re.compile(r"<!(here|channel|everyone)(?:\|[^<>]*)?>")


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads messages of one workspace."""

    me: Me
    registry: Registry

    def read(self, message: Told, channel: str) -> Utterance | None:
        """Return what a person of the workspace said; none if it is something else."""
        user = str(message.get("user") or "")
        if not user or not self._is_of_ours(message, user):
            return None
        text, is_mentioned = self._words(str(message.get("text") or ""))
        return Utterance(
            mark=self.mark(channel, str(message["ts"]), str(message.get("thread_ts") or "")),
            actor=actor_of(self.me.team, user),
            speaker=_name_in(message),
            groups=None,
            text=text,
            is_mentioned=is_mentioned,
            uploads=tuple(_uploads(message)),
            said_at=_at(str(message["ts"])),
            edit=str((message.get("edited") or {}).get("ts") or ""),
        )

    def mark(self, channel: str, stamp: str, thread: str) -> Mark:
        """Return which message it is; the root of a thread stands beside it, not in it."""
        return Mark(
            id=stamp,
            key=f"{self.me.team}/{channel}/{stamp}",
            conversation=conversation_at(self.me.team, channel, thread if thread != stamp else ""),
        )

    def _is_of_ours(self, message: Told, user: str) -> bool:
        """Whether a person of our own workspace wrote it, and no program or guest from another."""
        if message.get("bot_id") or message.get("bot_profile") or user in {self.me.user, SLACKBOT}:
            return False
        if str(message.get("subtype") or "") not in OF_PEOPLE:
            return False
        teams = {message.get(key) for key in ("team", "user_team", "source_team")}
        return teams <= {None, "", self.me.team}

    def _words(self, text: str) -> tuple[str, bool]:
        mention = re.compile(rf"<@{re.escape(self.me.user)}(?:\|[^<>]*)?>")
        bare, count = mention.subn("", text, count=1)
        return typed(bare, self.registry), bool(count)


def typed(text: str, registry: Registry) -> str:
    """Return what may be a command as it was typed; which channel is meant only a mention says."""
    return plain(text, keeps_channels=takes_channel(text, registry)).strip()


def plain(text: str, *, keeps_channels: bool = False) -> str:
    """Return a text of Slack as it was typed; people and groups stay as mentions of Slack."""
    text = SPECIAL.sub(r"@\1", ADDRESS.sub(_address, text))
    return unescaped(text if keeps_channels else CHANNEL.sub(r"#\1", text))


def unescaped(text: str) -> str:
    """Return a text without markup as it was typed."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def linked(address: str, label: str) -> str:
    """Return a link as text that hides neither where it leads nor what it is called."""
    # What is typed as a bare name, Slack makes an address of; the name is what was meant.
    is_same = label and address.removeprefix("mailto:").removeprefix("tel:").endswith(label)
    if not label or label == address:
        return address
    return label if is_same else f"{label} ({address})"


def _address(found: re.Match[str]) -> str:
    return linked(found[1], found[2] or "")


def _uploads(message: Told) -> list[Upload]:
    """Return all files, also those that Slack does not keep or show: they are missed then."""
    files: list[Told] = message.get("files") or []
    return [
        Upload(url=str(f.get("url_private_download") or ""), name=str(f.get("name") or ""))
        for f in files
    ]


def _name_in(message: Told) -> str:
    profile: Told = message.get("user_profile") or {}
    return str(profile.get("display_name") or profile.get("real_name") or "")


def _at(stamp: str) -> datetime:
    return datetime.fromtimestamp(float(stamp), UTC)
