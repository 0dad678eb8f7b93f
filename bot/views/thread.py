"""The message that a session's thread hangs on, and the live card in it."""

from bot.core.call import Call
from bot.core.message import (
    Block,
    Button,
    Buttons,
    Fields,
    Message,
    Mono,
    Person,
    Text,
    Tone,
    When,
    text,
)
from bot.views import share
from bot.views.session import checklist, plain, state_of
from bot.views.words import UNKNOWN, claimed, context_of, shortened
from engine.api import EndReason, Json, Mirror, Session, SessionView, Task

THREAD_MAX_CHARS = 90
"""Of a thread's name; no platform takes less."""
TASK_MAX_CHARS = 300
STEP_MAX_CHARS = 200
GOOD = frozenset({EndReason.DONE})
CALM = frozenset({EndReason.DONE, EndReason.STOPPED, EndReason.KILLED})
"""Ends that a person wanted."""


def name_of(session: Session, task: Task | None) -> str:
    """Return what the thread of a session is called."""
    about = f"{session.name}: {task.text}" if task else session.name
    return shortened(about, max_chars=THREAD_MAX_CHARS)


def anchor(
    session: Session, task: Task | None, source: str, ref: str, mirror: Mirror | None = None
) -> Message:
    """What all in the channel see of a session; its thread hangs on it."""
    facts = (
        ("Repository", source),
        ("From", ref or "the source's default branch"),
        ("Branch", branch_of(session)),
        ("Agent", f"{session.agent} in {session.environment}, network {session.network}"),
        ("Host", session.host or "not chosen yet"),
    )
    about = (": ", shortened(task.text, max_chars=TASK_MAX_CHARS)) if task else (".",)
    ended = (text(f"It has ended: {session.reason}. {session.why}".strip()),)
    return Message(
        title=f"Session {session.name}",
        blocks=(
            text("Asked for by ", Person(session.owner), *about),
            Fields(facts),
            *(share.origin_of(session, mirror) if mirror else ()),
            *(ended if session.is_over else ()),
        ),
        tone=_tone(session),
        data=plain(session),
        session=session.name,
    )


def card(view: SessionView, step: str) -> Message:
    """How a session is now; nothing in it changes by the passing of time alone."""
    return _last(view) if view.session.is_over else _live(view, step)


def branch_of(session: Session) -> str:
    """Return where a session's work is pushed to."""
    return f"halyard/{session.name}"


def _live(view: SessionView, step: str) -> Message:
    session = view.session
    return Message(
        title=f"{session.name} is {state_of(view)}",
        blocks=(
            *_task(view),
            Fields(_facts(view, step)),
            *checklist(view),
            _buttons(view),
        ),
        data={**_data(view), "step": step},
        session=session.name,
    )


def _last(view: SessionView) -> Message:
    session = view.session
    kept = session.volumes_until
    until: Text = (
        text("Its work is kept until ", When(kept), "; push it before.")
        if kept
        else text("None of its work is kept.")
    )
    return Message(
        title=f"{session.name} has ended: {session.reason}",
        blocks=(
            *((text(session.why),) if session.why else ()),
            *((Fields(_spent(view)),) if _spent(view) else ()),
            until,
            _calls(session, *_verbs_after(session)),
        ),
        tone=_tone(session),
        data=_data(view),
        session=session.name,
    )


def _task(view: SessionView) -> tuple[Block, ...]:
    if view.active is None:
        return ()
    name = f"{view.session.name}.{view.active.number}"
    since = When(view.active.changed_at)
    return (text("Task ", Mono(name), " since ", since, ": ", shortened(view.active.text)),)


def _facts(view: SessionView, step: str) -> tuple[tuple[str, str], ...]:
    session = view.session
    facts = (
        ("Why", session.why),
        ("Step", shortened(step, max_chars=STEP_MAX_CHARS)),
        ("Queued tasks", str(view.queued) if view.queued else ""),
        ("Undecided tasks", str(len(view.unknown)) if view.unknown else ""),
        *_spent(view),
        ("Host", session.host or "not chosen yet"),
        ("Agent", session.agent),
    )
    return tuple((name, value) for name, value in facts if value)


def _spent(view: SessionView) -> tuple[tuple[str, str], ...]:
    facts = (("Context", context_of(view.usage)), ("Spent", claimed(view.usage)))
    return tuple((name, value) for name, value in facts if value != UNKNOWN)


def _buttons(view: SessionView) -> Buttons:
    session = view.session
    verbs = ("stop", "diff", "log") if session.start_commit else ("stop", "log")
    calls = _calls(session, *verbs).items
    if view.active is None:
        return Buttons(calls)
    task = {"task": f"{session.name}.{view.active.number}"}
    return Buttons((Button("Interrupt", Call("task cancel", task)), *calls))


def _verbs_after(session: Session) -> tuple[str, ...]:
    """Return what can be done with an ended session, as far as anything of it is there."""
    if session.volumes_until is None:
        return ("log",)
    return ("push", "diff", "restart") if session.start_commit else ("restart", "log")


def _calls(session: Session, *verbs: str) -> Buttons:
    values = {"session": session.name}
    return Buttons(tuple(Button(v.capitalize(), Call(f"session {v}", values)) for v in verbs))


def _tone(session: Session) -> Tone:
    if not session.is_over:
        return Tone.NEUTRAL
    if session.reason in GOOD:
        return Tone.GOOD
    return Tone.NEUTRAL if session.reason in CALM else Tone.BAD


def _data(view: SessionView) -> dict[str, Json]:
    return {**plain(view.session), "waiting": view.is_waiting, "queued": view.queued}
