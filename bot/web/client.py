"""A client of the local API, for the command line: sync, and of the standard library only."""

import http.client
import json
import os
import socket
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from urllib.parse import quote

from bot.core.answer import Answer
from bot.core.call import Call
from bot.core.told import decode_event
from engine.api import Event, EventNumber, FileId

ANSWER_S = 60.0
"""The longest silence of the service; it shows a sign of life every 15 s in a stream."""
RETRY_S = 0.5
RECONNECT_S = 30.0
"""How long a stream waits for the service to come back."""
CHUNK_BYTES = 64 * 1024
BROKEN = (ConnectionError, http.client.HTTPException, TimeoutError)
"""What a connection that was cut looks like."""


class NoService(Exception):
    """Nothing answers at the socket; the text says what to do."""


class Cut(NoService):
    """The connection broke before the answer was whole; the request may have been heard."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"The connection to {path} was cut before the answer was whole;"
            " `halyard status` shows what holds."
        )


class Rejected(Exception):
    """The service refused the request itself; the text is its sentence."""


@dataclass(frozen=True, slots=True)
class Live:
    """All that was there has been told; what follows happens now."""


class Client:
    """Speaks to the service at a socket."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def call(self, call: Call, *, key: str) -> Answer:
        """Make a call; if the connection breaks it is made once more, which does it once.

        Raises:
            NoService: nothing answers.
            Rejected: the request cannot be read.
        """
        body = json.dumps({"key": key, "path": call.path, "values": dict(call.values)}).encode()
        try:
            answer = self._posted("/calls", body)
        except Cut:
            time.sleep(RETRY_S)
            answer = self._posted("/calls", body)
        return Answer.decode(answer)

    def events(self, after: EventNumber, *, session: str = "") -> Iterator[Event | Live]:
        """Yield events behind `after`, each once and in order, across restarts of the service.

        Raises:
            NoService: nothing answers, or not again within a while.
            Rejected: there is no such session, or it may not be seen.
        """
        lost_at_s: float | None = None
        while True:
            try:
                for told in self._stream(after, session):
                    lost_at_s = None
                    after = told.number if isinstance(told, Event) else after
                    yield told
            except NoService as error:
                was_there = lost_at_s is not None or isinstance(error, Cut)
                if not was_there or _is_long_ago(lost_at_s):
                    raise
            # Not when it was last heard: a session may be quiet for hours.
            lost_at_s = time.monotonic() if lost_at_s is None else lost_at_s
            time.sleep(RETRY_S)

    def upload(self, path: Path) -> FileId:
        """Store the bytes of a file with the service.

        Raises:
            NoService: nothing answers.
            Rejected: it is too large, or the actor may not.
        """
        with path.open("rb") as content:
            size = os.fstat(content.fileno()).st_size
            answer = self._posted("/files", content, size=size)
        return FileId(json.loads(answer)["file"])

    def download(self, file: FileId, target: IO[bytes]) -> None:
        """Write the bytes of a stored file to `target`.

        Raises:
            NoService: nothing answers, or not to the last byte.
            Rejected: there is none, or the actor may not.
        """
        with self._asked("GET", f"/files/{quote(file)}") as response:
            while chunk := self._chunk(response):
                target.write(chunk)

    def _chunk(self, response: http.client.HTTPResponse) -> bytes:
        """Return the next bytes; none at the end. What fails in writing them is not caught here."""
        with self._telling_cuts():
            chunk = response.read(CHUNK_BYTES)
            # `read` with a size takes a connection that was cut for the end.
            if not chunk and response.length:
                raise http.client.IncompleteRead(chunk, response.length)
            return chunk

    def _posted(self, path: str, body: bytes | IO[bytes], *, size: int | None = None) -> bytes:
        headers = {"Content-Length": str(size)} if size is not None else {}
        with self._asked("POST", path, body, headers) as response, self._telling_cuts():
            return response.read()

    def _stream(self, after: EventNumber, session: str) -> Iterator[Event | Live]:
        path = f"/events?after={after}&session={quote(session)}"
        with self._asked("GET", path) as response, self._telling_cuts():
            kind = ""
            while line := response.readline():
                name, _, value = line.decode().rstrip("\n").partition(": ")
                if name == "event":
                    kind = value
                elif name == "data":
                    yield Live() if kind == "live" else decode_event(value)

    @contextmanager
    def _asked(
        self,
        method: str,
        path: str,
        body: bytes | IO[bytes] | None = None,
        headers: dict[str, str] | None = None,
    ) -> Iterator[http.client.HTTPResponse]:
        with closing(_Connection(self._path)) as connection:
            with self._telling_cuts():
                connection.request(method, path, body, headers or {})
                response = connection.getresponse()
                if response.status != http.HTTPStatus.OK:
                    raise Rejected(_sentence(response))
            yield response

    @contextmanager
    def _telling_cuts(self) -> Iterator[None]:
        try:
            yield
        except BROKEN as error:
            raise Cut(self._path) from error


class _Connection(http.client.HTTPConnection):
    """HTTP over a unix socket."""

    def __init__(self, path: Path) -> None:
        super().__init__("localhost", timeout=ANSWER_S)
        self._path = path

    def connect(self) -> None:
        """Connect to the socket in place of an address."""
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(ANSWER_S)
        try:
            self.sock.connect(str(self._path))
        except PermissionError as error:
            raise NoService(
                f"You may not connect to {self._path}; set `api: {{group: ...}}` in halyard.yaml"
                " to a group that you are in."
            ) from error
        except OSError as error:
            raise NoService(
                f"Halyard is not up: nothing answers at {self._path}. Start it: halyard up"
            ) from error


def _is_long_ago(lost_at_s: float | None) -> bool:
    return lost_at_s is not None and time.monotonic() - lost_at_s > RECONNECT_S


def _sentence(response: http.client.HTTPResponse) -> str:
    try:
        return str(json.loads(response.read())["error"])
    except (ValueError, KeyError, TypeError):
        return f"The service answered with status {response.status}."
