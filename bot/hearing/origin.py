"""What is kept of something said in a chat, so that it can be answered later."""

from collections.abc import Mapping

from bot.dispatch import SPEAKER
from bot.hearing.hearing import IS_PUBLIC, IS_TYPED, KIND, MESSAGE, origin_of
from bot.hearing.utterance import Mark

ID = "id"
FILE = "file:"
"""Before the name of an option: where its file is to be fetched."""


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
