"""Messages that show nothing but what somebody said."""

from bot.core.inert import inert
from bot.core.message import Block, Buttons, File, Message, Said


def is_speech(message: Message) -> bool:
    """Whether a message shows nothing but what somebody said, and what comes along with it."""
    has_said = any(isinstance(block, Said) for block in message.blocks)
    is_all = all(isinstance(block, Said | File | Buttons) for block in message.blocks)
    return not message.title and has_said and is_all


def said_in(message: Message) -> str:
    """Return all that was said, inert."""
    return inert("\n\n".join(b.text for b in message.blocks if isinstance(b, Said)))


def files_in(message: Message) -> list[File]:
    """Return the stored files that come along."""
    return [block for block in message.blocks if isinstance(block, File)]


def buttons_in(message: Message) -> list[Buttons]:
    """Return the rows of buttons."""
    return [block for block in message.blocks if isinstance(block, Buttons)]


def readable(message: Message) -> tuple[Block, ...]:
    """Return the blocks that there is something to read in."""
    return tuple(block for block in message.blocks if not isinstance(block, Buttons | File))
