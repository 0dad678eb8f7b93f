"""The local API: words of a command line, read as the command line reads them, over its client."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterable, Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, TypeVar
from uuid import uuid4

import pytest

from bot.cli.ask import attached
from bot.cli.words import parser_of, values_of
from bot.commands import registry
from bot.core.answer import Answer
from bot.core.call import Call
from bot.core.words import split_path
from bot.web.client import Client, Live, NoService
from engine.api import ActorId, Event, EventKind, EventNumber, FileId, InboxKey
from tests.conformance.floor import Floor
from tests.conformance.read_api import read_api
from tests.conformance.read_back import Seen, squeezed
from tests.conformance.surface import ANN, LOCAL, Files, Later, Spoken, Told, Values
from tests.conformance.users import USERS, Users

FoundT = TypeVar("FoundT")

PROJECT = "demo"
SOON_S, LOOK_AGAIN_S = 20.0, 0.02


class Overheard(Client):
    """A client that keeps the bodies of its answers, as the service sent them."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.bodies: list[bytes] = []

    def _posted(self, path: str, body: bytes | IO[bytes], *, size: int | None = None) -> bytes:
        self.bodies.append(super()._posted(path, body, size=size))
        return self.bodies[-1]


@dataclass(frozen=True, slots=True)
class OnLocal:
    """`Surface` over the socket of the local API."""

    floor: Floor
    users: Users
    name: str = LOCAL

    def actor(self, who: str) -> ActorId:
        return ActorId(f"local:{USERS[who]}")

    async def run(
        self,
        who: str,
        path: str,
        values: Values | None = None,
        *,
        files: Files | None = None,
        twice: bool = False,
    ) -> Told:
        key = uuid4().hex
        sent = await self._ask(who, key, path, values or {}, files or {})
        if twice:
            assert await self._ask(who, key, path, values or {}, files or {}) == sent
        return Told(answer=await self._kept(who, key), seen=read_api(json.loads(sent)["message"]))

    async def start(self, who: str, task: str) -> str:
        told = await self.run(who, "session start", {"project": PROJECT, "task": task})
        return told.answer.message.session

    async def say(
        self, who: str, session: str, text: str, file: tuple[str, bytes] | None = None
    ) -> Spoken:
        files = {"files": file} if file else {}
        told = await self.run(who, "session say", {"session": session, "text": text}, files=files)
        return Spoken(who, _task(told.answer))

    async def interrupt(self, who: str, session: str, text: str) -> None:
        await self.run(who, "session say", {"session": session, "text": text, "now": "yes"})

    async def edit(self, spoken: Spoken, text: str) -> None:
        await self.run(spoken.who, "task edit", {"task": str(spoken.thing), "text": text})

    async def delete(self, spoken: Spoken) -> None:
        await self.run(spoken.who, "task drop", {"task": str(spoken.thing)})

    async def question(self, session: str) -> Seen:
        async def look() -> Seen | None:
            listed = await self.run(ANN, "approval list", {"session": session})
            rows = [row for row in _rows(listed.answer) if row["state"] == "open"]
            if not rows:
                return None
            return (await self.run(ANN, "approval show", {"approval": rows[-1]["approval"]})).seen

        return await _soon(look)

    async def press(self, who: str, session: str, label: str) -> Told:
        buttons = dict((await self.question(session)).buttons)
        call = buttons[label]
        return await self.run(who, call.path, call.values)

    async def hears(self, session: str, text: str) -> None:
        async def look() -> bool | None:
            events = await self._told(session)
            said = "".join(str(e.data["text"]) for e in events if e.kind is EventKind.TEXT)
            return squeezed(text) in squeezed(said) or None

        await _soon(look)

    async def file(self, session: str, name: str) -> bytes:
        async def look() -> FileId | None:
            files = [
                e.data["file"] for e in await self._told(session) if e.data.get("name") == name
            ]
            return FileId(str(files[-1])) if files else None

        file, content = await _soon(look), BytesIO()
        await self.users.do(ANN, lambda: Client(self.floor.socket).download(file, content))
        return content.getvalue()

    async def _told(self, session: str) -> list[Event]:
        """Return all events of a session that there are now."""

        def read() -> list[Event]:
            events = Client(self.floor.socket).events(EventNumber(0), session=session)
            return list(_before_live(events))

        return await self.users.do(ANN, read)

    async def say_to_nobody(self, who: str, session: str, text: str) -> Later:
        key, values = uuid4().hex, {"session": session, "text": text}
        with pytest.raises(NoService, match="Halyard is not up"):
            await self._ask(who, key, "session say", values, {})

        async def again() -> None:
            await self._ask(who, key, "session say", values, {})

        return again

    async def _ask(self, who: str, key: str, path: str, values: Values, files: Files) -> bytes:
        """Make a command; return what came over the socket, as it came."""

        def ask() -> bytes:
            with TemporaryDirectory() as folder:
                names = {option: _written(folder, *file) for option, file in files.items()}
                words = [*path.split(), *(f"{n}={v}" for n, v in {**values, **names}.items())]
                return _asked(Overheard(self.floor.socket), words, key)

        return await self.users.do(who, ask)

    async def _kept(self, who: str, key: str) -> Answer:
        said = InboxKey(f"{self.actor(who)}/{key}")
        received = await self.floor.engine.read(lambda use: use.said.find(said))
        assert received is not None
        assert received.answer is not None
        return Answer.decode(received.answer)


def _asked(client: Overheard, words: list[str], key: str) -> bytes:
    """Do what `halyard WORDS` does, and return the answer in place of printing it."""
    command, rest = split_path(words, registry)
    values = values_of(command, parser_of(command).parse_intermixed_args(rest))
    client.call(Call(command.path, attached(command, values, client.upload)), key=key)
    return client.bodies[-1]


def _before_live(told: Iterable[Event | Live]) -> Iterator[Event]:
    """Yield what there is now."""
    for one in told:
        if isinstance(one, Live):
            return
        yield one


def _written(folder: str, name: str, content: bytes) -> str:
    path = Path(folder, name)
    path.write_bytes(content)
    return str(path)


def _task(answer: Answer) -> str:
    data = answer.message.data
    assert isinstance(data, dict), answer
    return str(data["task"])


def _rows(answer: Answer) -> list[dict[str, str]]:
    data = answer.message.data
    assert isinstance(data, list), answer
    return [{key: str(value) for key, value in row.items()} for row in data]


async def _soon(look: Callable[[], Awaitable[FoundT | None]]) -> FoundT:
    """Look again and again; who looks at what waits is told by nothing."""
    async with asyncio.timeout(SOON_S):
        while (found := await look()) is None:  # noqa: ASYNC110 - there is no event
            await asyncio.sleep(LOOK_AGAIN_S)
        return found
