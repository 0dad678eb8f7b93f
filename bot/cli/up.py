"""`halyard up`: the engine and the local API in one process."""

import asyncio
import gc
import os
import signal
import sys
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from pathlib import Path
from typing import TypeAlias

from bot.commands import registry
from bot.console.logs import log_to_stderr
from bot.console.terminal import out
from bot.core.groups import ungrouped
from bot.hearing.companies import Companies
from bot.settings.load import Loaded, data_dir, socket_path
from bot.settings.values import engine_settings
from bot.web.app import serving
from bot.web.socket import ApiSettings, group_id
from engine.api import Engine, InvalidInput, Settings
from engine.bootstrap import running_engine

SWITCH_S = 0.0002
"""How long a thread may keep the interpreter while another one waits for it."""

Opening: TypeAlias = Callable[[Engine, Companies], AbstractAsyncContextManager[None]]
"""What opens a chat beside the engine, for as long as a block runs."""


def up(loaded: Loaded) -> int:
    """Run until told to stop; return the exit code.

    Raises:
        Refused: the settings, the database or the socket cannot be used; the text says why.
    """
    log_to_stderr()
    # The writer's thread gives up the interpreter at every statement; with the default of 5 ms it
    # would wait that long to get it back beside a busy loop [measured: 33 ms a command, then 7 with
    # 1 ms; Discord was acknowledged after 6.1 ms with 1 ms, and after 4.7 with 0.2].
    sys.setswitchinterval(SWITCH_S)
    # Whatever is made from here on is for our own user, unless something else is said of it.
    os.umask(0o077)
    make_folder(data_dir(loaded), group=loaded.config.api.group)
    settings = engine_settings(loaded, os.environ)
    api = ApiSettings(
        socket=socket_path(loaded),
        group=loaded.config.api.group,
        file_max_bytes=settings.sizes.file_bytes,
    )
    with ungrouped():
        asyncio.run(_serve(settings, api, _faces(loaded, settings)))
    return 0


def _faces(loaded: Loaded, settings: Settings) -> Sequence[Opening]:
    """Return what opens each chat that the settings speak of.

    Raises:
        InvalidInput: a token of one cannot be one.
    """
    faces: list[Opening] = []
    if loaded.config.discord is not None:
        faces.append(_discord(loaded, settings))
    if loaded.config.slack is not None:
        faces.append(_slack(loaded, settings))
    return faces


# Whoever has no chat, or only one, need not wait at each start for what the others import
# [measured: both together are about a quarter of all imports].


def _discord(loaded: Loaded, settings: Settings) -> Opening:
    from bot.cli.discord import settings_of  # noqa: PLC0415 - slow to import
    from bot.discord.face import running_discord_face  # noqa: PLC0415 - slow to import

    discord = settings_of(loaded, settings)
    return lambda engine, companies: running_discord_face(
        engine, registry, discord, engine.clock, companies
    )


def _slack(loaded: Loaded, settings: Settings) -> Opening:
    from bot.cli.slack import settings_of  # noqa: PLC0415 - slow to import
    from bot.slack.face import running_slack_face  # noqa: PLC0415 - slow to import

    slack = settings_of(loaded, settings)
    return lambda engine, companies: running_slack_face(
        engine, registry, slack, engine.clock, companies
    )


def make_folder(folder: Path, *, group: str) -> None:
    """Make the folder of the database; a group may pass through it to the socket, and no more.

    Raises:
        InvalidInput: it cannot be made.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if group:
            os.chown(folder, -1, group_id(group))
            folder.chmod(0o710)
    except OSError as error:
        raise InvalidInput(f"data_dir: {folder} cannot be made: {error.strerror}.") from error


async def _serve(settings: Settings, api: ApiSettings, faces: Sequence[Opening]) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for sign in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(sign, stop.set)
    async with AsyncExitStack() as running:
        engine = await running.enter_async_context(running_engine(settings))
        companies = Companies(engine)
        await running.enter_async_context(serving(engine, registry, api, companies.elsewhere))
        for face in faces:
            await running.enter_async_context(face(engine, companies))
        # What is there now stays, and looking through all of it for rubbish stops everything for
        # long [measured: 150 ms and more, beside much work].
        gc.collect()
        gc.freeze()
        out().print(f"Halyard is up. It answers at {api.socket}", soft_wrap=True)
        await stop.wait()
        out().print("Stopping. Sessions go on in their containers until the next start.")
