"""The way into a container and the lines out of it, on the real Engine."""

import asyncio
import random
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing
from email.utils import formatdate
from pathlib import Path

import pytest
from docker import APIClient

from engine.adapters.docker import reader
from engine.adapters.docker.frames import Entry
from engine.adapters.docker.host import DockerHost
from engine.domain.attempt import Cursor
from engine.domain.errors import ContainerLost, HostUnavailable
from engine.domain.values import ContainerId
from engine.ports.hosts import LogLine, Stdin, Stream
from tests.docker_host import a_spec, all_lines, opened_host, some_lines, started, texts
from tests.engine_proxy import Proxy, proxied

pytestmark = pytest.mark.docker

ECHO = "import sys\nfor line in sys.stdin: print(len(line), len(set(line)), flush=True)"
BOTH = """
import sys
for number in range({count}):
    for stream in sys.stdout, sys.stderr:
        stream.write(f"{{number}}\\n")
        stream.flush()
"""
"""Writes the same numbers to both streams, as fast as it can."""


def numbers(count: int) -> list[bytes]:
    return [b"%d" % number for number in range(count)]


async def write_on(stdin: Stdin) -> None:
    """Write until it fails: what comes right behind the end is still taken by the Engine."""
    for _ in range(100):
        await stdin.write(b"more\n")
        await asyncio.sleep(0.01)


async def read_into(lines: list[LogLine], host: DockerHost, container: ContainerId) -> None:
    """Read from the start, and keep what came before a failure."""
    async for batch in host.lines(container, Cursor()):
        lines += batch


def assert_all_once(lines: list[LogLine], count: int) -> None:
    for stream in Stream:
        assert texts(lines, stream) == numbers(count)


@pytest.fixture
async def proxy(tmp_path: Path) -> AsyncIterator[Proxy]:
    async with proxied(tmp_path) as proxy:
        yield proxy


@pytest.fixture
async def far(proxy: Proxy) -> AsyncIterator[DockerHost]:
    """Give a host whose logs pass the proxy."""
    async with opened_host(socket=proxy.socket) as host:
        yield host


@pytest.fixture
def small_windows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "FIRST_TAIL", 20)


# --- in -----------------------------------------------------------------------------------------


async def test_what_is_written_before_the_start_arrives(host: DockerHost, image: str) -> None:
    container = await host.create(a_spec(image, "head", "-n", "1"))

    async with host.stdin(container) as stdin:
        await stdin.write(b"early\n")
        await host.start(container)

        assert texts(await all_lines(host, container)) == [b"early"]


async def test_leaving_does_not_close_the_containers_stdin(host: DockerHost, image: str) -> None:
    container = await started(host, a_spec(image, "cat"))

    for text in (b"one\n", b"two\n"):
        async with host.stdin(container) as stdin:
            await stdin.write(text)

    assert texts(await some_lines(host, container, 2)) == [b"one", b"two"]


async def test_long_writes_of_several_at_once_stay_whole(host: DockerHost, image: str) -> None:
    container = await started(host, a_spec(image, "python3", "-c", ECHO))
    size = 1_000_000

    async with host.stdin(container) as one, host.stdin(container) as two:
        writes = [
            stdin.write(letter * size + b"\n")
            for stdin, letters in ((one, b"abc"), (two, b"def"))
            for letter in (bytes([value]) for value in letters)
        ]
        await asyncio.gather(*writes)

        lines = await some_lines(host, container, len(writes))

    assert texts(lines) == [b"%d 2" % (size + 1)] * len(writes)


async def test_a_container_that_has_ended_takes_no_input(host: DockerHost, image: str) -> None:
    container = await started(host, a_spec(image, "cat"))
    async with host.stdin(container) as stdin:
        await host.kill(container)

        with pytest.raises(ContainerLost):
            await write_on(stdin)


async def test_the_way_into_one_that_is_gone_is_lost(host: DockerHost) -> None:
    with pytest.raises(ContainerLost):
        async with host.stdin(ContainerId("0" * 64)):
            pass


# --- out ----------------------------------------------------------------------------------------


async def test_both_streams_are_read_to_the_end(host: DockerHost, image: str) -> None:
    container = await started(host, a_spec(image, "python3", "-c", BOTH.format(count=500)))

    assert_all_once(await all_lines(host, container), 500)
    assert_all_once(await all_lines(host, container), 500)


async def test_lines_may_be_asked_for_before_the_start(host: DockerHost, image: str) -> None:
    container = await host.create(a_spec(image, "echo", "hello"))

    async with asyncio.TaskGroup() as tasks:
        reading = tasks.create_task(all_lines(host, container))
        await asyncio.sleep(0)
        await host.start(container)

    assert texts(reading.result()) == [b"hello"]


async def test_a_last_line_without_its_end_is_held_back(host: DockerHost, image: str) -> None:
    container = await started(host, a_spec(image, "printf", "one\\n\\ntwo"))

    assert texts(await all_lines(host, container)) == [b"one", b""]


async def test_long_lines_are_whole_and_the_cursor_is_behind_them(
    host: DockerHost, image: str
) -> None:
    sizes = [16_383, 16_384, 16_385, 1_000_000, 1, 50_000, 32_768]
    script = f"for size in {sizes}: print('x' * size)"
    container = await started(host, a_spec(image, "python3", "-c", script))

    lines = await all_lines(host, container)

    assert [len(line.text) for line in lines] == sizes
    for place, line in enumerate(lines):
        rest = await all_lines(host, container, line.cursor)
        assert [len(other.text) for other in rest] == sizes[place + 1 :]


@pytest.mark.timeout(120)
async def test_a_flood_is_read_without_a_loss(host: DockerHost, image: str) -> None:
    count = 200_000
    script = f"for number in range({count}): print(number, 'x' * 100)"
    container = await started(host, a_spec(image, "python3", "-c", script))

    lines = await all_lines(host, container)

    assert texts(lines) == [b"%d " % number + b"x" * 100 for number in range(count)]


@pytest.mark.timeout(120)
async def test_nothing_is_lost_or_repeated_over_many_re_attaches_to_a_flood(
    host: DockerHost, image: str
) -> None:
    count = 60_000
    container = await started(host, a_spec(image, "python3", "-c", BOTH.format(count=count)))
    cursor, lines = Cursor(), []

    for number in range(1, 11):
        lines += await some_lines(host, container, number * 997, cursor)
        cursor = lines[-1].cursor
    lines += await all_lines(host, container, cursor)

    assert_all_once(lines, count)


async def test_a_reader_that_stalls_does_not_block_the_container(
    host: DockerHost, image: str, docker: APIClient
) -> None:
    count = 40_000
    script = f"for number in range({count}): print(number, 'x' * 200)"
    container = await started(host, a_spec(image, "python3", "-c", script))

    async with aclosing(host.lines(container, Cursor())) as batches:
        first = await anext(batches)
        await asyncio.to_thread(docker.wait, container, timeout=20)
        rest = [line async for batch in batches for line in batch]

    assert len(first) + len(rest) == count


async def test_a_read_may_go_on_from_any_line(
    host: DockerHost, image: str, small_windows: None
) -> None:
    container = await started(host, a_spec(image, "python3", "-c", BOTH.format(count=400)))
    lines = await all_lines(host, container)
    chance = random.Random(7)  # noqa: S311 - no secret

    for place in chance.sample(range(len(lines)), 20):
        rest = await all_lines(host, container, lines[place].cursor)

        assert [(one.stream, one.text) for one in rest] == [
            (one.stream, one.text) for one in lines[place + 1 :]
        ]
        assert [one.cursor for one in rest] == [one.cursor for one in lines[place + 1 :]]


# --- faults -------------------------------------------------------------------------------------


def coarse(entry: Entry) -> Entry:
    """Give many entries of both streams the same stamp."""
    return entry._replace(stamp_ns=entry.stamp_ns // 10**7 * 10**7)


def stepping(entry: Entry) -> Entry:
    """Set the host's clock back by a minute at every hundredth number."""
    return entry._replace(stamp_ns=entry.stamp_ns - int(entry.text) // 100 * 60 * 10**9)


@pytest.mark.parametrize("change", [coarse, stepping])
async def test_stamps_that_are_equal_or_go_back_lose_nothing(
    far: DockerHost, proxy: Proxy, image: str, small_windows: None, change: Callable[[Entry], Entry]
) -> None:
    proxy.change = change
    container = await started(far, a_spec(image, "python3", "-c", BOTH.format(count=400)))

    lines = await all_lines(far, container)

    assert_all_once(lines, 400)
    assert lines[-1].cursor.stepped is (change is stepping)
    for place in range(0, len(lines), 37):
        rest = await all_lines(far, container, lines[place].cursor)
        assert_all_once(lines[: place + 1] + rest, 400)


async def test_a_clock_that_went_back_while_we_were_away_loses_nothing(
    far: DockerHost, proxy: Proxy, image: str, small_windows: None
) -> None:
    container = await started(far, a_spec(image, "python3", "-c", BOTH.format(count=300)))
    lines = await all_lines(far, container)
    half = lines[300]

    def stepped_behind_it(entry: Entry) -> Entry:
        is_read = int(entry.text) <= int(half.text)
        return entry if is_read else entry._replace(stamp_ns=entry.stamp_ns - 3600 * 10**9)

    proxy.change = stepped_behind_it
    rest = await all_lines(far, container, half.cursor)

    assert_all_once(lines[:301] + rest, 300)
    assert rest[-1].cursor.stepped


async def test_a_log_is_read_from_its_start_while_the_hosts_clock_is_behind_the_cursor(
    far: DockerHost, proxy: Proxy, image: str, small_windows: None
) -> None:
    script = "seq 1 300; sleep 1.5; echo before; echo behind"
    container = await started(far, a_spec(image, "sh", "-c", script))
    lines = await all_lines(far, container)
    proxy.passed = 0

    proxy.date = formatdate(lines[-1].stamp_ns / 10**9 - 3600, usegmt=True)
    rest = await all_lines(far, container, lines[-2].cursor)

    assert texts(rest) == [b"behind"]
    assert proxy.passed >= len(lines)


async def test_a_connection_that_breaks_is_an_unavailable_host(
    far: DockerHost, proxy: Proxy, image: str
) -> None:
    container = await started(far, a_spec(image, "python3", "-c", BOTH.format(count=500)))
    proxy.cut_after = 400
    lines: list[LogLine] = []

    with pytest.raises(HostUnavailable):
        await read_into(lines, far, container)
    proxy.cut_after = None
    lines += await all_lines(far, container, lines[-1].cursor)

    assert_all_once(lines, 500)


async def test_an_answer_that_is_no_log_is_an_unavailable_host(
    far: DockerHost, proxy: Proxy, image: str
) -> None:
    container = await started(far, a_spec(image, "echo", "hello"))
    proxy.change = lambda entry: entry._replace(text=b"x" * 2**20)

    with pytest.raises(HostUnavailable):
        await all_lines(far, container)


async def test_a_small_window_is_enough_where_little_is_new(
    far: DockerHost, proxy: Proxy, image: str
) -> None:
    script = "seq 1 30000; sleep 1.5; echo last"
    container = await started(far, a_spec(image, "sh", "-c", script))
    lines = await all_lines(far, container)
    proxy.passed = 0

    rest = await all_lines(far, container, lines[-1].cursor)

    assert rest == []
    assert proxy.passed < len(lines)
