"""The app itself, the workspace, its people and their groups."""

from collections.abc import Mapping

from tests.emulators.slack.errors import ApiError
from tests.emulators.slack.methods.paging import page_of
from tests.emulators.slack.payloads import person_payload, usergroup_payload
from tests.emulators.slack.routing import Method, Request
from tests.emulators.slack.values import Json
from tests.emulators.slack.world import World

USERS = ("users:read",)
GROUPS = ("usergroups:read",)


def test(world: World, request: Request) -> Json:
    return {
        "ok": True,
        "url": f"{world.base}/",
        "team": world.team_name,
        "user": world.bot.name,
        "team_id": world.team_id,
        "user_id": world.bot.id,
        "bot_id": world.bot_id,
        "is_enterprise_install": False,
    }


def team(world: World, request: Request) -> Json:
    told = {"id": world.team_id, "name": world.team_name, "domain": world.team_name.lower()}
    return {"ok": True, "team": told}


def bot(world: World, request: Request) -> Json:
    if request.maybe("bot") not in {None, world.bot_id}:
        raise ApiError("bot_not_found")
    told = {
        "id": world.bot_id,
        "deleted": False,
        "name": world.bot.name,
        "updated": 0,
        "app_id": world.app_id,
        "user_id": world.bot.id,
    }
    return {"ok": True, "bot": told}


def info(world: World, request: Request) -> Json:
    return {"ok": True, "user": person_payload(world, world.person(request.text("user")))}


def list_(world: World, request: Request) -> Json:
    shown, more = page_of(world, request, list(world.people.values()))
    return {"ok": True, "members": [person_payload(world, p) for p in shown], **more}


def look_up(world: World, request: Request) -> Json:
    email = request.text("email")
    for person in world.people.values():
        if person.email == email:
            return {"ok": True, "user": person_payload(world, person)}
    raise ApiError("users_not_found")


def groups(world: World, request: Request) -> Json:
    told = []
    for group in world.usergroups.values():
        if not group.is_disabled or request.flag("include_disabled"):
            more = {"users": group.members} if request.flag("include_users") else {}
            told.append({**usergroup_payload(world, group), **more})
    return {"ok": True, "usergroups": told}


def group_members(world: World, request: Request) -> Json:
    group = world.usergroups.get(request.text("usergroup"))
    if group is None:
        raise ApiError("no_such_subteam")
    return {"ok": True, "users": group.members}


METHODS: Mapping[str, Method] = {
    "auth.test": Method(handler=test),
    "team.info": Method(handler=team, scopes=("team:read",)),
    "bots.info": Method(handler=bot, scopes=USERS),
    "users.info": Method(handler=info, scopes=USERS),
    "users.list": Method(handler=list_, scopes=USERS),
    "users.lookupByEmail": Method(handler=look_up, scopes=("users:read.email",)),
    "usergroups.list": Method(handler=groups, scopes=GROUPS),
    "usergroups.users.list": Method(handler=group_members, scopes=GROUPS),
}
