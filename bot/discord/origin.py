"""What is kept of an interaction of Discord, so that it can be answered later."""

import discord

from bot.hearing.origin import ID, KIND, origin_of
from engine.api import Conversation

INTERACTION = "interaction"
APPLICATION, TOKEN = "application", "token"


def of_interaction(interaction: discord.Interaction, conversation: Conversation) -> dict[str, str]:
    """Return the origin of a command, a button or a form."""
    return origin_of(
        conversation,
        **{
            KIND: INTERACTION,
            APPLICATION: str(interaction.application_id),
            TOKEN: interaction.token,
            ID: str(interaction.id),
        },
    )
