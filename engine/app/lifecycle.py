"""The steps of a session's life that follow from what was observed of its containers."""

from dataclasses import replace

from engine.app.alerts import close_alert, paused_fingerprint
from engine.app.changes import (
    end_session,
    move_session,
    settle_tasks,
    tell_gap,
    withdraw_approvals,
)
from engine.app.desk import Desk
from engine.app.rows import rows_of
from engine.app.stopping import end_if_once, request_stop
from engine.domain.attempt import Attempt, Outcome
from engine.domain.session import (
    DEATHS_MAX,
    EndReason,
    Session,
    SessionState,
    SessionTrigger,
    Wanted,
)
from engine.domain.values import ContainerId, SessionId
from engine.domain.volume import VolumeSizes
from engine.ports.hosts import ContainerFacts

CONNECTED = (SessionState.READY, SessionState.WORKING)


def unplace(desk: Desk, id_: SessionId, why: str) -> None:
    """Put a session that its host cannot take back into the queue, with the reason."""
    session = desk.tx.sessions.get(id_)
    if session.state is SessionState.PLACING:
        host = session.host if session.attempt else None
        move_session(desk, replace(session, host=host), SessionTrigger.UNPLACE, why=why)


def placed(desk: Desk, id_: SessionId) -> None:
    """Note that the chosen host answered."""
    session = desk.tx.sessions.get(id_)
    if session.state is SessionState.PLACING:
        move_session(desk, session, SessionTrigger.PLACED)


def prepared(desk: Desk, id_: SessionId, start_commit: str) -> None:
    """Note that the work volume is filled, and begin the next attempt."""
    session = desk.tx.sessions.get(id_)
    if session.state is SessionState.PREPARING:
        ready = replace(session, start_commit=start_commit)
        begin_attempt(desk, ready, SessionTrigger.PREPARED)


def prepare_failed(desk: Desk, id_: SessionId, why: str) -> None:
    """End a session whose work volume cannot be filled."""
    session = desk.tx.sessions.get(id_)
    if session.state is SessionState.PREPARING:
        end_session(desk, session, SessionTrigger.EVIDENCE, EndReason.PREPARE_FAILED, why=why)


def begin_attempt(desk: Desk, session: Session, trigger: SessionTrigger, *, why: str = "") -> None:
    """Move a session to its next container."""
    host = session.host
    if host is None:
        raise ValueError(f"session {session.id} has no host")
    number = session.attempt + 1
    attempt = Attempt(session=session.id, number=number, host=host, started_at=desk.now)
    desk.tx.attempts.add(attempt)
    close_alert(desk, paused_fingerprint(session.id))
    move_session(desk, replace(session, attempt=number), trigger, why=why)


def created(desk: Desk, attempt: Attempt, container: ContainerId) -> None:
    """Note which container an attempt got."""
    desk.tx.attempts.save(replace(attempt, container=container))


def note_exit(desk: Desk, attempt: Attempt, facts: ContainerFacts, outcome: Outcome) -> Attempt:
    """Note how a container ended, before it is removed; return the attempt as it is then."""
    _, found = rows_of(desk, attempt)
    if outcome is Outcome.EXITED and facts.out_of_memory:
        outcome = Outcome.OOM
    ended = replace(found, ended_at=desk.now, exit_code=facts.exit_code, outcome=outcome)
    desk.tx.attempts.save(ended)
    return ended


def replaced(desk: Desk, id_: SessionId, why: str) -> None:
    """Go on in a new container as planned; nothing was at work in the old one."""
    session = desk.tx.sessions.get(id_)
    if session.state is SessionState.STOPPING:
        stopped(desk, id_)
        return
    settle_tasks(desk, session, is_cut=False, why=why)
    withdraw_approvals(desk, session)
    begin_attempt(desk, session, SessionTrigger.REPLACE, why=why)


def lost_lines(desk: Desk, attempt: Attempt) -> None:
    """Tell of a range of a log that is lost, and go on in a new container.

    What was lost may be what the agent waits for, or how its turn ended: nobody knows any more.
    """
    session, attempt = rows_of(desk, attempt)
    why = f"Host {session.host} had no room for a part of the log."
    tell_gap(desk, session.id, why, since=attempt.heard_at, until=desk.now)
    replaced(desk, session.id, why)


def died(desk: Desk, id_: SessionId, why: str) -> None:
    """Go on in a new container after a death, or end after too many without a completed turn."""
    session = desk.tx.sessions.get(id_)
    if session.state is SessionState.STOPPING:
        stopped(desk, id_)
        return
    dead = replace(session, deaths=session.deaths + 1)
    if dead.deaths >= DEATHS_MAX:
        why = f"{why} It died {dead.deaths} times without a completed turn."
        end_session(desk, dead, SessionTrigger.EVIDENCE, EndReason.AGENT_DIED, why=why)
        return
    settle_tasks(desk, session, is_cut=False, why=why)
    withdraw_approvals(desk, session)
    begin_attempt(desk, dead, SessionTrigger.REPLACE, why=why)
    end_if_once(desk, id_)


def ended(desk: Desk, id_: SessionId, reason: EndReason, why: str) -> None:
    """End a session for what was observed, unless people ended it meanwhile."""
    session = desk.tx.sessions.get(id_)
    if session.state is SessionState.STOPPING:
        stopped(desk, id_)
        return
    end_session(desk, session, SessionTrigger.EVIDENCE, reason, why=why)


def measured(desk: Desk, id_: SessionId, sizes: VolumeSizes) -> None:
    """Note what a session's volumes hold, and stop it if that is more than they may."""
    session = desk.tx.sessions.get(id_)
    if session.is_over and session.volumes_until is None:
        return  # They went while they were measured.
    desk.tx.volumes.save(id_, sizes, at=desk.now)
    environment = desk.settings.environments.get(session.environment)
    outgrown = sizes.outgrown(environment.limits) if environment else ""
    if outgrown and session.wanted is Wanted.RUN and session.state in CONNECTED:
        why = f"Its {outgrown} volume holds more than its environment allows."
        request_stop(desk, replace(session, why=why), Wanted.STOP, EndReason.DISK)


def stopped(desk: Desk, id_: SessionId) -> None:
    """End a session of which nothing runs any more, as was wanted."""
    session = desk.tx.sessions.get(id_)
    if session.state is not SessionState.STOPPING:
        return
    killed = session.wanted is Wanted.KILL
    reason = EndReason.KILLED if killed else session.reason or EndReason.STOPPED
    end_session(desk, session, SessionTrigger.STOPPED, reason, why=session.why)
