"""Channels, and what faces remember, in the database."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, delete, insert, select

from engine.adapters.store.tables import BookmarkRow, ChannelRow
from engine.domain.channel import Channel, Verbosity
from engine.domain.values import Conversation, ProjectName


class SqlChannels:
    """`Channels` on one connection."""

    def __init__(self, db: Connection) -> None:
        self._db = db

    def find(self, conversation: Conversation) -> Channel | None:
        row = self._db.execute(select(ChannelRow).where(*_at(conversation))).one_or_none()
        return None if row is None else _channel(row)

    def save(self, channel: Channel) -> None:
        self._db.execute(delete(ChannelRow).where(*_at(channel)))
        self._db.execute(
            insert(ChannelRow).values(
                platform=channel.platform,
                space=channel.space,
                channel=channel.channel,
                project=channel.project,
                verbosity=channel.verbosity,
            )
        )

    def all(self) -> Sequence[Channel]:
        order = (ChannelRow.platform, ChannelRow.space, ChannelRow.channel)
        return [_channel(row) for row in self._db.execute(select(ChannelRow).order_by(*order))]


class SqlBookmarks:
    """`Bookmarks` on one connection."""

    def __init__(self, db: Connection) -> None:
        self._db = db

    def get(self, name: str) -> str:
        return self._db.scalar(select(BookmarkRow.value).where(BookmarkRow.name == name)) or ""

    def set(self, name: str, value: str) -> None:
        self._db.execute(delete(BookmarkRow).where(BookmarkRow.name == name))
        self._db.execute(insert(BookmarkRow).values(name=name, value=value))


def _at(place: Conversation | Channel) -> tuple[ColumnElement[bool], ...]:
    return (
        ChannelRow.platform == place.platform,
        ChannelRow.space == place.space,
        ChannelRow.channel == place.channel,
    )


def _channel(row: Row[Any]) -> Channel:
    return Channel(
        platform=row.platform,
        space=row.space,
        channel=row.channel,
        project=ProjectName(row.project) if row.project else None,
        verbosity=Verbosity(row.verbosity),
    )
