"""docs/commands.md, made from the registry."""

from collections.abc import Iterable
from itertools import groupby
from typing import Any

from bot.core.command import Command
from bot.core.option import Option
from bot.views.help import usage

HEAD = """\
# Commands

Made from the registry in `bot/commands`; `UPDATE_GOLDEN=1 pytest tests/golden` writes it anew.

Every command is typed as `halyard NOUN VERB`. An option is given as `name=value` or `--name value`;
the required ones, in order, also without their names, and the words that are left at the end belong
to the last text: `halyard session say demo-1 fix the login`. Every command takes

- `--json`: print for programs;
- `--key KEY`: name the call, so that making it again with the same key does it once;
- `--config FILE`: read this `halyard.yaml`;
- `--force`: overwrite a file that is there (`session get`).

It exits with 0 if it is done, 1 if it is refused or failed, 2 for wrong words, 3 if no service
answers. A session is called `demo-1`, its second task `demo-1.2`, its first approval `demo-1.1`.
`diff`, `push`, `get` and `put` wait for the work behind them and print its result.

The program itself has `halyard up` (start the service), `halyard demo` (show everything on a
repository of its own), `halyard init` (write a commented `halyard.yaml`), `halyard follow NAME`
(watch a session work) and `halyard --version`.
"""


def page(commands: Iterable[Command[Any]]) -> str:
    """Return the whole page."""
    parts = [HEAD]
    for noun, listed in groupby(commands, key=lambda command: command.path.split()[0]):
        parts += [f"## {noun}", *map(_section, listed)]
    return "\n\n".join(part.strip() for part in parts) + "\n"


def _section(command: Command[Any]) -> str:
    lines = [
        f"### `{usage(command)}`",
        "",
        f"{command.doc}. {_takes(command)}",
    ]
    if command.options:
        lines += ["", "| option | meaning | values | if left out |", "| --- | --- | --- | --- |"]
        lines += map(_row, command.options)
    return "\n".join(lines)


def _row(option: Option) -> str:
    left_out = "required" if option.required else f"`{option.default}`" if option.default else "-"
    values = ", ".join(f"`{choice}`" for choice in option.choices) or option.wanted
    return f"| `{option.name}` | {option.doc} | {values} | {left_out} |"


def _takes(command: Command[Any]) -> str:
    if command.permission is None:
        return "Anybody may."
    return f"Takes the permission `{command.permission}`."
