"""Networks: a jail per session that reaches nothing, and one way out for fetching and pushing."""

import asyncio
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from ipaddress import IPv4Network
from itertools import islice
from typing import Any

from docker.types import IPAMConfig, IPAMPool

from engine.adapters.docker.control import Absent, Control
from engine.adapters.docker.names import Names, is_ours
from engine.domain.errors import HostUnavailable
from engine.domain.values import SessionId

JAIL_BITS = 29
OUTSIDE_BITS = 26
TRIES = 16
"""How many ranges are tried that looked free and were not."""

DRIVER = "bridge"
INHIBIT = "com.docker.network.bridge.inhibit_ipv4"
"""The host has no address in the network, so none of its ports can be reached from inside."""
BETWEEN = "com.docker.network.bridge.enable_icc"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Plan:
    name: str
    labels: Mapping[str, str]
    bits: int
    internal: bool
    options: Mapping[str, str]


class Networks:
    """The networks of one installation on one Engine.

    The Engine's own pools end at about 31 networks, so each gets a part of a range of ours.
    """

    def __init__(self, control: Control, names: Names, addresses: IPv4Network) -> None:
        self._control = control
        self._names = names
        self._addresses = addresses
        self._lock = asyncio.Lock()

    async def jail(self, session: SessionId) -> str:
        """Make the session's own network, if it is not there, and return its name."""
        return await self._made(
            _Plan(
                name=self._names.jail(session),
                labels=self._names.labels(session),
                bits=JAIL_BITS,
                internal=True,
                options={INHIBIT: "true"},
            )
        )

    async def outside(self) -> str:
        """Make the installation's way out, if it is not there, and return its name."""
        return await self._made(
            _Plan(
                name=self._names.outside(),
                labels=self._names.labels(),
                bits=OUTSIDE_BITS,
                internal=False,
                options={BETWEEN: "false"},
            )
        )

    async def remove(self, name: str) -> None:
        """Remove a network of ours; gone is no error."""
        try:
            found = await self._control.call(lambda docker: docker.inspect_network(name))
            if is_ours(self._names.labels(), found["Labels"]):
                await self._control.call(lambda docker: docker.remove_network(found["Id"]))
        except Absent:
            return

    async def _made(self, plan: "_Plan") -> str:
        # Without the lock two first sessions could both make the way out.
        async with self._lock:
            if not await self._is_there(plan):
                # What is there otherwise goes; from one in use the Engine does not part.
                await self.remove(plan.name)
                await self._make(plan)
        return plan.name

    async def _is_there(self, plan: "_Plan") -> bool:
        try:
            found = await self._control.call(lambda docker: docker.inspect_network(plan.name))
        except Absent:
            return False
        if not is_ours(plan.labels, found["Labels"]):
            raise HostUnavailable(f"A network {plan.name} is there that this Halyard did not make.")
        return _is_as(plan, found)

    async def _make(self, plan: "_Plan") -> None:
        refusal = HostUnavailable(f"No range of {self._addresses} is free for a network.")
        taken = await self._taken()
        for subnet in islice(free_ranges(self._addresses, plan.bits, taken, plan.name), TRIES):
            try:
                await self._try(plan, subnet)
            except HostUnavailable as error:
                refusal = error
            else:
                return
        raise refusal

    async def _try(self, plan: "_Plan", subnet: IPv4Network) -> None:
        pool = IPAMConfig(pool_configs=[IPAMPool(subnet=str(subnet))])
        await self._control.call(
            lambda docker: docker.create_network(
                plan.name,
                driver=DRIVER,
                internal=plan.internal,
                options=dict(plan.options),
                ipam=pool,
                labels=dict(plan.labels),
                check_duplicate=True,
            )
        )

    async def _taken(self) -> list[IPv4Network]:
        found = await self._control.call(lambda docker: docker.networks())
        pools = [pool for one in found for pool in (one["IPAM"]["Config"] or ())]
        subnets = [pool.get("Subnet", "") for pool in pools]
        return [IPv4Network(subnet) for subnet in subnets if subnet and ":" not in subnet]


def _is_as(plan: _Plan, found: Mapping[str, Any]) -> bool:
    """Whether the Engine has it as planned; a daemon's defaults may have added options."""
    options = found["Options"] or {}
    has_options = all(options.get(key) == value for key, value in plan.options.items())
    is_plain = found["Driver"] == DRIVER and not found["EnableIPv6"]
    return is_plain and has_options and found["Internal"] == plan.internal


def free_ranges(
    addresses: IPv4Network, bits: int, taken: Iterable[IPv4Network], seed: str
) -> Iterator[IPv4Network]:
    """Yield the parts of `addresses` that overlap nothing taken, from a place that `seed` picks.

    Two that choose at once choose differently, so that they seldom collide.
    """
    near = [other for other in taken if other.overlaps(addresses)]
    size = 2 ** (32 - bits)
    count = addresses.num_addresses // size
    first = int.from_bytes(sha256(seed.encode()).digest()[:8])
    for step in range(count):
        start = addresses.network_address + (first + step) % count * size
        part = IPv4Network((start, bits))
        if not any(part.overlaps(other) for other in near):
            yield part
