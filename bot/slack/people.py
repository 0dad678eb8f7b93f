"""People of Slack, as Halyard names them."""

import re

from engine.api import ActorId

PLATFORM = "slack"
NAME = "Slack"
"""For people."""
_SLACK_ID = re.compile(rf"{PLATFORM}:(\w+):(\w+)", re.ASCII)


def actor_of(team: str, user: str) -> ActorId:
    """Return who somebody is: ids of people are unique in their team only."""
    return ActorId(f"{PLATFORM}:{team}:{user}")


def user_of(actor: ActorId) -> str:
    """Return the id of a person of Slack in their team, or nothing for anybody else."""
    match = _SLACK_ID.fullmatch(actor)
    return match[2] if match else ""
