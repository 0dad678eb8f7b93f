"""What is kept of an interaction of Slack, so that it can be answered later."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.hearing.origin import KIND, MESSAGE, is_public_in, origin_of
from engine.api import Conversation, Errand

INTERACTION = "interaction"
USER, ADDRESS = "user", "address"
"""Who asked; and where Slack takes a few answers, for half an hour: empty if nowhere."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Who asked for something, where, and how they are answered."""

    user: str
    conversation: Conversation
    address: str = ""

    def origin(self) -> dict[str, str]:
        """Return it as it is kept."""
        own = {KIND: INTERACTION, USER: self.user, ADDRESS: self.address}
        return origin_of(self.conversation, **own)


def is_private(errand: Errand) -> bool:
    """Whether it is for who asked alone; so is an answer of which nothing is known any more."""
    is_answer = errand.said is not None and errand.origin.get(KIND) != MESSAGE
    return is_answer and not is_public_in(errand.origin)


def address_in(origin: Mapping[str, str]) -> str:
    """Return where an answer is taken without being in the channel; empty if nowhere."""
    return origin.get(ADDRESS, "")
