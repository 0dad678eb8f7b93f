"""Commands, buttons and forms: what Discord calls interactions."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import discord

from bot.core.call import Call
from bot.core.command import Command
from bot.core.option import Option
from bot.core.registry import Registry
from bot.discord.acknowledge import Acknowledging
from bot.discord.forms import can_ask, submitted, window
from bot.discord.origin import of_interaction
from bot.discord.places import actor_of, asker_of, conversation_in, groups_of
from bot.discord.shown import shown_in
from bot.discord.values import Given, given_as, uploaded
from bot.dispatch import Heard
from bot.hearing.asking import Asking
from bot.hearing.complete import Completion
from bot.hearing.cursors import Cursors
from bot.hearing.forms import Form, fields_of, without_files
from bot.hearing.hearing import Hearing
from bot.hearing.origin import of_answer
from bot.hearing.utterance import heard_as
from engine.api import Conversation, Received, UseCases

SAY = "session say"
NOT_HERE = "Halyard listens in the channels and threads of a server, and to people alone."
TOO_LONG = (
    "That message has more characters than a form of Discord takes. Copy what the session needs"
    " of it into its thread instead."
)
OLD_COMMAND = (
    "Discord still shows you commands of another version of Halyard. Reload it with Ctrl+R, or"
    " close and open it again, and ask once more."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Interactions:
    """Turns interactions into calls, and lets each be done once."""

    registry: Registry
    hearing: Hearing
    asking: Asking
    completion: Completion
    acknowledging: Acknowledging
    cursors: Cursors

    async def command(
        self, interaction: discord.Interaction, command: Command[Any], values: Mapping[str, Any]
    ) -> None:
        """Do a slash command."""
        await self._call(interaction, command.path, given_as(values))

    async def press(self, interaction: discord.Interaction, call: Call) -> None:
        """Do what a button says, or ask for what it leaves open."""
        if call.path not in self.registry:
            await self._call(interaction, call.path, Given(call.values, {}))
            return
        command = self.registry.find(call.path)
        form = await self._form(interaction, command, call.values, suggested={})
        if form.fields and can_ask(form):
            await self._ask(interaction, form)
        else:
            await self._call(interaction, call.path, Given(call.values, {}))

    async def send(self, interaction: discord.Interaction, message: discord.Message) -> None:
        """Let somebody choose the session that a message is sent to."""
        suggested = {"text": shown_in(message)}
        form = await self._form(interaction, self.registry.find(SAY), {}, suggested=suggested)
        if can_ask(form):
            await self._ask(interaction, without_files(form) if message.attachments else form)
        else:
            await interaction.response.send_message(TOO_LONG, ephemeral=True)

    async def submit(self, interaction: discord.Interaction) -> None:
        """Do what a form says that somebody has filled in."""
        data: Mapping[str, Any] = dict(interaction.data or {})
        call, filled = Call.decode(str(data.get("custom_id", ""))), submitted(data)
        files = uploaded(filled.files, data)
        values = {**call.values, **filled.values, **files.values}
        await self._call(interaction, call.path, Given(values, files.files))

    async def offer(
        self, interaction: discord.Interaction, _command: Command[Any], option: Option, typed: str
    ) -> list[str]:
        """Return names that somebody may want to type."""
        found = await self.completion.offered(asker_of(interaction.user), option.completes, typed)
        return list(found)

    async def unknown(self, interaction: discord.Interaction) -> None:
        """Refuse a command that we do not have, or not with these options."""
        if not interaction.response.is_done():
            await interaction.response.send_message(OLD_COMMAND, ephemeral=True)

    async def _call(self, interaction: discord.Interaction, path: str, given: Given) -> None:
        conversation = _conversation(interaction)
        if conversation is None or interaction.user.bot:
            await interaction.response.send_message(NOT_HERE, ephemeral=True)
            return
        heard = _heard(interaction, Call(path, given.values), conversation)
        # What a button does shows on its card, and to all; how it went is for who pressed it.
        is_typed = interaction.type is discord.InteractionType.application_command

        async def acknowledge(received: Received) -> bool:
            self.cursors.noted(conversation)
            return await self.acknowledging(interaction, received.origin)

        def notes(use: UseCases) -> Mapping[str, str]:
            self.cursors.note(use, conversation, str(interaction.id))
            return of_answer(is_public=is_typed and self.asking.is_public(use, heard))

        origin = {**of_interaction(interaction, conversation), **given.files}
        await self.hearing.hear(replace(heard, origin=origin), acknowledge, notes)

    async def _form(
        self,
        interaction: discord.Interaction,
        command: Command[Any],
        values: Mapping[str, str],
        *,
        suggested: Mapping[str, str],
    ) -> Form:
        asker, fields = asker_of(interaction.user), fields_of(command, values)
        named = {
            option.name: await self.completion.offered(asker, option.completes)
            for option in fields
            if option.completes
        }
        return Form(command=command, values=values, fields=fields, suggested=suggested, names=named)

    async def _ask(self, interaction: discord.Interaction, form: Form) -> None:
        """Open a form; nothing is kept of it until it comes back."""
        if _conversation(interaction) is None or interaction.user.bot:
            await interaction.response.send_message(NOT_HERE, ephemeral=True)
        else:
            await interaction.response.send_modal(window(form))


def _conversation(interaction: discord.Interaction) -> Conversation | None:
    if interaction.guild_id is None:
        return None
    return conversation_in(interaction.guild_id, interaction.channel)


def _heard(interaction: discord.Interaction, call: Call, conversation: Conversation) -> Heard:
    user = interaction.user
    heard = heard_as(str(interaction.id), actor_of(user), conversation, call)
    return replace(heard, groups=groups_of(user))
