"""What goes wrong on the way to Discord and back."""

from collections.abc import Sequence
from dataclasses import dataclass

from tests.chaos_chat.storm import Storm, Trouble
from tests.chaos_discord.town import Crowd
from tests.emulators.discord import (
    CutAfter,
    CutBefore,
    Doubled,
    Dropped,
    Failed,
    FailedAfter,
    Late,
    Limited,
    SlowAnswer,
    Swapped,
)

CHANGES = ("POST *", "PATCH *", "PUT *", "DELETE *")


@dataclass(slots=True, kw_only=True)
class DiscordStorm(Storm):
    """Troubles with requests, events and the gateway."""

    town: Crowd

    def rise(self) -> None:
        """Let a part of all requests and events go wrong."""
        faults = self.town.discord.faults
        for route in CHANGES:
            faults.share(route, 0.02, CutAfter())
            faults.share(route, 0.02, FailedAfter())
            faults.share(route, 0.02, Failed())
            faults.share(route, 0.01, CutBefore())
            faults.share(route, 0.01, Limited())
            faults.share(route, 0.01, SlowAnswer(seconds=1.0))
        faults.share("GET *", 0.02, Failed())
        faults.share("GET *", 0.01, CutBefore())
        for event in ("MESSAGE_*", "INTERACTION_CREATE"):
            faults.share_events(event, 0.04, Doubled())
            faults.share_events(event, 0.04, Swapped())
            faults.share_events(event, 0.03, Late(seconds=0.5))
            faults.share_events(event, 0.004, Late(seconds=3.5))
            faults.share_events(event, 0.003, Dropped())

    def calm(self) -> None:
        """Let all go well from here on."""
        self.town.discord.faults.clear()

    def limit(self) -> None:
        """Refuse every second request from here on, as too many."""
        self.town.discord.faults.share("*", 0.5, Limited(retry_after_s=0.2))

    def troubles(self) -> Sequence[Trouble]:
        """Return what may happen to the gateway."""
        gateway = self.town.discord.gateway
        return (
            gateway.drop,
            gateway.reconnect,
            lambda: gateway.invalidate(resumable=True),
            lambda: gateway.invalidate(resumable=False),
        )
