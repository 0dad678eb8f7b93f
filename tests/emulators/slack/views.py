"""Opening, changing and closing views, whoever does it."""

from __future__ import annotations

from dataclasses import replace

from tests.emulators.slack.asked import Interaction
from tests.emulators.slack.block_rules import check_view
from tests.emulators.slack.errors import ApiError, InvalidRequest
from tests.emulators.slack.values import Json, View
from tests.emulators.slack.world import World


def take_trigger(world: World, trigger_id: str) -> Interaction:
    """What a trigger came from; it is used up by that.

    Raises:
        ApiError: there is no such trigger, it is too old, or it was used.
    """
    asked = world.by_trigger.get(trigger_id)
    if asked is None:
        raise ApiError("invalid_trigger_id")
    if world.is_past(asked.at, world.limits.trigger_lives_s):
        raise ApiError("expired_trigger_id")
    if asked.trigger_used:
        raise ApiError("exchanged_trigger_id")
    asked.trigger_used = True
    return asked


def open_view(world: World, asked: Interaction, definition: Json) -> View:
    """Open a modal for who asked; it is the only one then."""
    view = _new(world, asked.asker.id, definition, asked_id=asked.id)
    world.modals[asked.asker.id] = [view]
    return _opened(world, asked, view)


def push_view(world: World, asked: Interaction, definition: Json) -> View:
    """Open a modal over the one that is open.

    Raises:
        ApiError: none is open, or there are as many as there may be.
    """
    stack = world.modals.get(asked.asker.id) or []
    if not stack:
        raise ApiError("not_found")
    if len(stack) >= world.limits.view_stack:
        raise ApiError("push_limit_reached")
    view = _new(world, asked.asker.id, definition, asked_id=asked.id, under=stack[-1])
    stack.append(view)
    return _opened(world, asked, view)


def _opened(world: World, asked: Interaction, view: View) -> View:
    asked.view_id = view.id
    world.changes.notify()
    return view


def _new(
    world: World,
    user_id: str,
    definition: Json,
    *,
    asked_id: str | None = None,
    under: View | None = None,
) -> View:
    _check(world, definition, "modal" if asked_id else "home")
    external_id = definition.get("external_id")
    if external_id and any(v.definition.get("external_id") == external_id for v in world.views()):
        raise ApiError("duplicate_external_id")
    id_ = world.new_id("V")
    return View(
        id=id_,
        user_id=user_id,
        definition=_with_ids(world, definition),
        hash=f"{world.new_ts()}.hash",
        root_id=under.root_id if under else id_,
        previous_id=under.id if under else None,
        asked_id=asked_id,
    )


def _check(world: World, definition: Json, type_: str) -> None:
    check_view(definition, world.limits)
    if definition["type"] != type_:
        raise InvalidRequest("invalid_arguments", f"the view is no {type_}")


def _with_ids(world: World, definition: Json) -> Json:
    blocks = [
        {**block, "block_id": block.get("block_id") or world.new_id("b")}
        for block in definition["blocks"]
    ]
    return {**definition, "blocks": blocks}


def update_view(world: World, view: View, definition: Json, hash_: str | None) -> View:
    """Let a view be another.

    Raises:
        ApiError: `hash_` is given, and the view has changed since.
    """
    if hash_ is not None and hash_ != view.hash:
        raise ApiError("hash_conflict")
    _check(world, definition, view.type)
    after = replace(
        view,
        definition=_with_ids(world, definition),
        hash=f"{world.new_ts()}.hash",
        errors={},
    )
    _put(world, after)
    return after


def show_errors(world: World, view: View, errors: dict[str, str]) -> None:
    """Show what was wrong with what was submitted, at its inputs."""
    _put(world, replace(view, errors=errors))


def _put(world: World, view: View) -> None:
    if view.type == "home":
        world.homes[view.user_id] = view
    else:
        stack = world.modals[view.user_id]
        stack[:] = [view if each.id == view.id else each for each in stack]
    world.changes.notify()


def publish_home(world: World, user_id: str, definition: Json, hash_: str | None) -> View:
    """Let somebody's App Home show this."""
    before = world.homes.get(user_id)
    if before is not None:
        return update_view(world, before, definition, hash_)
    view = _new(world, user_id, definition)
    _put(world, view)
    return view


def find_view(world: World, view_id: str | None, external_id: str | None) -> View:
    """The view of an id.

    Raises:
        ApiError: there is none any more.
    """
    for view in world.views():
        if view.id == view_id or (
            external_id and view.definition.get("external_id") == external_id
        ):
            return view
    raise ApiError("not_found")


def close_view(world: World, view: View) -> None:
    """Close the upper modal, and show the one under it again."""
    stack = world.modals.get(view.user_id) or []
    stack[:] = [each for each in stack if each.id != view.id]
    world.changes.notify()


def close_all(world: World, user_id: str) -> None:
    """Close every modal of somebody."""
    world.modals.pop(user_id, None)
    world.changes.notify()
