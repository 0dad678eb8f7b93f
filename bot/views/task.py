"""Tasks as messages."""

from collections.abc import Sequence

from bot.core.call import Call
from bot.core.message import Button, Buttons, Message, Table, Tone, text
from bot.views.words import moment, session_of, shortened
from engine.api import Json, Task, TaskState

_ANSWERS = {
    TaskState.QUEUED: "It will be sent when its turn comes.",
    TaskState.CANCELLING: "The agent is asked to stop; the turn is over when it answers.",
    TaskState.DROPPED: "It will not be sent.",
    TaskState.DONE: "It counts as done.",
}


def listed(session: str, tasks: Sequence[Task]) -> Message:
    """The tasks of a session, one a row."""
    rows = tuple(
        (f"{session}.{task.number}", task.state, moment(task.created_at), shortened(task.text))
        for task in tasks
    )
    return Message(
        title=f"Tasks of {session}",
        blocks=(Table(("task", "state", "asked", "text"), rows),),
        data=[plain(session, task) for task in tasks],
        session=session,
    )


def moved(name: str, task: Task) -> Message:
    """A task after a person has changed something about it."""
    session = session_of(name)
    return Message(
        title=f"Task {name} is {task.state}",
        blocks=(
            text(_ANSWERS.get(task.state, task.why)),
            Buttons((Button("Tasks", Call("task list", {"session": session})),)),
        ),
        tone=Tone.GOOD,
        data=plain(session, task),
        session=session,
    )


def resolving(name: str) -> Buttons:
    """What a person can say of a task of which nobody can tell whether it was done."""
    call = {"task": name}
    return Buttons(
        (
            Button("It is done", Call("task done", call)),
            Button("Do it again", Call("task retry", call)),
        )
    )


def plain(session: str, task: Task) -> dict[str, Json]:
    """A task for programs."""
    return {
        "task": f"{session}.{task.number}",
        "state": task.state,
        "text": task.text,
        "why": task.why,
        "stop_reason": task.stop_reason,
        "urgent": task.is_urgent,
        "actor": task.actor,
        "created_at": task.created_at.isoformat(),
        "changed_at": task.changed_at.isoformat(),
    }
