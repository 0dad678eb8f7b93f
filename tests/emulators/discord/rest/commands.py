"""Announcing commands, for all guilds or for one."""

from collections import deque
from datetime import timedelta

from tests.emulators.discord import errors
from tests.emulators.discord.command_rules import check_command, check_commands, shown_command
from tests.emulators.discord.routing import Answer, Request, Routes, nothing, ok
from tests.emulators.discord.values import Json
from tests.emulators.discord.world import World


def _scope(world: World, request: Request) -> int | None:
    if "guild_id" not in request.params:
        return None
    guild = world.guild(request.id("guild_id"))
    if not guild.takes_commands:
        raise errors.missing_access()
    return guild.id


def _commands(world: World, request: Request) -> dict[int, Json]:
    if request.id("application_id") != world.application_id:
        raise errors.missing_access()
    return world.commands.setdefault(_scope(world, request), {})


def every(world: World, request: Request) -> Answer:
    return ok(list(_commands(world, request).values()))


def overwrite(world: World, request: Request) -> Answer:
    """Replace all; what keeps type and name keeps its id."""
    kept = {
        (old["type"], old["name"]): int(old["id"]) for old in _commands(world, request).values()
    }
    new = request.body or []
    if found := check_commands(new, world.limits.commands_per_scope):
        raise errors.InvalidForm(found)
    scope = _scope(world, request)
    names = [(command.get("type") or 1, command["name"]) for command in new]
    _count_creates(world, scope, sum(name not in kept for name in names))
    world.commands[scope] = {}
    for command in new:
        id_ = kept.get((command.get("type") or 1, command["name"]))
        _announce(world, scope, command, id_)
    world.changes.notify()
    return ok(list(world.commands[scope].values()))


def _count_creates(world: World, scope: int | None, new: int) -> None:
    now = world.now()
    made = world.command_creates.setdefault(scope, deque())
    while made and made[0] < now - timedelta(days=1):
        made.popleft()
    if len(made) + new > world.limits.command_creates_per_day:
        raise errors.too_many_creates()
    made.extend([now] * new)


def _announce(world: World, scope: int | None, command: Json, id_: int | None = None) -> Json:
    id_ = id_ or world.new_id()
    shown = shown_command(command, id_, world.application_id, scope)
    world.commands[scope][id_] = shown
    return shown


def create(world: World, request: Request) -> Answer:
    """Announce one; one of the same type and name is replaced."""
    there = _commands(world, request)
    form = request.form
    found = dict(check_command(form))
    same = [id_ for id_, old in there.items() if _is_same(old, form)]
    others = [old for old in there.values() if not _is_same(old, form)]
    found |= check_commands([*others, form], world.limits.commands_per_scope)
    if found:
        raise errors.InvalidForm(found)
    scope = _scope(world, request)
    _count_creates(world, scope, not same)
    shown = _announce(world, scope, form, same[0] if same else None)
    world.changes.notify()
    return Answer(status=200 if same else 201, body=shown)


def _is_same(old: Json, new: Json) -> bool:
    return (old["type"], old["name"]) == (new.get("type") or 1, new.get("name"))


def _one(world: World, request: Request) -> Json:
    try:
        return _commands(world, request)[request.id("command_id")]
    except KeyError:
        raise errors.unknown_command() from None


def get(world: World, request: Request) -> Answer:
    return ok(_one(world, request))


def change(world: World, request: Request) -> Answer:
    old = _one(world, request)
    new = {**old, **request.form}
    if found := dict(check_command(new)):
        raise errors.InvalidForm(found)
    return ok(_announce(world, _scope(world, request), new, int(old["id"])))


def remove(world: World, request: Request) -> Answer:
    del _commands(world, request)[int(_one(world, request)["id"])]
    return nothing()


SCOPES = (
    "/applications/{application_id}/commands",
    "/applications/{application_id}/guilds/{guild_id}/commands",
)
ROUTES: Routes = {
    route: handler
    for scope in SCOPES
    for route, handler in (
        (f"GET {scope}", every),
        (f"PUT {scope}", overwrite),
        (f"POST {scope}", create),
        (f"GET {scope}/{{command_id}}", get),
        (f"PATCH {scope}/{{command_id}}", change),
        (f"DELETE {scope}/{{command_id}}", remove),
    )
}
