"""What an Engine holds of an installation, compared with the rows."""

import asyncio
from collections.abc import Iterator, Set

from tests.halyard import Halyard, Row

LOOK_AGAIN_S = 0.2
EQUAL_S = 40.0
"""How long the janitor may take until both are equal."""
WITH_CONTAINER = frozenset({"starting", "ready", "working", "stopping"})


async def equal(halyard: Halyard) -> None:
    """Wait until the Engine holds exactly what the rows say.

    Raises:
        AssertionError: it does not come to that; the text names what differs.
    """
    loop = asyncio.get_running_loop()
    deadline = loop.time() + EQUAL_S
    while found := await asyncio.to_thread(lambda: list(unequal(halyard))):
        assert loop.time() < deadline, "\n".join(found)
        await asyncio.sleep(LOOK_AGAIN_S)


def unequal(halyard: Halyard) -> Iterator[str]:
    """Yield a sentence for each kind of thing that differs."""
    names, there = halyard.names, halyard.things()
    sessions = halyard.rows("SELECT * FROM session")
    attempts = halyard.rows("SELECT * FROM attempt WHERE container IS NOT NULL")
    live = [row for row in sessions if row["state"] in WITH_CONTAINER]
    kept = [row for row in sessions if _keeps_volumes(row)]
    prepared = {names.work(row["id"]) for row in kept if row["start_commit"]}
    lived = {names.home(row["session"]) for row in attempts} & {names.home(r["id"]) for r in kept}
    possible = {name for row in kept for name in (names.work(row["id"]), names.home(row["id"]))}
    containers = {names.container(row["id"], row["attempt"]) for row in live}
    jails = {names.jail(row["id"]) for row in live if row["network"] == "jail"}
    yield from _differing("containers", containers, there.containers, containers)
    yield from _differing("networks", jails, there.networks, jails)
    yield from _differing("volumes", prepared | lived, there.volumes, possible)


def _keeps_volumes(session: Row) -> bool:
    return session["state"] != "ended" or session["volumes_until"] is not None


def _differing(noun: str, least: Set[str], there: Set[str], most: Set[str]) -> Iterator[str]:
    if missing := sorted(least - there):
        yield f"{len(missing)} {noun} are not on the Engine: {missing}"
    if surplus := sorted(there - most):
        yield f"{len(surplus)} {noun} are on the Engine without a row: {surplus}"
