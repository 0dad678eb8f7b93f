"""The control plane: docker-py, which is sync, in a few threads with time limits.

What goes wrong is translated here, once: 400 is `Failed`, everything else `HostUnavailable`, of
which `Absent` (404) and `InTheWay` (409) are the kinds that callers can act on.
"""

import asyncio
import socket
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from http import HTTPStatus
from tarfile import TarError
from typing import TypeVar

from docker import APIClient
from docker.errors import APIError, DockerException
from requests.exceptions import RequestException
from urllib3.exceptions import HTTPError

from engine.domain.errors import EngineError, Failed, HostUnavailable
from engine.domain.values import HostName

ResultT = TypeVar("ResultT")

THREADS = 4


class Absent(HostUnavailable):
    """The Engine has no such thing."""


class InTheWay(HostUnavailable):
    """The thing is there already, or is in a state that does not allow it."""


ERRORS: dict[int, type[EngineError]] = {
    HTTPStatus.BAD_REQUEST: Failed,
    HTTPStatus.NOT_FOUND: Absent,
    HTTPStatus.CONFLICT: InTheWay,
}


class Control:
    """Calls one Engine, and says in `HostUnavailable` what went wrong."""

    def __init__(self, name: HostName, path: str, *, answer_s: int) -> None:
        self._name = name
        self._path = path
        self._answer_s = answer_s
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix=f"docker-{name}")
        self._lock = threading.Lock()
        self._client: APIClient | None = None

    async def call(self, fn: Callable[[APIClient], ResultT]) -> ResultT:
        """Run `fn` in a thread.

        A caller that is cancelled leaves only after a call that was begun has ended, so that who
        cleans up behind it finds what it made. Each answer has a time limit, so that is soon.
        """
        work = self._threads.submit(self._run, fn)
        try:
            return await asyncio.wrap_future(work)
        except asyncio.CancelledError:
            await _ended(work)
            raise

    async def close(self) -> None:
        """Wait for the calls that were begun and let the connections go."""
        await asyncio.to_thread(self._threads.shutdown, cancel_futures=True)
        if self._client is not None:
            self._client.close()

    def _run(self, fn: Callable[[APIClient], ResultT]) -> ResultT:
        try:
            self._probe()
            return fn(self._connected())
        except APIError as error:
            raise self._translated(error) from error
        except (DockerException, RequestException, HTTPError, TarError) as error:
            raise HostUnavailable(f"Host {self._name} does not answer.") from error

    def _probe(self) -> None:
        # docker-py leaves its own socket open where nobody listens.
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
            probe.settimeout(self._answer_s)
            try:
                probe.connect(self._path)
            except OSError as error:
                raise HostUnavailable(f"Host {self._name} does not answer.") from error

    def _connected(self) -> APIClient:
        with self._lock:
            if self._client is None:
                self._client = APIClient(
                    base_url=f"unix://{self._path}", version="auto", timeout=self._answer_s
                )
                # A socket of this machine needs neither the proxies nor the passwords of its user.
                self._client.trust_env = False
            return self._client

    def _translated(self, error: APIError) -> EngineError:
        text = f"Host {self._name} says: {error.explanation or error}"
        return ERRORS.get(error.status_code or 0, HostUnavailable)(text)


async def _ended(work: Future[ResultT]) -> None:
    if not work.cancel():
        await asyncio.wait({asyncio.wrap_future(work)})
