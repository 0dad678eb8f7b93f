"""A neutral message as text on a terminal."""

import shlex
from collections.abc import Mapping

from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.padding import Padding
from rich.segment import Segment
from rich.table import Table as RichTable
from rich.text import Text as RichText

from bot.core.call import Call
from bot.core.inert import inert, one_line
from bot.core.message import (
    Block,
    Buttons,
    Checklist,
    Code,
    Fields,
    File,
    Message,
    Mono,
    Passage,
    Person,
    Said,
    Span,
    Table,
    Text,
    Tone,
    When,
)
from bot.views.words import moment, size

STYLES: Mapping[Tone, str] = {Tone.NEUTRAL: "bold", Tone.GOOD: "bold green", Tone.BAD: "bold red"}
MARKS: Mapping[str, str] = {"completed": "[x]", "in_progress": "[>]", "pending": "[ ]"}
"""Status of a plan's entry -> its box."""
GUTTER = "| "
"""Before every line that an agent or a person said, so that none looks like one of ours."""


def show(console: Console, message: Message) -> None:
    """Print a message."""
    if message.title:
        console.print(RichText(one_line(message.title), style=STYLES[message.tone]))
    for block in message.blocks:
        console.print(Padding(_rendered(block), (0, 0, 0, 2), expand=False))
    if message.footer:
        console.print(RichText(one_line(message.footer), style="dim"))


def typed(call: Call) -> str:
    """Return a call as it is typed in a shell."""
    values = [shlex.quote(f"{name}={value}") for name, value in call.values.items()]
    return " ".join(["halyard", call.path, *values])


def boxed(status: str, text: str) -> str:
    """Return an entry of a plan with its box."""
    return f"{MARKS.get(status, '[?]')} {one_line(text)}"


def _rendered(block: Block) -> RenderableType:
    shown: RenderableType
    match block:
        case Text() | Said() | Code():
            shown = _passage(block)
        case Fields(rows):
            shown = _fields(rows)
        case Table(head, rows):
            shown = _table(head, rows)
        case Checklist(items):
            shown = Group(*(RichText(boxed(status, entry)) for status, entry in items))
        case File(_, name, size_bytes):
            shown = RichText.assemble(("File: ", "dim"), one_line(name), f" ({size(size_bytes)})")
        case Buttons(items):
            shown = Group(*(_button(button.label, button.call) for button in items))
    return shown


class _Guttered:
    """A text with the gutter before every line, also before those that the width makes."""

    def __init__(self, text: str) -> None:
        self._text = RichText(text)

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        inner = options.update(width=max(1, options.max_width - len(GUTTER)))
        for line in console.render_lines(self._text, inner, pad=False):
            yield Segment(GUTTER)
            yield from line
            yield Segment.line()


def _passage(passage: Passage) -> RenderableType:
    # RichText reads no markup, so nothing in a text can act.
    match passage:
        case Text(spans):
            return RichText.assemble(*(_span(span) for span in spans))
        case Said(text):
            return _Guttered(inert(text))
        case Code(text):
            return RichText(inert(text), style="dim")


def _span(span: Span) -> RichText:
    match span:
        case str():
            return RichText(inert(span))
        case Mono(text):
            return RichText(inert(text), style="cyan")
        case Person(actor):
            return RichText(one_line(actor), style="cyan")
        case When(at):
            return RichText(moment(at))


def _fields(rows: tuple[tuple[str, str], ...]) -> RichTable:
    grid = RichTable.grid(padding=(0, 2))
    for name, value in rows:
        grid.add_row(RichText(one_line(name), style="dim"), RichText(inert(value)))
    return grid


def _table(head: tuple[str, ...], rows: tuple[tuple[str, ...], ...]) -> RichTable:
    table = RichTable(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for name in head:
        table.add_column(RichText(one_line(name)), header_style="dim", overflow="fold")
    for row in rows:
        table.add_row(*(RichText(one_line(cell)) for cell in row))
    return table


def _button(label: str, call: Call) -> RichText:
    return RichText.assemble((f"{one_line(label)}: ", "dim"), (one_line(typed(call)), "cyan"))
