"""Serves a Slack with a page to click on: `python -m tests.emulators.slack`."""

import argparse
import asyncio
import json
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.emulators.slack.app import App
from tests.emulators.slack.emulator import Slack, running_slack
from tests.emulators.slack.limits import Limits


def main(argv: Sequence[str] | None = None) -> None:
    """Serve until a signal comes; the first line tells, as JSON, how an app connects."""
    asyncio.run(_serve(_arguments(argv)))


def _arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.emulators.slack", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 for any that is free")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--channel", action="append", help="may be given several times")
    parser.add_argument("--person", action="append", help="may be given several times")
    parser.add_argument("--manifest", type=Path, help="of the app, as JSON")
    parser.add_argument("--url", help="of the app, for HTTP mode in place of Socket Mode")
    parser.add_argument("--unlimited", action="store_true", help="without rate limits")
    return parser.parse_args(argv)


async def _serve(given: argparse.Namespace) -> None:
    limits = Limits().without_rates() if given.unlimited else Limits()
    app = App.of(json.loads(given.manifest.read_text())) if given.manifest else App()
    stopped = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    async with running_slack(
        limits=limits, app=app, seed=given.seed, port=given.port, may_have_problems=True
    ) as slack:
        if given.url:
            slack.use_http(given.url)
        people = [slack.add_person(name) for name in given.person or ["ann", "bob"]]
        for name in given.channel or ["general"]:
            slack.add_channel(name, *people)
        sys.stdout.write(json.dumps(_told(slack)) + "\n")
        sys.stdout.flush()
        await stopped.wait()
        for problem in slack.problems():
            sys.stderr.write(f"{problem}\n")


def _told(slack: Slack) -> dict[str, str]:
    return {
        "page": slack.base,
        "api_base": slack.api_base,
        "bot_token": slack.bot_token,
        "app_token": slack.app_token,
        "signing_secret": slack.signing_secret,
        "team_id": slack.world.team_id,
    }


if __name__ == "__main__":
    main()
