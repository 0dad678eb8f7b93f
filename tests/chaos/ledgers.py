"""What the demo agents wrote down themselves, taken out of their home volumes."""

import io
import json
import tarfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

from docker import APIClient
from docker.errors import APIError

from tests.docker_host import base_image, docker_client
from tests.halyard import Halyard

FOLDER = "/ledgers"
FILE = "ledger.jsonl"
REMOVED_BY_OTHERS = frozenset({404, 409})
"""What the Engine answers where a container is gone, or just going."""
Entry = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Question:
    """A permission that an agent asked for."""

    id: str
    """As JSON text; each process counts anew."""
    answers: Sequence[Any]
    """All that came, in order."""
    is_last: bool
    """Whether its process was given nothing more to do."""


@dataclass(frozen=True, slots=True)
class Ledger:
    """What the agent of one session received and sent, over all its containers."""

    lives: list[list[Entry]] = field(default_factory=list)
    """The entries of each process, oldest first."""

    @property
    def prompts(self) -> Sequence[str]:
        """Every task that arrived."""
        return [entry["text"] for entry in self._of("prompt")]

    @property
    def texts(self) -> Sequence[str]:
        """Every text that was sent."""
        return [entry["text"] for entry in self._of("text")]

    @property
    def last_texts(self) -> frozenset[str]:
        """What each process wrote down last in mid-turn: it may have died before it was sent."""
        return frozenset(text for life in self.lives if (text := _unsent(life)) is not None)

    def questions(self) -> Iterator[Question]:
        """Yield all questions, in the order in which they were asked."""
        for life in self.lives:
            for place, entry in enumerate(life):
                if entry["kind"] == "ask":
                    yield _question(entry["id"], life[place:])

    def _of(self, kind: str) -> Iterator[Entry]:
        return (entry for life in self.lives for entry in life if entry["kind"] == kind)


def _unsent(life: Sequence[Entry]) -> str | None:
    """Return the text that a process may have died in; an end of its turn shows that it did not."""
    for entry in reversed(life):
        if entry["kind"] == "end":
            return None
        if entry["kind"] == "text":
            return str(entry["text"])
    return None


def _question(id_: object, since: Sequence[Entry]) -> Question:
    answers = [e["answer"] for e in since if e["kind"] == "answer" and e["id"] == id_]
    return Question(json.dumps(id_), answers, all(e["kind"] != "prompt" for e in since))


def ledgers_of(halyard: Halyard) -> Mapping[str, Ledger]:
    """Read the ledgers of all sessions that have a home volume, by the sessions' ids."""
    names, there = halyard.names, halyard.things().volumes
    ids = [row["id"] for row in halyard.rows("SELECT id FROM session")]
    homes = {names.home(id_): f"{FOLDER}/{id_}" for id_ in ids if names.home(id_) in there}
    found: dict[str, Ledger] = {}
    if homes:
        with _shelf(homes, names.labels(role="reader")) as archive:
            found.update(_ledgers(archive))
    return {id_: found.get(id_, Ledger()) for id_ in ids}


def _ledgers(archive: tarfile.TarFile) -> Iterator[tuple[str, Ledger]]:
    for member in archive:
        path = PurePosixPath(member.name)
        if path.name == FILE:
            content = archive.extractfile(member)
            assert content is not None
            yield path.parts[1], _parsed(content.read())


def _parsed(content: bytes) -> Ledger:
    ledger = Ledger()
    # What is behind the last newline was being written when the process died.
    for line in content.rpartition(b"\n")[0].splitlines():
        entry = json.loads(line)
        if entry["kind"] == "start":
            ledger.lives.append([])
        ledger.lives[-1].append(entry)
    return ledger


@contextmanager
def _shelf(homes: Mapping[str, str], labels: Mapping[str, str]) -> Iterator[tarfile.TarFile]:
    """Make, but never start, a container with all the volumes; the Engine reads them out."""
    with docker_client() as docker:
        binds = [f"{name}:{place}:ro" for name, place in homes.items()]
        shelf = docker.create_container(
            base_image(),
            volumes=list(homes.values()),
            host_config=docker.create_host_config(binds=binds),
            labels=dict(labels),
        )
        try:
            chunks, _ = docker.get_archive(shelf, FOLDER)
            with tarfile.open(fileobj=io.BytesIO(b"".join(chunks))) as archive:
                yield archive
        finally:
            _remove(docker, shelf)


def _remove(docker: APIClient, container: str) -> None:
    """Remove a container; Halyard's janitor may be doing so too, as it is of no session."""
    try:
        docker.remove_container(container, v=False, force=True)
    except APIError as error:
        if error.status_code not in REMOVED_BY_OTHERS:
            raise
