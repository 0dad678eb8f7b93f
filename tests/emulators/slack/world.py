"""The one state that everything else looks at and changes."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from tests.emulators.changes import Changes
from tests.emulators.clock import Clock
from tests.emulators.slack.app import App
from tests.emulators.slack.asked import Interaction
from tests.emulators.slack.delivery import Delivery, OnAck, Sort
from tests.emulators.slack.errors import ApiError
from tests.emulators.slack.limits import Limits
from tests.emulators.slack.places import Channel, Kind, Person, Usergroup
from tests.emulators.slack.values import File, Json, Message, View

PREFIXES = {Kind.PUBLIC: "C", Kind.PRIVATE: "C", Kind.DIRECT: "D", Kind.GROUP_DIRECT: "G"}


@dataclass(slots=True, kw_only=True)
class Pending:
    """A file that was announced, and its bytes once they came."""

    name: str
    length: int
    alt_text: str
    data: bytes | None = None


class World:
    """Everything that there is, found by id."""

    def __init__(self, limits: Limits, clock: Clock, app: App, bot_name: str) -> None:
        self.limits = limits
        self.now = clock
        self.app = app
        self.changes = Changes()
        self.base = self.socket_base = ""
        self._numbers = itertools.count(1)
        self._last_ts = (0, 0)
        self.team_id, self.team_name = self.new_id("T"), "Acme"
        self.app_id, self.bot_id = self.new_id("A"), self.new_id("B")
        self.verification = "emulated"
        """The old token in every payload, which proves nothing any more."""
        self.people: dict[str, Person] = {}
        self.bot = self.add_person(bot_name, is_bot=True)
        self.channels: dict[str, Channel] = {}
        self.usergroups: dict[str, Usergroup] = {}
        self.files: dict[str, File] = {}
        self.pending_files: dict[str, Pending] = {}
        self.modals: dict[str, list[View]] = {}
        """Per person: the open modals, the upper one last."""
        self.homes: dict[str, View] = {}
        """Per person: their App Home, if the bot published one."""
        self.interactions: dict[str, Interaction] = {}
        self.by_trigger: dict[str, Interaction] = {}
        self.send: Callable[[Delivery], Delivery] = lambda delivery: delivery
        self.may_send_event: Callable[[], bool] = lambda: True
        self.should_tell_limited: Callable[[], bool] = lambda: False

    def new_number(self) -> int:
        """One that there was not yet."""
        return next(self._numbers)

    def new_id(self, prefix: str) -> str:
        """An id of Slack's shape that there was not yet."""
        return f"{prefix}0{self.new_number():09X}"

    def new_ts(self) -> str:
        """The time, as the name of a message: each is later than the one before."""
        now = self.now()
        at = (int(now.timestamp()), now.microsecond)
        if at <= self._last_ts:
            seconds, micros = self._last_ts
            at = (seconds, micros + 1) if micros < 999_999 else (seconds + 1, 0)
        self._last_ts = at
        return f"{at[0]}.{at[1]:06d}"

    def deliver(
        self, sort: Sort, name: str, payload: Json, on_ack: OnAck | None = None
    ) -> Delivery:
        """Tell the app something."""
        id_ = f"envelope-{self.new_number()}"
        delivery = Delivery(
            id=id_, sort=sort, name=name, payload=payload, at=self.now(), on_ack=on_ack
        )
        return self.send(delivery)

    def is_past(self, at: datetime, delay_s: float) -> bool:
        """Whether so long has passed since."""
        return self.now() >= at + timedelta(seconds=delay_s)

    # --- finding -------------------------------------------------------------------------------

    def channel(self, id_: str) -> Channel:
        """The channel of an id, of a name with `#`, or the direct one with a user.

        Raises:
            ApiError: `channel_not_found`, also for a private one without the bot.
        """
        if id_ in self.people and id_ != self.bot.id:
            return self.direct(self.people[id_])
        found = self.channels.get(id_) or self._named(id_)
        if found is None or (found.kind is not Kind.PUBLIC and self.bot.id not in found.members):
            raise ApiError("channel_not_found")
        return found

    def _named(self, name: str) -> Channel | None:
        if not name.startswith("#"):
            return None
        return next((each for each in self.channels.values() if each.name == name[1:]), None)

    def person(self, id_: str) -> Person:
        try:
            return self.people[id_]
        except KeyError:
            raise ApiError("user_not_found") from None

    def message(self, channel: Channel, ts: str) -> Message:
        """The message as it is now; not one that only one person sees."""
        found = channel.messages.get(ts)
        if found is None or found.seen_only_by is not None:
            raise ApiError("message_not_found")
        return found

    def all_messages(self) -> Iterator[Message]:
        """Every message that there is, ephemeral ones too."""
        for channel in self.channels.values():
            yield from channel.messages.values()

    def views(self) -> Iterator[View]:
        """Every view that is open, and every home."""
        for stack in self.modals.values():
            yield from stack
        yield from self.homes.values()

    # --- making --------------------------------------------------------------------------------

    def add_person(self, name: str, *, is_bot: bool = False) -> Person:
        person = Person(id=self.new_id("U"), name=name, is_bot=is_bot)
        self.people[person.id] = person
        self.changes.notify()
        return person

    def add_channel(self, name: str, kind: Kind, members: list[str]) -> Channel:
        channel = Channel(
            id=self.new_id(PREFIXES[kind]),
            name=name,
            kind=kind,
            made_at=self.now(),
            creator_id=members[0] if members else self.bot.id,
            members=members,
        )
        self.channels[channel.id] = channel
        self.changes.notify()
        return channel

    def direct(self, person: Person) -> Channel:
        """The direct conversation of the bot with somebody."""
        for channel in self.channels.values():
            if channel.kind is Kind.DIRECT and person.id in channel.members:
                return channel
        return self.add_channel(person.name, Kind.DIRECT, [person.id, self.bot.id])

    def add_usergroup(self, handle: str, members: list[str]) -> Usergroup:
        group = Usergroup(
            id=self.new_id("S"), handle=handle, name=handle, made_at=self.now(), members=members
        )
        self.usergroups[group.id] = group
        return group
