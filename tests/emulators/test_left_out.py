"""A run that must not pass without the official files does not, though all of its tests do."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.conftest import NEEDS_CONTRACTS
from tests.emulators.contracts import ROOT

pytestmark = pytest.mark.timeout(150)
SMALL = "tests/emulators/test_slack_rates.py"
"""Tests whose emulators have something to hold against the files."""


@pytest.mark.parametrize("workers", ["0", "1"])
def test_a_run_that_needs_the_official_files_fails_where_they_are_absent(
    workers: str, tmp_path: Path
) -> None:
    done = run("-n", workers, HALYARD_CONTRACTS=str(tmp_path), **{NEEDS_CONTRACTS: "1"})

    assert done.returncode == pytest.ExitCode.TESTS_FAILED
    assert "validations were left out" in done.stdout
    assert " passed" in done.stdout
    assert " failed" not in done.stdout


def test_any_other_run_passes_and_says_what_was_left_out(tmp_path: Path) -> None:
    done = run("-n", "0", HALYARD_CONTRACTS=str(tmp_path))

    assert done.returncode == pytest.ExitCode.OK
    assert "validations were left out" in done.stdout


def test_ci_is_such_a_run() -> None:
    assert f"{NEEDS_CONTRACTS}=1 part test" in (ROOT / ".ci" / "run").read_text()


def run(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a few tests in a process of its own."""
    return subprocess.run(  # noqa: S603 - our own words
        [sys.executable, "-m", "pytest", SMALL, *words],
        cwd=ROOT,
        env=_without_needs(os.environ) | environment,
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )


def _without_needs(environment: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in environment.items() if name != NEEDS_CONTRACTS}
