"""What is kept of something said on Discord, so that it can be answered later."""

from collections.abc import Mapping

import discord

from bot.dispatch import SPEAKER
from bot.hearing.hearing import IS_PUBLIC, IS_TYPED, KIND, MESSAGE, origin_of
from engine.api import Conversation

INTERACTION = "interaction"
APPLICATION, TOKEN, ID = "application", "token", "id"
FILE = "file:"
"""Before the name of an option: where its file is to be fetched."""


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


def of_answer(*, is_public: bool) -> dict[str, str]:
    """Return the part of an origin that tells who will see the answer."""
    return {IS_PUBLIC: "yes" if is_public else "no"}


def is_public_in(origin: Mapping[str, str]) -> bool:
    """Whether all see the answer to what has this origin."""
    return origin.get(IS_PUBLIC) == "yes"


def of_message(
    message: int, conversation: Conversation, *, is_typed: bool, speaker: str = ""
) -> dict[str, str]:
    """Return the origin of a message, its change or its deletion."""
    return origin_of(
        conversation,
        **{
            KIND: MESSAGE,
            ID: str(message),
            IS_TYPED: "yes" if is_typed else "no",
            SPEAKER: speaker,
        },
    )


def files_in(origin: Mapping[str, str]) -> dict[str, str]:
    """Return option -> address of the files that are still to be fetched."""
    return {key.removeprefix(FILE): url for key, url in origin.items() if key.startswith(FILE)}
