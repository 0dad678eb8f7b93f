"""Socket Mode: the app's websockets, and the envelopes on them."""

from __future__ import annotations

import asyncio
import itertools
import json
from datetime import datetime, timedelta
from typing import Any

from aiohttp import WSMsgType, web

from tests.emulators.slack.delivery import Attempt, Deliveries, Delivery, Sort
from tests.emulators.slack.faults import Faults
from tests.emulators.slack.values import Json
from tests.emulators.slack.world import World

CLOSED_AFTER = {"refresh_requested", "too_many_websockets", "link_disabled"}
"""Reasons that end a socket; after a warning it lives on for a while."""


class Socket:
    """What is said on a socket, in order; it never waits for a slow reader."""

    def __init__(self, name: str, socket: web.WebSocketResponse, request: web.Request) -> None:
        self.name = name
        self._socket = socket
        self._transport = request.transport
        self._waiting: asyncio.Queue[str | None] = asyncio.Queue()

    def say(self, frame: Json) -> None:
        """Say something, soon."""
        self._waiting.put_nowait(json.dumps(frame, separators=(",", ":")))

    def close(self) -> None:
        """Close, after what was said before."""
        self._waiting.put_nowait(None)

    def cut(self) -> None:
        """Be gone without a word; what was not yet sent is not sent."""
        if self._transport is not None:
            self._transport.abort()

    async def write(self, faults: Faults) -> None:
        """Say what is to be said, until the socket closes."""
        while (text := await self._waiting.get()) is not None:
            if faults.is_silent:
                continue
            try:
                await self._socket.send_str(text)
            except ConnectionError:
                return
        await self._socket.close()

    async def ping(self, every_s: float, faults: Faults) -> None:
        """Ask again and again whether the other side is there."""
        for number in itertools.count():
            await asyncio.sleep(every_s)
            if not faults.is_silent:
                try:
                    await self._socket.ping(f"Ping from emulator {number}".encode())
                except ConnectionError:
                    return

    async def read(self, sockets: Sockets) -> None:
        """Hear what the app says, until the socket closes."""
        while not self._socket.closed:
            message = await self._socket.receive()
            if message.type is WSMsgType.TEXT:
                sockets.hear(message.data)
            elif message.type is WSMsgType.PING:
                if not sockets.faults.is_silent:
                    await self._socket.pong(message.data)
            elif message.type is not WSMsgType.PONG:
                return


class Sockets:
    """All sockets of the app."""

    def __init__(self, world: World, faults: Faults, deliveries: Deliveries) -> None:
        self._world = world
        self.faults = faults
        self._deliveries = deliveries
        self._tickets: dict[str, datetime] = {}
        self._numbers = itertools.count(1)
        self._turn = 0
        self.open: list[Socket] = []
        """Those that are open."""
        self.opened = 0
        """How many there have been so far."""
        self.ended: dict[str, datetime] = {}
        """When each socket ended, by its name: what was sent on it before may not have arrived."""
        self.problems: list[str] = []

    def new_url(self) -> str:
        """An address that can be used once, soon."""
        ticket = f"ticket-{next(self._numbers)}"
        lives = timedelta(seconds=self._world.limits.ticket_lives_s)
        self._tickets[ticket] = self._world.now() + lives
        return f"{self._world.socket_base}?ticket={ticket}&app_id={self._world.app_id}"

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Answer a request for a socket."""
        until = self._tickets.pop(request.query.get("ticket", ""), None)
        if until is None or self._world.now() > until:
            raise web.HTTPForbidden(text="The address was used, or is too old.")
        response = web.WebSocketResponse(autoping=False, max_msg_size=0)
        await response.prepare(request)
        socket = Socket(f"socket-{next(self._numbers)}", response, request)
        if len(self.open) >= self._world.limits.connections:
            self._disconnect(socket, "too_many_websockets")
            await socket.write(self.faults)
            return response
        await self._run(socket)
        return response

    async def _run(self, socket: Socket) -> None:
        self.open.append(socket)
        self.opened += 1
        socket.say(self._hello())
        self._world.changes.notify()
        try:
            async with asyncio.TaskGroup() as tasks:
                beside = [
                    tasks.create_task(socket.write(self.faults)),
                    tasks.create_task(socket.ping(self._world.limits.ping_every_s, self.faults)),
                ]
                await socket.read(self)
                for task in beside:
                    task.cancel()
        finally:
            self.open.remove(socket)
            self.ended[socket.name] = self._world.now()
            self._world.changes.notify()

    def _hello(self) -> Json:
        return {
            "type": "hello",
            "num_connections": len(self.open),
            "debug_info": {
                "host": "emulator",
                "build_number": 1,
                "approximate_connection_time": 18060,
            },
            "connection_info": {"app_id": self._world.app_id},
        }

    # --- what a test does ------------------------------------------------------------------------

    def drop(self) -> None:
        """Cut every socket, without a word."""
        for socket in list(self.open):
            socket.cut()

    def disconnect(self, reason: str = "refresh_requested") -> None:
        """Tell every socket that it ends: at once, or soon after a `warning`."""
        for socket in list(self.open):
            self._disconnect(socket, reason)

    def _disconnect(self, socket: Socket, reason: str) -> None:
        socket.say({"type": "disconnect", "reason": reason, "debug_info": {"host": "emulator"}})
        if reason in CLOSED_AFTER:
            socket.close()

    # --- envelopes -------------------------------------------------------------------------------

    def send(self, delivery: Delivery, attempt: Attempt) -> bool:
        socket = self._next()
        if socket is None:
            return False
        attempt.way = socket.name
        socket.say(_envelope(delivery, attempt))
        return True

    def drop_one(self) -> None:
        socket = self._next()
        if socket is not None:
            self.open.remove(socket)
            self.open.append(socket)  # Gone in a moment: let others come first.
            socket.cut()

    def _next(self) -> Socket | None:
        if not self.open:
            return None
        self._turn = (self._turn + 1) % len(self.open)
        return self.open[self._turn]

    def hear(self, text: str) -> None:
        """Take an acknowledgement, on whichever socket it comes."""
        frame: Any = json.loads(text)
        if not isinstance(frame, dict) or "envelope_id" not in frame:
            self.problems.append(f"no acknowledgement: {text[:200]}")
            return
        self._deliveries.acked(frame["envelope_id"], frame.get("payload") or {})


def _envelope(delivery: Delivery, attempt: Attempt) -> Json:
    envelope = {
        "envelope_id": delivery.id,
        "type": str(delivery.sort),
        "payload": delivery.payload,
        "accepts_response_payload": delivery.sort is not Sort.EVENT,
    }
    if delivery.sort is Sort.EVENT:
        envelope["retry_attempt"] = attempt.number
        envelope["retry_reason"] = attempt.reason
    return envelope
