"""The bot's own account, and guilds with their members, roles, channels and active threads."""

from tests.emulators.discord import errors
from tests.emulators.discord.message_payloads import place_payload
from tests.emulators.discord.payloads import (
    application_payload,
    guild_facts,
    member_payload,
    own_guild_payload,
    role_payload,
    thread_member_payload,
    thread_payload,
    user_payload,
)
from tests.emulators.discord.permissions import VIEW
from tests.emulators.discord.places import Guild
from tests.emulators.discord.routing import Answer, Request, Routes, ok
from tests.emulators.discord.values import Json, User
from tests.emulators.discord.world import World


def me(world: World, request: Request) -> Answer:
    return ok({**user_payload(world.bot), "mfa_enabled": True, "locale": "en-US"})


def mine(world: World, request: Request) -> Answer:
    """The guilds that the bot is in, oldest first, in pages."""
    after, limit = int(request.query.get("after", 0)), int(request.query.get("limit", 200))
    found = sorted((guild for id_, guild in world.guilds.items() if id_ > after), key=_id_of)
    return ok([own_guild_payload(guild) for guild in found[:limit]])


def _id_of(guild: Guild) -> int:
    return guild.id


def application(world: World, request: Request) -> Answer:
    owner = User(id=1, name="owner")
    return ok(application_payload(world.bot, owner, world.application_flags))


def gateway(world: World, request: Request) -> Answer:
    return ok({"url": world.gateway_url})


def gateway_for_bot(world: World, request: Request) -> Answer:
    limit: Json = {
        "total": world.limits.identifies_per_day,
        "remaining": max(0, world.limits.identifies_per_day - world.identifies_today),
        "reset_after": 86_400_000,
        "max_concurrency": 1,
    }
    return ok({"url": world.gateway_url, "shards": 1, "session_start_limit": limit})


def _guild(world: World, request: Request) -> Guild:
    return world.guild(request.id("guild_id"))


def guild(world: World, request: Request) -> Answer:
    found = _guild(world, request)
    facts = guild_facts(found)
    if request.query.get("with_counts") in {"1", "true"}:
        facts["approximate_member_count"] = facts["approximate_presence_count"] = len(found.members)
    return ok(facts)


def member(world: World, request: Request) -> Answer:
    found = _guild(world, request).member(request.id("user_id"))
    if found is None:
        raise errors.unknown_member()
    return ok(member_payload(found))


def roles(world: World, request: Request) -> Answer:
    return ok([role_payload(role) for role in _guild(world, request).roles.values()])


def channels(world: World, request: Request) -> Answer:
    return ok([place_payload(channel) for channel in _guild(world, request).channels.values()])


def active_threads(world: World, request: Request) -> Answer:
    active = [
        thread
        for thread in _guild(world, request).threads.values()
        if not thread.archived and thread.bot_permissions & VIEW
    ]
    mine = [thread for thread in active if world.bot.id in thread.members]
    threads = [thread_payload(thread) for thread in active]
    members = [thread_member_payload(thread, world.bot.id) for thread in mine]
    return ok({"threads": threads, "members": members, "has_more": False})


ROUTES: Routes = {
    "GET /users/@me": me,
    "GET /users/@me/guilds": mine,
    "GET /oauth2/applications/@me": application,
    "GET /applications/@me": application,
    "GET /gateway": gateway,
    "GET /gateway/bot": gateway_for_bot,
    "GET /guilds/{guild_id}": guild,
    "GET /guilds/{guild_id}/members/{user_id}": member,
    "GET /guilds/{guild_id}/roles": roles,
    "GET /guilds/{guild_id}/channels": channels,
    "GET /guilds/{guild_id}/threads/active": active_threads,
}
