"""Slack's own samples of its payloads, held against what we answer and deliver.

A sample has every key that was ever seen, with a value of the right type: it tells which keys
there may be, not which there must be.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from tests.emulators.slack.delivery import Delivery, Sort

FREE = {"blocks", "attachments", "event_payload", "values"}
"""What the app itself wrote, which `block_rules` judges, and what may have any key."""
EVENTS = {
    "app_home_opened": "AppHomeOpenedPayload",
    "app_mention": "AppMentionPayload",
    "app_rate_limited": "AppRateLimitedPayload",
    "channel_archive": "ChannelArchivePayload",
    "member_joined_channel": "MemberJoinedChannelPayload",
    "message": "MessagePayload",
    "reaction_added": "ReactionAddedPayload",
    "tokens_revoked": "TokensRevokedPayload",
}
SUBTYPES = {
    "file_share": "MessageFileSharePayload",
    "message_changed": "MessageChangedPayload",
    "message_deleted": "MessageDeletedPayload",
}
INTERACTIVE = {
    "block_actions": "interactive-components/BlockActionPayload",
    "message_action": "interactive-components/MessageShortcutPayload",
    "view_submission": "views/ViewSubmissionPayload",
    "view_closed": "views/ViewClosedPayload",
}
WITHOUT = {"block_suggestion", "subteam_members_changed", "subteam_updated"}
"""What Slack's documentation alone describes."""
COMMAND = "slash-commands/SlashCommandPayload"
OF_MESSAGES = {
    "app_id",
    "files",
    "metadata",
    "reactions",
    "reply_users",
    "subtype",
    "client_msg_id",
}
ALSO_SENT = {
    # A form has no truth values: it is a word there.
    "SlashCommandPayload": {"is_enterprise_install"},
    "MessageFileSharePayload.event": {"team", "bot_id", "bot_profile", *OF_MESSAGES},
    "MessagePayload.event": {"is_locked", "subscribed", "reply_count", "reply_users_count",
                             "latest_reply", *OF_MESSAGES},
    "MessageChangedPayload.event.message": OF_MESSAGES,
    "MessageChangedPayload.event.previous_message": OF_MESSAGES,
    "MessageDeletedPayload.event.previous_message": OF_MESSAGES,
    "conversations.info.channel": {"user"},
    "conversations.replies.messages[]": OF_MESSAGES,
}  # fmt: skip
"""What Slack sends there too, as its documentation shows, though the sample lacks it."""


@cache
def load_contract(folder: Path) -> Contract | None:
    """The samples of a folder; None where there is no such folder."""
    return Contract(folder) if folder.is_dir() else None


class Contract:
    """Says what of a payload no sample knows."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._samples: dict[str, Any] = {}

    def has_method(self, method: str) -> bool:
        """Whether there is a sample of a method's answers."""
        return (self._folder / "api" / f"{method}.json").is_file()

    def answer_problem(self, method: str, body: Any) -> str | None:
        """What is wrong with an answer; None if nothing is, or there is no sample of it."""
        if not self.has_method(method):
            return None
        return self._mismatch(f"api/{method}", body)

    def delivery_problem(self, delivery: Delivery) -> str | None:
        """What is wrong with what is delivered; None if nothing is."""
        if delivery.name in WITHOUT:
            return None
        name = _sample_name(delivery)
        if not (self._folder / f"{name}.json").is_file():
            return f"there is no sample {name}"
        return self._mismatch(name, delivery.payload)

    def _mismatch(self, name: str, value: Any) -> str | None:
        if name not in self._samples:
            self._samples[name] = json.loads((self._folder / f"{name}.json").read_text())
        return mismatch(self._samples[name], value, name.rpartition("/")[2])


def _sample_name(delivery: Delivery) -> str:
    event = delivery.event
    match delivery.sort:
        case Sort.EVENT:
            subtype = SUBTYPES.get(event.get("subtype") or "")
            return f"events/{subtype or EVENTS.get(event['type'], event['type'])}"
        case Sort.INTERACTIVE:
            return f"app-backend/{INTERACTIVE.get(event['type'], event['type'])}"
        case Sort.COMMAND:
            return f"app-backend/{COMMAND}"


def mismatch(sample: Any, value: Any, path: str) -> str | None:
    """The first place where a value is not as a sample has it; nothing is anything."""
    if value is None or sample is None:
        return None
    if isinstance(value, dict):
        return _object_mismatch(sample, value, path)
    if isinstance(value, list):
        return _list_mismatch(sample, value, path)
    if _type(sample) != _type(value):
        return f"{path} is {_type(value)}, and {_type(sample)} in the sample"
    return None


def _object_mismatch(sample: Any, value: dict[str, Any], path: str) -> str | None:
    if not isinstance(sample, dict):
        return f"{path} is an object, and {_type(sample)} in the sample"
    if not sample:
        return None
    for name, inner in value.items():
        if name in ALSO_SENT.get(path, ()) or name in FREE:
            continue
        if name not in sample:
            return f"{path}.{name} is not in the sample"
        if problem := mismatch(sample[name], inner, f"{path}.{name}"):
            return problem
    return None


def _list_mismatch(sample: Any, value: list[Any], path: str) -> str | None:
    if not isinstance(sample, list):
        return f"{path} is a list, and {_type(sample)} in the sample"
    if not sample:
        return None
    for item in value:
        found = [mismatch(each, item, f"{path}[]") for each in sample]
        if all(found):
            return found[0]
    return None


def _type(value: Any) -> str:
    match value:
        case bool():
            return "a truth value"
        case int() | float():
            return "a number"
        case str():
            return "a text"
        case dict():
            return "an object"
        case _:
            return "a list"
