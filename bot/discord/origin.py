"""What is kept of something said on Discord, so that it can be answered later."""

from collections.abc import Mapping

import discord

from bot.hearing.hearing import IS_PUBLIC, IS_TYPED, KIND, MESSAGE, origin_of
from engine.api import Conversation

INTERACTION = "interaction"
APPLICATION, TOKEN, ID = "application", "token", "id"
FILE = "file:"
"""Before the name of an option: where its file is to be fetched."""


def of_interaction(
    interaction: discord.Interaction, conversation: Conversation, *, is_public: bool
) -> dict[str, str]:
    """Return the origin of a command, a button or a form."""
    return origin_of(
        conversation,
        **{
            KIND: INTERACTION,
            APPLICATION: str(interaction.application_id),
            TOKEN: interaction.token,
            ID: str(interaction.id),
            IS_PUBLIC: "yes" if is_public else "no",
        },
    )


def of_message(message: int, conversation: Conversation, *, is_typed: bool) -> dict[str, str]:
    """Return the origin of a message, its change or its deletion."""
    return origin_of(
        conversation, **{KIND: MESSAGE, ID: str(message), IS_TYPED: "yes" if is_typed else "no"}
    )


def files_in(origin: Mapping[str, str]) -> dict[str, str]:
    """Return option -> address of the files that are still to be fetched."""
    return {key.removeprefix(FILE): url for key, url in origin.items() if key.startswith(FILE)}
