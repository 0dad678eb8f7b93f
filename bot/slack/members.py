"""The people of a workspace: their user groups, and the sign that something of theirs was taken."""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.delivery.chat import ChatError
from bot.hearing.utterance import Mark
from bot.slack.client import Me
from bot.slack.people import PLATFORM, user_of
from bot.slack.places import group_at
from bot.slack.trouble import code_of, sorted_out
from engine.api import ActorId, Clock, GroupId, Unavailable

log = structlog.get_logger()

LIMIT_S = 20.0
EVERY_S = 60.0
"""Between two looks, where Slack tells of no change."""
KNOWN_FOR = timedelta(minutes=10)
"""For so long what was told last is taken as true, where Slack does not answer."""
NO_GROUPS = frozenset({"paid_teams_only", "plan_upgrade_required", "missing_scope", "not_allowed"})
"""What Slack says where a workspace has no user groups, or does not show them."""
SIGN = "eyes"


@dataclass(slots=True)
class _Known:
    groups: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """User -> groups."""
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Members:
    """Knows who is in which group: a list that is read anew, as nothing that is said carries it."""

    web: AsyncWebClient
    me: Me
    clock: Clock
    _known: _Known = field(default_factory=_Known)
    _bell: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def platform(self) -> str:
        """Its name in conversations."""
        return PLATFORM

    def wake(self) -> None:
        """Read the list at once: Slack has told of a change."""
        self._bell.set()

    async def run(self) -> None:
        """Keep the list fresh until cancelled."""
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(EVERY_S):
                    await self._bell.wait()
            self._bell.clear()
            await self.look()

    async def groups(self, actor: ActorId, space: str) -> frozenset[GroupId]:
        """Return the groups that somebody is in, as Slack told last.

        Raises:
            Unavailable: it has not told for long.
        """
        if space != self.me.team:
            return frozenset()
        if self._known.at is None:
            await self.look()
        if not self._is_known:
            raise Unavailable("Slack did not tell the user groups of who asks.")
        return self.known(actor)

    def known(self, actor: ActorId) -> frozenset[GroupId]:
        """Return the groups that somebody is known to be in; none if that is not known."""
        if not self._is_known:
            return frozenset()
        found = self._known.groups.get(user_of(actor), frozenset())
        return frozenset(group_at(self.me.team, group) for group in found)

    async def sign(self, mark: Mark) -> None:
        """Show that a message was taken; where that cannot be shown, nothing else changes."""
        channel = mark.conversation.channel
        try:
            async with sorted_out(f"channel {channel}", limit_s=LIMIT_S):
                await self.web.reactions_add(channel=channel, timestamp=mark.id, name=SIGN)
        except ChatError:
            return

    @property
    def _is_known(self) -> bool:
        at = self._known.at
        return at is not None and self.clock.now() - at <= KNOWN_FOR

    async def look(self) -> None:
        """Read the list; what Slack does not tell stays as it was told last."""
        try:
            async with sorted_out("user groups", limit_s=LIMIT_S):
                self._known.groups = await self._listed()
        except ChatError as error:
            log.info("user_groups_unknown", why=str(error))
        else:
            self._known.at = self.clock.now()

    async def _listed(self) -> dict[str, frozenset[str]]:
        try:
            told = await self.web.usergroups_list(include_users=True)
        except SlackApiError as error:
            if code_of(error) in NO_GROUPS:
                return {}
            raise
        found: dict[str, set[str]] = {}
        for group in told.get("usergroups") or []:
            for user in group.get("users") or []:
                found.setdefault(str(user), set()).add(str(group["id"]))
        return {user: frozenset(groups) for user, groups in found.items()}
