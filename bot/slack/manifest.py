"""The manifest: what Slack has to know of the app, made from what Halyard can do."""

from typing import Any

from bot.core.registry import Registry

COMMAND = "/hal"
SEND, SEND_ID = "Send to session", "send-to-session"
"""What the menu of a message offers, and what it is called back as."""
NAME = "Halyard"
DESCRIPTION = "Drives coding agents: one thread for each session"
COLOUR = "#1f3a5f"
PATH = "/slack/events"
"""Where requests arrive in mode `http`."""
SCOPES = (
    "channels:history",
    "channels:read",
    "chat:write",
    "chat:write.public",
    "commands",
    "files:read",
    "files:write",
    "groups:history",
    "groups:read",
    "im:write",
    "im:history",
    "reactions:write",
    "usergroups:read",
)
"""All that the bot needs, and nothing more."""
EVENTS = (
    "app_home_opened",
    "message.channels",
    "message.groups",
    "subteam_members_changed",
    "subteam_updated",
)
"""No `app_mention`: a mention is a message too, and would be told twice."""
USAGE_MAX_CHARS = 1000


def manifest(registry: Registry, url: str = "") -> dict[str, Any]:
    """Return the manifest of an app that connects to Slack, or that Slack calls at `url`."""
    called = {"request_url": f"{url.rstrip('/')}{PATH}"} if url else {}
    return {
        "display_information": {
            "name": NAME,
            "description": DESCRIPTION,
            "background_color": COLOUR,
        },
        "features": {
            "app_home": {
                "home_tab_enabled": True,
                # Without it Slack takes no direct message of ours; nobody is heard in it.
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": True,
            },
            "bot_user": {"display_name": NAME, "always_online": True},
            "slash_commands": [_command(registry, called)],
            "shortcuts": [
                {
                    "name": SEND,
                    "type": "message",
                    "callback_id": SEND_ID,
                    "description": "Let a session work on this message",
                }
            ],
        },
        "oauth_config": {"scopes": {"bot": list(SCOPES)}},
        "settings": {
            "event_subscriptions": {**called, "bot_events": list(EVENTS)},
            "interactivity": {
                "is_enabled": True,
                **called,
                **({"message_menu_options_url": called["request_url"]} if called else {}),
            },
            "org_deploy_enabled": False,
            "socket_mode_enabled": not called,
            "token_rotation_enabled": False,
        },
    }


def _command(registry: Registry, called: dict[str, str]) -> dict[str, Any]:
    nouns = sorted({command.path.split()[0] for command in registry})
    return {
        "command": COMMAND,
        "description": "Ask Halyard for something",
        "usage_hint": f"[{' | '.join(nouns)}] [verb] [name=value ...]"[:USAGE_MAX_CHARS],
        # So that a mention arrives as an id, and not as a name that anybody may have.
        "should_escape": True,
        **({"url": called["request_url"]} if called else {}),
    }
