"""`GET /events`: what happened and happens, as server-sent events."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from aiohttp import web

from bot.core.told import asked_in, encode_event
from bot.web.peers import actor_of
from engine.api import (
    Asker,
    Engine,
    Event,
    EventNumber,
    InvalidInput,
    Permission,
    Refused,
    SessionId,
    Target,
    Told,
    Unavailable,
    UseCases,
    Watch,
)

BATCH = 50
"""Events read at once: what a slow reader can make us hold."""
PIECE_BYTES = 64 * 1024
"""Small events are sent together up to this size; each piece has the reader's time to itself."""
SLOW_READER_S = 30.0
"""A reader that takes nothing for so long is cut off; it comes back with its cursor."""
READERS_MAX = 256
QUIET_S = 15.0
"""Between two signs of life, by which a reader that is gone is noticed."""
LIVE = b"event: live\ndata: {}\n\n"
"""Sent once, when everything that was there has been sent."""


class Events:
    """Sends events behind a cursor, each once and in order, and goes on as they come."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._streams: set[asyncio.Task[object]] = set()

    async def end(self, _app: web.Application) -> None:
        """End all streams, which would never end by themselves."""
        for stream in self._streams:
            stream.cancel()

    async def get(self, request: web.Request) -> web.StreamResponse:
        """Stream what is behind `after`, or the header Last-Event-ID, of one session or of all."""
        if len(self._streams) >= READERS_MAX:
            raise Unavailable(f"There are {READERS_MAX} readers of events already; end one.")
        after = _cursor(request)
        # By no groups: whoever is in one today may not be told of it tomorrow, and a cursor that
        # went on meanwhile would pass over events.
        reader = _Reader(Asker(actor_of(request)), request.query.get("session", ""))
        session = await self._engine.read(reader.session)
        response = web.StreamResponse(
            headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"}
        )
        await response.prepare(request)
        try:
            with (
                # What may be seen no more ends the stream; who comes back is told why.
                suppress(ConnectionError, Refused),
                self._streaming(),
                self._engine.watch(session) as watch,
            ):
                await self._stream(response, watch, after, reader)
        except TimeoutError:
            # An orderly end would wait for the reader as well.
            if request.transport is not None:
                request.transport.abort()
        return response

    @contextmanager
    def _streaming(self) -> Iterator[None]:
        stream = asyncio.current_task()
        if stream is None:
            raise AssertionError("a stream runs in a task")
        self._streams.add(stream)
        try:
            yield
        finally:
            self._streams.discard(stream)

    async def _stream(
        self,
        response: web.StreamResponse,
        watch: Watch,
        after: EventNumber,
        reader: "_Reader",
    ) -> None:
        """Send until the reader is gone, takes nothing any more, or may see it no more."""
        is_live = False
        while True:
            told = await self._engine.read(reader.behind(after))
            after = told.until
            if told.events:
                await self._send(response, told.events)
            elif told.is_all and not is_live:
                await _write(response, LIVE)
                is_live = True
            if told.is_all and is_live:
                await _wait(response, watch)

    async def _send(self, response: web.StreamResponse, events: Sequence[Event]) -> None:
        for piece in _pieces(events):
            await _write(response, piece)
        # A question counts as seen once it was sent to somebody; its time runs from here.
        asked = asked_in(events)
        if asked:
            await self._engine.shown(asked)


@dataclass(frozen=True, slots=True)
class _Reader:
    """Who reads, and what; whether they may is asked with every batch."""

    asker: Asker
    name: str
    """Of a session; of all, if it is empty."""

    def session(self, use: UseCases) -> SessionId | None:
        target = Target.of_session(self.name)
        use.access.require(self.asker, Permission.VIEW, [target] if target else [])
        return use.sessions.find(self.name).id if self.name else None

    def behind(self, after: EventNumber) -> Callable[[UseCases], Told]:
        def look(use: UseCases) -> Told:
            session = self.session(use)
            sight = use.access.sight(self.asker)
            return use.views.told(sight, after, limit=BATCH, session=session)

        return look


async def _wait(response: web.StreamResponse, watch: Watch) -> None:
    """Return when there may be news; meanwhile show signs of life."""
    while True:
        try:
            async with asyncio.timeout(QUIET_S):
                await watch.wait()
                return
        except TimeoutError:
            await _write(response, b": still here\n\n")


async def _write(response: web.StreamResponse, data: bytes) -> None:
    async with asyncio.timeout(SLOW_READER_S):
        await response.write(data)


def _cursor(request: web.Request) -> EventNumber:
    given = request.headers.get("Last-Event-ID") or request.query.get("after", "0")
    if not (given.isascii() and given.isdigit() and len(given) <= 18):
        raise InvalidInput("after must be the number of an event.")
    return EventNumber(int(given))


def _pieces(events: Sequence[Event]) -> Iterator[bytes]:
    piece = b""
    for event in events:
        piece += _frame(event)
        if len(piece) >= PIECE_BYTES:
            yield piece
            piece = b""
    if piece:
        yield piece


def _frame(event: Event) -> bytes:
    return f"id: {event.number}\nevent: {event.kind}\ndata: {encode_event(event)}\n\n".encode()
