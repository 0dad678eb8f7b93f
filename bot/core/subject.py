"""Whom a person means, as they type it."""

import re

from engine.api import Conversation, InvalidInput, Subject, checked_subject

DISCORD = "discord"
PERSON = re.compile(r"<@!?([0-9]+)>")
ROLE = re.compile(r"<@&([0-9]+)>")
"""Discord's mentions of a person and of a role."""


def subject_of(typed: str, conversation: Conversation) -> Subject:
    """Return the actor or group that was typed as its id, or as a mention of Discord's.

    Raises:
        InvalidInput: it is neither, or a role was mentioned outside its server.
    """
    typed = typed.strip()
    if person := PERSON.fullmatch(typed):
        return checked_subject(f"{DISCORD}:{person[1]}")
    if role := ROLE.fullmatch(typed):
        return checked_subject(f"discord-role:{_server(conversation)}:{role[1]}")
    return checked_subject(typed)


def _server(conversation: Conversation) -> str:
    if conversation.platform != DISCORD or not conversation.space:
        raise InvalidInput(
            "A role can only be mentioned in its own server; elsewhere write discord-role:"
            "SERVER:ROLE, with the ids of both."
        )
    return conversation.space
