"""Which projects a call is about: read off the values that name something of them."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from bot.core.command import Command
from bot.core.option import Option
from engine.api import ProjectName, Target


def targets_of(command: Command[Any], values: Mapping[str, str]) -> Sequence[Target]:
    """Return what the values name, so that no handler need ask whether it may be seen.

    Raises:
        InvalidInput: a value cannot be read as one of its option.
    """
    named = [(option, values.get(option.name, "")) for option in command.options]
    found = [_target(option, value) for option, value in named if value]
    return [target for target in found if target is not None]


def _target(option: Option, value: str) -> Target | None:
    read = _OF_NEW.get(option.makes) or _OF.get(option.completes)
    return read(str(option.parse(value))) if read else None


def _of_part(name: str) -> Target | None:
    """Return the target of a task or an approval, which is called `<session>.<n>`."""
    return Target.of_session(name.rpartition(".")[0])


_OF: Mapping[str, Callable[[str], Target | None]] = {
    "projects": lambda name: Target(ProjectName(name)),
    "sessions": Target.of_session,
    "tasks": _of_part,
    "approvals": _of_part,
}
_OF_NEW: Mapping[str, Callable[[str], Target | None]] = {
    "projects": lambda name: Target(ProjectName(name), is_new=True),
}
