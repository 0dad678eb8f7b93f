"""What a person types after a slash, fitted to the commands that the bot announced."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from tests.emulators.discord.errors import CannotBeDone
from tests.emulators.discord.message_payloads import place_payload
from tests.emulators.discord.payloads import (
    file_payload,
    member_payload,
    role_payload,
    user_payload,
)
from tests.emulators.discord.places import Channel, Guild, Member, Thread
from tests.emulators.discord.posting import Upload, keep_file
from tests.emulators.discord.values import Json, Role
from tests.emulators.discord.world import World

SUBCOMMAND, GROUP, TEXT, INTEGER, BOOLEAN, USER, CHANNEL, ROLE, MENTIONABLE, NUMBER, ATTACHMENT = (
    range(1, 12)
)
Value: TypeAlias = str | int | float | bool | Member | Channel | Thread | Role | tuple[str, bytes]
"""What goes into an option; an attachment is its name and its bytes."""
TYPES: Mapping[int, type | tuple[type, ...]] = {
    TEXT: str,
    INTEGER: int,
    BOOLEAN: bool,
    USER: Member,
    CHANNEL: (Channel, Thread),
    ROLE: Role,
    MENTIONABLE: (Member, Role),
    NUMBER: (int, float),
    ATTACHMENT: tuple,
}


@dataclass(slots=True, kw_only=True)
class Typed:
    """The data of an interaction, as it is put together."""

    world: World
    guild: Guild
    resolved: dict[str, dict[str, Json]] = field(default_factory=dict)

    def keep(self, noun: str, id_: int, payload: Json) -> str:
        """Tell what an id stands for, and return the id as it is written."""
        self.resolved.setdefault(noun, {})[str(id_)] = payload
        return str(id_)


def command_data(
    world: World, guild: Guild, path: str, values: Mapping[str, Value], focused: str | None = None
) -> Json:
    """The data of a slash command, or of autocomplete of its option `focused`.

    Raises:
        CannotBeDone: the command is not announced, or the values do not fit it.
    """
    words = path.split()
    command = announced(world, guild, words[0], type_=1)
    typed = Typed(world=world, guild=guild)
    options = _inside(typed, command, words[1:], values, focused)
    return _data(command, typed, options=options)


def menu_data(world: World, guild: Guild, name: str, message_id: int, payload: Json) -> Json:
    """The data of a command on a message."""
    command = announced(world, guild, name, type_=3)
    typed = Typed(world=world, guild=guild)
    target = typed.keep("messages", message_id, payload)
    return _data(command, typed, target_id=target)


def _data(command: Json, typed: Typed, **more: Any) -> Json:
    data = {"id": command["id"], "name": command["name"], "type": command["type"], **more}
    if "guild_id" in command:
        data["guild_id"] = command["guild_id"]
    if typed.resolved:
        data["resolved"] = typed.resolved
    return data


def announced(world: World, guild: Guild, name: str, *, type_: int) -> Json:
    """The command of this name that people see in a guild.

    Raises:
        CannotBeDone: the bot announced none.
    """
    commands = [each for each in world.announced(guild).values() if each["type"] == type_]
    for command in commands:
        if command["name"] == name:
            return command
    names = sorted(command["name"] for command in commands)
    raise CannotBeDone(f"The bot announced no command {name!r}; it has {names}.")


def leaf_options(world: World, guild: Guild, path: str) -> list[Json]:
    """The options that are filled in after these words.

    Raises:
        CannotBeDone: the command is not announced.
    """
    words = path.split()
    part = announced(world, guild, words[0], type_=1)
    for word in words[1:]:
        inner = [option for option in part.get("options") or () if option["name"] == word]
        if not inner:
            raise CannotBeDone(f"There is nothing {word!r} in {part['name']!r}.")
        part = inner[0]
    return list(part.get("options") or ())


def _inside(
    typed: Typed,
    part: Json,
    words: Sequence[str],
    values: Mapping[str, Value],
    focused: str | None,
) -> list[Json]:
    """The options under a command, a group or a subcommand."""
    options = part.get("options") or []
    nested = {option["name"]: option for option in options if option["type"] in {1, 2}}
    if not nested:
        if words:
            raise CannotBeDone(f"There is nothing {' '.join(words)!r} in {part['name']!r}.")
        return _filled(typed, options, values, focused)
    if not words or words[0] not in nested:
        raise CannotBeDone(f"{part['name']!r} needs one of {sorted(nested)} after it.")
    inner = nested[words[0]]
    inside = _inside(typed, inner, words[1:], values, focused)
    return [{"name": inner["name"], "type": inner["type"], "options": inside}]


def _filled(
    typed: Typed, options: Sequence[Json], values: Mapping[str, Value], focused: str | None
) -> list[Json]:
    known = {option["name"] for option in options}
    if unknown := sorted({*values, *([focused] if focused else [])} - known):
        raise CannotBeDone(f"There is no option {unknown}; there are {sorted(known)}.")
    filled = []
    for option in options:
        name = option["name"]
        if name == focused:
            filled.append(_half_typed(option, values.get(name, "")))
        elif name in values:
            value = _fitting(typed, option, values[name])
            filled.append({"name": name, "type": option["type"], "value": value})
        elif option.get("required") and focused is None:
            raise CannotBeDone(f"The option {name!r} is required.")
    return filled


def _half_typed(option: Json, value: Value) -> Json:
    if not option.get("autocomplete"):
        raise CannotBeDone(f"The option {option['name']!r} has no autocomplete.")
    return {"name": option["name"], "type": option["type"], "value": str(value), "focused": True}


def _fitting(typed: Typed, option: Json, value: Value) -> Any:
    name, type_ = option["name"], option["type"]
    is_truth_as_number = isinstance(value, bool) and type_ != BOOLEAN
    if not isinstance(value, TYPES[type_]) or is_truth_as_number:
        raise CannotBeDone(f"The option {name!r} takes no {type(value).__name__}: {value!r}.")
    if choices := option.get("choices"):
        return _chosen(name, choices, value)
    if isinstance(value, str):
        _check_range(option, len(value), "length")
    elif isinstance(value, int | float) and type_ != BOOLEAN:
        _check_range(option, value, "value")
    return _resolved(typed, value)


def _chosen(name: str, choices: Sequence[Json], value: Value) -> Any:
    for choice in choices:
        if value in {choice["name"], choice["value"]}:
            return choice["value"]
    raise CannotBeDone(f"{value!r} is no choice of {name!r}: {[c['name'] for c in choices]}.")


def _check_range(option: Json, number: float, noun: str) -> None:
    least, most = option.get(f"min_{noun}"), option.get(f"max_{noun}")
    if (least is not None and number < least) or (most is not None and number > most):
        raise CannotBeDone(f"{option['name']!r} is not from {least} to {most}: {number}.")


def _resolved(typed: Typed, value: Value) -> Any:
    match value:
        case Member():
            return keep_member(typed, value)
        case Role():
            return typed.keep("roles", value.id, role_payload(value))
        case Channel() | Thread():
            payload = {**place_payload(value), "permissions": "0"}
            return typed.keep("channels", value.id, payload)
        case (str() as name, bytes() as data):
            file = keep_file(typed.world, Upload(name=name, data=data))
            return typed.keep("attachments", file.id, file_payload(file))
        case _:
            return value


def keep_member(typed: Typed, member: Member) -> str:
    """Tell of a member, whose user is told apart."""
    payload = {k: v for k, v in member_payload(member).items() if k not in {"user", "deaf", "mute"}}
    typed.keep("users", member.id, user_payload(member.user))
    return typed.keep("members", member.id, {**payload, "permissions": str(member.permissions)})
