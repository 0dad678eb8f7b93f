"""An engine as faces see it, on a real store and without a Docker Engine."""

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from bot.commands import registry
from bot.core.answer import Answer
from bot.core.call import Call
from bot.dispatch import Heard, answer
from engine.api import ActorId, Conversation, Engine, GroupId
from engine.app.loops.hosts import HostWatch
from engine.domain.event import EventKind, NewEvent
from engine.domain.values import SessionId
from tests.build import AT, S1
from tests.ground import ANN, Ground


def engine_of(ground: Ground) -> Engine:
    """Return an engine without loops; its one host is in the settings and nowhere else."""
    given = ground.given
    return Engine(ground.store, ground.world, given.files, loops=(), checker=HostWatch(given))


async def asked(
    engine: Engine,
    path: str,
    /,
    *,
    key: str = "k1",
    actor: ActorId = ANN,
    groups: frozenset[GroupId] = frozenset(),
    values: Mapping[str, str] | None = None,
) -> Answer:
    """Make a call over the local API, as dispatch hears it."""
    heard = Heard(
        key=key,
        actor=actor,
        conversation=Conversation("local", "", actor, ""),
        is_local=True,
        call=Call(path, values or {}),
        groups=groups,
    )
    return await answer(engine, registry, heard)


@contextmanager
def short_folder() -> Iterator[Path]:
    """Make a folder whose path leaves room for the name of a socket."""
    with tempfile.TemporaryDirectory(prefix="hal-") as folder:
        yield Path(folder)


def say_events(count: int, *, text: str = "said", session: SessionId = S1) -> list[NewEvent]:
    """Return texts that an agent said, numbered from 1."""
    return [
        NewEvent(
            kind=EventKind.TEXT,
            at=AT,
            session=session,
            data={"text": f"{text} {n}", "message": "m"},
        )
        for n in range(1, count + 1)
    ]
