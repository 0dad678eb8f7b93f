"""People at work with Halyard: they start, steer, decide and stop, and go on whatever happens."""

import asyncio
from collections.abc import Awaitable, Callable
from itertools import count
from random import Random

from tests.chaos.speaker import Saying, Speaker
from tests.chaos.story import Data, Story

STREAMS = 7
"""One more than have to: one may wait for a person to decide an unknown task."""
TEXTS_PER_S = 80
UNFINISHED = frozenset({"queued", "sent", "running", "cancelling", "unknown"})
THINKING_S = 0.3
"""How long a person thinks at most before a decision."""


class People:
    """Those who keep Halyard busy until they are told to finish."""

    def __init__(self, speaker: Speaker, story: Story, rng: Random) -> None:
        self._speaker = speaker
        self._story = story
        self._rng = rng
        self._marks = count(1)
        self._decided: set[str] = set()
        self.is_open = True
        """Whether they begin anything new."""
        self.streams: list[str] = []
        """The sessions that never stop to stream."""

    async def work(self) -> None:
        """Be at work until `is_open` is taken back, then finish what was begun."""
        async with asyncio.TaskGroup() as tasks:
            for number in range(STREAMS):
                tasks.create_task(self._stream("jail" if number == 0 else "none"))
            for _ in range(2):
                tasks.create_task(self._steer())
                tasks.create_task(self._visit())

    async def all_stream(self) -> None:
        """Wait until every stream has begun to."""
        await self._story.until(
            lambda: [self._story.state_of(name) for name in self.streams] == ["working"] * STREAMS,
            what="all sessions stream",
        )

    async def attend(self) -> None:
        """Answer every question and decide every unknown task, until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._each(self._story.open_approvals, self._decide))
            tasks.create_task(self._each(lambda: self._story.tasks_in("unknown"), self._resolve))

    async def start(self, words: str, **values: str) -> str:
        """Start a session with a task; return its name."""
        said = await self._speaker.say(
            "session start", project="web", task=self._marked(words), **values
        )
        assert said.is_done, said
        name = str(said.data["name"])
        await self._story.until(lambda: self._story.state_of(name), what=f"{name} is told of")
        return name

    async def tell(self, session: str, words: str, *, now: bool = False) -> Saying:
        """Give a session a task, and wait until it is told of."""
        said = await self._speaker.say(
            "session say", session=session, text=self._marked(words), now="yes" if now else "no"
        )
        if said.is_done:
            task = str(said.data["task"])
            await self._story.until(lambda: self._task(task), what=f"{task} is told of")
        return said

    async def _stream(self, network: str) -> None:
        """Keep one session streaming: its next task waits before one is done."""
        name = await self.start(self._streaming(), network=network)
        self.streams.append(name)
        while self.is_open:
            await self.tell(name, self._streaming())
            await self._until_short(name, length=1)

    async def _steer(self) -> None:
        """Do all that can be done with a session while it works."""
        name = await self.start("slow=60/1")
        ways = (self._ask, self._interrupt, self._cancel, self._look, self._queue)
        while self.is_open:
            await self._rng.choice(ways)(name)
            await self._until_short(name, length=1)

    async def _ask(self, name: str) -> None:
        await self.tell(name, self._rng.choice(("ask", "ask=2 slow=60/1", "work")))

    async def _queue(self, name: str) -> None:
        for _ in range(3):
            await self.tell(name, "slow=100/0.2")

    async def _interrupt(self, name: str) -> None:
        await self.tell(name, "slow=60/3")
        await self.tell(name, "slow=60/0.5", now=True)

    async def _cancel(self, name: str) -> None:
        said = await self.tell(name, "slow=60/5 ask")
        task = str(said.data["task"])
        await self._until_task(task, "running")
        await asyncio.sleep(self._rng.uniform(0, 0.5))
        await self._speaker.say("task cancel", task=task)

    async def _look(self, name: str) -> None:
        await self.tell(name, "slow=60/1")
        await self._speaker.say("session diff", session=name)

    async def _visit(self) -> None:
        """Start sessions and end them, at any point of their lives."""
        while self.is_open:
            name = await self.start(self._rng.choice(("slow=60/1 ask", "work", "slow=60/2")))
            state = self._rng.choice(("placing", "preparing", "starting", "working", "ready"))
            await self._until_passed(name, state)
            await asyncio.sleep(self._rng.uniform(0, 0.2))
            await self._end(name)
            if self._rng.random() < 0.3:
                await self._speaker.say(
                    "session restart", session=name, text=self._marked("slow=60/0.5")
                )
                await self._until_passed(name, "ready")
                await self._end(name)

    async def _end(self, name: str) -> None:
        await self._speaker.say(self._rng.choice(("session stop", "session kill")), session=name)
        await self._story.until(
            lambda: self._story.state_of(name) == "ended", what=f"{name} has ended"
        )

    async def _decide(self, approval: str) -> None:
        """Answer a question; now and then two people do, each in their own way."""
        yes, no = ("approval allow", "approval deny")
        said = self._rng.choice(((yes,), (yes,), (no,), (yes, no)))
        async with asyncio.TaskGroup() as tasks:
            for path in said:
                tasks.create_task(self._speaker.say(path, approval=approval))
        await self._story.until(
            lambda: self._story.approvals[approval]["state"] != "open",
            what=f"{approval} is decided",
        )

    async def _resolve(self, task: str) -> None:
        is_over = self._story.state_of(task.rpartition(".")[0]) in {"stopping", "ended"}
        path = "task done" if is_over else self._rng.choice(("task retry", "task done"))
        await self._speaker.say(path, task=task)
        await self._until_task(task, *(UNFINISHED - {"unknown"}), "done", "cancelled", "dropped")

    async def _each(
        self, find: Callable[[], list[str]], act: Callable[[str], Awaitable[None]]
    ) -> None:
        while True:
            found = await self._story.until(find, what="there is work", limit_s=3_600)
            await asyncio.sleep(self._rng.uniform(0, THINKING_S))
            await act(found[0])

    async def _until_short(self, session: str, *, length: int) -> None:
        def is_short() -> bool:
            tasks = self._story.tasks[session].values()
            return sum(task["state"] in UNFINISHED for task in tasks) <= length

        await self._story.until(is_short, what=f"{session} has little left to do")

    async def _until_passed(self, session: str, state: str) -> None:
        """Wait for a state; sessions that come to rest elsewhere have passed it, too."""
        await self._story.until(
            lambda: self._story.state_of(session) in {state, "ready", "working", "ended"},
            what=f"{session} is {state}",
        )

    async def _until_task(self, task: str, *states: str) -> None:
        over = {"done", "cancelled", "dropped", "failed"}
        await self._story.until(
            lambda: self._task(task).get("state") in {*states, *over}, what=f"{task} is {states}"
        )

    def _task(self, task: str) -> Data:
        return self._story.tasks[task.rpartition(".")[0]].get(task, {})

    def _streaming(self) -> str:
        return f"slow={TEXTS_PER_S}/{self._rng.randint(8, 12)}"

    def _marked(self, words: str) -> str:
        """Return a task that can be told from every other."""
        return f"{words} #{next(self._marks)}"
