"""A neutral message as text on a terminal."""

import shlex
from collections.abc import Mapping

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table as RichTable
from rich.text import Text as RichText

from bot.console.inert import inert, one_line
from bot.core.call import Call
from bot.core.message import (
    Block,
    Buttons,
    Checklist,
    Code,
    Fields,
    Message,
    Mono,
    Table,
    Text,
    Tone,
)

STYLES: Mapping[Tone, str] = {Tone.NEUTRAL: "bold", Tone.GOOD: "bold green", Tone.BAD: "bold red"}
MARKS: Mapping[str, str] = {"completed": "[x]", "in_progress": "[>]", "pending": "[ ]"}
"""Status of a plan's entry -> its box."""


def show(console: Console, message: Message) -> None:
    """Print a message."""
    console.print(RichText(one_line(message.title), style=STYLES[message.tone]))
    for block in message.blocks:
        console.print(Padding(_rendered(block), (0, 0, 0, 2), expand=False))


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
        case Text(spans):
            shown = _paragraph(spans)
        case Code(text):
            shown = RichText(inert(text), style="dim")
        case Fields(rows):
            shown = _fields(rows)
        case Table(head, rows):
            shown = _table(head, rows)
        case Checklist(items):
            shown = Group(*(RichText(boxed(status, entry)) for status, entry in items))
        case Buttons(items):
            shown = Group(*(_button(button.label, button.call) for button in items))
    return shown


def _paragraph(spans: tuple[str | Mono, ...]) -> RichText:
    # RichText reads no markup, so nothing in a span can act.
    paragraph = RichText()
    for span in spans:
        if isinstance(span, Mono):
            paragraph.append(inert(span.text), style="cyan")
        else:
            paragraph.append(inert(span))
    return paragraph


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
