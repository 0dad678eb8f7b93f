"""Where a remote source is: over https, or over ssh in either of git's two forms."""

import re
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from engine.domain.errors import InvalidInput

USER = r"[A-Za-z0-9_][A-Za-z0-9._-]*"
HOST = r"(?P<host>[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?)"
PLAIN = r"[^\s\x00-\x1f\x7f]"
SSH = re.compile(rf"ssh://{USER}@{HOST}(?::(?P<port>[0-9]{{1,5}}))?/{PLAIN}+")
SCP = re.compile(rf"{USER}@{HOST}:(?!-){PLAIN}+")
"""As `scp` names files; always on ssh's own port."""
PORT_MAX = 65_535


class Transport(StrEnum):
    """How git speaks to a source."""

    HTTPS = "https"
    SSH = "ssh"


PORTS = {Transport.HTTPS: 443, Transport.SSH: 22}


@dataclass(frozen=True, slots=True, kw_only=True)
class Remote:
    """Whom to speak to."""

    transport: Transport
    host: str
    port: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceRules:
    """Which remote sources may be spoken to, and what vouches for them."""

    allowed: tuple[str, ...] = ()
    """Hosts, addresses and networks that are not public and yet allowed."""
    ca_file: Path | None = None
    """Certificates, besides the public ones, that vouch for sources over https."""
    known_hosts: Path | None = None
    """The host keys of sources over ssh, as `ssh` writes them; none is trusted that is not here."""


def remote_of(source: str) -> Remote:
    """Return whom `source` names.

    Raises:
        InvalidInput: it is neither an https address without a user, nor an ssh address with one.
    """
    match = SSH.fullmatch(source) or SCP.fullmatch(source)
    if match is not None:
        return _remote(Transport.SSH, match["host"], match.groupdict().get("port"))
    parts = _split(source)
    if parts is None or parts.scheme != Transport.HTTPS or not parts.hostname:
        raise InvalidInput(
            "source must be an https:// address, an ssh address such as ssh://git@host/path.git or"
            " git@host:path.git, or the absolute path of a local repository."
        )
    if "@" in parts.netloc:
        raise InvalidInput(
            "source must not hold a user or a password; name a credential of halyard.yaml instead."
        )
    return _remote(Transport.HTTPS, parts.hostname, _port(parts))


def _split(source: str) -> SplitResult | None:
    try:
        return urlsplit(source)
    except ValueError:  # Half an IPv6 address.
        return None


def _port(parts: SplitResult) -> str:
    return parts.netloc.rpartition("]")[2].partition(":")[2]


def _remote(transport: Transport, host: str, port: str | None) -> Remote:
    if not port:
        return Remote(transport=transport, host=host, port=PORTS[transport])
    if not (port.isascii() and port.isdigit() and 0 < int(port) <= PORT_MAX):
        raise InvalidInput(f"source must name a port from 1 to {PORT_MAX}, not {port[:20]}.")
    return Remote(transport=transport, host=host, port=int(port))
