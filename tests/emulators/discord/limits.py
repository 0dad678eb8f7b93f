"""What Discord allows, as parameters: a test makes them small in place of waiting."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Self


@dataclass(frozen=True, slots=True, kw_only=True)
class Bucket:
    """So many requests in so many seconds, counted per major parameter of the path."""

    limit: int
    per_s: float


BUCKETS: Mapping[str, Bucket] = {
    "POST /channels/{channel_id}/messages": Bucket(limit=5, per_s=5),
    "PATCH /channels/{channel_id}/messages/{message_id}": Bucket(limit=5, per_s=5),
    "DELETE /channels/{channel_id}/messages/{message_id}": Bucket(limit=5, per_s=1),
    "PUT /channels/{channel_id}/messages/{message_id}/reactions/{emoji_name}/@me": Bucket(
        limit=1, per_s=0.25
    ),
    "PATCH /channels/{channel_id}": Bucket(limit=5, per_s=10),
}
"""Discord documents no numbers: these are what people report, and any may be replaced."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Every number of the platform that a test may want to be another."""

    answer_within_s: float = 3.0
    """The first answer to an interaction."""
    token_lives_s: float = 15 * 60
    """After which an interaction's token is refused."""
    nonce_memory_s: float = 5 * 60
    """How long a nonce is known; Discord says "a few minutes"."""
    history_delay_s: float = 0.0
    """How long after it was made a message shows in a channel's history."""
    edits_of_old: int = 20
    """Edits of a message older than an hour, before error 30046."""
    old_after_s: float = 3600.0
    old_edit_retry_s: float = 60.0
    """What error 30046 says to wait, and discord.py does."""
    content_chars: int = 2000
    file_bytes: int = 10 * 1024 * 1024
    commands_per_scope: int = 100
    command_creates_per_day: int = 200
    """New commands per scope in a day; one that is replaced is not new."""
    buckets: Mapping[str, Bucket] = field(default_factory=lambda: BUCKETS)
    other_bucket: Bucket | None = None
    """The bucket of each route that `buckets` does not name; None for no limit and no headers."""
    global_per_s: int | None = 50
    """Requests per second of the bot in all, without those that answer interactions."""
    invalid_requests: int = 10_000
    """Answers of 401, 403 and 429 in ten minutes, after which the address is banned."""
    heartbeat_s: float = 41.25
    zombie_after_beats: float = 2.0
    """A connection that misses its heartbeat for so many intervals is closed with 4009."""
    resume_log: int = 10_000
    """Events that a session keeps for RESUME."""
    resume_within_s: float = 180.0
    """How long a session outlives its connection."""
    identify_every_s: float = 0.0
    """Time between two IDENTIFY; Discord's is 5 s, an earlier one is an invalid session."""
    identifies_per_day: int = 1000
    """After which the token is refused, as it is reset."""
    gateway_sends: int = 120
    """Messages of the client per minute and connection, before close code 4008."""
    gateway_bytes: int = 4096
    """Of one message of the client, before close code 4002."""
    guilds_per_shard: int = 2500

    def without_rates(self) -> Self:
        """The same, where nothing is limited by how often it is done."""
        return replace(self, buckets={}, other_bucket=None, global_per_s=None)
