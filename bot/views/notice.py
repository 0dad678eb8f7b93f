"""What a thread, or a channel, is told besides what agents say."""

from collections.abc import Mapping
from datetime import datetime

from bot.core.message import Message, Mono, Tone, When, text
from bot.views.event import Data, word
from bot.views.session import plain
from bot.views.share import NO_LONGER
from bot.views.task import plain as plain_task
from bot.views.task import resolving
from bot.views.words import shortened
from engine.api import ActorId, Session, Task

_TONES: Mapping[str, Tone] = {"critical": Tone.BAD, "warning": Tone.BAD}


def gap(session: Session, data: Data) -> Message:
    """A range of what the agent said that may be lost."""
    since, until = word(data, "since"), word(data, "until")
    begin = (" It begins ", When(datetime.fromisoformat(since)), ".") if since else ()
    return Message(
        title="",
        blocks=(text(f"A range of the log may be lost: {word(data, 'why')}", *begin),),
        tone=Tone.BAD,
        data={"why": word(data, "why"), "since": since, "until": until},
        session=session.name,
    )


def compaction(session: Session, data: Data) -> Message:
    """An agent that forgot part of its conversation, to go on."""
    before, after = word(data, "used_before"), word(data, "used")
    return Message(
        title="",
        blocks=(text(f"The agent compacted its context from {before} to {after} tokens."),),
        data={"used_before": before, "used": after},
        session=session.name,
    )


def alert(data: Data, *, session: str = "", pings: tuple[ActorId, ...] = ()) -> Message:
    """Something that needs eyes, or does no more."""
    is_open = word(data, "state") == "open"
    return Message(
        title="Alert" if is_open else "Alert is over",
        blocks=(text(word(data, "text")),),
        pings=pings if is_open else (),
        tone=_TONES.get(word(data, "severity"), Tone.NEUTRAL) if is_open else Tone.GOOD,
        data={key: word(data, key) for key in ("fingerprint", "severity", "text", "state")},
        session=session,
    )


def unknown(session: Session, task: Task) -> Message:
    """A task of which only a person can tell whether it was done."""
    name = f"{session.name}.{task.number}"
    return Message(
        title=f"Was task {name} done?",
        blocks=(
            text("Nobody can tell whether the agent did ", Mono(name), f". {task.why}"),
            text(shortened(task.text, max_chars=300)),
            resolving(name),
        ),
        pings=(session.owner,),
        tone=Tone.BAD,
        data=plain_task(session.name, task),
        session=session.name,
    )


def known(session: Session, task: Task) -> Message:
    """The same task once somebody, or the agent after all, has told."""
    name = f"{session.name}.{task.number}"
    return Message(
        title=f"Task {name} is {task.state}",
        blocks=(text(shortened(task.text, max_chars=300)),),
        data=plain_task(session.name, task),
        session=session.name,
    )


def unfollowed(session: Session, task: Task) -> Message:
    """The same task where nobody follows its session any more."""
    return Message(
        title=f"Task {session.name}.{task.number} is decided elsewhere",
        blocks=(text(shortened(task.text, max_chars=300)), NO_LONGER),
        data=plain_task(session.name, task),
        session=session.name,
    )


def ended(session: Session) -> Message:
    """A session that ended though nobody wanted it to."""
    return Message(
        title=f"Session {session.name} has ended: {session.reason}",
        blocks=(text(session.why or "Nothing of it runs any more."),),
        pings=(session.owner,),
        tone=Tone.BAD,
        data=plain(session),
        session=session.name,
    )
