"""From a container's log into the store: one transaction in flight, the next gathered meanwhile."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

from engine.app.desk import Desk
from engine.app.hearing import Hearing, Taken
from engine.app.lines import Line, open_text, safe_count
from engine.app.loops.given import Given
from engine.app.rows import rows_of
from engine.domain.attempt import Attempt
from engine.domain.errors import LogDamaged
from engine.domain.values import ContainerId, RpcId
from engine.ports.agents import Answered, Asked, Heard, Other, Requested
from engine.ports.hosts import Host, LogLine, Stream
from engine.ports.store import Message

TAKE_LINES = 2_000
"""Lines of one transaction, at most."""
GATHER_LINES = 10_000
"""Lines in memory, at most, before reading waits for the store."""
GATHER_BYTES = 16 * 1024 * 1024


class Intake:
    """Takes each line of one container's log once, and passes on what it asks for."""

    def __init__(self, given: Given, host: Host, attempt: Attempt, container: ContainerId) -> None:
        self._given = given
        self._host = host
        self._attempt = attempt
        self._container = container
        self._lines: list[Line] = []
        self._lines_bytes = 0
        self._is_at_end = False
        self._news = asyncio.Event()
        self._room = asyncio.Event()
        self._waiting: dict[RpcId, asyncio.Future[Answered]] = {}
        self.is_too_long = False
        self.is_damaged = False
        self._took = asyncio.Event()
        self.unlocked = asyncio.Event()
        self.replies: asyncio.Queue[Message] = asyncio.Queue()
        """Journalled answers to what the agent asked for, to be written."""

    async def read(self) -> None:
        """Gather lines until the log ends, or up to where the host lost some; see `is_damaged`.

        Raises:
            HostUnavailable: the host went away.
        """
        try:
            await self._gather()
        except LogDamaged:
            self.is_damaged = True
        self._is_at_end = True
        self._news.set()

    async def _gather(self) -> None:
        async for batch in self._host.lines(self._container, self._attempt.cursor):
            self._lines.extend(map(self._line, batch))
            self._lines_bytes += sum(len(line.text) for line in batch)
            self._news.set()
            await self._wait_for_room()

    async def take_all(self) -> None:
        """Take lines as they are gathered, until all of the log is taken.

        A container whose log grows past the limit is killed, and `is_too_long` is set.
        """
        while not (self._is_at_end and not self._lines):
            await self._news.wait()
            self._news.clear()
            while lines := self._next_lines():
                await self._take(lines)

    async def wait_for_silence(self, silence_s: float) -> None:
        """Return once no line was taken for so long."""
        while True:
            self._took.clear()
            try:
                async with asyncio.timeout(silence_s):
                    await self._took.wait()
            except TimeoutError:
                return

    def expect(self, rpc_id: RpcId) -> asyncio.Future[Answered]:
        """Return what will hold the agent's response, once it is committed."""
        waiting: asyncio.Future[Answered] = asyncio.get_running_loop().create_future()
        self._waiting[rpc_id] = waiting
        return waiting

    def _line(self, log: LogLine) -> Line:
        if log.stream is Stream.STDERR:
            return Line(log, None)
        return Line(log, self._kept(self._given.language.read(log.text)))

    def _kept(self, heard: Heard) -> Heard:
        """Return `heard`; a request whose id may not be stored to the letter is never answered."""
        if not isinstance(heard, Asked | Requested):
            return heard
        redact = self._given.redactor.redact
        if redact(heard.rpc_id) != heard.rpc_id:
            return Other({"unanswerable": heard.rpc_id})
        if isinstance(heard, Requested):
            return replace(heard, method=redact(heard.method))
        return heard

    async def _wait_for_room(self) -> None:
        while self._is_crowded():
            self._room.clear()
            await self._room.wait()

    def _is_crowded(self) -> bool:
        return len(self._lines) > GATHER_LINES or self._lines_bytes > GATHER_BYTES

    def _next_lines(self) -> Sequence[Line]:
        window = self._lines[:TAKE_LINES]
        # What nothing more may come behind is taken as it is: else neither side would go on.
        if self._is_at_end or self._is_crowded():
            return window
        text = open_text(window)
        held_from = self._given.redactor.held(text)
        if held_from == len(text):
            return window
        safe = window[: safe_count(window, held_from)]
        # A full window of pieces too small to show what they are must not stop the log.
        return safe if safe or len(window) < TAKE_LINES else window

    async def _take(self, lines: Sequence[Line]) -> None:
        taken = await self._given.write(lambda desk: self._hearing(desk).take(lines))
        del self._lines[: len(lines)]
        self._lines_bytes -= sum(len(line.log.text) for line in lines)
        self._took.set()
        self._room.set()
        self._pass_on(taken)
        limit = self._given.world.settings.sizes.log_end_bytes
        if taken.log_bytes > limit and not self.is_too_long:
            self.is_too_long = True
            await self._host.kill(self._container)

    def _hearing(self, desk: Desk) -> Hearing:
        session, attempt = rows_of(desk, self._attempt)
        return Hearing(desk, self._given.language, session, attempt)

    def _pass_on(self, taken: Taken) -> None:
        if taken.unlocked:
            self.unlocked.set()
        for answer in taken.answers:
            waiting = self._waiting.pop(answer.rpc_id, None)
            if waiting is not None and not waiting.done():
                waiting.set_result(answer)
        for message in taken.messages:
            self.replies.put_nowait(message)
