"""The unix socket of the local API: made so that nobody else can connect, not even for a moment."""

import grp
import os
import socket
import stat
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from engine.api import InvalidInput

ADDRESS_MAX_BYTES = 107
"""What the system takes as the path of a socket."""
BACKLOG = 128
OWNER_ONLY = 0o600
OWNER_AND_GROUP = 0o660
PROBE_S = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiSettings:
    """How the local API is reached, and what it takes."""

    socket: Path
    group: str = ""
    """Its members may connect too; only the owner if empty."""
    file_max_bytes: int


@dataclass(frozen=True, slots=True)
class Listener:
    """A socket that listens, and the file by which it is found."""

    socket: socket.socket
    path: Path
    inode: int

    def close(self) -> None:
        """Stop listening and remove the file, unless another process has put its own there."""
        self.socket.close()
        with suppress(FileNotFoundError):
            if self.path.stat().st_ino == self.inode:
                self.path.unlink()


def listen(path: Path, group: str) -> Listener:
    """Listen at `path` for the owner, and for `group` if one is named.

    What a dead process has left there is replaced.

    Raises:
        InvalidInput: another process listens there, or no socket can be there.
    """
    _require_fit(path)
    gid = group_id(group) if group else None
    path.parent.mkdir(parents=True, exist_ok=True)
    _remove_stale(path)
    server = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        # On Linux the file gets the mode of the socket, so it is never open to others.
        os.fchmod(server.fileno(), OWNER_ONLY)
        server.bind(str(path))
        listener = Listener(server, path, path.stat().st_ino)
        if gid is not None:
            os.chown(path, -1, gid)
            path.chmod(OWNER_AND_GROUP)
        server.listen(BACKLOG)
    except OSError as error:
        server.close()
        raise InvalidInput(f"api.socket: {path} cannot be made: {error.strerror}.") from error
    return listener


def _require_fit(path: Path) -> None:
    if len(os.fsencode(path)) > ADDRESS_MAX_BYTES:
        raise InvalidInput(
            f"api.socket: {path} is longer than {ADDRESS_MAX_BYTES} bytes; choose a shorter path."
        )


def _remove_stale(path: Path) -> None:
    try:
        mode = path.lstat().st_mode
    except FileNotFoundError:
        return
    if not stat.S_ISSOCK(mode):
        raise InvalidInput(f"api.socket: {path} is there already and is no socket.")
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        probe.settimeout(PROBE_S)
        with suppress(ConnectionRefusedError):
            probe.connect(str(path))
            raise InvalidInput(f"Another Halyard is up: it listens at {path}.")
    path.unlink()


def group_id(group: str) -> int:
    """Return the number of a group of this machine.

    Raises:
        InvalidInput: there is none of this name.
    """
    try:
        return grp.getgrnam(group).gr_gid
    except KeyError:
        raise InvalidInput(f"api.group: there is no group {group} on this machine.") from None
