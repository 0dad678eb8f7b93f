"""How a bot answers an interaction: first, later, and again."""

from collections.abc import Callable, Mapping, Sequence

from tests.emulators.discord import errors
from tests.emulators.discord.component_rules import check_modal
from tests.emulators.discord.interactions import (
    CHOICES,
    DEFERRED,
    DEFERRED_UPDATE,
    FORM,
    MESSAGE,
    UPDATE,
    Interaction,
)
from tests.emulators.discord.message_payloads import metadata_of
from tests.emulators.discord.posting import Draft, Upload, edit, post
from tests.emulators.discord.values import (
    NO_FLAGS,
    Choice,
    Flag,
    Json,
    Kind,
    Message,
    MessageType,
    Modal,
)
from tests.emulators.discord.world import World

ALLOWED: Mapping[Kind, frozenset[int]] = {
    Kind.COMMAND: frozenset({MESSAGE, DEFERRED, FORM}),
    Kind.COMPONENT: frozenset({MESSAGE, DEFERRED, DEFERRED_UPDATE, UPDATE, FORM}),
    Kind.AUTOCOMPLETE: frozenset({CHOICES}),
    Kind.MODAL: frozenset({MESSAGE, DEFERRED, DEFERRED_UPDATE, UPDATE}),
}
Uploads = Sequence[Upload]


def first_answer(
    world: World, asked: Interaction, type_: int, data: Json, uploads: Uploads
) -> Message | None:
    """Answer for the first time; return the message that was made or changed.

    Raises:
        ApiError: 10062 if it is too late, 40060 if it was answered, 50035 if it may not be so.
    """
    if asked.callback is not None:
        raise errors.already_acknowledged()
    if world.now() > asked.deadline:
        raise errors.unknown_interaction()
    if type_ not in ALLOWED[asked.kind] or (type_ in {6, 7} and asked.about is None):
        raise errors.InvalidForm({"type": f"An interaction of type {asked.kind} takes no {type_}."})
    message = _WAYS[type_](world, asked, data, uploads)
    asked.callback, asked.answered_at = type_, world.now()
    world.changes.notify()
    return message


def _message(world: World, asked: Interaction, data: Json, uploads: Uploads) -> Message:
    message = post(world, _draft(world, asked, data, uploads))
    asked.original_id, asked.is_ephemeral = message.id, message.ephemeral
    return message


def _deferred(world: World, asked: Interaction, data: Json, uploads: Uploads) -> None:
    # Of all that may be set, only this one counts while deferring.
    body = {"flags": int(data.get("flags") or 0) & Flag.EPHEMERAL}
    draft = _draft(world, asked, body, (), flags=Flag.LOADING, may_be_empty=True)
    message = post(world, draft)
    asked.original_id, asked.is_ephemeral = message.id, message.ephemeral
    asked.is_waiting = True


def _deferred_update(world: World, asked: Interaction, data: Json, uploads: Uploads) -> None:
    asked.original_id = _about(world, asked).id


def _update(world: World, asked: Interaction, data: Json, uploads: Uploads) -> Message:
    message = _about(world, asked)
    asked.original_id, asked.is_ephemeral = message.id, message.ephemeral
    return edit(world, asked.place, message, _draft(world, asked, data, uploads))


def _about(world: World, asked: Interaction) -> Message:
    if asked.about is None:
        raise errors.unknown_message()
    return world.message(asked.place.id, asked.about.id)


def _choices(world: World, asked: Interaction, data: Json, uploads: Uploads) -> None:
    choices = data.get("choices") or []
    if len(choices) > 25:
        raise errors.InvalidForm({"data.choices": "Must be 25 or fewer in length."})
    for index, choice in enumerate(choices):
        if max(len(choice["name"]), len(str(choice["value"]))) > 100:
            raise errors.InvalidForm({f"data.choices.{index}": "Must be 100 or fewer in length."})
    asked.choices = tuple(Choice(name=item["name"], value=item["value"]) for item in choices)


def _form(world: World, asked: Interaction, data: Json, uploads: Uploads) -> None:
    if found := check_modal(data):
        raise errors.InvalidForm(found)
    asked.modal = Modal(
        interaction_id=asked.id,
        custom_id=data["custom_id"],
        title=data["title"],
        components=tuple(data["components"]),
    )


_WAYS: Mapping[int, Callable[[World, Interaction, Json, Uploads], Message | None]] = {
    MESSAGE: _message,
    DEFERRED: _deferred,
    DEFERRED_UPDATE: _deferred_update,
    UPDATE: _update,
    CHOICES: _choices,
    FORM: _form,
}


def _draft(
    world: World,
    asked: Interaction,
    data: Json,
    uploads: Uploads,
    *,
    flags: Flag = NO_FLAGS,
    may_be_empty: bool = False,
) -> Draft:
    is_ephemeral = Flag.EPHEMERAL in (flags | Flag(data.get("flags") or 0))
    is_menu = asked.kind is Kind.COMMAND and "target_id" in asked.data
    types = {Kind.COMMAND: MessageType.CONTEXT_MENU if is_menu else MessageType.COMMAND}
    return Draft(
        place=asked.place,
        author=world.bot,
        body=data,
        uploads=uploads,
        flags=flags,
        type=types.get(asked.kind, MessageType.DEFAULT),
        interaction=metadata_of(asked),
        seen_only_by=asked.asker.id if is_ephemeral else None,
        may_be_empty=may_be_empty,
    )


def follow_up(world: World, asked: Interaction, data: Json, uploads: Uploads) -> Message:
    """Say more; the first after deferring takes the place of "thinking"."""
    if asked.is_waiting and asked.original_id is not None:
        original = world.message(asked.place.id, asked.original_id)
        return edit_answer(world, asked, original, data, uploads)
    message = post(world, _draft(world, asked, data, uploads))
    asked.follow_up_ids.append(message.id)
    return message


def edit_answer(
    world: World, asked: Interaction, message: Message, data: Json, uploads: Uploads
) -> Message:
    """Change an answer; for a deferred one it is the answer."""
    edited = edit(world, asked.place, message, _draft(world, asked, data, uploads))
    if message.id == asked.original_id:
        asked.is_waiting = False
    return edited


def answer_of(world: World, asked: Interaction, message_id: str) -> Message:
    """The answer with this id, or the first one for `@original`.

    Raises:
        ApiError: 10015 if it was not answered at all, 10008 if there is no such message.
    """
    if asked.callback is None:
        raise errors.unknown_webhook()
    id_ = asked.original_id if message_id == "@original" else int(message_id)
    if id_ is None or id_ not in {asked.original_id, *asked.follow_up_ids}:
        raise errors.unknown_message()
    return world.message(asked.place.id, id_)


def by_token(world: World, token: str) -> Interaction:
    """The interaction of a token that is still good.

    Raises:
        ApiError: 10015 if there is none or it was not answered, 50027 if it is too old.
    """
    asked = world.by_token.get(token)
    if asked is None or asked.callback is None:
        raise errors.unknown_webhook()
    if world.now() > asked.expires_at:
        raise errors.invalid_token()
    return asked
