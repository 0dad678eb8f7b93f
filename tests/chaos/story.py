"""What Halyard tells, read by its event stream across all kills."""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Mapping
from contextlib import aclosing
from typing import TypeVar

from engine.domain.event import Event, EventKind
from engine.domain.values import Json
from tests.halyard import Cut, Halyard

ResultT = TypeVar("ResultT")

RETRY_S = 0.05
LIMIT_S = 180.0
"""For anything to come about, with kills between, on a busy machine."""
Data = Mapping[str, Json]


class Story:
    """All events in the order told, and what they say of sessions, tasks and approvals now.

    A session goes by its name, a task and an approval by `<session>.<n>`.
    """

    def __init__(self, halyard: Halyard) -> None:
        self._halyard = halyard
        self._news = asyncio.Condition()
        self._names: dict[str, str] = {}
        self.events: list[Event] = []
        self.ids: dict[str, str] = {}
        """Name of a session -> its id."""
        self.sessions: dict[str, Data] = {}
        self.tasks: defaultdict[str, dict[str, Data]] = defaultdict(dict)
        """Session -> task -> what was told of it last."""
        self.approvals: dict[str, Data] = {}

    @property
    def last(self) -> int:
        """The number of the newest event that was told."""
        return self.events[-1].number if self.events else 0

    async def follow(self) -> None:
        """Read on, across kills, until cancelled."""
        while True:
            try:
                async with aclosing(self._halyard.events(self.last)) as events:
                    async for event in events:
                        await self._take(event)
            except Cut:
                await asyncio.sleep(RETRY_S)

    async def until(
        self, look: Callable[[], ResultT | None], *, what: str, limit_s: float = LIMIT_S
    ) -> ResultT:
        """Return what `look` finds, once it finds something."""
        try:
            async with asyncio.timeout(limit_s), self._news:
                while not (found := look()):
                    await self._news.wait()
                return found
        except TimeoutError:
            raise AssertionError(
                f"In {limit_s:.0f} s it did not come to this: {what}.\n{self._now()}"
            ) from None

    def state_of(self, session: str) -> str:
        """Return where a session stands, as told."""
        return str(self.sessions.get(session, {}).get("state", ""))

    def open_approvals(self) -> list[str]:
        """Return what waits for a person."""
        return [name for name, data in self.approvals.items() if data["state"] == "open"]

    def tasks_in(self, *states: str) -> list[str]:
        """Return all tasks in any of `states`."""
        tasks = (task for tasks in self.tasks.values() for task in tasks.items())
        return [name for name, data in tasks if data["state"] in states]

    async def _take(self, event: Event) -> None:
        if event.number <= self.last:
            raise AssertionError(f"Event {event.number} was told behind {self.last}.")
        async with self._news:
            self.events.append(event)
            self._understand(event)
            self._news.notify_all()

    def _understand(self, event: Event) -> None:
        if event.session is None:
            return
        if event.kind is EventKind.SESSION:
            name = self._names[event.session] = str(event.data["name"])
            self.ids[name] = event.session
            self.sessions[name] = event.data
        name = self._names[event.session]
        if event.kind is EventKind.TASK:
            self.tasks[name][f"{name}.{event.data['number']}"] = event.data
        elif event.kind is EventKind.APPROVAL:
            self.approvals[f"{name}.{event.data['number']}"] = event.data

    def _now(self) -> str:
        sessions = {name: data["state"] for name, data in self.sessions.items()}
        open_ = self.tasks_in("queued", "sent", "running", "cancelling", "unknown")
        alive = {name: state for name, state in sessions.items() if state != "ended"}
        return f"Sessions: {alive}; open tasks: {open_}; approvals: {self.open_approvals()}."
