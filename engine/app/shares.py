"""Let a session be followed, and spoken to, in more than one conversation."""

from collections.abc import Sequence
from dataclasses import replace

from engine.app.desk import Desk
from engine.app.sessions import Sessions
from engine.domain.channel import channel_at
from engine.domain.errors import NotFound
from engine.domain.event import EventKind, NewEvent
from engine.domain.mirror import Mirror, require_mirrored
from engine.domain.session import Session
from engine.domain.values import (
    ActorId,
    Conversation,
    DeliveryId,
    MirrorId,
    SessionId,
)


class Shares:
    """Everything a person can ask of mirrors, and what faces ask when they tell people."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def share(self, name: str, to: Conversation, *, by: ActorId) -> Mirror:
        """Let a session be followed in a channel from now on, in a thread of its own there.

        Raises:
            NotFound: there is no such session.
            Conflict: that channel may not hear of it, or does so already.
        """
        session = Sessions(self._desk).find(name)
        place = replace(to, thread="")
        channel = self._desk.tx.channels.find(place) or channel_at(place)
        require_mirrored(session, self.of(session.id), place, channel)
        mirror = Mirror(
            id=MirrorId(self._desk.world.new_id()),
            session=session.id,
            conversation=place,
            since=self._desk.tx.events.head(),
            by=by,
            at=self._desk.now,
        )
        self._desk.tx.mirrors.add(mirror)
        self._tell(session, mirror, "shared", by=by)
        return mirror

    def unshare(self, name: str, from_: Conversation, *, by: ActorId) -> Mirror:
        """Let a session be followed in a channel no more; what was said there stays.

        Raises:
            NotFound: there is no such session, or it is not shared with that channel.
        """
        session = Sessions(self._desk).find(name)
        mirror = next((m for m in self.of(session.id) if m.is_in(from_)), None)
        if mirror is None:
            raise NotFound(
                f"Session {name} is not shared with {channel_at(from_).name}; `session show"
                f" {name}` tells where it is."
            )
        ended = replace(mirror, ended_at=self._desk.now)
        self._desk.tx.mirrors.save(ended)
        self._tell(session, ended, "unshared", by=by)
        return ended

    def of(self, session: SessionId) -> Sequence[Mirror]:
        """Return the mirrors of a session, oldest first."""
        return self._desk.tx.mirrors.of(session)

    def get(self, id_: MirrorId) -> Mirror:
        """Return a mirror, also one that was ended."""
        return self._desk.tx.mirrors.get(id_)

    def anchor(self, id_: MirrorId, anchor: DeliveryId) -> None:
        """Note which message a mirror's thread hangs on, or is to hang on."""
        mirror = self.get(id_)
        if mirror.anchor != anchor:
            self._desk.tx.mirrors.save(replace(mirror, anchor=anchor))

    def _tell(self, session: Session, mirror: Mirror, state: str, *, by: ActorId) -> None:
        data = {
            "mirror": mirror.id,
            "name": session.name,
            "channel": channel_at(mirror.conversation).name,
            "by": by,
            "state": state,
        }
        self._desk.tx.events.append(
            NewEvent(kind=EventKind.SHARE, at=self._desk.now, session=session.id, data=data)
        )
