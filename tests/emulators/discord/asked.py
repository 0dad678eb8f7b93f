"""What a person sees of what they asked."""

from __future__ import annotations

from tests.emulators.discord.interactions import (
    DEFERRED,
    MESSAGE,
    UPDATE,
    Interaction,
)
from tests.emulators.discord.values import Choice, Message, Modal
from tests.emulators.discord.world import World

WITH_MESSAGE = {MESSAGE, DEFERRED, UPDATE}


class Asked:
    """One command, click or form, and its answers so far."""

    def __init__(self, world: World, interaction: Interaction) -> None:
        self._world = world
        self.interaction = interaction

    @property
    def id(self) -> int:
        return self.interaction.id

    @property
    def acknowledged(self) -> bool:
        """Whether it was answered at all, be it only with "thinking"."""
        return self.interaction.callback is not None

    @property
    def acknowledged_after_s(self) -> float:
        """How long the first answer took.

        Raises:
            LookupError: there is none.
        """
        if self.interaction.answered_at is None:
            raise LookupError("It was not acknowledged.")
        return (self.interaction.answered_at - self.interaction.at).total_seconds()

    @property
    def has_failed(self) -> bool:
        """Whether it was not answered in time: "The application did not respond"."""
        return not self.acknowledged and self._world.now() > self.interaction.deadline

    @property
    def is_ephemeral(self) -> bool:
        """Whether only the one who asked sees the first answer."""
        return self.interaction.is_ephemeral

    @property
    def is_loading(self) -> bool:
        """Whether the bot is still thinking."""
        return self.interaction.is_waiting

    @property
    def modal(self) -> Modal | None:
        """The form that was opened."""
        return self.interaction.modal

    @property
    def choices(self) -> tuple[Choice, ...] | None:
        """What autocomplete offers."""
        return self.interaction.choices

    @property
    def answers(self) -> tuple[Message, ...]:
        """The first answer, unless it only says "thinking"; then the follow-ups, as they are."""
        asked = self.interaction
        first = [asked.original_id] if asked.callback in WITH_MESSAGE else []
        messages = asked.place.messages
        shown = [messages.get(id_) for id_ in (*first, *asked.follow_up_ids) if id_ is not None]
        return tuple(message for message in shown if message and not message.loading)

    async def settled(self, timeout_s: float = 10) -> None:
        """Wait until it was acknowledged, or failed.

        Raises:
            TimeoutError: neither within `timeout_s`.
        """
        await self._world.changes.until(lambda: self.acknowledged or self.has_failed, timeout_s)

    async def answered(self, timeout_s: float = 10) -> Message:
        """Wait for the first answer that says something, and return it.

        Raises:
            TimeoutError: there was none within `timeout_s`.
        """
        return (await self._world.changes.until(lambda: self.answers, timeout_s))[0]

    async def opened(self, timeout_s: float = 10) -> Modal:
        """Wait for the form that it opens, and return it.

        Raises:
            TimeoutError: there was none within `timeout_s`.
        """
        modal = await self._world.changes.until(lambda: self.modal, timeout_s)
        assert modal is not None
        return modal

    async def offered(self, timeout_s: float = 10) -> tuple[Choice, ...]:
        """Wait for the choices of autocomplete, and return them.

        Raises:
            TimeoutError: there were none within `timeout_s`.
        """
        await self._world.changes.until(lambda: self.choices is not None, timeout_s)
        return self.choices or ()
