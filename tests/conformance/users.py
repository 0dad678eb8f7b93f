"""Users of this machine who speak to the local API."""

import asyncio
import ctypes
import platform
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from os import getuid
from typing import TypeVar

from tests.conformance.surface import ANN, BOB, EVE

ResultT = TypeVar("ResultT")

USERS: Mapping[str, int] = {ANN: getuid(), BOB: 20_001, EVE: 20_002}
SETRESUID: Mapping[str, int] = {"x86_64": 117, "aarch64": 147}
"""The number of the system call, by machine."""


class Users:
    """A thread for each of them: the kernel tells the other end whose it is."""

    def __init__(self) -> None:
        self._threads = {
            who: ThreadPoolExecutor(2, initializer=_become, initargs=(user,))
            for who, user in USERS.items()
        }

    async def do(self, who: str, act: Callable[[], ResultT]) -> ResultT:
        """Do something as a user."""
        return await asyncio.get_running_loop().run_in_executor(self._threads[who], act)

    def close(self) -> None:
        """End the threads."""
        for thread in self._threads.values():
            thread.shutdown()


def _become(user: int) -> None:
    """Make this thread, and no other, a user's: the library's own call would change them all."""
    libc = ctypes.CDLL(None, use_errno=True)
    if user != getuid() and libc.syscall(SETRESUID[platform.machine()], -1, user, -1):
        raise PermissionError("Only root can be several users; run the tests as root.")
