"""Every command of the registry, once on each face: the same comes of it, and the same is seen."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

import pytest

from bot.commands import registry
from bot.core.answer import Outcome, plain_message
from engine.api import Conversation
from tests.conformance.calls import TRIES, Try, left, prepare
from tests.conformance.conftest import SOURCE
from tests.conformance.faces import face_at
from tests.conformance.floor import EVENTS_MAX, Floor, of_rows, opened_floor
from tests.conformance.read_api import read_api
from tests.conformance.read_back import Visibility, compared
from tests.conformance.surface import ANN, DISCORD, EVE, FACES, LOCAL, SLACK, Surface, Told
from tests.conformance.users import Users
from tests.faces import short_folder
from tests.fakes.clock import RunningClock
from tests.ground import a_settings

VARIES = re.compile(
    r"(?<=\"place\": \")[^\"]*|(discord|local|slack):[\w/:]+|\bid\d+\b"
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


@pytest.mark.timeout(240)
async def test_each_command(users: Users) -> None:
    came = {name: await all_tried(name, users) for name in FACES}

    assert came[DISCORD] == came[LOCAL]
    assert came[SLACK] == came[LOCAL]
    refused = {path for path, one in came[LOCAL].items() if one.outcome is not Outcome.DONE}
    assert refused == set()


async def all_tried(name: str, users: Users) -> Mapping[str, Came]:
    """Try all commands on one face of a Halyard of its own."""
    clock = RunningClock()
    with short_folder() as folder:
        folder.chmod(0o711)
        opening = opened_floor(a_settings(folder), folder / "api.sock", of_rows(clock), clock)
        async with opening as floor:
            await floor.prepare(SOURCE)
            face = face_at(name, floor, users)
            await floor.do(lambda use: prepare(use, face.actor(ANN)))
            # Channels are listed in an order of platforms, so there is only the one.
            await floor.do(lambda use: use.channels.unbind(elsewhere(floor, face)))
            return {one.path: await tried(floor, face, one) for one in TRIES}


def elsewhere(floor: Floor, face: Surface) -> Conversation:
    """Return the channel that a face has nothing to do with."""
    return floor.here if face.name == SLACK else floor.here_in_slack


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
    place = floor.here_in_slack if face.name == SLACK else floor.here
    number = await floor.engine.read(lambda use: left(use, ann))
    said = await floor.engine.read(lambda use: use.said.newest(limit=len(TRIES)))
    known = {
        "eve": face.actor(EVE),
        "channel": f"{place.platform}:{place.space}/{place.channel}",
        "left": number,
        "call": min([r.number for r in said if r.path == CALLED], default=0),
    }
    return {name: value.format(**known) for name, value in one.values.items()}


def assert_shown(face: Surface, told: Told, one: Try) -> None:
    """See that a face shows what was answered, to whom it is for."""
    shown, expected = compared(told.seen, read_api(plain_message(told.answer.message)))
    is_public = face.name == LOCAL or registry.find(one.path).public
    visibility = Visibility.PUBLIC if is_public else Visibility.PRIVATE
    assert shown == replace(expected, visibility=visibility), one
