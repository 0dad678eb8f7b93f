"""What Slack allows, as parameters: a test makes them small in place of waiting."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Self


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """So many requests in any stretch of so many seconds."""

    limit: int
    per_s: float
    by: str | None = None
    """The argument of the request per which it is counted; None for the whole workspace."""


TIER_1 = Rate(limit=1, per_s=60)
TIER_2 = Rate(limit=20, per_s=60)
TIER_3 = Rate(limit=50, per_s=60)
TIER_4 = Rate(limit=100, per_s=60)
POSTS = (Rate(limit=5, per_s=5, by="channel"), Rate(limit=300, per_s=60))
"""About one a second per channel, with short bursts, and several hundred a minute in all."""

RATES: Mapping[str, Sequence[Rate]] = {
    "apps.connections.open": (TIER_1,),
    "auth.test": (Rate(limit=300, per_s=60),),
    "bots.info": (TIER_3,),
    "chat.postMessage": POSTS,
    "chat.postEphemeral": (TIER_4,),
    "chat.update": (TIER_3,),
    "chat.delete": (TIER_3,),
    "chat.getPermalink": (Rate(limit=300, per_s=60),),
    "conversations.create": (TIER_2,),
    "conversations.history": (TIER_3,),
    "conversations.info": (TIER_3,),
    "conversations.invite": (TIER_3,),
    "conversations.join": (TIER_3,),
    "conversations.list": (TIER_2,),
    "conversations.members": (TIER_4,),
    "conversations.open": (TIER_3,),
    "conversations.replies": (TIER_3,),
    "conversations.setTopic": (TIER_2,),
    "files.completeUploadExternal": (TIER_4,),
    "files.delete": (TIER_3,),
    "files.getUploadURLExternal": (TIER_4,),
    "files.info": (TIER_4,),
    "pins.add": (TIER_2,),
    "pins.remove": (TIER_2,),
    "reactions.add": (TIER_3,),
    "reactions.remove": (TIER_2,),
    "team.info": (TIER_3,),
    "usergroups.list": (TIER_2,),
    "usergroups.users.list": (TIER_2,),
    "users.conversations": (TIER_3,),
    "users.info": (TIER_4,),
    "users.list": (TIER_2,),
    "users.lookupByEmail": (TIER_3,),
    "views.open": (TIER_4,),
    "views.publish": (TIER_4,),
    "views.push": (TIER_4,),
    "views.update": (TIER_4,),
}
"""The tiers that Slack documents; it tells the least that passes, and any may be replaced."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Every number of the platform that a test may want to be another."""

    answer_within_s: float = 3.0
    """The acknowledgement of a command, a click, a form or an event."""
    trigger_lives_s: float = 3.0
    response_url_lives_s: float = 30 * 60
    response_url_uses: int = 5
    event_retries_s: Sequence[float] = (0.0, 60.0, 300.0)
    """Pauses before an event that was not acknowledged is sent again; nothing else is."""
    events_per_hour: int = 30_000
    """Events of a workspace, after which they are left out and `app_rate_limited` tells so."""
    history_delay_s: float = 0.0
    """How long after it was made a message shows in history and replies."""
    metadata_delay_s: float = 0.0
    """How long after it was made a message shows with its metadata there."""
    edit_window_s: float | None = None
    """How old a message may be that is edited; None for any age, as a workspace may set it."""
    text_chars: int = 40_000
    """Of a post, after which the text is cut off."""
    update_chars: int = 4_000
    """Of an edit, which is refused beyond."""
    message_blocks: int = 50
    view_blocks: int = 100
    blocks_chars: int = 13_200
    """Of all blocks of a message; undocumented."""
    attachments: int = 100
    metadata_bytes: int = 16_384
    """Of a message's metadata as JSON; Slack documents the error, not the number."""
    view_bytes: int = 250_000
    view_stack: int = 3
    file_bytes: int = 1 << 30
    page_size: int = 100
    """Of a list, where the request names none."""
    connections: int = 10
    """Sockets of one app at a time."""
    ticket_lives_s: float = 30.0
    """How long the address of a socket can be used."""
    ping_every_s: float = 5.0
    """How often a socket is pinged by the server."""
    rates: Mapping[str, Sequence[Rate]] = field(default_factory=lambda: RATES)

    def without_rates(self) -> Self:
        """The same, where nothing is limited by how often it is done."""
        return replace(self, rates={})
