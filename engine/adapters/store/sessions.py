"""Sessions in the database."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, update

from engine.adapters.store.cleaning import Cleaner
from engine.adapters.store.columns import Values
from engine.adapters.store.tables import SessionRow
from engine.domain.errors import NotFound
from engine.domain.session import ACTIVE, EndReason, Session, SessionState, Wanted
from engine.domain.values import (
    ActorId,
    AgentName,
    Conversation,
    EnvironmentName,
    HostName,
    Network,
    ProjectName,
    SessionId,
)


class SqlSessions:
    """`Sessions` on one connection."""

    def __init__(self, db: Connection, cleaner: Cleaner) -> None:
        self._db = db
        self._cleaner = cleaner

    def add(self, session: Session) -> None:
        self._db.execute(insert(SessionRow).values(self._values(session)))

    def get(self, id_: SessionId) -> Session:
        row = self._db.execute(select(SessionRow).where(SessionRow.id == id_)).one_or_none()
        if row is None:
            raise NotFound(f"There is no session {id_}.")
        return _session(row)

    def find(self, project: ProjectName, number: int) -> Session | None:
        query = select(SessionRow).where(SessionRow.project == project, SessionRow.number == number)
        row = self._db.execute(query).one_or_none()
        return None if row is None else _session(row)

    def in_thread(self, conversation: Conversation) -> Session | None:
        if not conversation.thread:
            return None
        query = select(SessionRow).where(
            SessionRow.platform == conversation.platform,
            SessionRow.channel == conversation.channel,
            SessionRow.thread == conversation.thread,
        )
        row = self._db.execute(query.order_by(SessionRow.seq).limit(1)).one_or_none()
        return None if row is None else _session(row)

    def save(self, session: Session) -> None:
        change = update(SessionRow).where(SessionRow.id == session.id)
        if not self._db.execute(change.values(self._values(session))).rowcount:
            raise NotFound(f"There is no session {session.id}.")

    def next_number(self, project: ProjectName) -> int:
        # No session is ever deleted, so the highest number is the last one given.
        query = select(func.max(SessionRow.number)).where(SessionRow.project == project)
        return (self._db.scalar(query) or 0) + 1

    def in_states(self, states: Collection[SessionState]) -> Sequence[Session]:
        query = select(SessionRow).where(SessionRow.state.in_(states)).order_by(SessionRow.seq)
        return [_session(row) for row in self._db.execute(query)]

    def newest(
        self,
        *,
        project: ProjectName | None,
        limit: int,
        among: Collection[ProjectName] | None = None,
    ) -> Sequence[Session]:
        query = select(SessionRow).order_by(SessionRow.seq.desc()).limit(limit)
        if project is not None:
            query = query.where(SessionRow.project == project)
        if among is not None:
            query = query.where(SessionRow.project.in_(among))
        return [_session(row) for row in self._db.execute(query)]

    def used_slots(self) -> Mapping[HostName, int]:
        query = (
            select(SessionRow.host, func.count())
            .where(SessionRow.state.in_(ACTIVE), SessionRow.host.is_not(None))
            .group_by(SessionRow.host)
        )
        return {HostName(host): count for host, count in self._db.execute(query) if host}

    def with_volumes_due(self, now: datetime) -> Sequence[Session]:
        query = (
            select(SessionRow)
            .where(SessionRow.state == SessionState.ENDED, SessionRow.volumes_until <= now)
            .order_by(SessionRow.seq)
        )
        return [_session(row) for row in self._db.execute(query)]

    def _values(self, session: Session) -> Values:
        return {
            "id": session.id,
            "project": session.project,
            "number": session.number,
            "owner": session.owner,
            "platform": session.conversation.platform,
            "space": session.conversation.space,
            "channel": session.conversation.channel,
            "thread": session.conversation.thread,
            "agent": session.agent,
            "environment": session.environment,
            "network": session.network,
            "once": session.once,
            "host_wanted": session.host_wanted,
            "created_at": session.created_at,
            "changed_at": session.changed_at,
            "state": session.state,
            "wanted": session.wanted,
            "reason": session.reason,
            "why": self._cleaner.text(session.why),
            "host": session.host,
            "attempt": session.attempt,
            "deaths": session.deaths,
            "agent_session": self._cleaner.text(session.agent_session),
            "start_commit": session.start_commit,
            "volumes_until": session.volumes_until,
        }


def _session(row: Row[Any]) -> Session:
    return Session(
        id=SessionId(row.id),
        project=ProjectName(row.project),
        number=row.number,
        owner=ActorId(row.owner),
        conversation=Conversation(row.platform, row.space, row.channel, row.thread),
        agent=AgentName(row.agent),
        environment=EnvironmentName(row.environment),
        network=Network(row.network),
        once=row.once,
        host_wanted=row.host_wanted,
        created_at=row.created_at,
        changed_at=row.changed_at,
        state=SessionState(row.state),
        wanted=Wanted(row.wanted),
        reason=None if row.reason is None else EndReason(row.reason),
        why=row.why,
        host=row.host,
        attempt=row.attempt,
        deaths=row.deaths,
        agent_session=row.agent_session,
        start_commit=row.start_commit,
        volumes_until=row.volumes_until,
    )
