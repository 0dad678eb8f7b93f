"""Tables of people: which accounts are one person's."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from engine.adapters.store.tables.base import Base


class AccountRow(Base):
    """An account that is linked with others."""

    __tablename__ = "account"

    actor: Mapped[str] = mapped_column(primary_key=True)
    person: Mapped[str] = mapped_column(index=True)
    linked_at: Mapped[datetime]
    platform: Mapped[str]
    space: Mapped[str]
    channel: Mapped[str]
    thread: Mapped[str]


class LinkCodeRow(Base):
    """A code that links two accounts, by its digest."""

    __tablename__ = "link_code"

    digest: Mapped[str] = mapped_column(primary_key=True)
    actor: Mapped[str] = mapped_column(index=True)
    made_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    platform: Mapped[str]
    space: Mapped[str]
    channel: Mapped[str]
    thread: Mapped[str]
