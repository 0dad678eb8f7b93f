"""Shared sessions as messages."""

from bot.core.message import Message, Mono, Person, Span, Text, Tone, text
from bot.views.event import Data, word
from bot.views.session import plain
from bot.views.words import shortened
from engine.api import ActorId, Mirror, Session, channel_at

QUOTE_MAX_CHARS = 300
NAME_MAX_CHARS = 60
PLATFORMS = {"local": "the local API"}
"""What a platform is called, where that is not its name with a capital letter."""


def shared(session: Session, mirror: Mirror) -> Message:
    """A session that is followed in one more channel from now on."""
    channel = channel_at(mirror.conversation).name
    return Message(
        title=f"Session {session.name} is shared with {channel}",
        blocks=(
            text("It opens a thread there, and what is said in that reaches the session."),
            text("To end that: ", Mono(f"session unshare {session.name} from={channel}"), "."),
        ),
        tone=Tone.GOOD,
        data={"session": session.name, "channel": channel, "state": "shared"},
        session=session.name,
    )


def unshared(session: Session, mirror: Mirror) -> Message:
    """A session that is followed in a channel no more."""
    channel = channel_at(mirror.conversation).name
    return Message(
        title=f"Session {session.name} is no longer shared with {channel}",
        blocks=(text("What was said there stays; nothing that comes is told there."),),
        tone=Tone.GOOD,
        data={"session": session.name, "channel": channel, "state": "unshared"},
        session=session.name,
    )


def told(session: Session, data: Data) -> Message:
    """What a thread hears when others begin, or cease, to follow the same session."""
    by, channel = ActorId(word(data, "by")), word(data, "channel")
    is_new = word(data, "state") == "shared"
    does = " shared this session with " if is_new else " ended the sharing of this session with "
    return Message(
        title="",
        blocks=(text(Person(by), does, Mono(channel), "."),),
        data={key: word(data, key) for key in ("channel", "by", "state")},
        session=session.name,
    )


def said(session: Session, data: Data) -> Message:
    """What somebody said to the session elsewhere, so that all know what the agent answers to."""
    platform = word(data, "place").partition(":")[0]
    quote = shortened(" ".join(word(data, "text").split()), max_chars=QUOTE_MAX_CHARS)
    verb = "changed it to" if data.get("edited") else "said"
    return Message(
        title="",
        blocks=(text(_speaker(data), f" on {platform_name(platform)} {verb}: “{quote}”"),),
        data={"actor": word(data, "actor"), "platform": platform, "text": word(data, "text")},
        session=session.name,
    )


def ended(session: Session) -> Message:
    """The live card of a mirror that was ended."""
    return Message(
        title=f"{session.name} is no longer followed here",
        blocks=(NO_LONGER,),
        data=plain(session),
        session=session.name,
    )


NO_LONGER: Text = text("It is no longer followed here, and what is said here does not reach it.")


def origin_of(session: Session, mirror: Mirror) -> tuple[Text, ...]:
    """Say in a mirror where its session comes from, or that it is over there."""
    if mirror.ended_at is not None:
        return (NO_LONGER,)
    place = session.conversation
    where: Span = Mono(channel_at(place).name)
    if not place.space:
        where = platform_name(place.platform)
    return (text("Shared from ", where, " by ", Person(mirror.by), "."),)


def platform_name(platform: str) -> str:
    """Return what people call a platform."""
    return PLATFORMS.get(platform, platform.capitalize())


def _speaker(data: Data) -> Span:
    """Return what the speaker is called there: a mention would not do on another platform."""
    name = " ".join(word(data, "speaker").split())
    if name:
        return shortened(name, max_chars=NAME_MAX_CHARS)
    return Person(ActorId(word(data, "actor")))
