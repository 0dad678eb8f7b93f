"""Golden files."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

DATA = Path(__file__).parent / "data"


@pytest.fixture
def golden() -> Callable[[Path, str], None]:
    """Compare a text with a stored one; `UPDATE_GOLDEN=1` stores it instead."""

    def check(path: Path, actual: str) -> None:
        path = DATA / path
        if os.environ.get("UPDATE_GOLDEN"):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(actual)
        assert actual == path.read_text()

    return check
