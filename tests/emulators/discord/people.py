"""What people do in Discord's client."""

from collections.abc import Mapping, Sequence
from random import Random

from tests.emulators.discord import posting
from tests.emulators.discord.asked import Asked
from tests.emulators.discord.errors import CannotBeDone
from tests.emulators.discord.interactions import Interaction
from tests.emulators.discord.message_payloads import interaction_event, message_payload, metadata_of
from tests.emulators.discord.payloads import role_payload
from tests.emulators.discord.places import Channel, Member, Place, Thread
from tests.emulators.discord.posting import Draft, Upload
from tests.emulators.discord.reactions import react
from tests.emulators.discord.threads import NewThread, free_thread, thread_from
from tests.emulators.discord.typed import Typed, Value, command_data, keep_member, menu_data
from tests.emulators.discord.values import Choice, Json, Kind, Message, Modal, Role, User
from tests.emulators.discord.world import World

BUTTON, STRING_SELECT, LINK = 2, 3, 5


class People:
    """Acts of people; they need no bot that listens."""

    def __init__(self, world: World, random: Random) -> None:
        self._world = world
        self._random = random

    # --- messages ------------------------------------------------------------------------------

    async def say(
        self,
        member: Member,
        place: Place,
        text: str,
        *,
        files: Mapping[str, bytes] | None = None,
        mention_bot: bool = False,
        reply_to: Message | None = None,
    ) -> Message:
        """Write a message; `mention_bot` begins it with the bot's mention."""
        content = f"<@{self._world.bot.id}> {text}" if mention_bot else text
        body: Json = {"content": content}
        if reply_to is not None:
            body["message_reference"] = {"message_id": reply_to.id}
        uploads = [Upload(name=name, data=data) for name, data in (files or {}).items()]
        draft = Draft(place=place, author=member.user, body=body, uploads=uploads)
        return posting.post(self._world, draft)

    async def say_by_webhook(
        self, name: str, place: Place, text: str, *, is_bot: bool = True
    ) -> Message:
        """Let a webhook of this name write a message; `is_bot` tells how its author is marked."""
        author = User(id=self._world.new_id(), name=name, is_bot=is_bot)
        body: Json = {"content": text}
        draft = Draft(place=place, author=author, body=body, webhook_id=author.id)
        return posting.post(self._world, draft)

    async def edit(self, message: Message, text: str) -> Message:
        """Change the text of a message."""
        place = self._world.place(message.channel_id)
        now = self._world.message(place.id, message.id)
        draft = Draft(place=place, author=message.author, body={"content": text})
        return posting.edit(self._world, place, now, draft)

    async def delete(self, message: Message) -> None:
        """Delete a message, whoever wrote it."""
        place = self._world.place(message.channel_id)
        posting.delete(self._world, place, self._world.message(place.id, message.id))

    async def react(self, member: Member, message: Message, emoji: str) -> None:
        """Add a reaction."""
        place = self._world.place(message.channel_id)
        now = self._world.message(place.id, message.id)
        react(self._world, place, now, member.user, emoji)

    async def open_thread(
        self, member: Member, place: Channel, name: str, *, under: Message | None = None
    ) -> Thread:
        """Open a thread, under a message if one is given."""
        new = NewThread(name=name, owner=member.user)
        if under is None:
            return free_thread(self._world, place, new)
        now = self._world.message(place.id, under.id)
        return thread_from(self._world, place, now, new)

    async def archive(self, thread: Thread, *, locked: bool = False) -> None:
        """Close a thread, as somebody does or time does."""
        thread.archived, thread.archived_at, thread.locked = True, self._world.now(), locked
        self._world.announce_thread(thread)

    # --- interactions --------------------------------------------------------------------------

    async def run(
        self, member: Member, place: Place, path: str, values: Mapping[str, Value] | None = None
    ) -> Asked:
        """Type a slash command.

        Raises:
            CannotBeDone: the bot announced no such command, or the values do not fit it.
        """
        data = command_data(self._world, place.guild, path, values or {})
        return self._ask(Kind.COMMAND, member, place, data)

    async def complete(
        self,
        member: Member,
        place: Place,
        path: str,
        values: Mapping[str, Value],
        *,
        focused: str,
        timeout_s: float = 10,
    ) -> tuple[Choice, ...]:
        """Type a part of a slash command, and return what is offered for the option `focused`.

        Raises:
            CannotBeDone: the option is not there, or has no autocomplete.
            TimeoutError: nothing was offered.
        """
        data = command_data(self._world, place.guild, path, values, focused)
        asked = self._ask(Kind.AUTOCOMPLETE, member, place, data)
        return await asked.offered(timeout_s)

    async def run_on_message(self, member: Member, message: Message, name: str) -> Asked:
        """Choose a command of a message's menu.

        Raises:
            CannotBeDone: the bot announced none of this name, or the message is not to be seen.
        """
        place, now = self._seen(member, message)
        payload = message_payload(now, place)
        data = menu_data(self._world, place.guild, name, now.id, payload)
        return self._ask(Kind.COMMAND, member, place, data)

    async def press(self, member: Member, message: Message, label: str) -> Asked:
        """Press a button, by its label.

        Raises:
            CannotBeDone: there is none, it is disabled, or the message is not to be seen.
        """
        place, now = self._seen(member, message)
        try:
            button = now.button(label)
        except LookupError as error:
            raise CannotBeDone(str(error)) from None
        if button.get("disabled") or button["style"] == LINK:
            raise CannotBeDone(f"The button {label!r} is disabled, or a link.")
        data = {"component_type": BUTTON, "custom_id": button["custom_id"], "id": button["id"]}
        return self._ask(Kind.COMPONENT, member, place, data, about=now)

    async def select(
        self,
        member: Member,
        message: Message,
        chosen: Sequence[str | Member | Role],
        *,
        custom_id: str | None = None,
    ) -> Asked:
        """Choose in a menu: options by label or value, else members or roles.

        `custom_id` says which menu, where there are several.

        Raises:
            CannotBeDone: there is no such menu or option, or their number does not fit.
        """
        place, now = self._seen(member, message)
        menu = _menu(now, custom_id)
        typed = Typed(world=self._world, guild=place.guild)
        data: Json = {
            "component_type": menu["type"],
            "custom_id": menu["custom_id"],
            "id": menu["id"],
            "values": _values(menu, chosen, typed),
        }
        if typed.resolved:
            data["resolved"] = typed.resolved
        return self._ask(Kind.COMPONENT, member, place, data, about=now)

    async def submit(self, member: Member, modal: Modal, texts: Mapping[str, str]) -> Asked:
        """Fill in and send a form; texts by the label or the custom id of their field.

        Raises:
            CannotBeDone: a field is not there, is required, or the text is too short or long.
        """
        opened_by = self._world.interactions[modal.interaction_id]
        if opened_by.asker is not member:
            raise CannotBeDone("The form was opened for somebody else.")
        data = {"custom_id": modal.custom_id, "components": _filled(modal, texts)}
        return self._ask(
            Kind.MODAL, member, opened_by.place, data, about=opened_by.about, after=opened_by
        )

    def _seen(self, member: Member, message: Message) -> tuple[Place, Message]:
        place = self._world.place(message.channel_id)
        now = place.messages.get(message.id)
        if now is None or now.seen_only_by not in {None, member.id}:
            raise CannotBeDone(f"{member.name} sees no message {message.id}.")
        return place, now

    def _ask(
        self,
        kind: Kind,
        member: Member,
        place: Place,
        data: Json,
        *,
        about: Message | None = None,
        after: Interaction | None = None,
    ) -> Asked:
        asked = Interaction(
            id=self._world.new_id(),
            token=f"{self._random.getrandbits(512):0128x}",
            kind=kind,
            asker=member,
            place=place,
            data=data,
            at=self._world.now(),
            limits=self._world.limits,
            about=about,
            after=metadata_of(after) if after else None,
        )
        self._world.interactions[asked.id] = asked
        self._world.by_token[asked.token] = asked
        event = interaction_event(self._world, asked)
        self._world.publish("INTERACTION_CREATE", event, guild=place.guild)
        return Asked(self._world, asked)

    def asked(self) -> list[Asked]:
        """Everything that was asked of the bot so far, oldest first."""
        return [Asked(self._world, each) for each in self._world.interactions.values()]

    # --- looking -------------------------------------------------------------------------------

    def messages(self, place: Place, *, seen_by: Member | None = None) -> list[Message]:
        """What is to be read there, oldest first; without `seen_by`, what all see."""
        who = {None, seen_by.id if seen_by else None}
        there = self._world.places.get(place.id)
        shown = there.messages.values() if there else ()
        return [message for message in shown if message.seen_only_by in who]

    def threads(self, channel: Channel) -> list[Thread]:
        """The channel's threads, archived ones too, oldest first."""
        return self._world.threads_of(channel)


def _menu(message: Message, custom_id: str | None) -> Json:
    menus = [menu for menu in message.selects if custom_id in {None, menu["custom_id"]}]
    if not menus:
        raise CannotBeDone(f"There is no menu {custom_id or ''} in the message.")
    if menus[0].get("disabled"):
        raise CannotBeDone("The menu is disabled.")
    return menus[0]


def _values(menu: Json, chosen: Sequence[str | Member | Role], typed: Typed) -> list[str]:
    if not menu["min_values"] <= len(chosen) <= menu["max_values"]:
        raise CannotBeDone(f"The menu takes {menu['min_values']} to {menu['max_values']} values.")
    return [_value(menu, one, typed) for one in chosen]


def _value(menu: Json, one: str | Member | Role, typed: Typed) -> str:
    if isinstance(one, Member):
        return keep_member(typed, one)
    if isinstance(one, Role):
        return typed.keep("roles", one.id, role_payload(one))
    for option in menu.get("options") or ():
        if one in {option["label"], option["value"]}:
            return str(option["value"])
    raise CannotBeDone(f"There is no option {one!r} in the menu.")


def _filled(modal: Modal, texts: Mapping[str, str]) -> list[Json]:
    known = {name for field in modal.inputs for name in (field["label"], field["custom_id"])}
    if unknown := sorted(set(texts) - known):
        raise CannotBeDone(f"There is no field {unknown} in the form.")
    return [_filled_part(part, texts, index) for index, part in enumerate(modal.components, 1)]


def _filled_part(part: Json, texts: Mapping[str, str], index: int) -> Json:
    if "component" in part:
        inner = {**part["component"], "label": part["label"]}
        return {"type": part["type"], "id": index, "component": _filled_input(inner, texts)}
    if "components" in part:
        inside = [_filled_input(inner, texts) for inner in part["components"]]
        return {"type": part["type"], "id": index, "components": inside}
    return {"type": part["type"], "id": index}


def _filled_input(field: Json, texts: Mapping[str, str]) -> Json:
    text = texts.get(field["custom_id"], texts.get(field["label"], field.get("value") or ""))
    least = field.get("min_length") or (1 if field.get("required", True) else 0)
    if text and not least <= len(text) <= (field.get("max_length") or 4000):
        raise CannotBeDone(f"The text of {field['label']!r} is too short or too long.")
    if not text and field.get("required", True):
        raise CannotBeDone(f"The field {field['label']!r} is required.")
    return {"type": field["type"], "custom_id": field["custom_id"], "value": text}
