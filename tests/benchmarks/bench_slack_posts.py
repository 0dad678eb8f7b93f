"""How often Slack has to refuse us, where many sessions are busy in one workspace."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from engine.api import Verbosity
from tests.benchmarks.busy_sessions import SESSIONS, STORM_LEAST_S, STORM_S, set_to_work, started
from tests.benchmarks.busy_sessions import storm as stormed
from tests.benchmarks.figures import Measured
from tests.benchmarks.ground import Ground
from tests.benchmarks.slack_town import LIMITS
from tests.benchmarks.switching import switching
from tests.slack_room import Room, opened_room

SETTLE_S = 60.0


async def storm(ground: Ground) -> dict[str, Measured]:
    """Let many sessions be busy, and ask people something in between."""
    seconds = max(STORM_LEAST_S, STORM_S * ground.scale)
    runs = [await _stormed(ground, seconds) for _ in range(ground.runs)]
    edits = min(edits for _, edits in runs)
    return {
        "slack_update_429s": Measured(
            values=[refused for refused, _ in runs], note=f"{edits} edits or more in a run"
        )
    }


async def _stormed(ground: Ground, seconds: float) -> tuple[int, int]:
    """Return how often we were told that it is too much, and how often cards were edited."""
    async with _a_room(ground) as room:
        many = ground.sized(SESSIONS, least=3)
        tasks = await started(room, many, Verbosity.ESSENTIAL)
        await room.slack.until(lambda: _cards(room) == many, SETTLE_S)
        await set_to_work(room.ground, tasks)
        await _all_seen(room, await stormed(room.ground, tasks, seconds))
        refused = sum(one.status == 429 for one in room.slack.requests)
        return refused, len(room.slack.calls("chat.update"))


def _cards(room: Room) -> int:
    """Return in how many threads there is a card, which is the first that is said there."""
    return len({message.thread_ts for message in room.slack.all_messages() if message.is_reply})


@asynccontextmanager
async def _a_room(ground: Ground) -> AsyncIterator[Room]:
    """Open a workspace with a project in it and Halyard there; nothing is validated."""
    with switching():
        async with opened_room(ground.fresh(), LIMITS, validate=False) as room:
            await room.add_project()
            async with room.halyard():
                yield room
                await room.slack.quiet(SETTLE_S)


async def _all_seen(room: Room, asked: Mapping[str, float]) -> None:
    """Wait until each question is to be read: nothing is refused either where nothing is said."""

    def look() -> bool:
        shown = "\n".join(message.shown for message in room.slack.all_messages())
        return all(word in shown for word in asked)

    await room.slack.until(look, SETTLE_S)
