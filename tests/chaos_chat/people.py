"""What people do while Halyard is killed, and what they remember of it."""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from random import Random
from typing import ClassVar, Generic

from bot.core.call import Call
from tests.chaos_chat.books import RUN, Spoken, mark_of
from tests.chaos_chat.sight import EVERY_S, Sight
from tests.chaos_chat.town import Company, PersonT, PlaceT
from tests.emulators.clock import wall_clock

SESSIONS_MIN = 4
STOP = "session stop"
WAITS = 0.8
"""Part of the acts that wait until Halyard listens; the others are done whatever happens."""
WAIT_MAX_S = 20.0
TRIES_MAX = 3
"""Of each act: where so much cannot be done, it is not people who are tried here."""
PRESSED_OF = 200
"""Of so many messages, the newest, one is chosen whose button is pressed: most are stale."""


@dataclass(frozen=True, slots=True)
class Key:
    """A button of a message, as people see it."""

    name: str
    """What it is pressed by."""
    call: str


@dataclass(slots=True)
class People(ABC, Generic[PersonT, PlaceT]):
    """Everybody; whatever they do is written down."""

    company: Company[PersonT]
    rng: Random
    sight: Sight[PlaceT]
    spoken: list[Spoken] = field(default_factory=list)
    acts: int = 0
    """How much was really done."""
    tries: int = 0
    """How often something was to be done, whether or not it could be."""
    abroad: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Project -> channels about it on other platforms, as commands name them."""
    often: Mapping[str, int] = field(init=False)
    """Act -> how often it is done, as a part of all."""

    CANNOT: ClassVar[type[Exception]]
    """What the platform says of something that is not there for a person."""
    OFTEN: ClassVar[Mapping[str, int]] = {
        "speak": 30,
        "say": 16,
        "look_around": 14,
        "press": 10,
        "edit_message": 5,
        "edit_task": 5,
        "drop_task": 3,
        "delete_message": 3,
        "talk_aside": 3,
        "type_words": 3,
        "intrude": 3,
        "start": 1,
        "mention": 1,
        "bind": 1,
        "stop": 1,
    }
    """What `often` is at first."""

    def __post_init__(self) -> None:
        self.often = self.OFTEN

    async def live(self, many: int, *, per_s: float, at_once: int) -> None:
        """Do `many` things in all, so many in a second, some of them at once.

        What cannot be done is not counted, and something else is tried instead.
        """
        async with asyncio.TaskGroup() as tasks:
            looking = tasks.create_task(self.sight.follow())
            await self._begin()
            async with asyncio.TaskGroup() as crowd:
                for _ in range(at_once):
                    crowd.create_task(self._one(many, pause_s=at_once / per_s))
            looking.cancel()

    async def _begin(self) -> None:
        """Have some sessions before anything else is said."""
        while len(self.sight.sessions) < SESSIONS_MIN:
            await self.start()
            await asyncio.sleep(EVERY_S)

    async def _one(self, many: int, *, pause_s: float) -> None:
        acts: Sequence[Callable[[], Awaitable[None]]] = [getattr(self, name) for name in self.often]
        while self.acts < many:
            if self.tries >= TRIES_MAX * many:
                raise AssertionError(f"Of {self.tries} tries only {self.acts} could be done.")
            self.tries += 1
            await asyncio.sleep(self.rng.expovariate(1 / pause_s))
            if self.rng.random() < WAITS:
                with suppress(TimeoutError):
                    await self.listened_to(WAIT_MAX_S)
            (act,) = self.rng.choices(acts, list(self.often.values()))
            # What is gone, or not there yet, is not asked for.
            with suppress(self.CANNOT, LookupError):
                await act()
                self.acts += 1

    # --- what every platform has a way for -------------------------------------------------------

    @abstractmethod
    async def listened_to(self, timeout_s: float) -> None:
        """Wait until Halyard listens.

        Raises:
            TimeoutError: it does not.
        """

    @abstractmethod
    async def run(
        self, person: PersonT, path: str, values: Mapping[str, str], where: PlaceT | None = None
    ) -> None:
        """Run a command, anywhere if need be."""

    @abstractmethod
    async def press(self) -> None:
        """Press any button that somebody sees, most of them long after they made sense."""

    @abstractmethod
    async def write(
        self, person: PersonT, place: PlaceT, text: str, *, mention_bot: bool = False
    ) -> tuple[str, str]:
        """Write a message; return what it is kept under, and the name of its place."""

    @abstractmethod
    async def edit_message(self) -> None:
        """Change a message that made a task."""

    @abstractmethod
    async def delete_message(self) -> None:
        """Delete a message that made a task."""

    # --- commands --------------------------------------------------------------------------------

    async def start(self) -> None:
        """Start a session."""
        values = {"project": self.sight.project(), "task": self.sight.marked("begin")}
        await self.run(self.somebody, "session start", values)

    async def say(self) -> None:
        """Give a session a task."""
        values = {"session": self.sight.session(), "text": self.sight.marked("say")}
        await self.run(self.somebody, "session say", values)

    async def edit_task(self) -> None:
        """Change a task."""
        task = self.sight.task()
        text = self.sight.changed(task["text"])
        await self.run(self.somebody, "task edit", {"task": task["name"], "text": text})

    async def drop_task(self) -> None:
        """Drop a task."""
        await self.run(self.somebody, "task drop", {"task": self.sight.task()["name"]})

    async def stop(self) -> None:
        """Stop a session, if there are enough."""
        if len(self.sight.sessions) <= SESSIONS_MIN:
            raise LookupError("There are too few sessions to stop one.")
        await self.run(self.somebody, STOP, {"session": self.sight.session()})

    async def share(self) -> None:
        """Let a session be followed on another platform too."""
        session = self.sight.session()
        to = self.sight.any(self.abroad[session.rpartition("-")[0]])
        admin = self.company.able[0]
        await self.run(admin, "session share", {"session": session, "to": to})

    async def look_around(self) -> None:
        """Ask for something that changes nothing."""
        session = {"session": self.sight.session()}
        looks: Sequence[tuple[str, Mapping[str, str]]] = (
            ("status", {}),
            ("session list", {}),
            ("session show", session),
            ("task list", session),
            ("help", {}),
        )
        await self.run(self.somebody, *self.sight.any(looks))

    async def bind(self) -> None:
        """Bind a channel to the project that it is about already."""
        project = self.sight.project()
        where = self.sight.channel(project)
        await self.run(self.somebody, "project bind", {"project": project}, where)

    # --- plain words -----------------------------------------------------------------------------

    async def speak(self) -> None:
        """Give a session a task, in its thread."""
        text = self.sight.marked("work")
        await self.tell(self.somebody, self.sight.thread(), text, mark=mark_of(text))

    async def mention(self) -> None:
        """Begin with a task, in a channel."""
        text, place = self.sight.marked("begin"), self.sight.channel()
        await self.tell(self.somebody, place, text, mark=mark_of(text), mention_bot=True)

    async def type_words(self) -> None:
        """Type a command where a slash would do."""
        text = self.sight.marked("typed")
        typed = f'!session say session={self.sight.session()} text="{text}"'
        await self.tell(self.somebody, self.sight.channel(), typed, mark=mark_of(text))

    async def talk_aside(self) -> None:
        """Say something that is for people."""
        text = f"// {self.sight.marked('aside')}"
        await self.tell(self.somebody, self.sight.thread(), text, mark="", is_for_us=False)

    async def intrude(self) -> None:
        """Speak without having a say."""
        one, text = self.sight.any(self.company.intruders), self.sight.marked("intrude")
        await self.tell(
            one.person,
            self.sight.thread(),
            text,
            mark=mark_of(text),
            is_for_us=one.is_for_us,
            is_allowed=False,
        )

    async def tell(
        self,
        person: PersonT,
        place: PlaceT,
        text: str,
        *,
        mark: str,
        is_for_us: bool = True,
        is_allowed: bool = True,
        mention_bot: bool = False,
    ) -> None:
        """Write a message, and remember it."""
        said_at = wall_clock()
        key, name = await self.write(person, place, text, mention_bot=mention_bot)
        self.spoken.append(
            Spoken(
                key=key,
                place=name,
                mark=mark,
                said_at=said_at,
                is_for_us=is_for_us,
                is_allowed=is_allowed,
            )
        )

    # --- choosing --------------------------------------------------------------------------------

    @property
    def somebody(self) -> PersonT:
        """One of those who may do things here."""
        return self.sight.any(self.company.able)

    def chosen(self, seen: Sequence[Sequence[Key]]) -> tuple[int, Key]:
        """Choose a message with buttons, by its place in `seen`, and the button to press.

        Those who were told that something was not run mostly want it run.
        """
        there = [index for index, keys in enumerate(seen) if keys]
        left = [index for index in there if any(key.call.startswith(RUN) for key in seen[index])]
        index = self.sight.any(left if left and self.rng.random() < 1 / 2 else there)
        return index, self.sight.any(seen[index])


def require_pressable(call: Call) -> None:
    """See that people press such a button here: what stops sessions is done more seldom.

    Raises:
        LookupError: they do not.
    """
    if call.path == STOP:
        raise LookupError("That button is pressed by nobody.")
