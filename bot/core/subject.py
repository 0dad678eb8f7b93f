"""Whom a person means, as they type it."""

import re

from engine.api import Conversation, InvalidInput, Subject, checked_subject

DISCORD, SLACK = "discord", "slack"
PERSON = re.compile(r"<@!?([0-9]+)>")
ROLE = re.compile(r"<@&([0-9]+)>")
"""Discord's mentions of a person and of a role."""
USER = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^<>]*)?>")
USERGROUP = re.compile(r"<!subteam\^(S[A-Z0-9]+)(?:\|[^<>]*)?>")
"""Slack's mentions of a person and of a user group."""


def subject_of(typed: str, conversation: Conversation) -> Subject:
    """Return the actor or group that was typed as its id, or as a mention of its platform.

    Raises:
        InvalidInput: it is neither, or somebody was mentioned outside their server or workspace.
    """
    typed = typed.strip()
    if person := PERSON.fullmatch(typed):
        return checked_subject(f"{DISCORD}:{person[1]}")
    if role := ROLE.fullmatch(typed):
        return checked_subject(f"discord-role:{_server(conversation)}:{role[1]}")
    if user := USER.fullmatch(typed):
        return checked_subject(f"{SLACK}:{_team(conversation)}:{user[1]}")
    if group := USERGROUP.fullmatch(typed):
        return checked_subject(f"slack-group:{_team(conversation)}:{group[1]}")
    return checked_subject(typed)


def _server(conversation: Conversation) -> str:
    if conversation.platform != DISCORD or not conversation.space:
        raise InvalidInput(
            "A role can only be mentioned in its own server; elsewhere write discord-role:"
            "SERVER:ROLE, with the ids of both."
        )
    return conversation.space


def _team(conversation: Conversation) -> str:
    if conversation.platform != SLACK or not conversation.space:
        raise InvalidInput(
            "Somebody of Slack can only be mentioned in their own workspace; elsewhere write"
            " slack:TEAM:USER or slack-group:TEAM:GROUP, with the ids that Slack shows."
        )
    return conversation.space
