"""`halyard follow NAME`: the live stream of a session."""

from bot.console.follow import Follower
from bot.console.terminal import out
from bot.web.client import Client, Live
from engine.api import Event, EventNumber


def follow(client: Client, session: str) -> int:
    """Print a session's events from its start, and as they come, until it has ended."""
    follower = Follower(out(), session)
    is_live = False
    try:
        for told in client.events(EventNumber(0), session=session):
            match told:
                case Event():
                    follower.feed(told)
                case Live():
                    is_live = True
            # A session that was restarted has ended before, in what is told first.
            if is_live and follower.is_over:
                break
    finally:
        follower.end()
    return 0
