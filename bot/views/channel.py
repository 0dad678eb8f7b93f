"""Channels as messages."""

from collections.abc import Mapping, Sequence

from bot.core.call import Call
from bot.core.message import Button, Buttons, Fields, Message, Mono, Table, Tone, text
from engine.api import Channel, Json, Verbosity

_HEARS: Mapping[Verbosity, str] = {
    Verbosity.TEXT: "What the agent says at the end of a turn, questions and alerts.",
    Verbosity.ESSENTIAL: "What the agent says at the end of a turn, one live card, results,"
    " questions and alerts.",
    Verbosity.EVERYTHING: "All that agents say and do, as they go.",
}


def listed(channels: Sequence[Channel]) -> Message:
    """Channels that are about a project, one a row."""
    bind = text("Bind one, where it is: ", Mono("project bind project=NAME"))
    rows = tuple((c.name, str(c.project), c.verbosity.value) for c in channels)
    return Message(
        title="Channels" if rows else "No channel is about a project",
        blocks=(Table(("channel", "project", "verbosity"), rows),) if rows else (bind,),
        data=[plain(channel) for channel in channels],
    )


def shown(channel: Channel) -> Message:
    """What a channel is about, and how much it hears."""
    bind = text("Bind it to a project: ", Mono("project bind project=NAME"))
    return Message(
        title=f"Channel {channel.name}",
        blocks=(Fields(_facts(channel)),) if channel.project else (Fields(_facts(channel)), bind),
        data=plain(channel),
    )


def changed(channel: Channel) -> Message:
    """How much a channel hears from now on."""
    return Message(
        title=f"This channel hears {channel.verbosity}",
        blocks=(text(_HEARS[channel.verbosity]), _show(channel)),
        tone=Tone.GOOD,
        data=plain(channel),
    )


def bound(channel: Channel) -> Message:
    """A channel that is now about a project."""
    return Message(
        title=f"This channel is about {channel.project}",
        blocks=(
            text("Mention me here with what is to be done, and a session begins on it."),
            _show(channel),
        ),
        tone=Tone.GOOD,
        data=plain(channel),
    )


def unbound(channel: Channel) -> Message:
    """A channel that is about no project any more; `channel` is what it was."""
    return Message(
        title=f"This channel is not about {channel.project} any more",
        blocks=(text("Sessions that were started here go on, and go on talking here."),),
        tone=Tone.GOOD,
        data={**plain(channel), "project": None},
    )


def plain(channel: Channel) -> dict[str, Json]:
    """A channel for programs."""
    return {
        "channel": channel.name,
        "project": channel.project,
        "verbosity": channel.verbosity,
    }


def _facts(channel: Channel) -> tuple[tuple[str, str], ...]:
    return (
        ("Project", channel.project or "none"),
        ("Verbosity", channel.verbosity),
        ("It hears", _HEARS[channel.verbosity]),
    )


def _show(channel: Channel) -> Buttons:
    return Buttons((Button("Show", Call("channel show", {"channel": channel.name})),))
