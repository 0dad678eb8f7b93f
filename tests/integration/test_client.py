"""The client of the local API, when what it speaks to goes away."""

import io
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bot.core.call import Call
from bot.web import client as client_module
from bot.web.client import Client, Live, NoService
from engine.api import EventNumber, FileId
from tests.faces import short_folder

LIMIT_S = 10.0
STREAM = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\nevent: live\ndata: {}\n\n"
CUT = b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nonly the beginning"
FILE = FileId("0" * 64)


class Time:
    """A clock that moves only when somebody sleeps, and tells how often that was."""

    def __init__(self) -> None:
        self.now_s = 1000.0
        self.slept = 0
        self.at_sleep = {3: lambda: None}

    def monotonic(self) -> float:
        return self.now_s

    def sleep(self, seconds: float) -> None:
        self.now_s += seconds
        self.slept += 1
        self.at_sleep.get(self.slept, lambda: None)()


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Time:
    time = Time()
    monkeypatch.setattr(client_module, "time", time)
    return time


@pytest.fixture
def path() -> Iterator[Path]:
    with short_folder() as folder:
        yield folder / "s"


@contextmanager
def answering(path: Path, answer: bytes, *, times: int = 1) -> Iterator[None]:
    """Give the same answer to so many requests, each time hang up, and go away at the end."""
    listener = socket.socket(socket.AF_UNIX)
    listener.settimeout(LIMIT_S)
    listener.bind(str(path))
    listener.listen()

    def answer_all() -> None:
        for _ in range(times):
            connection, _ = listener.accept()
            with connection:
                connection.settimeout(LIMIT_S)
                connection.recv(1 << 16)
                connection.sendall(answer)

    thread = threading.Thread(target=answer_all)
    thread.start()
    try:
        yield
    finally:
        thread.join(LIMIT_S)
        listener.close()
        path.unlink()


def test_a_stream_that_was_long_quiet_waits_for_the_service_to_come_back(
    path: Path, time: Time
) -> None:
    stream = Client(path).events(EventNumber(0))
    with answering(path, STREAM):
        first = next(stream)
    time.now_s += 3600
    back = answering(path, STREAM)
    time.at_sleep[10] = back.__enter__

    again = next(stream)
    back.__exit__(None, None, None)

    assert (first, again) == (Live(), Live())
    assert time.slept == 10


def test_a_stream_whose_service_stays_away_ends_within_its_promise(path: Path, time: Time) -> None:
    stream = Client(path).events(EventNumber(0))
    with answering(path, STREAM):
        next(stream)
    begun_s = time.now_s

    with pytest.raises(NoService, match="Start it: halyard up"):
        next(stream)

    waited_s = time.now_s - begun_s
    assert client_module.RECONNECT_S <= waited_s <= client_module.RECONNECT_S + 1


def test_a_stream_that_breaks_again_and_again_ends_too(path: Path, time: Time) -> None:
    tries = int(client_module.RECONNECT_S / client_module.RETRY_S) + 2

    with answering(path, b"", times=tries), pytest.raises(NoService, match="was cut"):
        next(Client(path).events(EventNumber(0)))

    assert time.slept == tries - 1


def test_a_call_that_is_cut_twice_says_how_to_find_out_what_holds(path: Path, time: Time) -> None:
    with answering(path, CUT, times=2), pytest.raises(NoService, match="`halyard status` shows"):
        Client(path).call(Call("status"), key="k")

    assert time.slept == 1


def test_a_file_that_is_cut_on_its_way_is_not_taken_for_the_whole(path: Path) -> None:
    with answering(path, CUT), pytest.raises(NoService, match="was cut"):
        Client(path).download(FILE, io.BytesIO())


def test_a_reader_that_has_enough_is_not_taken_for_a_service_that_is_gone(path: Path) -> None:
    class Closed(io.BytesIO):
        def write(self, _content: object) -> int:
            raise BrokenPipeError

    with answering(path, CUT), pytest.raises(BrokenPipeError):
        Client(path).download(FILE, Closed())
