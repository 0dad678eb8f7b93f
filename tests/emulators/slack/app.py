"""The app that is installed: what its manifest declares."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

SCOPES = (
    "app_mentions:read", "channels:history", "channels:join", "channels:manage", "channels:read",
    "chat:write", "chat:write.public", "commands", "files:read", "files:write", "groups:history",
    "groups:read", "im:history", "im:read", "im:write", "mpim:history", "mpim:read",
    "pins:write", "reactions:read", "reactions:write", "team:read", "usergroups:read",
    "users:read", "users:read.email",
)  # fmt: skip
EVENTS = (
    "app_home_opened", "channel_archive", "member_joined_channel", "message.channels",
    "message.groups", "message.im", "message.mpim", "reaction_added",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class App:
    """What the app may do and hears of; without `app_mention`, as messages are heard anyway."""

    commands: Sequence[str] = ("/hal",)
    shortcuts: Mapping[str, str] = field(default_factory=dict)
    """Of messages: callback id to name."""
    escapes: bool = True
    """Whether mentions and addresses in commands come as ids and markup, not as mere names."""
    events: Sequence[str] = EVENTS
    scopes: Sequence[str] = SCOPES
    has_messages_tab: bool = True
    """Whether people and the app can write to each other."""

    @classmethod
    def of(cls, manifest: Mapping[str, Any]) -> App:
        """The app of a manifest as Slack takes it."""
        features = manifest.get("features", {})
        settings = manifest.get("settings", {})
        commands = features.get("slash_commands", ())
        return cls(
            commands=[each["command"] for each in commands],
            escapes=all(each.get("should_escape", False) for each in commands),
            shortcuts={
                each["callback_id"]: each["name"]
                for each in features.get("shortcuts", ())
                if each["type"] == "message"
            },
            events=settings.get("event_subscriptions", {}).get("bot_events", ()),
            scopes=manifest["oauth_config"]["scopes"]["bot"],
            has_messages_tab=features.get("app_home", {}).get("messages_tab_enabled", False),
        )
