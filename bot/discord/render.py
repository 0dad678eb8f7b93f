"""A neutral message as messages of Discord.

What a person or an agent said becomes plain messages; everything else is one embed. Nothing is cut
without a word: what does not fit is in a file beside it, and a small line says so.
"""

from bot.core.message import Message
from bot.discord.draft import Draft
from bot.discord.embed import embedded
from bot.discord.speech import speech
from bot.drawing.speech import is_speech


def render(message: Message, *, parts_max: int) -> tuple[Draft, ...]:
    """Return what to post, in order.

    A text that somebody said takes at most `parts_max` messages; a longer one becomes a file.
    """
    return speech(message, parts_max=parts_max) if is_speech(message) else embedded(message)
