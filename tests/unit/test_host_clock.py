"""A host whose clock goes back is an alert, as long as a log is read that has the step."""

import pytest

from engine.adapters.acp.language import AcpLanguage
from engine.app.desk import Desk
from engine.app.hearing import Hearing
from engine.app.host_notes import note_up
from engine.app.lifecycle import replaced
from engine.app.lines import Line
from engine.app.rows import rows_of
from engine.domain.alert import Severity
from engine.domain.attempt import Cursor, Mark
from engine.domain.event import EventKind
from engine.domain.session import SessionState
from engine.domain.values import SessionId
from engine.ports.hosts import HostFacts, LogLine, Stream
from tests.build import a_session, an_attempt
from tests.ground import LOCAL, Ground

S1, S2 = SessionId("s1"), SessionId("s2")
CLOCK = "host-clock:local"


@pytest.fixture(autouse=True)
async def _two_sessions(ground: Ground) -> None:
    """Two sessions at rest on one host."""

    def add(desk: Desk) -> None:
        for number, id_ in enumerate((S1, S2), 1):
            desk.tx.sessions.add(
                a_session(id=id_, number=number, state=SessionState.READY, host=LOCAL, attempt=1)
            )
            desk.tx.attempts.add(an_attempt(session=id_, host=LOCAL))

    await ground.at_desk(add)


async def prints(ground: Ground, id_: SessionId, ordinal: int, *, stepped: bool) -> None:
    """Take one line of stderr."""
    cursor = Cursor(stderr=Mark(ordinal, 1, ordinal), stepped=stepped)
    line = Line(LogLine(Stream.STDERR, b"", ordinal, 0, cursor), None)

    def take(desk: Desk) -> None:
        session, attempt = rows_of(desk, an_attempt(session=id_))
        Hearing(desk, AcpLanguage(version="1"), session, attempt).take([line])

    await ground.at_desk(take)


async def is_looked_at(ground: Ground) -> None:
    facts = HostFacts(engine_id="e", engine_version="20.10", free_bytes=2**40)
    [settings] = ground.settings.hosts
    await ground.at_desk(lambda desk: note_up(desk, settings, facts))


async def goes_on_in_a_new_container(ground: Ground, id_: SessionId) -> None:
    await ground.at_desk(lambda desk: replaced(desk, id_, "Its log was long."))


async def told(ground: Ground) -> list[tuple[object, object]]:
    """Return what was told of alerts: about what, and whether it was opened."""
    events = await ground.events(EventKind.ALERT)
    return [(event.data["fingerprint"], event.data["state"]) for event in events]


async def test_a_clock_that_goes_back_is_one_alert_of_the_host(ground: Ground) -> None:
    await prints(ground, S1, 1, stepped=False)
    assert await told(ground) == []

    for id_, ordinal in ((S1, 2), (S1, 3), (S2, 1)):
        await prints(ground, id_, ordinal, stepped=True)

    assert await told(ground) == [(CLOCK, "open")]
    [alert] = await ground.at_desk(lambda desk: desk.tx.alerts.open())
    assert (alert.severity, alert.session) == (Severity.WARNING, None)
    assert alert.text.startswith("The clock of host local was set back while agents ran there.")


async def test_it_is_over_once_no_log_with_the_step_is_read_any_more(ground: Ground) -> None:
    for id_ in (S1, S2):
        await prints(ground, id_, 1, stepped=True)

    await goes_on_in_a_new_container(ground, S1)
    await is_looked_at(ground)
    assert await told(ground) == [(CLOCK, "open")]

    await goes_on_in_a_new_container(ground, S2)
    await is_looked_at(ground)
    assert await told(ground) == [(CLOCK, "open"), (CLOCK, "closed")]


async def test_the_next_step_is_told_again(ground: Ground) -> None:
    await prints(ground, S1, 1, stepped=True)
    await goes_on_in_a_new_container(ground, S1)
    await is_looked_at(ground)

    await prints(ground, S2, 1, stepped=True)

    assert await told(ground) == [(CLOCK, "open"), (CLOCK, "closed"), (CLOCK, "open")]
