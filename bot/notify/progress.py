"""What an agent says and does on the way, for channels that hear everything."""

from dataclasses import dataclass, field

from bot.core.message import Said, Text
from bot.notify.thread import Thread
from bot.views import turn as views
from engine.api import Event, Priority, TaskId


@dataclass(slots=True)
class Progress:
    """Gathers what happens in one session, so that many tool calls make one post."""

    parts: list[Said | Text] = field(default_factory=list)
    seen: dict[TaskId | None, set[str]] = field(default_factory=dict)
    """Ids of tool calls that were told of, by task."""

    def add(self, thread: Thread, tool: Event) -> None:
        """Add a tool call, with what the agent said before it."""
        said = thread.use.telling.said_last(tool)
        if said.strip():
            self.parts.append(Said(said))
        seen = self.seen.get(tool.task)
        if seen is None:
            seen = self.seen[tool.task] = set(thread.use.telling.tools_before(tool))
        id_ = str(tool.data.get("id"))
        if tool.data.get("title") and (id_ not in seen or tool.data.get("status") == "failed"):
            self.parts.append(views.tool_line(tool))
            seen.add(id_)

    def flush(self, thread: Thread) -> None:
        """Post what was gathered, so that what follows comes behind it."""
        if self.parts:
            message = views.progress(thread.session, self.parts)
            thread.post(message, Priority.PROGRESS)
            self.parts.clear()
