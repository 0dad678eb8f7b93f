"""Tables of the talk: what was said to us, what we say, and where."""

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engine.adapters.store.tables.base import Base, Big, JsonText, OfSession, Seq, index_where


class InboxRow(Base):
    """Something that was said to us."""

    __tablename__ = "inbox"
    __table_args__ = (UniqueConstraint("key"), Index(None, "surface", "received_at"))

    seq: Mapped[Seq]
    key: Mapped[str]
    actor: Mapped[str]
    surface: Mapped[str]
    path: Mapped[str]
    values: Mapped[JsonText]
    received_at: Mapped[datetime]
    answer: Mapped[str | None]
    outcome: Mapped[str]
    groups: Mapped[JsonText] = mapped_column(server_default="[]")
    origin: Mapped[JsonText] = mapped_column(server_default="{}")
    attempts: Mapped[int] = mapped_column(server_default="1")
    person: Mapped[str | None]


index_where(InboxRow.answer.is_(None), "ix_inbox_unanswered", InboxRow.surface)

index_where(InboxRow.outcome == "refused", "ix_inbox_refused", InboxRow.actor, InboxRow.received_at)


class DeliveryRow(Base):
    """A post or a card as stored."""

    __tablename__ = "delivery"
    __table_args__ = (
        UniqueConstraint("id"),
        Index(None, "lane", "state", "seq"),
        Index(None, "platform", "state", "channel"),
        Index(None, "platform", "channel", "thread"),
    )

    seq: Mapped[Seq]
    id: Mapped[str]
    platform: Mapped[str]
    space: Mapped[str]
    channel: Mapped[str]
    thread: Mapped[str]
    lane: Mapped[str]
    priority: Mapped[int]
    draft: Mapped[str]
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    due_at: Mapped[datetime]
    card: Mapped[str]
    version: Mapped[int]
    sent_version: Mapped[int]
    posting: Mapped[int]
    anchor: Mapped[str | None]
    opens: Mapped[str | None]
    answers: Mapped[str | None]
    approval: Mapped[str | None]
    state: Mapped[str]
    attempts: Mapped[int]
    claimed_at: Mapped[datetime | None]
    claimed_version: Mapped[int]
    tried: Mapped[str]
    doubt_at: Mapped[datetime | None]
    receipt: Mapped[str]
    sent_at: Mapped[datetime | None]
    old_receipt: Mapped[str]
    why: Mapped[str]


index_where(DeliveryRow.card != "", "uq_delivery_card", DeliveryRow.card, unique=True)
index_where(DeliveryRow.old_receipt != "", "ix_delivery_replaced", DeliveryRow.platform)


class ChannelRow(Base):
    """A channel that something was said of."""

    __tablename__ = "channel"

    platform: Mapped[str] = mapped_column(primary_key=True)
    space: Mapped[str] = mapped_column(primary_key=True)
    channel: Mapped[str] = mapped_column(primary_key=True)
    project: Mapped[str | None]
    verbosity: Mapped[str]
    bound_since: Mapped[datetime | None]


class MirrorRow(Base):
    """A mirror of a session as stored."""

    __tablename__ = "mirror"
    __table_args__ = (
        UniqueConstraint("id"),
        Index(None, "session"),
        Index(None, "platform", "channel", "thread"),
    )

    seq: Mapped[Seq]
    id: Mapped[str]
    session: Mapped[OfSession]
    platform: Mapped[str]
    space: Mapped[str]
    channel: Mapped[str]
    thread: Mapped[str]
    since: Mapped[Big]
    shared_by: Mapped[str]
    shared_at: Mapped[datetime]
    anchor: Mapped[str | None] = mapped_column(index=True)
    ended_at: Mapped[datetime | None]


index_where(
    MirrorRow.ended_at.is_(None),
    "uq_mirror_one_in_a_channel",
    MirrorRow.session,
    MirrorRow.platform,
    MirrorRow.space,
    MirrorRow.channel,
    unique=True,
)


class BookmarkRow(Base):
    """What a face remembers from one run to the next."""

    __tablename__ = "bookmark"

    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str]
