"""What figures are measured on: a folder on the disk, a source, and Halyards that leave nothing."""

from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from importlib.resources import files
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from psutil import Process

from engine.api import Durations
from tests.benchmarks.sessions import done
from tests.docker_host import ROOT, SOCKET, base_image
from tests.halyard import Halyard, a_repository, agent_image, running_halyard

TINY = (files("tests.benchmarks") / "tiny_agent.sh").read_text()
DEFAULTS = Durations()


@dataclass(frozen=True, slots=True)
class Ground:
    """A folder for what is made, and how much of everything there is to be."""

    folder: Path
    scale: float
    runs: int
    source: Path
    """The repository that sessions work on."""
    _numbers: Iterator[int] = field(default_factory=count)

    def sized(self, full: int, *, least: int = 1) -> int:
        """Return how many of something there are at this scale."""
        return max(least, round(full * self.scale))

    def fresh(self) -> Path:
        """Return a new empty folder."""
        folder = self.folder / f"{next(self._numbers)}"
        folder.mkdir()
        return folder

    @asynccontextmanager
    async def halyard(self, **durations: float) -> AsyncIterator[Halyard]:
        """Bring a new installation up with a project `bench`; remove all of it afterwards."""
        async with running_halyard(self.fresh(), **_sections(durations)) as halyard:
            await done(halyard, "project add", name="bench", source=str(self.source))
            yield halyard


@contextmanager
def ground(*, scale: float, runs: int) -> Iterator[Ground]:
    """Make the folder, below `var` because that is on the disk that a database would be on."""
    place = ROOT / "var"
    place.mkdir(exist_ok=True)
    with TemporaryDirectory(prefix="bench-", dir=place) as name:
        folder = Path(name)
        yield Ground(folder, scale, runs, a_repository(folder))


def usage_of(halyard: Halyard) -> Process:
    """Return what tells of the memory, threads and processor time that it takes."""
    return Process(halyard.pid)


def _sections(durations: Mapping[str, float]) -> dict[str, Mapping[str, Any]]:
    """Return settings with the durations that hold by default, and room for many sessions."""
    usual = {
        "unknown": DEFAULTS.unknown_s,
        "stop_grace": DEFAULTS.stop_grace_s,
        "janitor": DEFAULTS.janitor_s,
        "host_check": DEFAULTS.host_check_s,
    }
    return {
        "durations": {**usual, **durations},
        "hosts": {"local": {"socket": f"unix://{SOCKET}", "slots": 1000}},
        "agents": {
            "demo": {"image": agent_image(), "argv": ["halyard-demo-agent"]},
            "tiny": {"image": base_image(), "argv": ["sh", "-c", TINY]},
        },
    }
