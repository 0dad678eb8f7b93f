"""What a person said in plain words, as a face heard it or read it later."""

from dataclasses import dataclass
from datetime import datetime

from bot.core.call import Call
from bot.dispatch import Heard, said_of
from engine.api import ActorId, Conversation, GroupId, InboxKey


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """Which message of a platform it is."""

    id: str
    """As the platform calls it where it was said."""
    key: str
    """No other message of the whole platform has it."""
    conversation: Conversation

    def key_by(self, actor: ActorId) -> InboxKey:
        """Return what the message is kept under if this is who said it."""
        return said_of(heard_as(f"message:{self.key}", actor, self.conversation, Call(""))).key


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A file that came along and is still where the platform keeps it."""

    url: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Utterance:
    """One message of a person, never of a program."""

    mark: Mark
    actor: ActorId
    speaker: str
    """What people there see them called; empty if that did not come along."""
    groups: frozenset[GroupId] | None
    """Those that came along; none if the platform has to be asked."""
    text: str
    """Without a mention of us."""
    is_mentioned: bool
    uploads: tuple[Upload, ...] = ()
    said_at: datetime
    edit: str = ""
    """What tells this version of it from others; empty if it was never changed."""

    @property
    def key(self) -> InboxKey:
        """What it is kept under."""
        return self.mark.key_by(self.actor)


def heard_as(key: str, actor: ActorId, conversation: Conversation, call: Call) -> Heard:
    """Return a call that somebody made in a chat."""
    return Heard(key=key, actor=actor, conversation=conversation, is_local=False, call=call)
