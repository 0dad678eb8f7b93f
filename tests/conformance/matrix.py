"""Which commands each scenario uses, on each face; the page that shows it is made from this."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from bot.commands import registry
from tests.conformance.calls import TRIES
from tests.conformance.normalisations import NORMALISATIONS
from tests.conformance.surface import FACES

HEAD = """\
# Parity

Whatever face shows a message, a person sees the same of it: the title, the text, the fields, the
buttons with the command that each calls, the files, and who sees it at all. Tests read what Discord
and Slack are sent back to these, and what the local API tells to the same, for every message that
Halyard has. They are equal but for what is listed here.

"""
MATRIX = """
## What people do

`tests/conformance` plays the same scenarios on Discord and on Slack, with the unmodified libraries
over emulated platforms, and on the local API, with the words of the command line. Each asserts the
same changes of tasks, sessions, approvals and jobs on all of them. This part of the page is made
from `tests/conformance/matrix.py`; `UPDATE_GOLDEN=1 pytest tests/golden` writes it anew.

"""
COMMANDS = """
Every command of the registry is made on all of them; `each command` makes all of them once, and
compares what came of it, its answer, and what was shown of it. The numbers are those of the
scenarios.

"""


@dataclass(frozen=True, slots=True)
class Scenario:
    """Something that people do, and with which commands on whatever face."""

    commands: frozenset[str]
    not_on: Mapping[str, str] = field(default_factory=dict)
    """Face -> why it does not apply there."""


def _scenario(*commands: str) -> Scenario:
    return Scenario(frozenset(commands))


EACH = "each command"
SCENARIOS: Mapping[str, Scenario] = {
    "start": _scenario("session start"),
    "stream": _scenario("session say"),
    "steer": _scenario("session say"),
    "queue and edit": _scenario("session start", "session say", "task edit", "task drop"),
    "interrupt": _scenario("session say"),
    "approve": _scenario("session say", "approval allow"),
    "deny": _scenario("session say", "approval deny"),
    "expire": _scenario("session start"),
    "long output": _scenario("session say"),
    "files": _scenario("session say", "session put", "session get", "session diff"),
    "refusal": _scenario("session start", "session stop"),
    "ten minutes down": _scenario("session start", "session say"),
    "restart in the middle": _scenario("session say"),
    "two people at once": _scenario("session start", "approval allow", "approval deny"),
    "redelivery": _scenario("session start"),
    EACH: _scenario(*(one.path for one in TRIES)),
}


def played_by(name: str) -> str:
    """Return the name of the test that plays a scenario."""
    return f"test_{name.replace(' ', '_')}"


def page() -> str:
    """Return the page."""
    listed = "".join(f"{n}. {text}\n" for n, text in enumerate(NORMALISATIONS.values(), 1))
    scenarios = _table(["", "scenario", *FACES], map(_scenario_row, SCENARIOS))
    commands = _table(["command", *FACES], (_command_row(c.path) for c in registry))
    return "".join((HEAD, listed, MATRIX, scenarios, COMMANDS, commands))


def missing() -> list[tuple[str, str]]:
    """Return the commands that no scenario makes on a face, each with the face."""
    return [(c.path, face) for c in registry for face in FACES if not _with(c.path, face)]


def exempt() -> Sequence[str]:
    """Return the reasons why something does not apply somewhere."""
    return [reason for one in SCENARIOS.values() for reason in one.not_on.values()]


def _scenario_row(name: str) -> list[str]:
    one = SCENARIOS[name]
    cells = [
        f"does not apply: {one.not_on[face]}" if face in one.not_on else "yes" for face in FACES
    ]
    return [str(_number(name)), name, *cells]


def _command_row(path: str) -> list[str]:
    return [f"`{path}`", *(", ".join(_numbers(path, face)) for face in FACES)]


def _numbers(path: str, face: str) -> list[str]:
    return [str(_number(name)) for name in _with(path, face)]


def _number(name: str) -> int:
    return list(SCENARIOS).index(name) + 1


def _with(path: str, face: str) -> list[str]:
    return [n for n, one in SCENARIOS.items() if path in one.commands and face not in one.not_on]


def _table(head: list[str], rows: Iterator[list[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)
