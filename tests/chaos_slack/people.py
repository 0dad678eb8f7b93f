"""How people do in Slack what they do everywhere, and forms."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import ClassVar

from bot.commands import registry
from bot.core.call import Call
from bot.core.typed import typed
from bot.hearing.forms import fields_of
from bot.slack.manifest import COMMAND
from bot.slack.people import actor_of
from tests.chaos_chat.people import PRESSED_OF, Key, People, require_pressable
from tests.chaos_slack.sight import SlackSight
from tests.chaos_slack.town import Crowd, Spot
from tests.emulators.slack import Asked, CannotBeDone, Message, Person

SAY = "session say"
OPENS_WITHIN_S = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A command, a click or a form, and what the platform knows of it."""

    person: Person
    asked: Asked
    call: Call
    at: Asked
    """What it is answered by way of: of a form, what opened it."""
    is_form: bool = False
    """Whether it only opens a form."""


@dataclass(slots=True, kw_only=True)
class SlackPeople(People[Person, Spot]):
    """The people of a workspace."""

    town: Crowd
    sight: SlackSight
    sent: list[Sent] = field(default_factory=list)

    CANNOT: ClassVar[type[Exception]] = CannotBeDone
    # Answers that all see count towards what may be posted, so there are fewer of them.
    OFTEN: ClassVar[Mapping[str, int]] = {
        **People.OFTEN,
        "speak": 34,
        "say": 5,
        "fill_in": 5,
        "type_here": 3,
        "press": 14,
        "type_words": 2,
    }

    async def listened_to(self, timeout_s: float) -> None:
        """Wait until Halyard is connected."""
        await self.town.slack.connected(timeout_s=timeout_s)

    # --- commands, clicks and forms --------------------------------------------------------------

    async def run(
        self, person: Person, path: str, values: Mapping[str, str], where: Spot | None = None
    ) -> None:
        """Run a slash command; Slack takes none in threads."""
        call = Call(path, values)
        asked = await self._type(person, call, where or self.sight.channel())
        self.sent.append(Sent(person=person, asked=asked, call=call, at=asked))

    async def fill_in(self) -> None:
        """Run a command that lacks something, and fill in the form for it."""
        person, call = self.somebody, Call(SAY, {"session": self.sight.session()})
        asked = await self._type(person, call, self.sight.channel())
        await self._form(person, asked, call)

    async def press(self) -> None:
        """Press a button of a message in a channel or a thread."""
        person, spot = self.somebody, self.sight.place()
        seen = self.town.slack.messages(spot.channel, under=spot.root, seen_by=person)
        ours = [
            message for message in [spot.root, *seen[-PRESSED_OF:]] if message and message.is_bot
        ]
        index, key = self.chosen([_keys(message) for message in ours])
        call = Call.decode(key.call)
        require_pressable(call)
        asked = await self.town.slack.press(person, ours[index], key.name)
        if fields_of(registry.find(call.path), call.values):
            await self._form(person, asked, call)
        else:
            self.sent.append(Sent(person=person, asked=asked, call=call, at=asked))

    async def _type(self, person: Person, call: Call, where: Spot) -> Asked:
        return await self.town.slack.run(person, where.channel, f"{COMMAND} {typed(call)}")

    async def _form(self, person: Person, asked: Asked, call: Call) -> None:
        """Fill in what was to be opened, if it was and is about a task."""
        self.sent.append(Sent(person=person, asked=asked, call=call, at=asked, is_form=True))
        with suppress(TimeoutError):
            view = await asked.opened(OPENS_WITHIN_S)
            if call.path == SAY:
                text = self.sight.marked("form")
                sent = await self.town.slack.submit(person, view, {"text": text})
                full = Call(SAY, {**call.values, "text": text})
                self.sent.append(Sent(person=person, asked=sent, call=full, at=asked))

    # --- plain words -----------------------------------------------------------------------------

    async def type_here(self) -> None:
        """Type a command in the thread of a session, where there are no slash commands."""
        how = self.sight.any(("!status", "!task list", "!session show"))
        is_mention = self.rng.random() < 1 / 2
        text = how.removeprefix("!") if is_mention else how
        place = self.sight.thread()
        await self.tell(self.somebody, place, text, mark="", mention_bot=is_mention)

    async def write(
        self, person: Person, place: Spot, text: str, *, mention_bot: bool = False
    ) -> tuple[str, str]:
        """Write a message."""
        said = await self.town.slack.say(
            person, place.channel, text, under=place.root, mention_bot=mention_bot
        )
        actor = actor_of(self.town.team, person.id)
        return f"{actor}/message:{self.town.team}/{place.channel.id}/{said.ts}", place.name

    async def edit_message(self) -> None:
        """Change a message that made a task."""
        message = self.sight.message()
        await self.town.slack.edit(message, self.sight.changed(message.text))

    async def delete_message(self) -> None:
        """Delete a message that made a task."""
        await self.town.slack.delete(self.sight.message())


def _keys(message: Message) -> Sequence[Key]:
    return [Key(button["action_id"], button["value"]) for button in message.buttons]
