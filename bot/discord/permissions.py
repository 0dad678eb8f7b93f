"""What Halyard needs on Discord, and nothing more."""

from collections.abc import Mapping

import discord

SCOPES = ("bot", "applications.commands")
TITLES: Mapping[str, str] = {
    "view_channel": "View Channels",
    "send_messages": "Send Messages",
    "send_messages_in_threads": "Send Messages in Threads",
    "create_public_threads": "Create Public Threads",
    "read_message_history": "Read Message History",
    "embed_links": "Embed Links",
    "attach_files": "Attach Files",
    "add_reactions": "Add Reactions",
}
"""Permissions by the library's names of them, and as Discord's settings call them."""


def needed() -> discord.Permissions:
    """Return the permissions as Discord writes them."""
    return discord.Permissions(**dict.fromkeys(TITLES, True))


def missing(given: discord.Permissions) -> list[str]:
    """Return what is missing, by the names that Discord shows."""
    return [title for name, title in TITLES.items() if not getattr(given, name)]


def invitation(application: int) -> str:
    """Return the address with which somebody invites Halyard to a server of theirs."""
    return discord.utils.oauth_url(application, permissions=needed(), scopes=SCOPES)
