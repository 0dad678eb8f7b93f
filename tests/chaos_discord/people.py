"""What people do on Discord while Halyard is killed, and what they remember of it."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from random import Random

from bot.core.call import Call
from tests.chaos_discord.books import RUN, Spoken, mark_of
from tests.chaos_discord.sight import EVERY_S, Sight
from tests.chaos_discord.town import Town
from tests.emulators.discord import Asked, CannotBeDone, Member, Message, Place

SESSIONS_MIN = 4
STOP = "session stop"
PRESSED_OF = 200
"""Of so many messages, the newest, one is chosen whose button is pressed: most are stale."""
WAITS = 0.8
"""Part of the acts that wait until Halyard listens; the others are done whatever happens."""
WAIT_MAX_S = 20.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A command or a click, and what the platform knows of it."""

    member: Member
    asked: Asked
    path: str
    values: Mapping[str, str]


@dataclass(slots=True)
class People:
    """Everybody; whatever they do is written down."""

    town: Town
    rng: Random
    sight: Sight
    sent: list[Sent] = field(default_factory=list)
    spoken: list[Spoken] = field(default_factory=list)
    acts: int = 0

    async def live(self, many: int, *, per_s: float, at_once: int) -> None:
        """Do `many` things in all, so many in a second, some of them at once."""
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
            await self._start()
            await asyncio.sleep(EVERY_S)

    async def _one(self, many: int, *, pause_s: float) -> None:
        acts, weights = zip(*self._acts(), strict=True)
        while self.acts < many:
            self.acts += 1
            await asyncio.sleep(self.rng.expovariate(1 / pause_s))
            if self.rng.random() < WAITS:
                with suppress(TimeoutError):
                    await self.town.discord.connected(WAIT_MAX_S)
            (act,) = self.rng.choices(acts, weights)
            # What is gone, or not there yet, is not asked for.
            with suppress(CannotBeDone, LookupError):
                await act()

    def _acts(self) -> Sequence[tuple[Callable[[], Awaitable[object]], int]]:
        return (
            (self._speak, 30),
            (self._say, 16),
            (self._look_around, 14),
            (self._press, 10),
            (self._edit_message, 5),
            (self._edit_task, 5),
            (self._drop_task, 3),
            (self._delete_message, 3),
            (self._talk_aside, 3),
            (self._type, 3),
            (self._intrude, 3),
            (self._start, 1),
            (self._mention, 1),
            (self._bind, 1),
            (self._stop, 1),
        )

    # --- commands and clicks ---------------------------------------------------------------------

    async def _start(self) -> None:
        project = self.sight.any(list(self.town.channels))
        task = self.sight.marked("begin")
        await self._run("session start", {"project": project, "task": task})

    async def _say(self) -> None:
        values = {"session": self.sight.session(), "text": self.sight.marked("say")}
        await self._run("session say", values)

    async def _edit_task(self) -> None:
        task = self.sight.task()
        text = self.sight.changed(task["text"])
        await self._run("task edit", {"task": task["name"], "text": text})

    async def _drop_task(self) -> None:
        await self._run("task drop", {"task": self.sight.task()["name"]})

    async def _stop(self) -> None:
        if len(self.sight.sessions) > SESSIONS_MIN:
            await self._run(STOP, {"session": self.sight.session()})

    async def _look_around(self) -> None:
        await self._run(*self.sight.any(self._looks()))

    def _looks(self) -> Sequence[tuple[str, Mapping[str, str]]]:
        session = {"session": self.sight.session()}
        return (
            ("status", {}),
            ("session list", {}),
            ("session show", session),
            ("task list", session),
            ("help", {}),
        )

    async def _bind(self) -> None:
        project = self.sight.any(list(self.town.channels))
        await self._run("project bind", {"project": project}, where=self.town.channels[project])

    async def _run(
        self, path: str, values: Mapping[str, str], *, where: Place | None = None
    ) -> None:
        member, place = self.sight.any(self.town.able), where or self.sight.place()
        asked = await self.town.discord.run(member, place, path, values)
        self._wrote(member, asked, path, values)

    async def _press(self) -> None:
        """Press any button that somebody sees, most of them long after they made sense."""
        member = self.sight.any(self.town.able)
        message = self.sight.any(self._with_buttons(member))
        button = self.sight.any(message.buttons)
        call = Call.decode(button["custom_id"])
        if call.path == STOP:
            return
        asked = await self.town.discord.press(member, message, button["label"])
        self._wrote(member, asked, call.path, call.values)

    def _with_buttons(self, member: Member) -> Sequence[Message]:
        place = self.sight.place()
        messages = self.town.discord.messages(place, seen_by=member)[-PRESSED_OF:]
        ours = [m for m in messages if m.author.is_bot and m.buttons]
        # Those who were told that something was not run mostly want it run.
        left = [m for m in ours if any(b["custom_id"].startswith(RUN) for b in m.buttons)]
        return left if left and self.rng.random() < 1 / 2 else ours

    def _wrote(self, member: Member, asked: Asked, path: str, values: Mapping[str, str]) -> None:
        self.sent.append(Sent(member=member, asked=asked, path=path, values=values))

    # --- plain words -----------------------------------------------------------------------------

    async def _speak(self) -> None:
        text = self.sight.marked("work")
        await self._write(
            self.sight.any(self.town.able), self.sight.thread(), text, mark=mark_of(text)
        )

    async def _mention(self) -> None:
        text, place = self.sight.marked("begin"), self.sight.channel()
        await self._write(
            self.sight.any(self.town.able), place, text, mark=mark_of(text), mention_bot=True
        )

    async def _type(self) -> None:
        """Type a command where a slash would do."""
        text = self.sight.marked("typed")
        typed = f'!session say session={self.sight.session()} text="{text}"'
        place = self.sight.channel()
        await self._write(self.sight.any(self.town.able), place, typed, mark=mark_of(text))

    async def _talk_aside(self) -> None:
        member, text = self.sight.any(self.town.able), f"// {self.sight.marked('aside')}"
        await self._write(member, self.sight.thread(), text, mark="", is_for_us=False)

    async def _intrude(self) -> None:
        """Speak without having a say: as somebody without a role, or as a bot."""
        town, text = self.town, self.sight.marked("intrude")
        is_bot = self.rng.random() < 2 / 3
        member = town.other_bot if is_bot else town.unable
        await self._write(
            member,
            self.sight.thread(),
            text,
            mark=mark_of(text),
            is_for_us=not is_bot,
            is_allowed=False,
        )

    async def _write(
        self,
        member: Member,
        place: Place,
        text: str,
        *,
        mark: str,
        is_for_us: bool = True,
        is_allowed: bool = True,
        mention_bot: bool = False,
    ) -> None:
        message = await self.town.discord.say(member, place, text, mention_bot=mention_bot)
        self.spoken.append(
            Spoken(
                key=f"discord:{member.id}/message:{message.id}",
                place=str(place.id),
                mark=mark,
                is_for_us=is_for_us,
                is_allowed=is_allowed,
            )
        )

    async def _edit_message(self) -> None:
        message = self.sight.message()
        await self.town.discord.edit(message, self.sight.changed(message.content))

    async def _delete_message(self) -> None:
        await self.town.discord.delete(self.sight.message())
