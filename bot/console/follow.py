"""A session's events as a person wants to read them while it works."""

import json
from collections.abc import Callable, Mapping, Sequence

from rich.console import Console
from rich.text import Text

from bot.console.render import GUTTER, boxed
from bot.core.inert import inert, one_line
from bot.views.event import Data, line_of, word
from bot.views.words import shortened
from engine.api import ApprovalState, Event, EventKind, JobState, SessionState, TaskState

DETAIL_MAX_CHARS = 2000
_QUIET_TASKS = frozenset({TaskState.SENT, TaskState.RUNNING, TaskState.DONE})
"""What the text of the turn tells anyway."""


class Follower:
    """Prints events: text as it comes, the plan as a checklist, everything else on one line."""

    def __init__(self, console: Console, session: str, *, tells_how: bool = True) -> None:
        """Print to `console`; with `tells_how`, also the commands that answer a question."""
        self._console = console
        self._session = session
        self._tells_how = tells_how
        self._message: str | None = None
        """Id of the agent's message that the cursor stands in."""
        self._is_mid_line = False
        self._plan: Mapping[str, str] = {}
        self._tools: dict[str, str] = {}
        self.is_over = False
        """Whether the session has ended, as far as it was told."""
        self._show: Mapping[EventKind, Callable[[Event], None]] = {
            EventKind.TEXT: self._text,
            EventKind.THOUGHT: self._thought,
            EventKind.PLAN: self._planned,
            EventKind.TOOL: self._tool,
            EventKind.APPROVAL: self._approval,
            EventKind.SESSION: self._moved,
            EventKind.TASK: self._task,
            EventKind.JOB: self._job,
            EventKind.USAGE: _nothing,
            EventKind.RAW: _nothing,
            EventKind.ALERT: lambda event: self._line("!", event, style="yellow"),
            EventKind.GAP: lambda event: self._line("!", event, style="yellow"),
            EventKind.STDERR: lambda event: self._line("stderr", event, style="dim"),
            EventKind.NOISE: lambda event: self._line("stdout", event, style="dim"),
        }

    def feed(self, event: Event) -> None:
        """Print what the event tells, if it tells a person anything."""
        self._show.get(event.kind, self._other)(event)

    def end(self) -> None:
        """Leave the terminal at the start of a line."""
        self._break()

    def _text(self, event: Event) -> None:
        message, text = word(event.data, "message"), inert(word(event.data, "text"))
        if self._message != message:
            self._break()
        self._message = message
        for line in text.splitlines(keepends=True):
            gutter = "" if self._is_mid_line else GUTTER
            self._console.print(Text(gutter + line), end="", soft_wrap=True)
            self._is_mid_line = not line.endswith("\n")

    def _thought(self, event: Event) -> None:
        self._break()
        self._print(f"  ({one_line(word(event.data, 'text').strip())})", style="dim italic")

    def _planned(self, event: Event) -> None:
        """Show the whole plan once, and then what has changed of it."""
        plan = _entries(event.data)
        changed = [
            (name, status) for name, status in plan.items() if self._plan.get(name) != status
        ]
        self._plan = plan
        self._break()
        for name, status in changed:
            self._print(f"  {boxed(status, name)}", style="green" if status == "completed" else "")

    def _tool(self, event: Event) -> None:
        """Show a tool when it is first heard of, and again if it fails."""
        id_, title = word(event.data, "id"), word(event.data, "title")
        is_new = id_ not in self._tools
        self._tools[id_] = title or self._tools.get(id_, "")
        if is_new:
            self._break()
            self._print(f"  > {one_line(title or id_)}", style="cyan")
        elif word(event.data, "status") == "failed":
            self._break()
            self._print(f"  > failed: {one_line(self._tools[id_] or id_)}", style="red")

    def _approval(self, event: Event) -> None:
        data, name = event.data, f"{self._session}.{word(event.data, 'number')}"
        self._break()
        if word(data, "state") != ApprovalState.OPEN:
            by = f" by {word(data, 'by')}" if data.get("by") else ""
            self._print(f"  ? {name} {word(data, 'state')}{by}", style="yellow")
            return
        self._print(f"  ? {name} asks: {one_line(word(data, 'title'))}", style="bold yellow")
        self._print(f"    {one_line(_asked(data))}", style="yellow")
        if self._tells_how:
            self._print(f"    Allow: halyard approval allow {name}", style="dim")
            self._print(f"    Deny:  halyard approval deny {name}", style="dim")

    def _moved(self, event: Event) -> None:
        self.is_over = word(event.data, "state") == SessionState.ENDED
        self._line("=", event, style="bold" if self.is_over else "dim")

    def _task(self, event: Event) -> None:
        if word(event.data, "state") not in _QUIET_TASKS:
            self._line("@", event, style="bold")

    def _job(self, event: Event) -> None:
        if word(event.data, "state") in {JobState.DONE, JobState.FAILED}:
            self._line("-", event, style="dim")

    def _other(self, event: Event) -> None:
        self._line("-", event, style="dim")

    def _line(self, mark: str, event: Event, *, style: str) -> None:
        self._break()
        self._print(f"{mark} {one_line(line_of(event))}", style=style)

    def _break(self) -> None:
        if self._is_mid_line:
            self._console.print()
        self._message, self._is_mid_line = None, False

    def _print(self, line: str, *, style: str) -> None:
        self._console.print(Text(line, style=style), soft_wrap=True)


def _nothing(_event: Event) -> None:
    """Show nothing: it is for programs, or shown elsewhere."""


def _entries(data: Data) -> dict[str, str]:
    entries = data.get("entries")
    listed = entries if isinstance(entries, Sequence) and not isinstance(entries, str) else ()
    return {
        str(entry.get("content", "")): str(entry.get("status", "pending"))
        for entry in listed
        if isinstance(entry, Mapping)
    }


def _asked(data: Data) -> str:
    """What exactly would be done: the command or path, else the call as the agent sent it."""
    subject = word(data, "subject")
    if subject:
        spaced = subject.replace("\x1f", " ")
        return f"{word(data, 'kind')}: {shortened(spaced, max_chars=200)}"
    return json.dumps(data.get("detail"), ensure_ascii=False)[:DETAIL_MAX_CHARS]
