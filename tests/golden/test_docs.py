"""The pages that are made by a program are what it makes."""

from collections.abc import Callable
from pathlib import Path

from bot.commands import registry
from bot.settings import reference as settings
from bot.views import reference as commands
from tests.conformance import matrix

DOCS = Path(__file__).parents[2] / "docs"
Golden = Callable[[Path, str], None]


def test_the_page_of_commands_is_current(golden: Golden) -> None:
    golden(DOCS / "commands.md", commands.page(registry))


def test_the_page_of_settings_is_current(golden: Golden) -> None:
    golden(DOCS / "settings.md", settings.page())


def test_the_page_of_what_faces_share_is_current(golden: Golden) -> None:
    golden(DOCS / "parity.md", matrix.page())
