"""Rules of shape that no linter knows."""

import re
import shlex
from pathlib import Path

import pytest

import engine.api
from bot.commands import registry
from bot.core.command import Command
from bot.settings.values import DEMO

ROOT = Path(__file__).parents[2]
MAX_LINES = 300
PORT_MAX_LINES = 600
"""A port is read as one promise, and is made of docstrings."""
SOURCES = sorted(
    path for top in ("bot", "engine", "migrations", "deploy") for path in (ROOT / top).rglob("*.py")
)
TEXTS = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
PROGRAM = {"up", "demo", "init", "follow", "doctor", "discord", "slack"}
"""Words of the program itself, which are in no registry."""


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_a_source_file_is_short(path: Path) -> None:
    most = PORT_MAX_LINES if path.parent.name == "ports" else MAX_LINES

    assert len(path.read_text().splitlines()) <= most


def test_the_api_says_exactly_what_it_has() -> None:
    offered = {name for name in vars(engine.api) if not name.startswith("_")}

    assert sorted(offered) == sorted(engine.api.__all__)


def test_the_built_in_agent_names_the_image_that_is_built() -> None:
    version = (ROOT / "deploy/agents/demo/version").read_text().strip()

    assert DEMO.image == f"halyard-agent-demo:{version}"


@pytest.mark.parametrize(
    ("page", "lines"),
    [("README.md", 100), ("docs/architecture.md", 200)],
)
def test_a_page_is_short_enough_to_be_read(page: str, lines: int) -> None:
    assert len((ROOT / page).read_text().splitlines()) <= lines


def shown_commands() -> list[tuple[str, str]]:
    """Every command line of ours in code blocks and code spans, with the page it is on."""
    found = []
    for page in TEXTS:
        code = re.findall(r"```[a-z]*\n(.*?)```|`([^`\n]+)`", page.read_text(), re.DOTALL)
        for block, span in code:
            lines = (block or span).splitlines()
            found += [(name_of(page), line) for line in lines if line.startswith("halyard ")]
    return sorted(set(found))


@pytest.mark.parametrize(("page", "line"), shown_commands())
def test_a_command_that_a_page_shows_exists_and_takes_what_is_shown(page: str, line: str) -> None:
    words = shlex.split(line.split("#", maxsplit=1)[0])[1:]
    if words[0].strip("-") in PROGRAM | {"version"} or words[0].isupper():
        return

    command, rest = found_command(words)

    names = {option.name for option in command.options}
    given = {word.lstrip("-").split("=")[0] for word in rest if "=" in word or word[:2] == "--"}
    assert given <= names | {"json"}, page


def found_command(words: list[str]) -> tuple[Command[object], list[str]]:
    two = " ".join(words[:2])
    if two in registry:
        return registry.find(two), words[2:]
    return registry.find(words[0]), words[1:]
