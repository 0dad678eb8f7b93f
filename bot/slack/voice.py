"""How Slack puts what is to be said."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.core.message import Message
from bot.slack.people import PLATFORM
from bot.slack.render import render

PARTS_MAX = 3
"""Messages that a text may take; a longer one becomes a file."""


@dataclass(frozen=True, slots=True)
class Voice:
    """Makes drafts of neutral messages; the same message is always the same draft."""

    @property
    def platform(self) -> str:
        """The name of the platform in conversations."""
        return PLATFORM

    def draft(self, message: Message) -> str:
        """Return the message as one of Slack's; what has no room in it is in files."""
        return render(message, parts_max=1)[0].encode()

    def posts(self, message: Message) -> Sequence[str]:
        """Return the whole message as one or more of Slack's, in order."""
        return [draft.encode() for draft in render(message, parts_max=PARTS_MAX)]

    def thread(self, message: Message, name: str) -> str:  # noqa: ARG002  # threads have no name
        """Return the message as one that a thread hangs on: Slack's threads have no name."""
        return self.draft(message)
