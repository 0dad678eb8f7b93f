"""Every command of the registry, once on each face: the same comes of it, and the same is seen."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

import pytest

from bot.commands import registry
from bot.core.answer import Outcome, plain_message
from tests.conformance.calls import TRIES, Try, left, prepare
from tests.conformance.conftest import SOURCE
from tests.conformance.floor import EVENTS_MAX, Floor, of_rows, opened_floor
from tests.conformance.on_discord import OnDiscord
from tests.conformance.on_local import OnLocal
from tests.conformance.read_api import read_api
from tests.conformance.read_back import Visibility, compared
from tests.conformance.surface import ANN, DISCORD, EVE, FACES, Surface, Told
from tests.conformance.users import Users
from tests.faces import short_folder
from tests.fakes.clock import RunningClock
from tests.ground import a_settings

VARIES = re.compile(
    r"(?<=\"place\": \")[^\"]*|(discord|local):[\w/]+|\bid\d+\b"
    r"|(\d{4}-\d\d-\d\d[T ])?\d\d:\d\d(:[\d.]+)?(\+00:00| UTC)?"
)
"""People, places, ids and moments: each world has its own."""
CALLED = TRIES[0].path
"""The command whose answer is shown again."""


@dataclass(frozen=True, slots=True)
class Came:
    """What came of one command, in words that do not differ from one world to the next."""

    outcome: Outcome
    effects: str
    message: str


def test_every_command_is_tried_once() -> None:
    assert sorted(one.path for one in TRIES) == sorted(command.path for command in registry)


@pytest.mark.timeout(120)
async def test_each_command(users: Users) -> None:
    came = {name: await all_tried(name, users) for name in FACES}

    on_discord, on_local = (came[name] for name in FACES)
    assert on_discord == on_local
    refused = {path for path, one in on_local.items() if one.outcome is not Outcome.DONE}
    assert refused == set()


async def all_tried(name: str, users: Users) -> Mapping[str, Came]:
    """Try all commands on one face of a Halyard of its own."""
    clock = RunningClock()
    with short_folder() as folder:
        folder.chmod(0o711)
        opening = opened_floor(a_settings(folder), folder / "api.sock", of_rows(clock), clock)
        async with opening as floor:
            await floor.prepare(SOURCE)
            face = OnDiscord(floor) if name == DISCORD else OnLocal(floor.socket, users)
            await floor.do(lambda use: prepare(use, face.actor(ANN)))
            return {one.path: await tried(floor, face, one) for one in TRIES}


async def tried(floor: Floor, face: Surface, one: Try) -> Came:
    """Make a command, see that what is shown is what is answered, and return what came of it."""
    before = await floor.head()
    told = await face.run(ANN, one.path, await filled(floor, face, one), files=one.files)
    assert_shown(face, told, one)
    events = await floor.engine.events(before, limit=EVENTS_MAX)
    effects = "\n".join(f"{event.kind} {json.dumps(dict(event.data))}" for event in events)
    message = json.dumps(plain_message(told.answer.message), indent=1)
    return Came(told.answer.outcome, VARIES.sub("*", effects), VARIES.sub("*", message))


async def filled(floor: Floor, face: Surface, one: Try) -> Mapping[str, str]:
    """Return the values with what is known only now."""
    ann = face.actor(ANN)
    number = await floor.engine.read(lambda use: left(use, ann))
    said = await floor.engine.read(lambda use: use.said.newest(limit=len(TRIES)))
    known = {
        "eve": face.actor(EVE),
        "channel": f"discord:{floor.guild.id}/{floor.channel.id}",
        "left": number,
        "call": min([r.number for r in said if r.path == CALLED], default=0),
    }
    return {name: value.format(**known) for name, value in one.values.items()}


def assert_shown(face: Surface, told: Told, one: Try) -> None:
    """See that a face shows what was answered, to whom it is for."""
    shown, expected = compared(told.seen, read_api(plain_message(told.answer.message)))
    is_public = face.name != DISCORD or registry.find(one.path).public
    visibility = Visibility.PUBLIC if is_public else Visibility.PRIVATE
    assert shown == replace(expected, visibility=visibility), one
