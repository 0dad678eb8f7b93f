"""`halyard demo`, whole, on the real Engine: what it shows and what it leaves behind."""

import asyncio
import errno
import json
import os
import pty
import select
import signal
import sqlite3
import subprocess
import sys
import termios
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from bot.demo.provisions import repository
from engine.adapters.docker.names import Names
from engine.api import InstallationId
from tests.docker_host import docker_client
from tests.git_repository import git
from tests.service import LIMIT_S, ROOT, lines_of, rest_of

pytestmark = [pytest.mark.docker, pytest.mark.timeout(180)]


def demo(folder: Path) -> subprocess.Popen[str]:
    """Begin the demo with `folder` for its temporary files."""
    return subprocess.Popen(
        [sys.executable, "-m", "bot", "demo"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), "TMPDIR": str(folder)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def read_until(running: subprocess.Popen[str], start: str) -> list[str]:
    """Return what is printed up to the first line with this start."""
    lines = []
    for line in lines_of(running.stdout):
        lines.append(line)
        if line.startswith(start):
            return lines
    raise AssertionError("".join(lines))


class Terminal:
    """A terminal that a person sits at, with a demo on it."""

    def __init__(self, running: subprocess.Popen[bytes], person: int) -> None:
        self.running = running
        self._person = person
        self._shown = b""

    def type(self, keys: str) -> None:
        """Press keys."""
        os.write(self._person, keys.encode())

    def read_until(self, words: str) -> None:
        """Return when these words are shown."""
        while words.encode() not in self._shown:
            assert self._reads_more(), self._shown.decode()

    def rest(self) -> str:
        """Return all that was shown, when the demo has ended."""
        while self._reads_more():
            pass
        self.running.wait(timeout=LIMIT_S)
        return self._shown.decode().replace("\r\n", "\n")

    def _reads_more(self) -> bool:
        """Whether more is shown before the end."""
        ready, _, _ = select.select([self._person], [], [], LIMIT_S)
        assert ready, f"Nothing more is shown: {self._shown.decode()}"
        try:
            more = os.read(self._person, 65536)
        except OSError as error:
            if error.errno != errno.EIO:  # So Linux says that no program holds it any more.
                raise
            return False
        self._shown += more
        return bool(more)


@contextmanager
def terminal(folder: Path) -> Iterator[Terminal]:
    """Begin the demo on a terminal, with `folder` for its temporary files."""
    person, program = pty.openpty()
    termios.tcsetwinsize(program, (24, 200))
    # Nobody here answers where the cursor is.
    words = {"PYTHONPATH": str(ROOT), "TMPDIR": str(folder), "PROMPT_TOOLKIT_NO_CPR": "1"}
    running = subprocess.Popen(
        [sys.executable, "-m", "bot", "demo"],
        cwd=folder,
        env={**os.environ, **words, "TERM": "xterm"},
        stdin=program,
        stdout=program,
        stderr=program,
        start_new_session=True,
    )
    os.close(program)
    try:
        yield Terminal(running, person)
    finally:
        running.kill()
        running.wait()
        os.close(person)


def installation_in(folder: Path) -> InstallationId:
    """Return whose things a running demo makes, from its database."""
    [file] = folder.glob("halyard-demo-*/state/halyard.db")
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as database:
        [(id_,)] = database.execute("SELECT id FROM installation")
    return InstallationId(id_)


def things_of(installation: InstallationId) -> list[str]:
    """Return what the Engine has of an installation."""
    filters = Names(installation).filters()
    with docker_client() as client:
        containers = [c["Id"] for c in client.containers(all=True, filters=filters)]
        volumes = [v["Name"] for v in client.volumes(filters)["Volumes"] or ()]
        networks = [n["Name"] for n in client.networks(filters=filters)]
    return [*containers, *volumes, *networks]


def test_the_demo_does_the_whole_job_and_leaves_nothing(tmp_path: Path) -> None:
    running = demo(tmp_path)

    shown = read_until(running, "= ready")
    installation = installation_in(tmp_path)
    meanwhile = things_of(installation)
    rest, complaints = rest_of(running)

    result = json.loads(rest.splitlines()[-1])
    assert (running.returncode, complaints) == (0, "")
    assert list(result) == [
        "session",
        "state",
        "reason",
        "host",
        "events",
        "approvals",
        "files_changed",
        "tokens",
        "seconds",
    ]
    assert (result["state"], result["reason"], result["host"]) == ("ended", "done", "local")
    assert (result["approvals"], result["files_changed"]) == (1, 1)
    assert result["events"] > 20
    assert result["tokens"] > 0
    story = "".join(shown) + rest
    assert "There is no terminal to ask on, so it is allowed once." in story
    assert "[x] Check the change with git" in story
    assert "+# Notes" in story
    assert meanwhile
    assert_nothing_left(installation, tmp_path)


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("when", ["= placing", "= starting", "  ? demo-1.1 asks"])
def test_a_demo_that_is_stopped_leaves_nothing(when: str, sign: int, tmp_path: Path) -> None:
    running = demo(tmp_path)
    read_until(running, when)
    installation = installation_in(tmp_path)

    running.send_signal(sign)
    _, complaints = rest_of(running)

    assert (running.returncode, complaints) == (130, "")
    assert_nothing_left(installation, tmp_path)


def assert_nothing_left(installation: InstallationId, folder: Path) -> None:
    """Fail if anything is there of a demo that ran in `folder`."""
    assert things_of(installation) == []
    assert list(folder.iterdir()) == []


def result_of(shown: str) -> dict[str, Any]:
    """Return the last line, which is for programs."""
    return dict(json.loads(shown.splitlines()[-1]))


@pytest.mark.parametrize("keys", ["\r", "Yes\r"])
def test_who_answers_yes_on_a_terminal_sees_the_change_made(keys: str, tmp_path: Path) -> None:
    with terminal(tmp_path) as seat:
        seat.read_until("Allow it? [Y/n]")
        installation = installation_in(tmp_path)
        seat.type(keys)
        shown = seat.rest()

    result = result_of(shown)
    assert seat.running.returncode == 0
    assert "There is no terminal" not in shown
    assert "? demo-1.1 allowed" in shown
    assert (result["reason"], result["approvals"], result["files_changed"]) == ("done", 1, 1)
    assert_nothing_left(installation, tmp_path)


def test_who_answers_no_on_a_terminal_sees_nothing_changed(tmp_path: Path) -> None:
    with terminal(tmp_path) as seat:
        seat.read_until("Allow it? [Y/n]")
        installation = installation_in(tmp_path)
        seat.type("n\r")
        shown = seat.rest()

    result = result_of(shown)
    assert seat.running.returncode == 1
    assert "? demo-1.1 denied" in shown
    assert "You said no, so I leave NOTES.md as it is." in shown
    assert (result["reason"], result["approvals"], result["files_changed"]) == ("done", 1, 0)
    assert_nothing_left(installation, tmp_path)


@pytest.mark.parametrize("key", ["\x03", "\x04"], ids=["Ctrl-C", "Ctrl-D"])
def test_who_leaves_at_the_question_leaves_nothing(key: str, tmp_path: Path) -> None:
    with terminal(tmp_path) as seat:
        seat.read_until("Allow it? [Y/n]")
        installation = installation_in(tmp_path)
        seat.type(key)
        shown = seat.rest()

    assert seat.running.returncode == 130
    assert "Traceback" not in shown
    assert "demo-1.1 allowed" not in shown
    assert_nothing_left(installation, tmp_path)


def test_a_machine_without_an_engine_is_told_so(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bot", "demo"],
        cwd=tmp_path,
        env={
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "TMPDIR": str(tmp_path),
            "DOCKER_HOST": f"unix://{tmp_path}/none.sock",
        },
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=LIMIT_S,
        check=False,
    )

    assert done.returncode == 1
    assert "build.sh failed" in done.stderr
    assert "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_its_repository_is_the_same_everywhere(tmp_path: Path) -> None:
    folders = [tmp_path / "a", tmp_path / "b"]

    for folder in folders:
        asyncio.run(repository(folder))

    heads = [git(folder, "rev-parse", "HEAD") for folder in folders]
    assert heads[0] == heads[1]
    assert sorted(path.name for path in folders[0].iterdir()) == [
        ".git",
        "README.md",
        "greet.py",
        "test_greet.py",
    ]
