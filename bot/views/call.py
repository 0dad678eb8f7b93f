"""What is said of calls that could not be done, or answered, when they were made."""

from bot.core.call import Call
from bot.core.message import Button, Buttons, Message, Mono, Tone, text


def not_run(path: str, number: int) -> Message:
    """A command that nobody could acknowledge in time, so that it was left undone."""
    run = Button("Run it", Call("call run", {"call": str(number)}))
    return Message(
        title="Not run",
        blocks=(text("I was restarting when you asked for ", Mono(path), "."), Buttons((run,))),
        tone=Tone.NEUTRAL,
        data={"call": number, "path": path},
    )


def hidden(path: str, number: int, *, is_done: bool) -> Message:
    """An answer for one person, where all would see it: the line says nothing of it."""
    show = Button("Show me", Call("call show", {"call": str(number)}))
    return Message(
        title="Done" if is_done else "Not done",
        blocks=(text("The answer to ", Mono(path), " is for you alone."), Buttons((show,))),
        tone=Tone.NEUTRAL,
        data={"call": number, "path": path},
    )
