"""Channels, and what faces remember, in the database."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row

from engine.adapters.store.columns import Values
from engine.adapters.store.prepared import adding, by, finding, removing, table_of
from engine.adapters.store.steps import Steps
from engine.adapters.store.tables import BookmarkRow, ChannelRow
from engine.domain.channel import Channel, Verbosity
from engine.domain.values import Conversation, ProjectName

_CHANNEL = table_of(ChannelRow)
_PLACE = ("platform", "space", "channel")
_ADD_CHANNEL = adding(ChannelRow)
_FIND_CHANNEL = finding(ChannelRow, *_PLACE)
_REMOVE_CHANNEL = removing(ChannelRow, *_PLACE)
_ALL_CHANNELS = finding(ChannelRow).order_by(*(_CHANNEL.c[name] for name in _PLACE))
_ADD_BOOKMARK = adding(BookmarkRow)
_FIND_BOOKMARK = finding(BookmarkRow, "name").with_only_columns(BookmarkRow.value)
_REMOVE_BOOKMARK = removing(BookmarkRow, "name")


class SqlChannels:
    """`Channels` on one connection."""

    def __init__(self, db: Steps) -> None:
        self._db = db

    def find(self, conversation: Conversation) -> Channel | None:
        row = self._db.execute(_FIND_CHANNEL, _at(conversation)).one_or_none()
        return None if row is None else _channel(row)

    def save(self, channel: Channel) -> None:
        self._db.execute(_REMOVE_CHANNEL, _at(channel))
        self._db.execute(
            _ADD_CHANNEL,
            {
                "platform": channel.platform,
                "space": channel.space,
                "channel": channel.channel,
                "project": channel.project,
                "verbosity": channel.verbosity,
                "bound_since": channel.bound_since,
            },
        )

    def all(self) -> Sequence[Channel]:
        return [_channel(row) for row in self._db.execute(_ALL_CHANNELS)]


class SqlBookmarks:
    """`Bookmarks` on one connection."""

    def __init__(self, db: Steps) -> None:
        self._db = db

    def get(self, name: str) -> str:
        return self._db.scalar(_FIND_BOOKMARK, by(name=name)) or ""

    def set(self, name: str, value: str) -> None:
        self._db.execute(_REMOVE_BOOKMARK, by(name=name))
        self._db.execute(_ADD_BOOKMARK, {"name": name, "value": value})


def _at(place: Conversation | Channel) -> Values:
    return by(platform=place.platform, space=place.space, channel=place.channel)


def _channel(row: Row[Any]) -> Channel:
    return Channel(
        platform=row.platform,
        space=row.space,
        channel=row.channel,
        project=ProjectName(row.project) if row.project else None,
        verbosity=Verbosity(row.verbosity),
        bound_since=row.bound_since,
    )
