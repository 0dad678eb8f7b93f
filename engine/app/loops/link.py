"""The link to one live container: its log into the store, what is due onto its stdin.

Run again, after a cut connection or a restart of Halyard, it goes on where the rows say.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping

from engine.app.desk import Desk
from engine.app.loops.given import Given
from engine.app.loops.groups import expected
from engine.app.loops.intake import Intake
from engine.app.loops.speech import STEERING, Speech
from engine.domain.attempt import Attempt, Outcome
from engine.domain.errors import ContainerLost
from engine.domain.session import Session, SessionState, Wanted
from engine.domain.values import ContainerId
from engine.ports.hosts import Host


class Link:
    """Holds one container until its log ends."""

    def __init__(self, given: Given, host: Host, attempt: Attempt, container: ContainerId) -> None:
        self._given = given
        self._host = host
        self._attempt = attempt
        self._container = container
        self._intake = Intake(given, host, attempt, container)
        self._is_to_be_replaced = False

    async def run(self, secrets: Mapping[str, bytes] | None) -> Outcome:
        """Hold the container until its log ends.

        With `secrets` it is started, unlocked and connected; without, it was so before.

        Raises:
            HostUnavailable: the host went away; run again later.
            AgentRefused: the agent answered, and would not open a session.
            TimeoutError: the agent did not answer in time.
        """
        try:
            await self._hold(secrets)
        except BaseExceptionGroup as errors:
            raise expected(errors) from errors
        if self._intake.is_too_long:
            return Outcome.DISK
        if self._intake.is_damaged:
            await self._host.stop(self._container, grace_s=self._grace_s)
            return Outcome.DAMAGED
        return Outcome.REPLACED if self._is_to_be_replaced else Outcome.EXITED

    async def _hold(self, secrets: Mapping[str, bytes] | None) -> None:
        async with self._host.stdin(self._container) as stdin, asyncio.TaskGroup() as tasks:
            if secrets is not None:
                await self._host.start(self._container)
            speech = Speech(self._given, self._attempt, stdin, self._intake)
            tasks.create_task(self._intake.read())
            helpers = [
                tasks.create_task(_until_lost(self._speak(speech, secrets))),
                tasks.create_task(_until_lost(speech.reply())),
                tasks.create_task(speech.doubt()),
                tasks.create_task(self._obey()),
            ]
            await self._intake.take_all()
            for helper in helpers:
                helper.cancel()

    async def _speak(self, speech: Speech, secrets: Mapping[str, bytes] | None) -> None:
        if secrets is None:
            await speech.go_on()
        else:
            await speech.open(secrets)
        await speech.send_what_is_due()
        self._is_to_be_replaced = True
        await self._host.stop(self._container, grace_s=self._grace_s)

    async def _obey(self) -> None:
        """End the container once a person, or a policy, wants that."""
        await self._until(lambda session, _: session.state is SessionState.STOPPING)
        async with asyncio.TaskGroup() as tasks:
            killing = tasks.create_task(self._kill_when_wanted())
            await self._stop()
            killing.cancel()

    async def _stop(self) -> None:
        loop = asyncio.get_running_loop()
        deadline = loop.time() + self._grace_s
        await self._wait_for_rest(deadline)
        await self._host.stop(self._container, grace_s=max(0.0, deadline - loop.time()))

    async def _wait_for_rest(self, deadline: float) -> None:
        """Give the agent until `deadline` to end its turn; its container ends all the same."""
        try:
            async with asyncio.timeout_at(deadline):
                await self._until(lambda _, is_at_work: not is_at_work)
        except TimeoutError:
            return

    async def _kill_when_wanted(self) -> None:
        await self._until(lambda session, _: session.wanted is Wanted.KILL)
        await self._host.kill(self._container)

    async def _until(self, is_so: Callable[[Session, bool], bool]) -> None:
        """Wait until it is so of the session and of whether a task is active."""
        id_ = self._attempt.session

        def look(desk: Desk) -> bool:
            is_at_work = desk.tx.tasks.active(id_) is not None
            return is_so(desk.tx.sessions.get(id_), is_at_work)

        with self._given.store.watch(session=id_, kinds=STEERING) as watch:
            while True:
                await watch.wait()
                if await self._given.read(look):
                    return

    @property
    def _grace_s(self) -> float:
        return self._given.world.settings.durations.stop_grace_s


async def _until_lost(speaking: Awaitable[None]) -> None:
    """Speak until the container takes no more; its log tells how it ended."""
    try:
        await speaking
    except ContainerLost:
        return
