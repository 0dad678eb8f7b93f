"""The live part of a session: one container after the other, until people or evidence end it."""

from collections.abc import Callable

from engine.app import lifecycle
from engine.app.desk import Desk
from engine.app.loops.given import Given
from engine.app.loops.link import Link
from engine.app.rows import find_attempt
from engine.app.specs import secrets_of, spec_of
from engine.domain.attempt import Attempt, Outcome
from engine.domain.errors import ContainerLost, Failed
from engine.domain.session import EndReason, Session, SessionState
from engine.domain.values import ContainerId, Network, SessionId
from engine.ports.hosts import ContainerState, Host

Verdict = Callable[[Desk], None]
"""What becomes of the session, once its container is removed."""


class Life:
    """Holds the containers of one session."""

    def __init__(self, given: Given, id_: SessionId) -> None:
        self._given = given
        self._id = id_

    async def live(self, host: Host, session: Session) -> None:
        """Hold the session's newest container until it ends, then note what becomes of it.

        Raises:
            HostUnavailable: the host went away; call again later.
        """
        attempt = await self._given.read(lambda desk: find_attempt(desk, session))
        if attempt is None:
            await self._finish(host, None, lambda desk: lifecycle.stopped(desk, self._id))
            return
        try:
            container = await self._container(host, session, attempt)
        except Failed as error:
            await self._finish(host, None, self._failed(error))
            return
        verdict = await self._verdict_of(host, session, attempt, container)
        await self._finish(host, container, verdict)

    async def _verdict_of(
        self, host: Host, session: Session, attempt: Attempt, container: ContainerId
    ) -> Verdict:
        """Hold the container, unless it ended before and we were cut off behind that."""
        if attempt.outcome is None:
            return await self._hold(host, session, attempt, container)
        return self._verdict(attempt)

    async def _container(self, host: Host, session: Session, attempt: Attempt) -> ContainerId:
        if attempt.container is not None:
            return attempt.container
        spec = spec_of(self._given.world.settings, session, attempt.number)
        container = await host.create(spec)
        await self._given.write(lambda desk: lifecycle.created(desk, attempt, container))
        return container

    async def _hold(
        self, host: Host, session: Session, attempt: Attempt, container: ContainerId
    ) -> Verdict:
        is_fresh = attempt.container is None
        if session.state is SessionState.STARTING and not is_fresh:
            why = "Halyard was cut off while the agent started."
            return lambda desk: lifecycle.replaced(desk, self._id, why)
        if await self._was_never_started(host, container):
            current = await self._given.read(lambda desk: desk.tx.sessions.get(self._id))
            if current.state is SessionState.STOPPING:
                return lambda desk: lifecycle.stopped(desk, self._id)
        secrets = secrets_of(self._given.world.settings, session) if is_fresh else None
        try:
            outcome = await Link(self._given, host, attempt, container).run(secrets)
        except TimeoutError:
            why = "The agent did not open a session in time."
            return lambda desk: lifecycle.died(desk, self._id, why)
        except ContainerLost:
            outcome = Outcome.EXITED
        except Failed as error:
            return self._failed(error)
        return self._verdict(await self._noted(host, attempt, container, outcome))

    async def _was_never_started(self, host: Host, container: ContainerId) -> bool:
        return (await host.observe(container)).state is ContainerState.CREATED

    async def _noted(
        self, host: Host, attempt: Attempt, container: ContainerId, outcome: Outcome
    ) -> Attempt:
        """Store how the container ended: once it is removed, nothing else could tell."""
        facts = await host.observe(container)
        return await self._given.write(
            lambda desk: lifecycle.note_exit(desk, attempt, facts, outcome)
        )

    def _failed(self, error: Failed) -> Verdict:
        """What the agent, or the host, said no to; the next attempt would hear it again."""
        why = str(error)
        return lambda desk: lifecycle.ended(desk, self._id, EndReason.FAILED, why)

    def _verdict(self, attempt: Attempt) -> Verdict:
        match attempt.outcome:
            case Outcome.DISK:
                why = "Its output grew past what one session may write."
                return lambda desk: lifecycle.ended(desk, self._id, EndReason.DISK, why)
            case Outcome.OOM:
                why = "It needed more memory than its environment allows."
                return lambda desk: lifecycle.ended(desk, self._id, EndReason.OOM, why)
            case Outcome.DAMAGED:
                return lambda desk: lifecycle.lost_lines(desk, attempt)
            case Outcome.REPLACED:
                why = "Its log had grown long, so it goes on in a new container."
                return lambda desk: lifecycle.replaced(desk, self._id, why)
            case _:
                why = _death(attempt)
                return lambda desk: lifecycle.died(desk, self._id, why)

    async def _finish(self, host: Host, container: ContainerId | None, verdict: Verdict) -> None:
        """Leave nothing of the container, then let the rows say so."""
        if container is not None:
            await host.remove(container)
        session = await self._given.read(lambda desk: desk.tx.sessions.get(self._id))
        if session.network is Network.JAIL:
            await host.remove_network(self._id)
        await self._given.write(verdict)


def _death(attempt: Attempt) -> str:
    if attempt.exit_code is None:
        return "Its container was removed by somebody else."
    return f"The agent ended by itself with exit code {attempt.exit_code}."
