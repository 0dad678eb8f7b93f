"""The commands of the registry, as Discord shows them to people."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from inspect import Parameter, Signature
from itertools import groupby
from typing import Any, TypeAlias

import discord
from discord import app_commands

from bot.core.command import Command
from bot.core.option import Attachment, Attachments, Option
from bot.core.registry import Registry

SEND = "Send to session"
"""What the menu of a message offers."""
NUMBER_MAX = 2**53 - 1
"""The highest number that Discord takes as an option."""

Asked: TypeAlias = Callable[[discord.Interaction, Command[Any], Mapping[str, Any]], Awaitable[None]]
Offered: TypeAlias = Callable[
    [discord.Interaction, Command[Any], Option, str], Awaitable[list[str]]
]
Sent: TypeAlias = Callable[[discord.Interaction, discord.Message], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Heeding:
    """What happens when somebody uses a command, types in one, or sends a message to a session."""

    asked: Asked
    offered: Offered
    sent: Sent


class Tree(app_commands.CommandTree[discord.Client]):
    """Commands that exist in servers alone; the library finds them by what Discord tells."""

    def __init__(
        self, client: discord.Client, unknown: Callable[[discord.Interaction], Any]
    ) -> None:
        super().__init__(
            client,
            allowed_contexts=app_commands.AppCommandContext(guild=True),
            allowed_installs=app_commands.AppInstallationType(guild=True),
        )
        self._unknown = unknown

    async def on_error(
        self, interaction: discord.Interaction, _error: app_commands.AppCommandError, /
    ) -> None:
        """Tell who asked that Discord still shows them commands of another version."""
        await self._unknown(interaction)


def fill(tree: Tree, registry: Registry, heeding: Heeding, guild: int | None) -> None:
    """Put all commands into the tree, for one server alone or for all."""
    scope = discord.Object(guild) if guild else None
    for command in top_level(registry, heeding):
        tree.add_command(command, guild=scope)
    tree.add_command(_send(heeding), guild=scope)


def top_level(
    registry: Registry, heeding: Heeding
) -> Sequence[app_commands.Command[Any, ..., None] | app_commands.Group]:
    """Return a group for each noun with its verbs, and what is a single word as it is."""
    named = sorted(((c.path.split(), c) for c in registry), key=lambda pair: pair[0])
    found: list[app_commands.Command[Any, ..., None] | app_commands.Group] = []
    for noun, commands in groupby(named, key=lambda pair: pair[0][0]):
        (path, first), *others = commands
        if len(path) == 1:
            found.append(_command(first, noun, heeding))
        else:
            verbs = [first, *(command for _, command in others)]
            found.append(_group(noun, verbs, heeding))
    return found


def _group(noun: str, commands: Sequence[Command[Any]], heeding: Heeding) -> app_commands.Group:
    verbs = ", ".join(command.path.split()[1] for command in commands)
    group = app_commands.Group(name=noun, description=f"{noun.capitalize()}: {verbs}"[:100])
    for command in commands:
        group.add_command(_command(command, command.path.split()[1], heeding))
    return group


def _command(
    command: Command[Any], name: str, heeding: Heeding
) -> app_commands.Command[Any, ..., None]:
    async def callback(interaction: discord.Interaction, **values: Any) -> None:
        named = {option.name: values.get(option.field) for option in command.options}
        given = {name: value for name, value in named.items() if value is not None}
        await heeding.asked(interaction, command, given)

    # The library reads the options off the callback's signature, so give it the declared ones.
    first = Parameter("interaction", Parameter.POSITIONAL_OR_KEYWORD)
    signature = Signature([first, *(_parameter(option) for option in command.options)])
    callback.__signature__ = signature  # type: ignore[attr-defined]
    app_commands.rename(**{o.field: o.name for o in command.options})(callback)
    app_commands.describe(**{o.field: o.doc for o in command.options})(callback)
    app_commands.choices(**{o.field: _choices(o) for o in command.options if _is_choice(o)})(
        callback
    )
    app_commands.autocomplete(
        **{o.field: _offering(command, o, heeding) for o in command.options if o.completes}
    )(callback)
    return app_commands.Command(name=name, description=command.doc, callback=callback)


def _parameter(option: Option) -> Parameter:
    type_ = _type(option)
    if option.required:
        return Parameter(option.field, Parameter.KEYWORD_ONLY, annotation=type_)
    return Parameter(option.field, Parameter.KEYWORD_ONLY, annotation=type_ | None, default=None)


def _type(option: Option) -> Any:
    if option.type in {Attachment, Attachments}:
        return discord.Attachment
    if option.between is not None:
        highest = min(option.between.highest, NUMBER_MAX)
        return app_commands.Range[int, option.between.lowest, highest]
    return option.type if option.type in {bool, int} else str


def _is_choice(option: Option) -> bool:
    """Whether Discord offers the values itself; of a truth it does so by its type."""
    return bool(option.choices) and option.type is not bool


def _choices(option: Option) -> list[app_commands.Choice[str]]:
    return [app_commands.Choice(name=choice, value=choice) for choice in option.choices]


def _offering(command: Command[Any], option: Option, heeding: Heeding) -> Any:
    async def offer(interaction: discord.Interaction, typed: str) -> list[app_commands.Choice[str]]:
        names = await heeding.offered(interaction, command, option, typed)
        return [app_commands.Choice(name=name, value=name) for name in names]

    return offer


def _send(heeding: Heeding) -> app_commands.ContextMenu:
    async def send(interaction: discord.Interaction, message: discord.Message) -> None:
        await heeding.sent(interaction, message)

    return app_commands.ContextMenu(name=SEND, callback=send)
