"""A neutral message as messages of Slack.

What a person or an agent said becomes messages of nothing else; everything else is blocks under a
title. Nothing is cut without a word: what does not fit is in a file beside it, and a line says so.
"""

from bot.core.message import Message
from bot.drawing.speech import is_speech
from bot.slack.draft import Draft
from bot.slack.layout import laid_out
from bot.slack.speech import speech


def render(message: Message, *, parts_max: int) -> tuple[Draft, ...]:
    """Return what to post, in order.

    A text that somebody said takes at most `parts_max` messages; a longer one becomes a file.
    """
    return speech(message, parts_max=parts_max) if is_speech(message) else laid_out(message)
