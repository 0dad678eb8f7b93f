"""Buttons: the id of each is its call, so that they act whatever was restarted since."""

import re
from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias

import discord
from discord import ui

from bot.core.call import Call

Pressed: TypeAlias = Callable[[discord.Interaction, Call], Awaitable[None]]
IS_CALL = re.compile(r"[a-z][a-z_-]*( [a-z][a-z_-]*)?\?.*", re.DOTALL)


def press_item(pressed: Pressed) -> type[ui.DynamicItem[ui.Button[ui.View]]]:
    """Return what the library makes of a button that somebody presses."""

    class Press(ui.DynamicItem[ui.Button[ui.View]], template=IS_CALL):
        """A button with a call in its id."""

        @classmethod
        async def from_custom_id(
            cls, _interaction: discord.Interaction, item: ui.Item[Any], _match: re.Match[str], /
        ) -> "Press":
            if not isinstance(item, ui.Button):
                raise TypeError("only buttons have a call in their id")
            return cls(item)

        async def callback(self, interaction: discord.Interaction) -> None:
            await pressed(interaction, Call.decode(self.custom_id))

    return Press
