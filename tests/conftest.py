"""What holds for every test."""

import os
import signal
import threading
from collections.abc import Iterator

import pytest
from discord.gateway import KeepAliveHandler
from hypothesis import HealthCheck, settings

from tests.emulators.left_out import LEFT_OUT

# Timings never make a test fail; in CI the same inputs come every time.
settings.register_profile(
    "halyard",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    derandomize="CI" in os.environ,
)
settings.load_profile("halyard")

LEFT_OUT_BY_WORKERS = pytest.StashKey[int]()
NEEDS_CONTRACTS = "HALYARD_REQUIRE_CONTRACTS"
"""Set where a run must not pass without the official files, as in CI."""


def pytest_configure() -> None:
    """Hear Ctrl-C, and let what tests start hear it: a shell's background jobs would ignore it."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(autouse=True)
def no_heart_beats_on() -> Iterator[None]:
    """Stop the threads that discord.py leaves behind when it is cut off while it connects.

    Each would wake after the test that made it, and fail whichever runs then.
    """
    yield
    for thread in threading.enumerate():
        if isinstance(thread, KeepAliveHandler) and thread.ws.loop.is_closed():
            thread.stop()


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Tell how many validations were left out, to who runs the workers if this is one."""
    worker = getattr(session.config, "workeroutput", None)
    if worker is not None:
        worker["left_out"] = LEFT_OUT.count
    elif left_out(session.config) and os.environ.get(NEEDS_CONTRACTS):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: object) -> None:
    """Add up what the workers left out."""
    config: pytest.Config = getattr(node, "config")  # noqa: B009 - xdist's node has no type here
    told = getattr(node, "workeroutput", {}).get("left_out", 0)
    config.stash[LEFT_OUT_BY_WORKERS] = config.stash.get(LEFT_OUT_BY_WORKERS, 0) + told


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say what was not held against the official files, as they are not here."""
    count = left_out(terminalreporter.config)
    if count:
        terminalreporter.write_line(
            f"{count} validations were left out: set HALYARD_CONTRACTS to the folder "
            "of the official API descriptions."
        )


def left_out(config: pytest.Config) -> int:
    """The validations of this process and of its workers that were not done."""
    return LEFT_OUT.count + config.stash.get(LEFT_OUT_BY_WORKERS, 0)
