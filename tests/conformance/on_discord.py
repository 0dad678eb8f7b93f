"""Discord: what a member does in the client, over the emulator and the unmodified discord.py."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from bot.commands import registry
from bot.core.answer import Answer
from bot.core.option import Option
from bot.hearing.utterance import Mark
from engine.api import ActorId, InboxKey, Received
from tests.conformance.floor import Floor
from tests.conformance.read_back import Seen, squeezed
from tests.conformance.read_discord import Held, read_discord
from tests.conformance.surface import DISCORD, Files, Later, Spoken, Told, Values
from tests.emulators.discord import Asked, Channel, Doubled, Member, Message, Thread
from tests.emulators.discord.typed import Value

FoundT = TypeVar("FoundT")

PROJECT = "demo"
SOON_S = 20.0


@dataclass(frozen=True, slots=True)
class OnDiscord:
    """`Surface` in one channel of a server."""

    floor: Floor
    name: str = DISCORD

    def actor(self, who: str) -> ActorId:
        return ActorId(f"discord:{self._member(who).id}")

    async def run(
        self,
        who: str,
        path: str,
        values: Values | None = None,
        *,
        files: Files | None = None,
        twice: bool = False,
    ) -> Told:
        if twice:
            self.floor.discord.faults.next_event("INTERACTION_CREATE", Doubled())
        typed: dict[str, Value] = {**_typed(path, values or {}), **(files or {})}
        asked = await self.floor.discord.run(self._member(who), self._channel, path, typed)
        return await self._told(who, asked)

    async def start(self, who: str, task: str) -> str:
        told = await self.run(who, "session start", {"project": PROJECT, "task": task})
        session = told.answer.message.session
        await self._thread_of(session)
        return session

    async def say(
        self, who: str, session: str, text: str, file: tuple[str, bytes] | None = None
    ) -> Spoken:
        thread = await self._thread_of(session)
        member, files = self._member(who), dict([file]) if file else {}
        message = await self.floor.discord.say(member, thread, text, files=files)
        await self._answer(self._key(who, message))
        return Spoken(who, message)

    async def interrupt(self, who: str, session: str, text: str) -> None:
        await self.say(who, session, f"!now {text}")

    async def edit(self, spoken: Spoken, text: str) -> None:
        message = _message(spoken)
        await self.floor.discord.edit(message, text)
        await self._heard(f"/edit:{message.id}:")

    async def delete(self, spoken: Spoken) -> None:
        message = _message(spoken)
        await self.floor.discord.delete(message)
        await self._heard(f"/delete:{message.id}")

    async def question(self, session: str) -> Seen:
        return seen_of([await self._question(session)])

    async def press(self, who: str, session: str, label: str) -> Told:
        message = await self._question(session)
        asked = await self.floor.discord.press(self._member(who), message, label)
        return await self._told(who, asked)

    async def hears(self, session: str, text: str) -> None:
        thread = await self._thread_of(session)
        await self._soon(lambda: squeezed(text) in squeezed(self._read(thread)))

    async def file(self, session: str, name: str) -> bytes:
        thread = await self._thread_of(session)

        def look() -> bytes | None:
            files = [f for m in self.floor.discord.messages(thread) for f in m.files]
            return next((file.data for file in reversed(files) if file.name == name), None)

        return await self._soon(look)

    async def say_to_nobody(self, who: str, session: str, text: str) -> Later:
        spoken = await self.floor.discord.say(self._member(who), self._newest, text)

        async def wait() -> None:
            await self._answer(self._key(who, spoken))

        return wait

    @property
    def _channel(self) -> Channel:
        return self.floor.channel

    @property
    def _newest(self) -> Thread:
        """The thread that was opened last, which people see also while Halyard is down."""
        return self.floor.discord.threads(self._channel)[-1]

    def _member(self, who: str) -> Member:
        return self.floor.members[who]

    async def _told(self, who: str, asked: Asked) -> Told:
        await asked.answered(SOON_S)
        answer = await self._answer(InboxKey(f"{self.actor(who)}/{asked.id}"))
        return Told(answer=answer, seen=seen_of(asked.answers))

    def _key(self, who: str, message: Message) -> InboxKey:
        mark = Mark(id=str(message.id), key=str(message.id), conversation=self.floor.here)
        return mark.key_by(self.actor(who))

    async def _answer(self, key: InboxKey) -> Answer:
        def answered(received: Received | None) -> str | None:
            return received.answer if received else None

        stored = await self.floor.until(lambda use: answered(use.said.find(key)))
        return Answer.decode(stored)

    async def _heard(self, key: str) -> None:
        """Wait until something was heard under a key that has this in it."""
        await self.floor.until(
            lambda use: [r for r in use.said.newest(limit=20) if key in r.key and r.answer]
        )

    async def _thread_of(self, session: str) -> Thread:
        place = await self.floor.until(
            lambda use: use.sessions.find(session).conversation.thread or None
        )
        (thread,) = [t for t in self.floor.discord.threads(self._channel) if str(t.id) == place]
        return thread

    async def _question(self, session: str) -> Message:
        thread = await self._thread_of(session)

        def look() -> Message | None:
            shown = self.floor.discord.messages(thread)
            asking = [m for m in shown if any(b["label"] == "Deny" for b in m.buttons)]
            return asking[-1] if asking else None

        return await self._soon(look)

    def _read(self, thread: Thread) -> str:
        return "".join(seen_of([m]).text for m in self.floor.discord.messages(thread))

    async def _soon(self, look: Callable[[], FoundT | None]) -> FoundT:
        found = await self.floor.discord.until(look, SOON_S)
        assert found is not None
        return found


def seen_of(messages: Iterable[Message]) -> Seen:
    """Return what a person sees of messages that belong together."""
    return read_discord([_held(message) for message in messages])


def _held(message: Message) -> Held:
    body = {
        "content": message.content,
        "embeds": message.embeds,
        "components": message.components,
        "flags": int(message.flags),
    }
    return Held(body, {file.name: file.data.decode(errors="replace") for file in message.files})


def _message(spoken: Spoken) -> Message:
    assert isinstance(spoken.thing, Message)
    return spoken.thing


def _typed(path: str, values: Values) -> Mapping[str, Value]:
    """Return values as the types that the client lets one enter."""
    options = {option.name: option for option in registry.find(path).options}
    return {name: _entered(options[name], text) for name, text in values.items()}


def _entered(option: Option, text: str) -> Value:
    if option.type is bool:
        return text == "yes"
    return int(text) if option.type is int else text
