"""Tables of the work: projects, sessions and all that belongs to them."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engine.adapters.store.columns import BIG
from engine.adapters.store.tables.base import Base, Big, JsonText, OfSession, Seq


class InstallationRow(Base):
    """Whose database this is: the one row of its table."""

    __tablename__ = "installation"

    id: Mapped[str] = mapped_column(primary_key=True)
    created_at: Mapped[datetime]


class ProjectRow(Base):
    """A project as stored."""

    __tablename__ = "project"

    name: Mapped[str] = mapped_column(primary_key=True)
    source: Mapped[str]
    kind: Mapped[str]
    ref: Mapped[str]
    credential: Mapped[str]
    agent: Mapped[str]
    environment: Mapped[str]
    host: Mapped[str | None]
    created_at: Mapped[datetime]


class SessionRow(Base):
    """A session as stored. It outlives its project."""

    __tablename__ = "session"
    __table_args__ = (
        UniqueConstraint("id"),
        UniqueConstraint("project", "number"),
        Index(None, "platform", "channel", "thread"),
    )

    seq: Mapped[Seq]
    id: Mapped[str]
    project: Mapped[str]
    number: Mapped[int]
    owner: Mapped[str]
    platform: Mapped[str]
    space: Mapped[str]
    channel: Mapped[str]
    thread: Mapped[str]
    agent: Mapped[str]
    environment: Mapped[str]
    network: Mapped[str]
    once: Mapped[bool]
    host_wanted: Mapped[str | None]
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(index=True)
    wanted: Mapped[str]
    reason: Mapped[str | None]
    why: Mapped[str]
    host: Mapped[str | None]
    attempt: Mapped[int]
    deaths: Mapped[int]
    agent_session: Mapped[str]
    start_commit: Mapped[str]
    volumes_until: Mapped[datetime | None] = mapped_column(index=True)


class TaskRow(Base):
    """A task as stored."""

    __tablename__ = "task"
    __table_args__ = (
        UniqueConstraint("id"),
        UniqueConstraint("session", "number"),
        Index(None, "session", "state"),
    )

    seq: Mapped[Seq]
    id: Mapped[str]
    session: Mapped[OfSession]
    number: Mapped[int]
    actor: Mapped[str]
    text: Mapped[str]
    is_urgent: Mapped[bool]
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(index=True)
    rpc_id: Mapped[str | None]
    stop_reason: Mapped[str]
    why: Mapped[str]


_IS_ACTIVE = TaskRow.state.in_(("sent", "running", "cancelling"))
Index(
    "uq_task_one_active",
    TaskRow.session,
    unique=True,
    sqlite_where=_IS_ACTIVE,
    postgresql_where=_IS_ACTIVE,
)


class ApprovalRow(Base):
    """An approval as stored."""

    __tablename__ = "approval"
    __table_args__ = (UniqueConstraint("id"), UniqueConstraint("session", "number"))

    seq: Mapped[Seq]
    id: Mapped[str]
    session: Mapped[OfSession]
    attempt: Mapped[int]
    rpc_id: Mapped[str]
    task: Mapped[str | None]
    number: Mapped[int]
    title: Mapped[str]
    kind: Mapped[str]
    subject: Mapped[str]
    detail: Mapped[JsonText]
    choices: Mapped[JsonText]
    created_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(index=True)
    shown_at: Mapped[datetime | None]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[str | None]
    scope: Mapped[str]


class RuleRow(Base):
    """What was allowed for the rest of a session. A subject may be too long for an index."""

    __tablename__ = "rule"

    seq: Mapped[Seq]
    session: Mapped[str] = mapped_column(ForeignKey("session.id"), index=True)
    kind: Mapped[str]
    subject: Mapped[str]


class AttemptRow(Base):
    """One container of a session as stored, with the cursor of its log."""

    __tablename__ = "attempt"

    session: Mapped[str] = mapped_column(ForeignKey("session.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    host: Mapped[str]
    started_at: Mapped[datetime]
    container: Mapped[str | None]
    unlocked: Mapped[bool]
    stdout_stamp_ns: Mapped[Big]
    stdout_number: Mapped[Big]
    stdout_ordinal: Mapped[Big]
    stderr_stamp_ns: Mapped[Big]
    stderr_number: Mapped[Big]
    stderr_ordinal: Mapped[Big]
    floor_ns: Mapped[Big]
    stepped: Mapped[bool]
    log_bytes: Mapped[Big]
    ended_at: Mapped[datetime | None]
    exit_code: Mapped[int | None]
    outcome: Mapped[str | None]


class MessageRow(Base):
    """A message to an agent, journalled."""

    __tablename__ = "message"
    __table_args__ = (UniqueConstraint("session", "attempt", "kind", "rpc_id"),)

    seq: Mapped[Seq]
    session: Mapped[OfSession]
    attempt: Mapped[int]
    kind: Mapped[str]
    rpc_id: Mapped[str]
    payload: Mapped[str]
    task: Mapped[str | None]
    written_at: Mapped[datetime]
    confirmed: Mapped[bool]
    answer: Mapped[str | None]


class JobRow(Base):
    """A job as stored."""

    __tablename__ = "job"
    __table_args__ = (UniqueConstraint("id"), Index(None, "session"))

    seq: Mapped[Seq]
    id: Mapped[str]
    session: Mapped[OfSession]
    actor: Mapped[str]
    kind: Mapped[str]
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    args: Mapped[JsonText]
    state: Mapped[str] = mapped_column(index=True)
    attempts: Mapped[int]
    result: Mapped[JsonText]
    why: Mapped[str]


class HostRow(Base):
    """A host as last seen."""

    __tablename__ = "host"

    name: Mapped[str] = mapped_column(primary_key=True)
    state: Mapped[str]
    why: Mapped[str]
    seen_at: Mapped[datetime | None]
    engine_id: Mapped[str]
    engine_version: Mapped[str]
    free_bytes: Mapped[int | None] = mapped_column(BIG)


class AlertRow(Base):
    """An open alert; a closed one is an event."""

    __tablename__ = "alert"
    __table_args__ = (UniqueConstraint("fingerprint"),)

    seq: Mapped[Seq]
    fingerprint: Mapped[str]
    severity: Mapped[str]
    text: Mapped[str]
    session: Mapped[str | None]
    opened_at: Mapped[datetime]


class GrantRow(Base):
    """A grant as stored. An empty project is everywhere: a database would let none be twice."""

    __tablename__ = "access_grant"
    __table_args__ = (UniqueConstraint("subject", "role", "project"),)

    seq: Mapped[Seq]
    subject: Mapped[str]
    role: Mapped[str]
    project: Mapped[str]
    granted_by: Mapped[str]
    granted_at: Mapped[datetime]


class VolumesRow(Base):
    """What a session's volumes held when they were last measured."""

    __tablename__ = "volumes"

    session: Mapped[str] = mapped_column(ForeignKey("session.id"), primary_key=True)
    work_bytes: Mapped[int] = mapped_column(BIG)
    home_bytes: Mapped[int] = mapped_column(BIG)
    measured_at: Mapped[datetime]
