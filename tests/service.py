"""The command line as processes of its own, and a service without an Engine for it to speak to."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

ROOT = Path(__file__).parents[1]
LIMIT_S = 60
NOWHERE = "data_dir: data\nhosts: {far: {socket: /nowhere/docker.sock}}\n"
"""Settings whose one host does not answer."""


class Cli:
    """Runs `halyard` in a folder that has a halyard.yaml."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __call__(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run a command to its end."""
        running = self.spawn(*words)
        out, err = running.communicate(timeout=LIMIT_S)
        return subprocess.CompletedProcess(words, running.returncode, out, err)

    def json(self, *words: str) -> Any:
        """Run a command that must succeed, and return what it prints for programs."""
        done = self(*words, "--json")
        assert done.returncode == 0, done.stderr + done.stdout
        return json.loads(done.stdout)

    def spawn(self, *words: str, stderr: int | IO[str] = subprocess.PIPE) -> subprocess.Popen[str]:
        """Begin a command."""
        config = str(self.folder / "halyard.yaml")
        return subprocess.Popen(  # noqa: S603 - our own program
            [sys.executable, "-m", "bot", *words],
            cwd=self.folder,
            env={**os.environ, "PYTHONPATH": str(ROOT), "HALYARD_CONFIG": config},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=stderr,
            text=True,
        )

    def follow(self, session: str) -> subprocess.Popen[str]:
        """Begin to follow a session."""
        return self.spawn("follow", session)


class Service(Cli):
    """One `halyard up` after the other, on one folder."""

    _up: subprocess.Popen[str] | None = None

    def start(self) -> None:
        """Start the service, and return when it answers."""
        log = self.folder / "log"
        with log.open("a") as stderr:
            self._up = self.spawn("up", stderr=stderr)
        first = lines_of(self._up.stdout).readline()
        assert first.startswith("Halyard is up."), log.read_text()

    def stop(self, sign: int = signal.SIGTERM) -> int:
        """Send the service a signal, and return how it ended."""
        assert self._up is not None
        self._up.send_signal(sign)
        self._up.communicate(timeout=LIMIT_S)
        return self._up.returncode

    def end(self) -> None:
        """Make sure that nothing runs any more."""
        if self._up is not None and self._up.poll() is None:
            self.stop(signal.SIGKILL)


@contextmanager
def service(folder: Path) -> Iterator[Service]:
    """Start a service with a project `web`, and stop it behind the block."""
    (folder / "halyard.yaml").write_text(NOWHERE)
    made = Service(folder)
    try:
        made.start()
        made.json("project", "add", "web", "source=https://git.example/acme/web.git")
        yield made
    finally:
        made.end()


def lines_of(stream: IO[str] | None) -> IO[str]:
    """Return a pipe of a process that was begun with one."""
    assert stream is not None
    return stream


def rest_of(running: subprocess.Popen[str]) -> tuple[str, str]:
    """Return what a process still prints and complains of.

    `communicate` loses what was read ahead.
    """
    printed = lines_of(running.stdout).read()
    complaints = lines_of(running.stderr).read()
    running.wait(timeout=LIMIT_S)
    lines_of(running.stdout).close()
    lines_of(running.stderr).close()
    return printed, complaints
