"""How people do on Discord what they do everywhere."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from bot.core.call import Call
from tests.chaos_chat.people import PRESSED_OF, Key, People, require_pressable
from tests.chaos_discord.sight import DiscordSight
from tests.chaos_discord.town import Crowd
from tests.emulators.discord import Asked, CannotBeDone, Member, Message, Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A command or a click, and what the platform knows of it."""

    member: Member
    asked: Asked
    path: str
    values: Mapping[str, str]


@dataclass(slots=True, kw_only=True)
class DiscordPeople(People[Member, Place]):
    """The members of a server."""

    town: Crowd
    sight: DiscordSight
    sent: list[Sent] = field(default_factory=list)

    CANNOT: ClassVar[type[Exception]] = CannotBeDone

    async def listened_to(self, timeout_s: float) -> None:
        """Wait until Halyard is connected."""
        await self.town.discord.connected(timeout_s)

    async def run(
        self, person: Member, path: str, values: Mapping[str, str], where: Place | None = None
    ) -> None:
        """Run a slash command, in a channel or a thread."""
        asked = await self.town.discord.run(person, where or self.sight.place(), path, values)
        self._sent(person, asked, Call(path, values))

    async def press(self) -> None:
        """Press a button of a message in a channel or a thread."""
        member = self.somebody
        seen = self.town.discord.messages(self.sight.place(), seen_by=member)[-PRESSED_OF:]
        ours = [message for message in seen if message.author.is_bot]
        index, key = self.chosen([_keys(message) for message in ours])
        call = Call.decode(key.call)
        require_pressable(call)
        asked = await self.town.discord.press(member, ours[index], key.name)
        self._sent(member, asked, call)

    async def write(
        self, person: Member, place: Place, text: str, *, mention_bot: bool = False
    ) -> tuple[str, str]:
        """Write a message."""
        message = await self.town.discord.say(person, place, text, mention_bot=mention_bot)
        return f"discord:{person.id}/message:{message.id}", str(place.id)

    async def edit_message(self) -> None:
        """Change a message that made a task."""
        message = self.sight.message()
        await self.town.discord.edit(message, self.sight.changed(message.content))

    async def delete_message(self) -> None:
        """Delete a message that made a task."""
        await self.town.discord.delete(self.sight.message())

    def _sent(self, member: Member, asked: Asked, call: Call) -> None:
        self.sent.append(Sent(member=member, asked=asked, path=call.path, values=call.values))


def _keys(message: Message) -> Sequence[Key]:
    return [Key(button["label"], button["custom_id"]) for button in message.buttons]
