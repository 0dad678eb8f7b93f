"""Sessions in the database."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, select

from engine.adapters.store.cleaning import Cleaner
from engine.adapters.store.columns import Values
from engine.adapters.store.prepared import adding, by, changing, finding, table_of
from engine.adapters.store.steps import Steps
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

_SESSION = table_of(SessionRow)
_ADD = adding(SessionRow)
_GET = finding(SessionRow, "id")
_FIND = finding(SessionRow, "project", "number")
_IN_THREAD = finding(SessionRow, "platform", "channel", "thread").order_by(_SESSION.c.seq).limit(1)
_SAVE = changing(SessionRow, "id")
_LAST = finding(SessionRow, "project").with_only_columns(func.max(_SESSION.c.number))


class SqlSessions:
    """`Sessions` on one connection."""

    def __init__(self, db: Steps, cleaner: Cleaner) -> None:
        self._db = db
        self._cleaner = cleaner

    def add(self, session: Session) -> None:
        self._db.execute(_ADD, self._values(session))

    def get(self, id_: SessionId) -> Session:
        row = self._db.execute(_GET, by(id=id_)).one_or_none()
        if row is None:
            raise NotFound(f"There is no session {id_}.")
        return _session(row)

    def find(self, project: ProjectName, number: int) -> Session | None:
        row = self._db.execute(_FIND, by(project=project, number=number)).one_or_none()
        return None if row is None else _session(row)

    def in_thread(self, conversation: Conversation) -> Session | None:
        if not conversation.thread:
            return None
        there = by(
            platform=conversation.platform,
            channel=conversation.channel,
            thread=conversation.thread,
        )
        row = self._db.execute(_IN_THREAD, there).one_or_none()
        return None if row is None else _session(row)

    def save(self, session: Session) -> None:
        if not self._db.execute(_SAVE, by(self._values(session), id=session.id)).rowcount:
            raise NotFound(f"There is no session {session.id}.")

    def next_number(self, project: ProjectName) -> int:
        # No session is ever deleted, so the highest number is the last one given.
        return (self._db.scalar(_LAST, by(project=project)) or 0) + 1

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
