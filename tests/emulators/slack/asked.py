"""What was asked of the app by a person, and what they see of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from tests.emulators.slack.values import Json, Message, View

if TYPE_CHECKING:
    from tests.emulators.slack.delivery import Delivery
    from tests.emulators.slack.places import Channel, Person
    from tests.emulators.slack.world import World


@dataclass(slots=True, kw_only=True, eq=False)
class Interaction:
    """One command, click, form or shortcut."""

    id: str
    asker: Person
    at: datetime
    channel: Channel | None
    """None in a modal or the App Home."""
    about: Message | None = None
    """The message that was clicked on."""
    trigger_id: str = ""
    trigger_used: bool = False
    response_uses: int = 0
    """How often its response address was used."""
    delivery: Delivery | None = None
    answer_keys: list[tuple[str, str]] = field(default_factory=list)
    """Channel and ts of what was answered by the acknowledgement or the response address."""
    view_id: str | None = None
    """Of the view that it opened or pushed."""
    submitted: View | None = None
    """The form that was sent."""
    offered: list[Json] | None = None
    """The options that the app gave a menu; None while it gave none."""
    form_errors: dict[str, str] = field(default_factory=dict)
    """What the app found wrong with it, by block id."""


class Asked:
    """One command, click or form, and what became of it so far."""

    def __init__(self, world: World, interaction: Interaction) -> None:
        self._world = world
        self.interaction = interaction

    @property
    def id(self) -> str:
        return self.interaction.id

    @property
    def delivery(self) -> Delivery:
        """How it travelled to the app."""
        delivery = self.interaction.delivery
        assert delivery is not None
        return delivery

    @property
    def acknowledged(self) -> bool:
        """Whether it was acknowledged in time."""
        return self.delivery.is_acked

    @property
    def acknowledged_after_s(self) -> float:
        """How long the acknowledgement took.

        Raises:
            LookupError: there was none.
        """
        if self.delivery.acked_at is None:
            raise LookupError("It was not acknowledged.")
        return (self.delivery.acked_at - self.delivery.at).total_seconds()

    @property
    def has_failed(self) -> bool:
        """Whether the person is told that the app did not respond."""
        return self.delivery.has_failed

    @property
    def form_errors(self) -> dict[str, str]:
        """What the app found wrong with a form, by block id."""
        return self.interaction.form_errors

    @property
    def view(self) -> View | None:
        """The form that was opened, as it is now; None if it is closed again."""
        wanted = self.interaction.view_id
        return next((view for view in self._world.views() if view.id == wanted), None)

    @property
    def offered(self) -> list[Json] | None:
        """The options that the app gave a menu; None while it gave none."""
        return self.interaction.offered

    @property
    def answers(self) -> tuple[Message, ...]:
        """What it was answered with, as it is now; a post of the bot is no answer by this way."""
        found = [
            self._world.channels[channel_id].messages.get(ts)
            for channel_id, ts in self.interaction.answer_keys
        ]
        return tuple(message for message in found if message is not None)

    async def settled(self, timeout_s: float = 10) -> None:
        """Wait until it was acknowledged, or failed.

        Raises:
            TimeoutError: neither within `timeout_s`.
        """
        await self._world.changes.until(lambda: self.acknowledged or self.has_failed, timeout_s)

    async def answered(self, timeout_s: float = 10) -> Message:
        """Wait for the first answer, and return it.

        Raises:
            TimeoutError: there was none within `timeout_s`.
        """
        return (await self._world.changes.until(lambda: self.answers, timeout_s))[0]

    async def opened(self, timeout_s: float = 10) -> View:
        """Wait for the form that it opens, and return it.

        Raises:
            TimeoutError: there was none within `timeout_s`.
        """
        view = await self._world.changes.until(lambda: self.view, timeout_s)
        assert view is not None
        return view
