"""What goes wrong on the way to Slack and back."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from tests.chaos_chat.storm import Storm, Trouble
from tests.chaos_slack.town import Crowd
from tests.emulators.slack import (
    CutAfter,
    CutBefore,
    Doubled,
    Dropped,
    Failed,
    FailedAfter,
    Late,
    Limited,
    Lost,
    SlowAnswer,
    Swapped,
)

CHANGES = ("chat.*", "response_url", "views.*", "reactions.*", "files.*", "upload")
READS = ("conversations.*", "usergroups.*", "auth.test", "apps.connections.open")
SILENT_S = 6.0


@dataclass(slots=True, kw_only=True)
class SlackStorm(Storm):
    """Troubles with requests, envelopes and sockets."""

    town: Crowd

    def rise(self) -> None:
        """Let a part of all requests and envelopes go wrong."""
        faults = self.town.slack.faults
        for method in CHANGES:
            faults.share(method, 0.02, CutAfter())
            faults.share(method, 0.02, FailedAfter())
            faults.share(method, 0.02, Failed())
            faults.share(method, 0.01, CutBefore())
            faults.share(method, 0.01, Limited())
            faults.share(method, 0.01, SlowAnswer(seconds=1.0))
        for method in READS:
            faults.share(method, 0.02, Failed())
            faults.share(method, 0.01, CutBefore())
            faults.share(method, 0.01, Limited())
        faults.share_deliveries("*", 0.04, Doubled())
        faults.share_deliveries("*", 0.04, Swapped())
        faults.share_deliveries("*", 0.03, Late(seconds=0.5))
        faults.share_deliveries("*", 0.004, Late(seconds=3.5))
        faults.share_deliveries("*", 0.01, Lost())
        faults.share_deliveries("*", 0.003, Dropped())

    def calm(self) -> None:
        """Let all go well from here on."""
        self.town.slack.faults.clear()

    def limit(self) -> None:
        """Refuse every second request from here on, as too many."""
        self.town.slack.faults.share("*", 0.5, Limited())

    def troubles(self) -> Sequence[Trouble]:
        """Return what may happen to the sockets."""
        sockets = self.town.slack.sockets
        return (
            sockets.drop,
            sockets.drop_one,
            sockets.disconnect,
            lambda: sockets.disconnect("warning"),
            self._swallow,
        )

    async def _swallow(self) -> None:
        """Let the sockets be black holes for a while."""
        self.town.slack.faults.is_silent = True
        await asyncio.sleep(SILENT_S)
        self.town.slack.faults.is_silent = False
