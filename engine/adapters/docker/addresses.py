"""Where a source may be: at public addresses, and at others that the settings name."""

import asyncio
import socket
from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import TypeAlias

from engine.domain.errors import PrepareFailed
from engine.domain.source import Remote

Address: TypeAlias = IPv4Address | IPv6Address
Range: TypeAlias = IPv4Network | IPv6Network

RESOLVE_S = 10.0
TRANSLATED = IPv6Network("64:ff9b::/96")
"""Public by the book, but an IPv4 address in disguise, which may be a private one."""


async def pinned(remote: Remote, allowed: Sequence[str]) -> list[str]:
    """Return the addresses of a source's host, to be pinned in the container, as name:address.

    Raises:
        PrepareFailed: it has no address, or one that must not be reached.
    """
    addresses = await _resolved(remote.host, remote.port)
    networks = [network for network in map(_network, allowed) if network is not None]
    for address in addresses:
        if remote.host not in allowed and not may_reach(address, networks):
            raise PrepareFailed(
                f"The source {remote.host} is at {address}, which is not a public address and"
                " is not allowed by the settings."
            )
    pins = [f"{remote.host}:{address}" for address in addresses if address.version == 4]
    if not pins:
        raise PrepareFailed(f"The source {remote.host} has no IPv4 address.")
    return pins


def may_reach(address: Address, allowed: Sequence[Range]) -> bool:
    """Whether a source may be at this address."""
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped:
            return may_reach(address.ipv4_mapped, allowed)
        if address.sixtofour or address.teredo or address in TRANSLATED:
            return False
    is_public = address.is_global and not address.is_multicast
    return is_public or any(address in network for network in allowed)


def _network(allowed: str) -> Range | None:
    try:
        return ip_network(allowed)
    except ValueError:  # A host by its name.
        return None


async def _resolved(host: str, port: int) -> list[Address]:
    loop = asyncio.get_running_loop()
    try:
        async with asyncio.timeout(RESOLVE_S):
            found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, TimeoutError) as error:
        raise PrepareFailed(f"The source {host} has no address that could be found.") from error
    return [ip_address(entry[4][0]) for entry in found]
