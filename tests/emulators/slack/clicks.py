"""What people ask of the app in Slack's client: commands, clicks, choices and forms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from random import Random
from typing import Any, overload

from tests.emulators.slack import events, views
from tests.emulators.slack.asked import Asked
from tests.emulators.slack.errors import CannotBeDone
from tests.emulators.slack.interactions import Asking
from tests.emulators.slack.markup import in_command
from tests.emulators.slack.methods.files import make_file
from tests.emulators.slack.payloads import file_payload, view_payload
from tests.emulators.slack.places import Channel, Person
from tests.emulators.slack.typed import (
    Value,
    button_of,
    choice_of,
    external,
    missing,
    state_of,
    with_offers,
)
from tests.emulators.slack.values import Json, Message, View
from tests.emulators.slack.world import World

MIN_QUERY_CHARS = 3
"""What must be typed before a menu asks the app, unless it says otherwise."""


class Clicks:
    """What people ask; each act returns what became of it."""

    def __init__(self, world: World, random: Random) -> None:
        self._world = world
        self._asking = Asking(world, random)
        self._offers: dict[str, dict[str, Sequence[Json]]] = {}
        """What the app offered in the menus of a view or message, by block id."""

    async def run(
        self, person: Person, channel: Channel, typed: str, *, under: Message | None = None
    ) -> Asked:
        """Type a slash command (`/hal session start project=web`).

        Raises:
            CannotBeDone: the app has no such command, or it was typed in a thread.
        """
        self._check_place(person, channel)
        command, _, text = typed.partition(" ")
        if under is not None:
            raise CannotBeDone(f"{command} is not supported in threads. Sorry!")
        if command not in self._world.app.commands:
            raise CannotBeDone(f"{command} is not a valid command.")
        return self._asking.command(person, channel, command, in_command(self._world, text))

    async def shortcut(self, person: Person, message: Message, name: str) -> Asked:
        """Choose one of the app's commands in the menu of a message, by name or callback id.

        Raises:
            CannotBeDone: the app has none of this name, or the message is not to be seen.
        """
        now = self._seen(person, message)
        for callback_id, shown in self._world.app.shortcuts.items():
            if name in {callback_id, shown}:
                return self._asking.shortcut(person, now, callback_id)
        raise CannotBeDone(f"The app has no message shortcut {name!r}.")

    async def press(self, person: Person, where: Message | View, label: str) -> Asked:
        """Press a button of a message or a view, by its label or action id.

        Raises:
            CannotBeDone: there is none, or the message or view is not to be seen.
        """
        now = self._seen(person, where)
        return self._act(person, now, button_of(now.blocks, label, self._world.new_ts()))

    async def select(
        self, person: Person, where: Message | View, values: Value, *, action_id: str | None = None
    ) -> Asked:
        """Choose in a menu: an option by label or value, somebody, or several of them.

        `action_id` says which menu, where there are several.

        Raises:
            CannotBeDone: there is no such menu or option.
        """
        now = self._seen(person, where)
        blocks = with_offers(now.blocks, self._offers.get(_key(now), {}))
        return self._act(person, now, choice_of(blocks, values, action_id, self._world.new_ts()))

    async def suggest(
        self, person: Person, where: Message | View, typed: str, *, block_id: str | None = None
    ) -> list[str]:
        """Type into a menu whose options the app gives, and return their labels.

        Raises:
            CannotBeDone: there is no such menu, or too little was typed.
            TimeoutError: the app gave none.
        """
        now = self._seen(person, where)
        for block, element in external(now.blocks):
            if block_id in {None, block["block_id"]}:
                if len(typed) < element.get("min_query_length", MIN_QUERY_CHARS):
                    raise CannotBeDone("Type more: the menu offers nothing yet.")
                return await self._suggest(person, now, {**element, **_id_of(block)}, typed)
        raise CannotBeDone(f"There is no menu {block_id or ''} that the app fills.")

    async def _suggest(
        self, person: Person, where: Message | View, menu: Json, typed: str
    ) -> list[str]:
        asked = self._asking.suggestion(person, where, menu, typed)
        await asked.settled()
        if asked.offered is None:
            raise TimeoutError("The app offered nothing.")
        self._offers.setdefault(_key(where), {})[menu["block_id"]] = asked.offered
        return [str(option["text"]["text"]) for option in asked.offered]

    def _act(self, person: Person, where: Message | View, action: Json) -> Asked:
        state = state_of(where.blocks)
        if isinstance(where, View):
            return self._asking.view_action(person, where, action, state)
        return self._asking.action(person, where, action, state)

    async def submit(self, person: Person, view: View, values: Mapping[str, Value]) -> Asked:
        """Fill in and send a form; values by the label, block id or action id of their input.

        What is chosen in a menu that the app fills is typed into it first; files are their bytes
        by name.

        Raises:
            CannotBeDone: the form is not open, an input is not there or needed, or a text too long.
            TimeoutError: the app gave a menu no options.
        """
        now = self._seen(person, view)
        await self._type_into(person, now, values)
        blocks = with_offers(now.blocks, self._offers.get(_key(now), {}))
        state = state_of(blocks, {name: self._held(person, it) for name, it in values.items()})
        needed = list(missing(now.blocks, state))
        if needed:
            raise CannotBeDone(f"Please complete this required field: {', '.join(needed)}")
        return self._asking.submission(person, now, state)

    async def _type_into(self, person: Person, view: View, values: Mapping[str, Value]) -> None:
        for block, element in external(view.blocks):
            for name in {block["block_id"], block["label"]["text"], element["action_id"]}:
                if isinstance(typed := values.get(name), str):
                    await self.suggest(person, view, typed, block_id=block["block_id"])

    def _held(self, person: Person, value: Value) -> Any:
        if not isinstance(value, Mapping):
            return value
        made = [make_file(self._world, person, name, data) for name, data in value.items()]
        return [file_payload(file) for file in made]

    async def close(self, person: Person, view: View) -> Asked | None:
        """Close a form without sending it; the app hears of it only if it asked to."""
        now = self._seen(person, view)
        views.close_view(self._world, now)
        if not now.definition.get("notify_on_close"):
            return None
        return self._asking.closing(person, now)

    async def open_home(self, person: Person) -> None:
        """Open the app's Home, and wait for nothing: `home` tells what is there."""
        home = self._world.homes.get(person.id)
        event: Json = {
            "type": "app_home_opened",
            "user": person.id,
            "channel": self._world.direct(person).id,
            "tab": "home",
            "event_ts": self._world.new_ts(),
        }
        if home is not None:
            event["view"] = view_payload(self._world, home)
        events.publish(self._world, "app_home_opened", event)

    @overload
    def _seen(self, person: Person, where: Message) -> Message: ...

    @overload
    def _seen(self, person: Person, where: View) -> View: ...

    def _seen(self, person: Person, where: Message | View) -> Message | View:
        if isinstance(where, View):
            for view in self._world.views():
                if view.id == where.id and view.user_id == person.id:
                    return view
            raise CannotBeDone(f"{person.name} sees no such view.")
        now = self._now(where)[1]
        if now.seen_only_by not in {None, person.id}:
            raise CannotBeDone(f"{person.name} sees no such message.")
        return now

    def _now(self, message: Message) -> tuple[Channel, Message]:
        channel = self._world.channels[message.channel_id]
        now = channel.messages.get(message.ts)
        if now is None:
            raise CannotBeDone("The message is gone.")
        return channel, now

    def _check_place(self, person: Person, channel: Channel) -> None:
        if person.id not in channel.members:
            raise CannotBeDone(f"{person.name} is not in the channel.")
        if channel.is_archived:
            raise CannotBeDone("The channel is archived.")

    # --- looking ---------------------------------------------------------------------------------

    def modal(self, person: Person) -> View | None:
        """The form that somebody has before them."""
        stack = self._world.modals.get(person.id)
        return stack[-1] if stack else None

    def home(self, person: Person) -> View | None:
        """What the app's Home shows somebody."""
        return self._world.homes.get(person.id)

    def asked(self) -> list[Asked]:
        """Everything that was asked of the app so far, oldest first."""
        return [Asked(self._world, each) for each in self._world.interactions.values()]


def _key(where: Message | View) -> str:
    return where.id if isinstance(where, View) else where.ts


def _id_of(block: Json) -> Json:
    return {"block_id": block["block_id"]}
