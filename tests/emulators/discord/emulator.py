"""The whole of it: Discord, as a test sees it."""

import socket
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from random import Random
from typing import TypeVar

from aiohttp import web

from tests.emulators.clock import Clock, wall_clock
from tests.emulators.contracts import contracts_folder
from tests.emulators.discord import connection
from tests.emulators.discord.contract import load_contract
from tests.emulators.discord.control import Control
from tests.emulators.discord.faults import Faults
from tests.emulators.discord.gateway import Gateway
from tests.emulators.discord.limits import Limits
from tests.emulators.discord.people import People
from tests.emulators.discord.places import Guild
from tests.emulators.discord.routing import Recorded
from tests.emulators.discord.server import BASE, Server
from tests.emulators.discord.values import Message
from tests.emulators.discord.world import World

ValueT = TypeVar("ValueT")
BACKLOG = 4096
"""A client opens a connection per answer; where the places are few, some wait a second for one."""
UPLOAD_BYTES = 1 << 30
"""More than any file that a test sends; `Limits.file_bytes` is what refuses."""


class Discord(People):
    """A Discord of one's own: a world with people in it, and one bot that may connect."""

    def __init__(
        self, world: World, faults: Faults, token: str, *, random: Random, validate: bool
    ) -> None:
        super().__init__(world, random)
        self.world = world
        self.faults = faults
        """What goes wrong."""
        self.token = token
        self.gateway = Gateway(world, faults, token)
        contract = load_contract(contracts_folder() / "discord" / "openapi.json")
        self.server = Server(world, faults.requests, token, validate=validate, contract=contract)
        self.base = ""
        """Where the page is, and everything else under it."""

    @property
    def application_id(self) -> int:
        return self.world.application_id

    @property
    def api_base(self) -> str:
        """For `discord.http.Route.BASE`."""
        return f"{self.base}{BASE}"

    @property
    def gateway_url(self) -> str:
        """For `discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY`."""
        return self.world.gateway_url

    @property
    def cdn_base(self) -> str:
        return self.world.cdn_base

    @property
    def requests(self) -> Sequence[Recorded]:
        """All that the bot asked for, in the order of the answers."""
        return self.server.requests

    def problems(self) -> list[str]:
        """What the bot or the emulator did against the contract, and routes that are not there."""
        return list(self.server.problems)

    def add_guild(self, name: str) -> Guild:
        """Make a guild with the bot and an owner in it."""
        return self.world.add_guild(name)

    def all_messages(self) -> list[Message]:
        """Every message of every place, ephemeral ones too."""
        return list(self.world.all_messages())

    async def until(self, condition: Callable[[], ValueT], timeout_s: float = 10) -> ValueT:
        """Wait until `condition` holds, and return what it says.

        Raises:
            TimeoutError: it did not within `timeout_s`.
        """
        return await self.world.changes.until(condition, timeout_s)

    async def connected(self, timeout_s: float = 10) -> None:
        """Wait until the bot hears what happens.

        Raises:
            TimeoutError: it did not connect.
        """
        await self.until(lambda: self.gateway.is_connected, timeout_s)

    def application(self) -> web.Application:
        """All that is served."""
        app = web.Application(client_max_size=UPLOAD_BYTES)
        app.router.add_get("/gateway", self._serve_gateway)
        app.router.add_get("/resume", self._serve_gateway)
        app.router.add_get("/cdn/attachments/{id}/{name}", self._serve_file)
        app.router.add_route("*", BASE + "/{tail:.*}", self.server.handle)
        return app

    async def _serve_gateway(self, request: web.Request) -> web.StreamResponse:
        return await connection.serve(request, self.gateway, self.world.limits)

    async def _serve_file(self, request: web.Request) -> web.Response:
        id_ = request.match_info["id"]
        file = self.world.files.get(int(id_) if id_.isdecimal() else 0)
        if file is None or file.name != request.match_info["name"]:
            raise web.HTTPNotFound
        return web.Response(body=file.data, content_type=file.content_type)


@asynccontextmanager
async def running_discord(
    *,
    limits: Limits | None = None,
    seed: int = 0,
    clock: Clock = wall_clock,
    validate: bool = True,
    may_have_problems: bool = False,
    port: int = 0,
) -> AsyncIterator[Discord]:
    """Serve a Discord on 127.0.0.1 until the block ends, and then assert that it has no problems.

    `validate` may be switched off where throughput is measured; `may_have_problems` is for tests
    that break the contract with intent.
    """
    random = Random(seed)  # noqa: S311 - made tokens, and the same ones for the same seed
    world = World(limits or Limits(), clock, bot_name="Halyard")
    token = f"emulated-{random.getrandbits(64):x}"
    discord = Discord(world, Faults(seed), token, random=random, validate=validate)
    listening = socket.create_server(("127.0.0.1", port), backlog=BACKLOG)
    address = f"127.0.0.1:{listening.getsockname()[1]}"
    discord.base = f"http://{address}"
    world.gateway_url = f"ws://{address}/gateway"
    world.resume_url = f"ws://{address}/resume"
    world.cdn_base = f"{discord.base}/cdn"
    app = discord.application()
    Control(discord).add_to(app)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
    await runner.setup()
    try:
        await web.SockSite(runner, listening, backlog=BACKLOG).start()
        yield discord
    finally:
        discord.gateway.drop()
        await runner.cleanup()
    if not may_have_problems:
        problems = discord.problems()
        assert not problems, "\n".join(problems)
