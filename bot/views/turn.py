"""What an agent says and does, as it is told in a thread."""

from collections.abc import Mapping, Sequence

from bot.core.message import Block, Message, Mono, Said, Text, Tone, text
from bot.views.event import word
from bot.views.thread import branch_of
from bot.views.words import claimed, duration, percent_of, shortened
from engine.api import Event, Json, Session, Task, TaskState

LINE_MAX_CHARS = 150


def ended(session: Session, task: Task, said: str, footer: str) -> Message:
    """The end of a turn: what the agent said last, whole."""
    name = f"{session.name}.{task.number}"
    is_bad = task.state is TaskState.FAILED
    last: Block = Said(said) if said.strip() else text("The agent said nothing at the end.")
    why = (text(task.why),) if task.why and task.state is not TaskState.DONE else ()
    return Message(
        title=f"Task {name} {task.state}" if is_bad else "",
        blocks=(*why, last),
        footer=footer,
        tone=Tone.BAD if is_bad else Tone.NEUTRAL,
        data={"task": name, "state": task.state, "stop_reason": task.stop_reason},
        session=session.name,
    )


def footer(session: Session, turn: Mapping[str, Json], usage: Mapping[str, Json]) -> str:
    """One line of figures; money is what the agent claims, as nothing else meters it yet."""
    seconds, tokens = turn.get("seconds"), _tokens(turn)
    parts = (
        session.project,
        branch_of(session),
        duration(seconds) if isinstance(seconds, int | float) else "",
        f"ctx {percent_of(usage)}" if percent_of(usage) else "",
        f"{tokens:,} tokens" if tokens else "",
        claimed(usage) if "claimed_microusd" in usage else "",
    )
    return " · ".join(part for part in parts if part)


def progress(session: Session, parts: Sequence[Said | Text]) -> Message:
    """What the agent said and did on the way."""
    said = [part.text for part in parts if isinstance(part, Said)]
    return Message(
        title="",
        blocks=tuple(parts),
        data={"session": session.name, "said": said, "tools": len(parts) - len(said)},
        session=session.name,
    )


def tool_line(tool: Event) -> Text:
    """A tool call on one line."""
    status = word(tool.data, "status")
    what = shortened(word(tool.data, "title"), max_chars=LINE_MAX_CHARS)
    return text(Mono(what), " failed" if status == "failed" else "")


def _tokens(turn: Mapping[str, Json]) -> int:
    counts = (turn.get("input_tokens"), turn.get("output_tokens"))
    return sum(count for count in counts if isinstance(count, int))
