"""Plain messages: what is said in a session's thread, to us, or with a `!` before it."""

from dataclasses import dataclass, field, replace
from typing import Protocol

from bot.core.answer import Outcome
from bot.core.call import Call
from bot.core.option import Attachment
from bot.core.registry import Registry
from bot.dispatch import Elsewhere, Heard, nowhere
from bot.hearing.asking import Asking
from bot.hearing.cursors import Cursors
from bot.hearing.downloads import Downloads, safe_name
from bot.hearing.hearing import Hearing
from bot.hearing.origin import of_message
from bot.hearing.overtaken import Overtaken
from bot.hearing.talk import Reading, Words, deleted, edited, read_words
from bot.hearing.turns import Turns
from bot.hearing.utterance import Mark, Utterance, heard_as
from bot.hearing.work import Work
from engine.api import ActorId, Engine, GroupId, InvalidInput, Unavailable, UseCases


class Company(Protocol):
    """The people of a platform, as far as what they say is concerned."""

    @property
    def platform(self) -> str:
        """Its name in conversations."""
        ...

    async def groups(self, actor: ActorId, space: str) -> frozenset[GroupId]:
        """Return the groups that somebody is in now; none of who has left.

        Raises:
            Unavailable: the platform did not tell.
        """
        ...

    async def sign(self, mark: Mark) -> None:
        """Show that a message was taken; where that cannot be shown, nothing else changes."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Messages:
    """Turns messages into calls, once each, however often they are told or read."""

    engine: Engine
    registry: Registry
    hearing: Hearing
    asking: Asking
    downloads: Downloads
    company: Company
    cursors: Cursors
    turns: Turns
    work: Work
    elsewhere: Elsewhere = nowhere
    _overtaken: Overtaken = field(default_factory=Overtaken)

    async def hear(self, told: Utterance) -> None:
        """Do what a message asks for, unless that was done or it is deleted by now.

        Raises:
            Unavailable: the platform did not tell who asks; it is to be heard again.
        """
        async with self.turns.of(told.mark.conversation):
            said = self._overtaken.newest(told)
            if said is None:
                return
            heard, reading = await self._read(said) or (None, None)
            if heard is None or reading is None:
                return
            outcome = await self.hearing.listen(heard, said.said_at)
        if outcome is Outcome.DONE and not reading.is_typed:
            self.work.begin(self.company.sign, said.mark)

    async def change(self, said: Utterance) -> None:
        """Change the task that a message made, as long as it was not sent."""
        if not said.edit:
            return
        async with self.turns.of(said.mark.conversation):
            is_heard, call = await self.engine.read(lambda use: self._edited(use, said))
            if not is_heard:
                self._overtaken.note(said.mark, said)
            if call is not None:
                await self._retell(said, call)

    async def drop(self, mark: Mark) -> None:
        """Drop the task that a deleted message made, as long as it was not sent."""

        def find(use: UseCases) -> tuple[ActorId, Call] | None:
            for actor in {task.actor for task in use.tasks.queued() if self._is_here(task.actor)}:
                call = deleted(use, mark.key_by(actor))
                if call is not None:
                    return actor, call
            return None

        async with self.turns.of(mark.conversation):
            self._overtaken.note(mark, None)
            found = await self.engine.read(find)
            if found is not None:
                actor, call = found
                # Who deleted it is not told: whoever may delete may drop what they deleted.
                heard = heard_as(f"delete:{mark.key}", actor, mark.conversation, call)
                groups = await self.company.groups(actor, mark.conversation.space)
                elsewhere = await self.elsewhere(actor)
                origin = of_message(mark, is_typed=False)
                whole = replace(heard, groups=groups, elsewhere=elsewhere, origin=origin)
                await self.hearing.listen(whole)

    async def _read(self, said: Utterance) -> tuple[Heard, Reading] | None:
        """Return what a message asks for; none if nothing, or if it was done."""
        reading = await self.engine.read(lambda use: self._fresh(use, said))
        if reading is None:
            return None
        mark = said.mark
        await self.cursors.begin(mark.conversation, mark.id)
        heard = replace(
            heard_as(f"message:{mark.key}", said.actor, mark.conversation, reading.call),
            failed=reading.failed,
            groups=await self._groups(said),
            elsewhere=await self.elsewhere(said.actor),
            origin=of_message(mark, is_typed=reading.is_typed, speaker=said.speaker),
        )
        if not said.uploads or await self.asking.refusal(heard) is not None:
            return heard, reading
        return await self._with_files(heard, said) or (heard, reading)

    def _fresh(self, use: UseCases, said: Utterance) -> Reading | None:
        received = use.said.find(said.key)
        if received is not None and received.answer is not None:
            return None
        return read_words(use, self.registry, _words(said))

    def _edited(self, use: UseCases, said: Utterance) -> tuple[bool, Call | None]:
        """Return whether a message was heard, and what its new words ask for."""
        is_heard = use.said.find(said.key) is not None
        return is_heard, edited(use, self.registry, said.key, _words(said))

    async def _with_files(self, heard: Heard, said: Utterance) -> tuple[Heard, Reading] | None:
        try:
            files = [
                Attachment(await self.downloads.fetch(upload.url), safe_name(upload.name))
                for upload in said.uploads
            ]
        except (InvalidInput, Unavailable) as error:
            failed = InvalidInput(str(error))
            return replace(heard, failed=failed), Reading(call=heard.call, failed=failed)
        full = replace(_words(said), files=tuple(files))
        reading = await self.engine.read(lambda use: read_words(use, self.registry, full))
        return (
            (replace(heard, call=reading.call, failed=reading.failed), reading) if reading else None
        )

    async def _retell(self, said: Utterance, call: Call) -> None:
        mark = said.mark
        heard = replace(
            heard_as(f"edit:{mark.key}:{said.edit}", said.actor, mark.conversation, call),
            groups=await self._groups(said),
            elsewhere=await self.elsewhere(said.actor),
            origin=of_message(mark, is_typed=False, speaker=said.speaker),
        )
        await self.hearing.listen(heard)

    async def _groups(self, said: Utterance) -> frozenset[GroupId]:
        if said.groups is not None:
            return said.groups
        return await self.company.groups(said.actor, said.mark.conversation.space)

    def _is_here(self, actor: ActorId) -> bool:
        return actor.startswith(f"{self.company.platform}:")


def _words(said: Utterance) -> Words:
    return Words(
        text=said.text, conversation=said.mark.conversation, is_mentioned=said.is_mentioned
    )
