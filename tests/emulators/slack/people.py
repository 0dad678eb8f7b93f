"""What people do in Slack's client."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from random import Random
from typing import overload

from tests.emulators.slack import events, posting, views
from tests.emulators.slack.asked import Asked
from tests.emulators.slack.delivery import Sort
from tests.emulators.slack.errors import CannotBeDone
from tests.emulators.slack.interactions import Asking
from tests.emulators.slack.methods.files import make_file
from tests.emulators.slack.payloads import view_payload
from tests.emulators.slack.places import Channel, Kind, Person, Usergroup
from tests.emulators.slack.posting import Draft, rich_text
from tests.emulators.slack.typed import Value, button_of, choice_of, missing, state_of
from tests.emulators.slack.values import Json, Message, View
from tests.emulators.slack.world import World

REFERENCE = re.compile(r"(<[@#!][^<>]+>)")


class People:
    """Acts of people; they need no app that listens."""

    def __init__(self, world: World, random: Random) -> None:
        self._world = world
        self._asking = Asking(world, random)

    # --- the workspace ---------------------------------------------------------------------------

    def add_person(self, name: str) -> Person:
        """Let somebody be in the workspace."""
        return self._world.add_person(name)

    def add_channel(
        self, name: str, *people: Person, is_private: bool = False, with_bot: bool = True
    ) -> Channel:
        """Make a channel with these people in it."""
        kind = Kind.PRIVATE if is_private else Kind.PUBLIC
        members = [person.id for person in people]
        bot = [self._world.bot.id] if with_bot else []
        return self._world.add_channel(name, kind, [*members, *bot])

    def add_usergroup(self, handle: str, *people: Person) -> Usergroup:
        """Make a user group of these people."""
        return self._world.add_usergroup(handle, [person.id for person in people])

    def direct(self, person: Person) -> Channel:
        """The direct conversation of somebody with the bot."""
        return self._world.direct(person)

    async def join(self, person: Person, channel: Channel, *, by: Person | None = None) -> None:
        """Let somebody, who may be the bot, be in a channel."""
        posting.join(self._world, channel, person, by)

    async def leave(self, person: Person, channel: Channel) -> None:
        """Let somebody, who may be the bot, be in a channel no more."""
        channel.members.remove(person.id)
        self._world.changes.notify()

    async def archive(self, person: Person, channel: Channel) -> None:
        """Close a channel: nobody can write there any more."""
        channel.is_archived = True
        events.archived(self._world, channel, person)
        self._world.changes.notify()

    # --- messages --------------------------------------------------------------------------------

    async def say(
        self,
        person: Person,
        channel: Channel,
        text: str,
        *,
        under: Message | None = None,
        mention_bot: bool = False,
        files: Mapping[str, bytes] | None = None,
        is_broadcast: bool = False,
    ) -> Message:
        """Write a message, in the thread of another if one is given.

        `<@U...>` in the text mentions somebody; `mention_bot` begins it with the bot's mention.

        Raises:
            CannotBeDone: nobody can write there.
        """
        self._check_place(person, channel)
        typed = escaped(text)
        content = f"{self._world.bot.mention} {typed}" if mention_bot else typed
        made = [make_file(self._world, person, name, data) for name, data in (files or {}).items()]
        draft = Draft(
            channel=channel,
            author=person,
            text=content,
            thread_ts=under.thread_ts or under.ts if under else None,
            blocks=rich_text(content) if content else (),
            files=made,
            is_broadcast=is_broadcast,
        )
        return posting.post(self._world, draft)

    async def edit(self, message: Message, text: str) -> Message:
        """Change the text of a person's message."""
        channel, now = self._now(message)
        content = escaped(text)
        author = self._world.people[now.user_id]
        draft = Draft(channel=channel, author=author, text=content, blocks=rich_text(content))
        return posting.edit(self._world, now, draft)

    async def delete(self, message: Message) -> None:
        """Delete a message, whoever wrote it."""
        posting.delete(self._world, self._now(message)[1])

    async def react(self, person: Person, message: Message, emoji: str) -> None:
        """Add a reaction, by the name of the emoji."""
        posting.react(self._world, self._now(message)[1], person, emoji)

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

    # --- asking ----------------------------------------------------------------------------------

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
        return self._asking.command(person, channel, command, escaped(text))

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
        action = choice_of(now.blocks, values, action_id, self._world.new_ts())
        return self._act(person, now, action)

    def _act(self, person: Person, where: Message | View, action: Json) -> Asked:
        state = state_of(where.blocks)
        if isinstance(where, View):
            return self._asking.view_action(person, where, action, state)
        return self._asking.action(person, where, action, state)

    async def submit(self, person: Person, view: View, values: Mapping[str, Value]) -> Asked:
        """Fill in and send a form; values by the label, block id or action id of their input.

        Raises:
            CannotBeDone: the form is not open, an input is not there or needed, or a text too long.
        """
        now = self._seen(person, view)
        state = state_of(now.blocks, values)
        needed = list(missing(now.blocks, state))
        if needed:
            raise CannotBeDone(f"Please complete this required field: {', '.join(needed)}")
        return self._asking.submission(person, now, state)

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

    # --- looking ---------------------------------------------------------------------------------

    def messages(
        self, channel: Channel, *, under: Message | None = None, seen_by: Person | None = None
    ) -> list[Message]:
        """What is to be read in a channel or a thread, oldest first; without `seen_by`, by all."""
        who = {None, seen_by.id if seen_by else None}
        shown = [m for m in channel.messages.values() if m.seen_only_by in who]
        if under is None:
            return [m for m in shown if not m.is_reply or m.is_broadcast]
        first = under.thread_ts or under.ts
        return [m for m in shown if m.is_reply and m.thread_ts == first]

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

    def commands_sent(self) -> Sequence[Asked]:
        """The slash commands so far, oldest first."""
        return [each for each in self.asked() if each.delivery.sort is Sort.COMMAND]


def escaped(text: str) -> str:
    """What was typed, as Slack passes it on: mentions stay, other signs of markup do not."""
    parts = REFERENCE.split(text)
    plain = [
        part if index % 2 else part.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        for index, part in enumerate(parts)
    ]
    return "".join(plain)
