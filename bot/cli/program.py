"""What belongs to the program, and not to the service's commands."""

import argparse
import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from bot.cli.follow import follow
from bot.cli.words import Wishes, wish_parser, wishes_of
from bot.console.terminal import out
from bot.settings import load as settings
from bot.web.client import Client
from engine.api import Conflict, InvalidInput

TEMPLATE = Path(settings.__file__).with_name("template.yaml")


def run_program(name: str, words: Sequence[str], wishes: Wishes) -> int:
    """Do what the program's own command `name` does; return the exit code."""
    doc, run = PROGRAM[name]
    parser = argparse.ArgumentParser(
        prog=f"halyard {name}", description=doc, parents=[wish_parser()], allow_abbrev=False
    )
    if name == "follow":
        parser.add_argument("name", help="name of the session, such as demo-1")
    if name == "discord":
        parser.add_argument("verb", choices=["invite"], help="print the link that invites Halyard")
    if name == "slack":
        parser.add_argument("verb", choices=["manifest"], help="print what Slack makes the app of")
        parser.add_argument("--url", default="", help="where Slack finds Halyard, in mode http")
    given = parser.parse_args(words)
    return run(wishes_of(given, wishes), given)


def loaded(wishes: Wishes) -> settings.Loaded:
    """Return the settings that hold here."""
    return settings.load(settings.find_file(wishes.config, os.environ))


def _init(wishes: Wishes, _given: argparse.Namespace) -> int:
    target = wishes.config or Path(settings.FILE)
    try:
        with target.open("w" if wishes.force else "x") as file:
            file.write(TEMPLATE.read_text())
    except FileExistsError:
        raise Conflict(f"{target} is there already; --force overwrites it.") from None
    except OSError as error:
        raise InvalidInput(f"{target} cannot be written: {error.strerror}.") from error
    out().print(f"{target} is written. Start the service: halyard up", soft_wrap=True)
    return 0


def _follow(wishes: Wishes, given: argparse.Namespace) -> int:
    return follow(Client(settings.socket_path(loaded(wishes))), given.name)


def _up(wishes: Wishes, _given: argparse.Namespace) -> int:
    from bot.cli.up import up  # noqa: PLC0415 - the libraries of the service are slow to import

    return up(loaded(wishes))


def _demo(_wishes: Wishes, _given: argparse.Namespace) -> int:
    from bot.demo import demo  # noqa: PLC0415 - the libraries of the service are slow to import

    return demo()


def _discord(wishes: Wishes, _given: argparse.Namespace) -> int:
    from bot.cli.discord import print_invite  # noqa: PLC0415 - slow to import

    return print_invite(loaded(wishes))


def _slack(wishes: Wishes, given: argparse.Namespace) -> int:
    from bot.cli.slack import print_manifest  # noqa: PLC0415 - slow to import

    return print_manifest(loaded(wishes), given.url)


def _doctor(wishes: Wishes, _given: argparse.Namespace) -> int:
    from bot.cli.chats import print_findings  # noqa: PLC0415 - slow to import

    return print_findings(loaded(wishes))


PROGRAM: Mapping[str, tuple[str, Callable[[Wishes, argparse.Namespace], int]]] = {
    "up": ("Start the service; it runs until it is stopped.", _up),
    "demo": ("Show what Halyard does, on a repository of its own.", _demo),
    "init": ("Write a commented halyard.yaml.", _init),
    "doctor": ("Look at the chat platforms, and name what is missing there.", _doctor),
    "discord": ("Print the link that invites Halyard to a server of Discord.", _discord),
    "slack": ("Print the manifest that Slack makes Halyard's app of.", _slack),
    "follow": ("Watch a session work, until it has ended.", _follow),
}
"""Word -> what it does, in words and in code."""
