"""Failures, as the person who asked should read them."""

from bot.core.message import Message, Mono, Tone, text
from engine.api import Refused, Unavailable


def refused(error: Refused) -> Message:
    """The person can do something about it, so say what it is."""
    return _failure("Not done", str(error))


def unavailable(error: Unavailable) -> Message:
    """Nobody here can do anything about it but wait."""
    return _failure("Not available", f"{error} Nothing was changed; try again in a minute.")


def broken(incident: str) -> Message:
    """A bug: give a number to report and no detail."""
    return Message(
        title="Something broke",
        blocks=(
            text(
                "This is our fault, and nothing was changed. Please report ",
                Mono(incident),
                " with what Halyard's log has under it.",
            ),
        ),
        tone=Tone.BAD,
        data={"error": f"This is our fault. Please report {incident}.", "incident": incident},
    )


def _failure(title: str, sentence: str) -> Message:
    return Message(title=title, blocks=(text(sentence),), tone=Tone.BAD, data={"error": sentence})
