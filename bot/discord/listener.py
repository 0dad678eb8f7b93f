"""What the gateway tells, each handed to whom it concerns."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import discord

from bot.core.call import Call
from bot.core.command import Command
from bot.discord.announce import Heeding, Tree, fill
from bot.discord.hear import Interactions
from bot.discord.places import PLATFORM, conversation_in
from bot.discord.press import press_item
from bot.discord.words import Reader
from bot.hearing.messages import Messages
from bot.hearing.utterance import Mark
from bot.hearing.work import Work
from engine.api import Engine


@dataclass(frozen=True, slots=True, kw_only=True)
class Listener:
    """Hears all that one client hears."""

    client: discord.Client
    engine: Engine
    work: Work
    reader: Reader
    interactions: Interactions
    messages: Messages
    reconnected: Callable[[], None]
    """Tells that something may have been missed."""

    def attend(self, guild: int | None) -> Tree:
        """Hear from now on; return the commands, for one server alone or for all."""
        for event in (
            self.on_ready,
            self.on_resumed,
            self.on_interaction,
            self.on_message,
            self.on_raw_message_edit,
            self.on_raw_message_delete,
        ):
            self.client.event(event)
        self.client.add_dynamic_items(press_item(self._press))
        tree = Tree(self.client, self._unknown)
        heeding = Heeding(asked=self._ask, offered=self.interactions.offer, sent=self._send)
        fill(tree, self.interactions.registry, heeding, guild)
        return tree

    async def on_ready(self) -> None:
        """Read what was said and changed before: the connection is new."""
        self.reconnected()
        self.work.begin(self._connected)

    async def on_resumed(self) -> None:
        """Read what was said and changed meanwhile."""
        self.reconnected()

    async def on_interaction(self, interaction: discord.Interaction) -> None:
        """Hear a form; commands and buttons have ways of their own."""
        if interaction.type is discord.InteractionType.modal_submit:
            self.work.begin(self.interactions.submit, interaction)

    async def on_message(self, message: discord.Message) -> None:
        """Hear a message."""
        said = self.reader.read(message)
        if said is not None:
            self.work.begin(self.messages.hear, said)

    async def on_raw_message_edit(self, payload: discord.RawMessageUpdateEvent) -> None:
        """Hear the new words of a message."""
        said = self.reader.read(payload.message)
        if said is not None:
            self.work.begin(self.messages.change, said)

    async def on_raw_message_delete(self, payload: discord.RawMessageDeleteEvent) -> None:
        """Hear that a message is gone."""
        channel = self.client.get_channel(payload.channel_id)
        conversation = conversation_in(payload.guild_id or 0, channel)
        if conversation is not None:
            id_ = str(payload.message_id)
            self.work.begin(self.messages.drop, Mark(id=id_, key=id_, conversation=conversation))

    async def _connected(self) -> None:
        await self.engine.change(lambda use: use.channels.connected(PLATFORM))

    async def _ask(
        self, interaction: discord.Interaction, command: Command[Any], values: Mapping[str, Any]
    ) -> None:
        self.work.begin(self.interactions.command, interaction, command, values)

    async def _press(self, interaction: discord.Interaction, call: Call) -> None:
        self.work.begin(self.interactions.press, interaction, call)

    async def _send(self, interaction: discord.Interaction, message: discord.Message) -> None:
        self.work.begin(self.interactions.send, interaction, message)

    async def _unknown(self, interaction: discord.Interaction) -> None:
        self.work.begin(self.interactions.unknown, interaction)
