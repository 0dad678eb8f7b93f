"""The whole of it: Slack, as a test sees it."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from random import Random
from typing import TypeVar

from aiohttp import web

from tests.emulators.clock import Clock, wall_clock
from tests.emulators.contracts import contracts_folder
from tests.emulators.left_out import LEFT_OUT
from tests.emulators.slack import events
from tests.emulators.slack.app import App
from tests.emulators.slack.contract import load_contract
from tests.emulators.slack.control import Control
from tests.emulators.slack.delivery import Deliveries, Delivery
from tests.emulators.slack.faults import Faults
from tests.emulators.slack.limits import Limits
from tests.emulators.slack.people import People
from tests.emulators.slack.places import Person
from tests.emulators.slack.routing import Recorded
from tests.emulators.slack.server import Server
from tests.emulators.slack.sockets import Sockets
from tests.emulators.slack.values import Message
from tests.emulators.slack.webhooks import Webhooks
from tests.emulators.slack.world import World

ValueT = TypeVar("ValueT")
BACKLOG = 4096
UPLOAD_BYTES = 1 << 30
"""More than any file that a test sends; `Limits.file_bytes` is what refuses."""


class Slack(People):
    """A Slack of one's own: a workspace with people in it, and one app that may connect."""

    def __init__(self, world: World, faults: Faults, *, random: Random, validate: bool) -> None:
        super().__init__(world, random)
        self.world = world
        self.faults = faults
        """What goes wrong."""
        secret = f"{random.getrandbits(64):x}"
        self.bot_token = "-".join(("xoxb", "emulated", secret))
        self.app_token = "-".join(("xapp", "emulated", secret))
        self.signing_secret = f"signing-{secret}"
        self._contract = load_contract(contracts_folder() / "slack")
        self._validate = validate
        self._problems: list[str] = []
        self.outgoing = Deliveries(world.limits, faults, world.now, world.changes)
        self.sockets = Sockets(world, faults, self.outgoing)
        self.server = Server(
            world,
            faults.requests,
            bot_token=self.bot_token,
            app_token=self.app_token,
            open_url=self.sockets.new_url,
            contract=self._contract,
            validate=validate,
        )
        world.send = self._send
        world.may_send_event = self.outgoing.may_send_event
        world.should_tell_limited = self.outgoing.should_tell_limited
        self.outgoing.go(self.sockets)

    @property
    def base(self) -> str:
        """Where the page is, and everything else under it."""
        return self.world.base

    @property
    def api_base(self) -> str:
        """For `AsyncWebClient(base_url=...)`."""
        return f"{self.base}/api/"

    @property
    def bot(self) -> Person:
        return self.world.bot

    @property
    def requests(self) -> Sequence[Recorded]:
        """All that the app asked for, in the order of the answers."""
        return self.server.requests

    @property
    def deliveries(self) -> Sequence[Delivery]:
        """All that the app was told or should have been, oldest first."""
        return self.outgoing.all

    def calls(self, method: str) -> list[Recorded]:
        """What the app asked of one method, in the order of the answers."""
        return [each for each in self.requests if each.method == method]

    def all_messages(self) -> list[Message]:
        """Every message of every channel, ephemeral ones too."""
        return list(self.world.all_messages())

    def problems(self) -> list[str]:
        """What was against the contract or the rules, of the app or of the emulator."""
        strays = [f"acknowledged, but never sent: {id_}" for id_ in self.outgoing.stray_acks]
        return [
            *self.server.problems,
            *self._problems,
            *self._asking.problems,
            *self.sockets.problems,
            *strays,
        ]

    async def until(self, condition: Callable[[], ValueT], timeout_s: float = 10) -> ValueT:
        """Wait until `condition` holds, and return what it says.

        Raises:
            TimeoutError: it did not within `timeout_s`.
        """
        return await self.world.changes.until(condition, timeout_s)

    async def connected(self, sockets: int = 1, timeout_s: float = 10) -> None:
        """Wait until the app has so many sockets open.

        Raises:
            TimeoutError: it has not.
        """
        await self.until(lambda: len(self.sockets.open) >= sockets, timeout_s)

    async def quiet(self, timeout_s: float = 10) -> None:
        """Wait until everything that was sent is acknowledged, or will not be.

        Raises:
            TimeoutError: something is still on its way.
        """
        await self.until(
            lambda: all(d.is_acked or d.has_failed for d in self.deliveries), timeout_s
        )

    def revoke(self) -> None:
        """Take the app out of the workspace: its tokens are refused, and it is told if it hears."""
        self.server.is_revoked = True
        tokens = {"oauth": [], "bot": [self.bot.id]}
        events.publish(self.world, "tokens_revoked", {"type": "tokens_revoked", "tokens": tokens})

    def use_http(self, url: str) -> Webhooks:
        """Send everything to this address from now on, signed, in place of Socket Mode."""
        webhooks = Webhooks(self.world, self.outgoing, url, self.signing_secret)
        self.outgoing.go(webhooks)
        return webhooks

    def _send(self, delivery: Delivery) -> Delivery:
        if self._contract is None or not self._validate:
            LEFT_OUT.count += self._validate
        elif problem := self._contract.delivery_problem(delivery):
            self._problems.append(f"invalid delivery: {delivery.name}: {problem}")
        return self.outgoing.add(delivery)

    def application(self) -> web.Application:
        """All that is served."""
        app = web.Application(client_max_size=UPLOAD_BYTES)
        self.server.add_to(app)
        app.router.add_get("/socket", self.sockets.serve)
        Control(self).add_to(app)
        return app


@asynccontextmanager
async def running_slack(
    *,
    limits: Limits | None = None,
    app: App | None = None,
    seed: int = 0,
    clock: Clock = wall_clock,
    validate: bool = True,
    may_have_problems: bool = False,
    port: int = 0,
) -> AsyncIterator[Slack]:
    """Serve a Slack on 127.0.0.1 until the block ends, and then assert that it has no problems.

    `validate` may be switched off where throughput is measured; `may_have_problems` is for tests
    that break the contract with intent.
    """
    random = Random(seed)  # noqa: S311 - made tokens, and the same ones for the same seed
    world = World(limits or Limits(), clock, app or App(), bot_name="halyard")
    slack = Slack(world, Faults(seed), random=random, validate=validate)
    listening = socket.create_server(("127.0.0.1", port), backlog=BACKLOG)
    address = f"127.0.0.1:{listening.getsockname()[1]}"
    world.base, world.socket_base = f"http://{address}", f"ws://{address}/socket"
    runner = web.AppRunner(slack.application(), access_log=None, shutdown_timeout=1)
    await runner.setup()
    try:
        await web.SockSite(runner, listening, backlog=BACKLOG).start()
        yield slack
    finally:
        await slack.outgoing.close()
        slack.sockets.drop()
        await runner.cleanup()
    if not may_have_problems:
        problems = slack.problems()
        assert not problems, "\n".join(problems)
