"""What is kept of something said in a chat, so that it can be answered later."""

from collections.abc import Mapping

from bot.dispatch import SPEAKER
from bot.hearing.utterance import Mark
from engine.api import Conversation, Received

PLACE = ("space", "channel", "thread")
"""Keys of an origin that say where it was said; the others are the face's own."""
KIND, MESSAGE, IS_PUBLIC = "kind", "message", "public"
"""Further keys: what it was, `message` for plain words; and whether all see its answer."""
IS_TYPED = "typed"
"""Of plain words: whether they type a command."""
ID = "id"
"""What the platform calls it by."""
FILE = "file:"
"""Before the name of an option: where its file is to be fetched."""


def conversation_of(received: Received) -> Conversation:
    """Return where it was said."""
    space, channel, thread = (received.origin.get(key, "") for key in PLACE)
    return Conversation(received.surface, space, channel, thread)


def origin_of(conversation: Conversation, **own: str) -> dict[str, str]:
    """Return the origin of something said there; `own` is what the face adds."""
    place = (conversation.space, conversation.channel, conversation.thread)
    return {**dict(zip(PLACE, place, strict=True)), **own}


def of_message(mark: Mark, *, is_typed: bool, speaker: str = "") -> dict[str, str]:
    """Return the origin of a message, its change or its deletion."""
    typed = "yes" if is_typed else "no"
    own = {KIND: MESSAGE, ID: mark.id, IS_TYPED: typed, SPEAKER: speaker}
    return origin_of(mark.conversation, **own)


def of_answer(*, is_public: bool) -> dict[str, str]:
    """Return the part of an origin that tells who will see the answer."""
    return {IS_PUBLIC: "yes" if is_public else "no"}


def is_public_in(origin: Mapping[str, str]) -> bool:
    """Whether all see the answer to what has this origin."""
    return origin.get(IS_PUBLIC) == "yes"


def files_in(origin: Mapping[str, str]) -> dict[str, str]:
    """Return option -> address of the files that are still to be fetched."""
    return {key.removeprefix(FILE): url for key, url in origin.items() if key.startswith(FILE)}
