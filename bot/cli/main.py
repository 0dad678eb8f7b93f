"""From the words of a command line to an exit code.

What only some words need is imported where it is needed: the libraries of the service take longer
to import than most commands take to answer.
"""

import argparse
import os
import sys
from collections.abc import Mapping, Sequence
from importlib.metadata import version

from rich.text import Text

from bot.cli.ask import Asking, check
from bot.cli.program import PROGRAM, run_program
from bot.cli.words import Spoken, Wishes, parser_of, values_of, wish_parser, wishes_of
from bot.commands import registry
from bot.commands.help import about
from bot.console.render import show
from bot.console.terminal import err, out
from bot.core.inert import inert
from bot.core.words import split_path
from bot.settings.load import find_file, load, socket_path
from bot.web.client import Client, NoService, Rejected
from engine.api import EngineError, Refused

DONE, FAILED, USAGE, NO_SERVICE = 0, 1, 2, 3
INTERRUPTED = 130
"""What a shell reports of a program that Ctrl-C has ended."""
HEAD = """\
halyard up            start the service; it runs until it is stopped
halyard demo          show what Halyard does, on a repository of its own
halyard init          write a commented halyard.yaml
halyard follow NAME   watch a session work
halyard doctor        look at the chat platforms, and name what is missing
halyard discord invite
                      print the link that invites Halyard to a server of Discord
halyard slack manifest
                      print the manifest that Slack makes Halyard's app of
halyard --version     tell the version

Every other command is asked of the service, and takes --json:
"""


class WrongWords(Exception):
    """What was typed cannot be read; the text says why."""


CODES: Mapping[type[Exception], int] = {WrongWords: USAGE, NoService: NO_SERVICE}
"""Error -> exit code; any other that has a sentence is something that was not done."""


def main(argv: Sequence[str] | None = None) -> int:
    """Do what the words say; return 0: done, 1: not done, 2: wrong words, 3: no service."""
    try:
        return _run(sys.argv[1:] if argv is None else argv)
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # The reader has what it wanted; what is left to flush goes nowhere.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    except (WrongWords, NoService, Rejected, EngineError, OSError) as error:
        err().print(Text(inert(_sentence(error)), style="red"), soft_wrap=True)
        return next((code for kind, code in CODES.items() if isinstance(error, kind)), FAILED)


def _run(words: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="halyard", add_help=False, parents=[wish_parser()])
    parser.add_argument("--help", "-h", action="store_true")
    parser.add_argument("--version", action="store_true")
    parser.add_argument("words", nargs=argparse.REMAINDER)
    given = parser.parse_args(words)
    if given.version:
        return _version()
    if given.help or not given.words:
        return _overview()
    wishes = wishes_of(given)
    if given.words[0] in PROGRAM:
        return run_program(given.words[0], given.words[1:], wishes)
    return _command(given.words, wishes)


def _command(words: Sequence[str], wishes: Wishes) -> int:
    spoken, wishes = _spoken(words, wishes)
    if spoken.command.path == "help":
        show(out(), about(registry, spoken.values.get("command", "")))
        return DONE
    file = find_file(wishes.config, os.environ)
    return Asking(Client(socket_path(load(file))), wishes).run(spoken)


def _spoken(words: Sequence[str], wishes: Wishes) -> tuple[Spoken, Wishes]:
    """Read the words of a command, all of it before anything is asked for."""
    try:
        command, rest = split_path(words, registry)
        given = parser_of(command).parse_intermixed_args(rest)
        spoken = Spoken(command, values_of(command, given))
        check(spoken)
    except Refused as error:
        raise WrongWords(str(error)) from error
    return spoken, wishes_of(given, wishes)


def _sentence(error: Exception) -> str:
    if isinstance(error, OSError) and error.filename:
        return f"{error.filename} cannot be used: {error.strerror}."
    return str(error)


def _version() -> int:
    sys.stdout.write(f"halyard {version('halyard')}\n")
    return DONE


def _overview() -> int:
    sys.stdout.write(HEAD)
    show(out(), about(registry, ""))
    return DONE
