"""A second Docker Engine whose data lies on a small disk of its own, to be filled up by tests."""

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from docker import APIClient

from engine.domain.values import ContainerId
from tests.docker_host import docker_client

DISK_BYTES = 1024**3
STEP_BYTES = 1024**2
START_S = 30.0
ALONE = ("unshare", "--net")
"""Without a network of its own it would take the bridge of the machine's own Engine away."""
APART = ("--bridge=none", "--iptables=false", "--ip6tables=false")


@dataclass(frozen=True, slots=True)
class SmallEngine:
    """An Engine, and the disk that it keeps everything on."""

    socket: str
    disk: Path
    log: Path

    @property
    def free_bytes(self) -> int:
        """What is free on the disk."""
        return shutil.disk_usage(self.disk).free

    @property
    def lost_lines(self) -> int:
        """How many lines of containers it could not write, as it says itself."""
        return self.log.read_text().count("Failed to log msg")

    def lose_lines(self, count: int) -> None:
        """Wait until it has lost more than `count` lines."""
        deadline = time.monotonic() + START_S
        while self.lost_lines <= count:
            assert time.monotonic() < deadline, "It loses nothing."
            time.sleep(0.05)

    def logs(self, container: ContainerId, text: bytes) -> None:
        """Wait until it has written `text` into a container's log."""
        log = self.disk / "data" / "containers" / container / f"{container}-json.log"
        deadline = time.monotonic() + START_S
        while text not in log.read_bytes():
            assert time.monotonic() < deadline, "It writes no such line."
            time.sleep(0.05)

    def fill(self) -> None:
        """Leave nothing free."""
        with self._ballast.open("wb") as file:
            while self.free_bytes:
                _write(file.fileno(), STEP_BYTES)

    def leave(self, free_bytes: int) -> None:
        """Leave only so much free."""
        with self._ballast.open("wb") as file:
            os.posix_fallocate(file.fileno(), 0, self.free_bytes - free_bytes)

    def make_room(self) -> None:
        """Give back what was taken, if anything was."""
        self._ballast.unlink(missing_ok=True)

    @property
    def _ballast(self) -> Path:
        return self.disk / "ballast"


def _write(fd: int, size_bytes: int) -> None:
    try:
        os.write(fd, bytes(size_bytes))
    except OSError:
        if size_bytes > 1:
            _write(fd, size_bytes // 2)


@contextmanager
def small_engine(image: str) -> Iterator[SmallEngine]:
    """Run an Engine that has only `image`, and leave nothing of it behind."""
    with tempfile.TemporaryDirectory(prefix="halyard-") as folder, _disk(Path(folder)) as disk:
        engine = SmallEngine(f"{folder}/engine.sock", disk, Path(folder) / "log")
        with _running(engine, Path(folder)), closing(_client(engine)) as client:
            with docker_client() as ours:
                client.load_image(ours.get_image(image))  # type: ignore[no-untyped-call]
            yield engine


@contextmanager
def _disk(folder: Path) -> Iterator[Path]:
    file, disk = folder / "disk.img", folder / "disk"
    disk.mkdir()
    with file.open("wb") as opened:
        opened.truncate(DISK_BYTES)
    _run("mkfs.ext4", "-q", "-m", "0", "-O", "^has_journal", str(file))
    _run("mount", "-o", "loop", str(file), str(disk))
    try:
        yield disk
    finally:
        _run("umount", str(disk))


@contextmanager
def _running(engine: SmallEngine, folder: Path) -> Iterator[None]:
    own = (f"--data-root={engine.disk}/data", f"--exec-root={folder}/exec")
    argv = (
        *ALONE,
        "dockerd",
        *own,
        f"--pidfile={folder}/pid",
        f"--host=unix://{engine.socket}",
        *APART,
    )
    with engine.log.open("wb") as log:
        process = subprocess.Popen(argv, stdout=log, stderr=log)  # noqa: S603 - our own words
    try:
        _wait_for(engine)
        yield
    finally:
        process.terminate()
        process.wait(timeout=START_S)


def _wait_for(engine: SmallEngine) -> None:
    deadline = time.monotonic() + START_S
    while not _listens(engine.socket):
        assert time.monotonic() < deadline, "The second Engine does not come up."
        time.sleep(0.1)


def _listens(path: str) -> bool:
    with closing(socket.socket(socket.AF_UNIX)) as probe:
        return probe.connect_ex(path) == 0


def _client(engine: SmallEngine) -> APIClient:
    return APIClient(base_url=f"unix://{engine.socket}", version="auto", timeout=60)


def _run(*argv: str) -> None:
    subprocess.run(argv, check=True, capture_output=True, timeout=60)  # noqa: S603 - our own words
