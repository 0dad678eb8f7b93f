"""What is counted against the limit of a log is never less than the Engine keeps in its file."""

import asyncio
import json
from collections.abc import Sequence
from pathlib import PurePosixPath

import pytest
from docker import APIClient

from engine.adapters.docker.frames import Entry
from engine.adapters.docker.host import DockerHost
from engine.adapters.docker.reader import Reader
from engine.domain.attempt import Cursor
from engine.domain.values import ContainerId
from engine.ports.hosts import LogLine, Stream
from tests.docker_host import a_spec, all_lines, started

STAMP = "2026-11-28T18:39:11.123456789Z"
"""As long as a stamp can be; the Engine leaves out zeros at its end."""
HTML = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026"})
"""What the Engine escapes beyond JSON."""

TEXTS = [
    pytest.param(b"", id="empty"),
    pytest.param(b"7", id="short"),
    pytest.param(b'{"text": "\\n"}' * 10, id="quotes"),
    pytest.param(b"<&>" * 100, id="markup"),
    pytest.param(b"\x1b[0m\x00\x01\r" * 20, id="control-characters"),
    pytest.param("Grüße, 你好 🙂".encode() * 20, id="other-alphabets"),
    pytest.param("\u2028\u2029".encode() * 20, id="separators"),
]


def read(*entries: bytes) -> Sequence[LogLine]:
    """Return the lines of entries of stdout."""
    played = (Entry(Stream.STDOUT, number, text) for number, text in enumerate(entries, 1))
    return Reader(Cursor(), None).read(played)


def record(text: str) -> int:
    """Return how long an entry is in the Engine's file."""
    entry = {"log": text, "stream": "stdout", "time": STAMP}
    line = json.dumps(entry, ensure_ascii=False, separators=(",", ":")) + "\n"
    return len(line.translate(HTML).encode())


@pytest.mark.parametrize("text", TEXTS)
def test_a_line_counts_as_what_its_record_is_long(text: bytes) -> None:
    [line] = read(text + b"\n")

    kept = record(text.decode() + "\n")
    assert kept <= line.kept_bytes < 2 * kept


def test_a_million_short_lines_count_as_far_more_than_their_text() -> None:
    [line] = read(b"7\n")

    assert line.kept_bytes * 1_000_000 > 64 * 2**20


def test_each_piece_of_a_long_line_counts_as_a_record() -> None:
    [line] = read(b"x" * 16_384, b"x" * 16_384, b"x\n")

    kept = 2 * record("x" * 16_384) + record("x\n")
    assert kept <= line.kept_bytes < 1.1 * kept


# --- on the real Engine -------------------------------------------------------------------------

PROGRAMS = [
    pytest.param("for n in range(30_000): print(n % 10)", id="short-lines"),
    pytest.param("for n in range(3_000): print('\"' * 300)", id="quotes"),
    pytest.param("for n in range(3_000): print('<a&b>' * 60)", id="markup"),
    pytest.param("for n in range(3_000): print('\\t\\x1b\\x00' * 60)", id="control-characters"),
    pytest.param("for n in range(50): print('x' * 100_000)", id="long-lines"),
    pytest.param(
        "import sys\nfor n in range(3_000): sys.stdout.buffer.write(b'\\xff\\xe4' * 100 + b'\\n')",
        id="no-text",
    ),
]


@pytest.mark.docker
@pytest.mark.parametrize("program", PROGRAMS)
async def test_what_is_counted_is_the_size_of_the_file_or_a_little_more(
    host: DockerHost, docker: APIClient, image: str, program: str
) -> None:
    container = await started(host, a_spec(image, "python3", "-c", program))
    counted = sum(line.kept_bytes for line in await all_lines(host, container))

    kept = await asyncio.to_thread(file_size, docker, image, container)

    assert kept <= counted < 2 * kept


def file_size(docker: APIClient, image: str, container: ContainerId) -> int:
    """Return how large a container's log is; the Engine tells nobody, and its folder is root's."""
    path = PurePosixPath(docker.inspect_container(container)["LogPath"])
    looking = docker.create_container(
        image,
        ["stat", "--format=%s", f"/log/{path.name}"],
        user="root",
        host_config=docker.create_host_config(
            binds=[f"{path.parent}:/log:ro"], network_mode="none"
        ),
    )
    try:
        docker.start(looking)
        docker.wait(looking, timeout=20)
        return int(docker.logs(looking))
    finally:
        docker.remove_container(looking, v=True, force=True)
