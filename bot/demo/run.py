"""The demo from its start to its last line."""

import asyncio
import json
import logging
import signal
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

from rich.console import Console

from bot.console.diff import print_diff
from bot.console.logs import log_to_stderr
from bot.console.terminal import out
from bot.core.groups import ungrouped
from bot.demo.provisions import images, repository, settings_of
from bot.demo.talk import Talk
from bot.views.words import context_of
from engine.api import EndReason, Engine, FileId, Json
from engine.bootstrap import running_engine

PROJECT = "demo"
TASK = "Look over this repository and keep notes about what you find."
INTERRUPTED = 130
Result = Mapping[str, Json]


def demo() -> int:
    """Show everything; return 0 only if the session ended well and changed a file.

    Raises:
        EngineError: something is missing on this machine; the text says what.
    """
    log_to_stderr(level=logging.ERROR)
    # Until the loop listens for it, SIGTERM ends as Ctrl-C does, so that the folder goes.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with ungrouped(), tempfile.TemporaryDirectory(prefix="halyard-demo-") as folder:
            result = asyncio.run(_demo(out(), Path(folder)))
    except asyncio.CancelledError:
        return INTERRUPTED
    sys.stdout.write(f"{json.dumps(result)}\n")
    return 0 if _is_good(result) else 1


async def _demo(console: Console, folder: Path) -> Result:
    _leave_on_signals()
    begun = time.monotonic()
    console.print("The images of the base and of the demo agent are made, if they are not there.")
    base, agent = await images()
    source = await repository(folder / PROJECT)
    settings = settings_of(folder / "state", base=base, agent=agent)
    async with running_engine(settings, is_temporary=True) as engine:
        result = await _show(engine, console, source)
    return {**result, "seconds": round(time.monotonic() - begun, 1)}


async def _show(engine: Engine, console: Console, source: Path) -> Result:
    talk = Talk(engine, console)
    await talk.call("project add", name=PROJECT, source=str(source))
    console.print(f'Project {PROJECT} is added. Session start: "{TASK}"\n')
    started = await talk.call("session start", project=PROJECT, task=TASK, once="yes")
    session = started.message.session
    await talk.watch(session, started.head)
    console.print("\nWhat it has changed:\n")
    diff = await talk.result("session diff", session)
    path = await engine.files.path(FileId(str(diff["file"])))
    print_diff(console, await asyncio.to_thread(path.read_bytes))
    view = await engine.read(lambda use: use.views.session(session))
    console.print(
        f"\n{view.events} events; context {context_of(view.usage)};"
        f" {talk.tokens:,} tokens, claimed by the agent."
    )
    return {
        "session": session,
        "state": view.session.state,
        "reason": view.session.reason,
        "host": view.session.host,
        "events": view.events,
        "approvals": talk.decided,
        "files_changed": diff["files_changed"],
        "tokens": talk.tokens,
    }


def _is_good(result: Result) -> bool:
    return result["reason"] == EndReason.DONE and result["files_changed"] != 0


def _leave_on_signals() -> None:
    """Let the first signal end the demo in order; what is being removed is not cut by a second."""
    loop, demo_task = asyncio.get_running_loop(), asyncio.current_task()

    def leave() -> None:
        if demo_task is not None and not demo_task.cancelling():
            demo_task.cancel()

    for sign in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(sign, leave)
