"""Every alert into the log, once: the first feed of the events."""

import structlog

from engine.app.desk import Desk
from engine.app.loops.given import Given
from engine.domain.event import Event, EventKind

log = structlog.get_logger()

FEED = "alert-log"
BATCH = 100


class AlertLog:
    """Tells operators who read logs what chat shows as alerts."""

    def __init__(self, given: Given) -> None:
        self._given = given

    async def run(self) -> None:
        """Log alerts as they come, until cancelled; after a restart, those missed meanwhile."""
        with self._given.store.watch(kinds={EventKind.ALERT}) as watch:
            while True:
                await watch.wait()
                while await self.step():
                    pass

    async def step(self) -> bool:
        """Log the next alerts; return whether there were any."""
        events = await self._given.read(_next_alerts)
        for event in events:
            log.warning("alert", session=event.session, **event.data)
        if events:
            await self._given.write(lambda desk: desk.tx.feeds.move(FEED, events[-1].number))
        return bool(events)


def _next_alerts(desk: Desk) -> list[Event]:
    cursor = desk.tx.feeds.cursor(FEED)
    return list(desk.tx.events.after(cursor, limit=BATCH, kinds={EventKind.ALERT}))
