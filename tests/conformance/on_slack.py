"""Slack: what a person does in the client, over the emulator and the unmodified slack-bolt."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from bot.core.answer import Answer
from bot.core.call import Call
from bot.core.typed import typed
from bot.hearing.utterance import Mark
from bot.slack.people import PLATFORM, actor_of
from engine.api import ActorId, Delivery, DeliveryState, InboxKey, Received, UseCases
from tests.conformance.floor import Floor
from tests.conformance.read_back import Seen, squeezed
from tests.conformance.read_slack import Held, read_slack
from tests.conformance.surface import SLACK, Files, Later, Spoken, Told, Values
from tests.emulators.slack import Asked, Channel, Doubled, Message, Person

FoundT = TypeVar("FoundT")

PROJECT = "demo"
SOON_S = 20.0


@dataclass(frozen=True, slots=True)
class OnSlack:
    """`Surface` in one channel of a workspace."""

    floor: Floor
    name: str = SLACK

    def actor(self, who: str) -> ActorId:
        return actor_of(self._team, self._person(who).id)

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
            self.floor.slack.faults.next_delivery("slash_commands", Doubled())
        line = f"/hal {typed(Call(path, values or {}))}"
        asked = await self.floor.slack.run(self._person(who), self._channel, line)
        if not files:
            return await self._told(who, asked, asked)
        form = await asked.opened(SOON_S)
        filled = {option: dict([file]) for option, file in files.items()}
        sent = await self.floor.slack.submit(self._person(who), form, filled)
        return await self._told(who, sent, asked)

    async def start(self, who: str, task: str) -> str:
        told = await self.run(who, "session start", {"project": PROJECT, "task": task})
        session = told.answer.message.session
        await self._root_of(session)
        return session

    async def say(
        self, who: str, session: str, text: str, file: tuple[str, bytes] | None = None
    ) -> Spoken:
        root = await self._root_of(session)
        message = await self.floor.slack.say(
            self._person(who),
            self._channel,
            text,
            under=root,
            files=dict([file]) if file else None,
        )
        await self._answer(self._key(who, message))
        return Spoken(who, message)

    async def interrupt(self, who: str, session: str, text: str) -> None:
        await self.say(who, session, f"!now {text}")

    async def edit(self, spoken: Spoken, text: str) -> None:
        message = _message(spoken)
        await self.floor.slack.edit(message, text)
        await self._heard(f"/edit:{self._mark(message).key}:")

    async def delete(self, spoken: Spoken) -> None:
        message = _message(spoken)
        await self.floor.slack.delete(message)
        await self._heard(f"/delete:{self._mark(message).key}")

    async def question(self, session: str) -> Seen:
        return self._seen([await self._question(session)])

    async def press(self, who: str, session: str, label: str) -> Told:
        message = await self._question(session)
        asked = await self.floor.slack.press(self._person(who), message, label)
        return await self._told(who, asked, asked)

    async def hears(self, session: str, text: str) -> None:
        root = await self._root_of(session)

        def look() -> bool:
            try:
                shown = "".join(self._seen([m]).text for m in self._thread(root))
            except KeyError:
                return False  # A file comes behind the message that speaks of it.
            return squeezed(text) in squeezed(shown)

        await self._soon(look)

    async def file(self, session: str, name: str) -> bytes:
        root = await self._root_of(session)

        def look() -> bytes | None:
            files = [f for m in self._under(root) for f in m.files]
            return next((file.data for file in reversed(files) if file.title == name), None)

        return await self._soon(look)

    async def say_to_nobody(self, who: str, session: str, text: str) -> Later:
        roots = [m for m in self._channel.messages.values() if m.is_bot and not m.is_reply]
        spoken = await self.floor.slack.say(self._person(who), self._channel, text, under=roots[-1])

        async def wait() -> None:
            await self._answer(self._key(who, spoken))

        return wait

    @property
    def _team(self) -> str:
        return self.floor.slack.world.team_id

    @property
    def _channel(self) -> Channel:
        return self.floor.slack_channel

    def _person(self, who: str) -> Person:
        return self.floor.people[who]

    async def _told(self, who: str, asked: Asked, shown_by: Asked) -> Told:
        """Return the answer to one thing, which may be shown where another one was asked."""
        form, trigger = asked.interaction.submitted, asked.interaction.trigger_id
        said = f"view:{form.id}" if form else f"trigger:{trigger}"
        key = InboxKey(f"{self.actor(who)}/{said}")
        answer = await self._answer(key)
        receipt = await self.floor.until(lambda use: _sent(use, key))
        posted = [m for m in self.floor.slack.all_messages() if m.ts == receipt]
        found = posted or await self._soon(lambda: list(shown_by.answers))
        return Told(answer=answer, seen=self._seen(found))

    def _mark(self, message: Message) -> Mark:
        key = f"{self._team}/{message.channel_id}/{message.ts}"
        return Mark(id=message.ts, key=key, conversation=self.floor.here_in_slack)

    def _key(self, who: str, message: Message) -> InboxKey:
        return self._mark(message).key_by(self.actor(who))

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

    async def _root_of(self, session: str) -> Message:
        stamp = await self.floor.until(
            lambda use: use.sessions.find(session).conversation.thread or None
        )
        return self._channel.messages[stamp]

    async def _question(self, session: str) -> Message:
        root = await self._root_of(session)

        def look() -> Message | None:
            asking = [m for m in self._thread(root) if "Deny" in m.labels]
            return asking[-1] if asking else None

        return await self._soon(look)

    def _under(self, root: Message) -> list[Message]:
        return self.floor.slack.messages(self._channel, under=root)

    def _thread(self, root: Message) -> list[Message]:
        """Return what Halyard says in a thread, without messages that only bring files."""
        return [m for m in self._under(root) if m.is_bot and m.blocks]

    def _seen(self, messages: Iterable[Message]) -> Seen:
        """Return what a person sees of messages that belong together."""
        return read_slack([self._held(message) for message in messages], team=self._team)

    def _held(self, message: Message) -> Held:
        is_private = message.seen_only_by is not None or message.channel_id != self._channel.id
        body = {"blocks": message.blocks, "is_ephemeral": is_private}
        return Held(body, dict(self._files_of(message)))

    def _files_of(self, message: Message) -> Mapping[str, str]:
        """Return the files that came with a message: they stand behind it, under its name."""
        note = (message.metadata or {}).get("event_payload", {}).get("delivery")
        files = [f for m in self.floor.slack.all_messages() for f in m.files]
        own = [file for file in files if note and file.name.startswith(f"{note}-")]
        return {file.title: file.data.decode(errors="replace") for file in own}

    async def _soon(self, look: Callable[[], FoundT | None]) -> FoundT:
        found = await self.floor.slack.until(look, SOON_S)
        assert found is not None
        return found


def _sent(use: UseCases, key: InboxKey) -> str | None:
    """Return the receipt of the answer to something, once Slack has it."""
    sent: Iterable[Delivery] = use.desk.tx.deliveries.in_states(PLATFORM, {DeliveryState.SENT})
    return next((d.receipt for d in sent if d.answers == key), None)


def _message(spoken: Spoken) -> Message:
    assert isinstance(spoken.thing, Message)
    return spoken.thing
