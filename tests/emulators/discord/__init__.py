"""A Discord of our own, for the unmodified discord.py on the other side of real sockets.

    async with running_discord(limits=Limits(answer_within_s=1), seed=7) as discord:
        guild = discord.add_guild("Acme")
        channel, ann = guild.add_channel("web"), guild.add_member("ann")
        ...  # Let a bot connect to discord.api_base and discord.gateway_url with discord.token.
        asked = await discord.run(ann, channel, "session start", {"task": "fix it"})
        card = await asked.answered()
        await discord.press(ann, card, "Allow once")

What people do and see is in `people`, what goes wrong in `faults`, every number in `limits`. At the
end of the block there must be no `problems()`: no body or answer against Discord's OpenAPI or the
rules that it cannot express, no route that is not here. A `Clock` given to it moves deadlines and
windows; only heartbeats and delays of faults take real time.
`python -m tests.emulators.discord` serves it with a page to click on and an API (see `control`).
"""

from tests.emulators.discord.asked import Asked
from tests.emulators.discord.emulator import Discord, running_discord
from tests.emulators.discord.errors import CannotBeDone
from tests.emulators.discord.faults import Dropped, Limited
from tests.emulators.discord.limits import Bucket, Limits
from tests.emulators.discord.places import Channel, Guild, Member, Place, Thread
from tests.emulators.discord.routing import Recorded
from tests.emulators.discord.values import Choice, File, Message, Modal, Role
from tests.emulators.faults import (
    CutAfter,
    CutBefore,
    Doubled,
    Failed,
    FailedAfter,
    Late,
    Slow,
    SlowAnswer,
    Swapped,
)

__all__ = [
    "Asked", "Bucket", "CannotBeDone", "Channel", "Choice", "CutAfter", "CutBefore", "Discord",
    "Doubled", "Dropped", "Failed", "FailedAfter", "File", "Guild", "Late", "Limited", "Limits",
    "Member", "Message", "Modal", "Place", "Recorded", "Role", "Slow", "SlowAnswer", "Swapped",
    "Thread", "running_discord",
]  # fmt: skip
