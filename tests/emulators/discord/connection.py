"""A session of the gateway, which is what a bot was told, and the websocket that it is told on."""

from __future__ import annotations

import asyncio
import json
import zlib
from collections import deque
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from aiohttp import WSCloseCode, WSMessage, WSMsgType, web

from tests.emulators.discord.events import Intent
from tests.emulators.discord.limits import Limits

if TYPE_CHECKING:
    from tests.emulators.discord.gateway import Gateway


Send = Callable[[str], None]

DISPATCH = 0


class Session:
    """Numbers what it sends and keeps it; it outlives its connection for a while."""

    def __init__(self, id_: str, intents: Intent, keep: int) -> None:
        self.id = id_
        self.intents = intents
        self.sequence = 0
        self.left_at: datetime | None = None
        """When it lost its connection; None while it has one."""
        self._send: Send | None = None
        self._log: deque[tuple[int, str]] = deque(maxlen=keep)

    @property
    def is_connected(self) -> bool:
        return self._send is not None

    def connect(self, send: Send) -> None:
        """Send through this connection from now on."""
        self._send, self.left_at = send, None

    def leave(self, send: Send, at: datetime) -> None:
        """Have no connection, unless another has taken over meanwhile."""
        if self._send == send:
            self._send, self.left_at = None, at

    def tell(self, name: str, data: Any) -> None:
        """Send an event, or keep it for RESUME."""
        self.sequence += 1
        text = encode(op=DISPATCH, t=name, s=self.sequence, d=data)
        self._log.append((self.sequence, text))
        if self._send is not None:
            self._send(text)

    def can_replay(self, after: int) -> bool:
        """Whether all that came after this number is still known."""
        first = self._log[0][0] if self._log else self.sequence + 1
        return first - 1 <= after <= self.sequence

    def replay(self, after: int) -> None:
        """Send once more all that came after this number, then that this was it."""
        for number, text in self._log:
            if number > after and self._send is not None:
                self._send(text)
        self.tell("RESUMED", {})


def encode(**frame: Any) -> str:
    """A frame as text."""
    return json.dumps(frame, separators=(",", ":"))


class Connection:
    """What is said on a socket, in order; it never waits for a slow reader."""

    def __init__(self, socket: web.WebSocketResponse, request: web.Request, limits: Limits) -> None:
        self._socket = socket
        self._transport = request.transport
        self._limits = limits
        self.path = request.path
        self._zlib = zlib.compressobj(1) if request.query.get("compress") == "zlib-stream" else None
        self._waiting: asyncio.Queue[str | int] = asyncio.Queue()
        self._heard_at: deque[float] = deque()
        self.session: Session | None = None

    @property
    def is_compressed(self) -> bool:
        return self._zlib is not None

    def send(self, text: str) -> None:
        """Say something, soon."""
        self._waiting.put_nowait(text)

    def close(self, code: int) -> None:
        """Close with a code, after what was said before."""
        self._waiting.put_nowait(code)

    def cut(self, at: datetime) -> None:
        """Be gone without a word; what was not yet sent is not sent."""
        if self.session is not None:
            self.session.leave(self.send, at)
        if self._transport is not None:
            self._transport.abort()

    def take(self, session: Session) -> None:
        """Speak for a session."""
        self.session = session
        session.connect(self.send)

    async def run(self, gateway: Gateway) -> int | None:
        """Speak and listen until it ends; return the client's close code."""
        async with asyncio.TaskGroup() as tasks:
            writing = tasks.create_task(self._write())
            await self._read(gateway)
            writing.cancel()
        return self._socket.close_code

    async def _write(self) -> None:
        while True:
            what = await self._waiting.get()
            if isinstance(what, int):
                await self._socket.close(code=what)
                return
            try:
                await self._frame(what)
            except ConnectionError:
                return

    async def _frame(self, text: str) -> None:
        if self._zlib is None:
            await self._socket.send_str(text)
            return
        data = self._zlib.compress(text.encode()) + self._zlib.flush(zlib.Z_SYNC_FLUSH)
        await self._socket.send_bytes(data)

    async def _read(self, gateway: Gateway) -> None:
        while not self._socket.closed:
            try:
                async with asyncio.timeout(self._patience_s):
                    message = await self._socket.receive()
            except TimeoutError:
                await self._socket.close(code=4009)
                return
            if message.type is not WSMsgType.TEXT:
                return
            self._hear(gateway, message)

    @property
    def _patience_s(self) -> float:
        return self._limits.heartbeat_s * self._limits.zombie_after_beats

    def _hear(self, gateway: Gateway, message: WSMessage) -> None:
        if len(message.data.encode()) > self._limits.gateway_bytes:
            self.close(4002)
            return
        if self._is_too_often():
            self.close(4008)
            return
        try:
            frame = json.loads(message.data)
        except ValueError:
            self.close(4002)
            return
        gateway.hear(self, frame.get("op"), frame.get("d") or {})

    def _is_too_often(self) -> bool:
        now = asyncio.get_running_loop().time()
        while self._heard_at and self._heard_at[0] < now - 60:
            self._heard_at.popleft()
        self._heard_at.append(now)
        return len(self._heard_at) > self._limits.gateway_sends


async def serve(request: web.Request, gateway: Gateway, limits: Limits) -> web.WebSocketResponse:
    """Answer a request for the gateway."""
    socket = web.WebSocketResponse(compress=False, max_msg_size=0, autoping=True)
    await socket.prepare(request)
    connection = Connection(socket, request, limits)
    gateway.opened(connection)
    code: int | None = WSCloseCode.ABNORMAL_CLOSURE
    try:
        code = await connection.run(gateway)
    finally:
        gateway.closed(connection, code)
    return socket
