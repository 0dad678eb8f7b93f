"""What people do in Slack's client."""

from __future__ import annotations

from collections.abc import Mapping

from tests.emulators.slack import events, posting
from tests.emulators.slack.clicks import Clicks
from tests.emulators.slack.markup import escaped, rich_text
from tests.emulators.slack.methods.files import make_file
from tests.emulators.slack.places import Channel, Kind, Person, Usergroup
from tests.emulators.slack.posting import Draft
from tests.emulators.slack.values import Message


class People(Clicks):
    """Acts of people; they need no app that listens."""

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

    async def change_usergroup(self, group: Usergroup, *people: Person) -> None:
        """Let a user group be of these people."""
        before, after = group.members, [person.id for person in people]
        group.members = after
        added = [id_ for id_ in after if id_ not in before]
        removed = [id_ for id_ in before if id_ not in after]
        events.group_changed(self._world, group, added, removed)
        self._world.changes.notify()

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

    async def unfurl(self, message: Message, link: str) -> Message:
        """Let Slack show what a link leads to: the message is edited, and says the same."""
        _, now = self._now(message)
        shown = [{"from_url": link, "fallback": link, "title": link, "id": 1}]
        return posting.unfurl(self._world, now, shown)

    async def delete(self, message: Message) -> None:
        """Delete a message, whoever wrote it."""
        posting.delete(self._world, self._now(message)[1])

    async def react(self, person: Person, message: Message, emoji: str) -> None:
        """Add a reaction, by the name of the emoji."""
        posting.react(self._world, self._now(message)[1], person, emoji)

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
