"""A Slack of our own, for the unmodified slack-bolt on the other side of real sockets.

    async with running_slack(limits=Limits(answer_within_s=1), seed=7) as slack:
        ann = slack.add_person("ann")
        web = slack.add_channel("web", ann)
        ...  # Let an app connect: AsyncWebClient(token=slack.bot_token, base_url=slack.api_base),
        ...  # AsyncSocketModeHandler(app, slack.app_token), or slack.use_http(url) for HTTP mode.
        asked = await slack.run(ann, web, "/hal session start project=web")
        answer = await asked.answered()
        await slack.press(ann, answer, "Allow once")

What people do and see is in `people`, what goes wrong in `faults`, every number in `limits`. At the
end of the block there must be no `problems()`: no request against the rules, no answer or delivery
that Slack's own samples do not know, no method that is not here. The books of a fault run are
`requests`, `deliveries` with their attempts and acknowledgements, `asked()` and `all_messages()`.
A `Clock` given to it moves deadlines and windows; only retries, pings and delays of faults take
real time. `python -m tests.emulators.slack` serves it with a page to click on (see `control`).
"""

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
from tests.emulators.slack.app import App
from tests.emulators.slack.asked import Asked
from tests.emulators.slack.delivery import Attempt, Delivery, Sort
from tests.emulators.slack.emulator import Slack, running_slack
from tests.emulators.slack.errors import CannotBeDone
from tests.emulators.slack.faults import Dropped, Limited, Lost, Refused
from tests.emulators.slack.limits import Limits, Rate
from tests.emulators.slack.places import Channel, Person, Usergroup
from tests.emulators.slack.routing import Recorded
from tests.emulators.slack.values import File, Message, View

__all__ = [
    "App", "Asked", "Attempt", "CannotBeDone", "Channel", "CutAfter", "CutBefore", "Delivery",
    "Doubled", "Dropped", "Failed", "FailedAfter", "File", "Late", "Limited", "Limits", "Lost",
    "Message", "Person", "Rate", "Recorded", "Refused", "Slack", "Slow", "SlowAnswer", "Sort",
    "Swapped", "Usergroup", "View", "running_slack",
]  # fmt: skip
