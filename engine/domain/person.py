"""One person with accounts on several platforms, and the code that links two of them.

The code is made with one account and said with the other, so that nobody is linked who does not
want it; whoever is linked has, on each platform, what was given to any of the accounts.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from engine.domain.errors import Conflict, NotAllowed
from engine.domain.values import ActorId, Conversation

CODE_LIFE = timedelta(minutes=10)
CODE_CHARS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""None that is read as another."""
CODE_LENGTH = 12
"""In characters: 58 bits, of which a few guesses find nothing."""
GROUP_LENGTH = 4
GUESSES_MAX = 5
GUESSES_WITHIN = timedelta(minutes=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """An actor who is linked with others: all of one person."""

    actor: ActorId
    person: ActorId
    """The account that stands for the person, the same in all of theirs."""
    place: Conversation
    """Where it was linked, and where its owner is told of what changes."""
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkCode:
    """A code that links whoever says it with whoever asked for it. The code itself is not kept."""

    digest: str
    actor: ActorId
    """Who asked for it."""
    place: Conversation
    """Where."""
    at: datetime
    used_at: datetime | None = None


def shown_code(code: str) -> str:
    """Return a code as people copy it: `ABCD-EFGH-JKMN`."""
    starts = range(0, len(code), GROUP_LENGTH)
    return "-".join(code[start : start + GROUP_LENGTH] for start in starts)


def digest_of(typed: str) -> str:
    """Return what a code is known by, however it was typed."""
    plain = "".join(char for char in typed.upper() if char.isalnum())
    return sha256(plain.encode()).hexdigest()


def require_usable(code: LinkCode | None, *, now: datetime) -> LinkCode:
    """Return the code if it can be used now.

    Raises:
        NotAllowed: there is no such code, or it was used, or its time is over.
    """
    again = "ask for a new one with `access link`, with your other account"
    if code is None:
        raise NotAllowed(f"There is no such code; look at it again, or {again}.")
    if code.used_at is not None:
        raise NotAllowed(f"This code was used already; {again}.")
    if now - code.at >= CODE_LIFE:
        raise NotAllowed(f"This code is older than {minutes(CODE_LIFE)}; {again}.")
    return code


def require_guesses(wrong: Sequence[datetime], *, now: datetime) -> None:
    """Return if an actor may still guess, who said wrong codes at these times.

    Raises:
        NotAllowed: there were too many of late; the text says when to try again.
    """
    late = [at for at in wrong if now - at < GUESSES_WITHIN]
    if len(late) >= GUESSES_MAX:
        raise NotAllowed(
            f"You have said {GUESSES_MAX} wrong codes within {minutes(GUESSES_WITHIN)}; wait"
            f" {minutes(GUESSES_WITHIN)} before you try again."
        )


def joined(maker: Sequence[ActorId], sayer: Sequence[ActorId]) -> Sequence[ActorId]:
    """Return the accounts of one person, the one that stands for them first.

    `maker` are the accounts of whoever made the code, `sayer` those of whoever said it, each with
    the one that stands for them first. Who is linked already stays who they are.

    Raises:
        Conflict: they are linked already, both belong to persons of several accounts, or two of
            them are accounts of one platform, which two people have and not one.
    """
    if not set(maker).isdisjoint(sayer):
        raise Conflict(
            "This code was made with the very account that says it, or with one that is linked with"
            " it already; say it with your account on another platform."
        )
    if len(maker) > 1 and len(sayer) > 1:
        raise Conflict(
            f"{maker[0]} and {sayer[0]} are both linked with other accounts already;"
            " `access unlink` ends that for one of them."
        )
    for actor in sayer:
        for other in maker:
            if realm_of(actor) == realm_of(other):
                raise Conflict(
                    f"{other} and {actor} are accounts of the same platform, so they are two people"
                    " and cannot be linked; `access grant` gives each what they need."
                )
    return [*maker, *sayer] if len(maker) >= len(sayer) else [*sayer, *maker]


def realm_of(actor: ActorId) -> str:
    """Return where an actor's id is given out, each person one: a platform, or a team of it."""
    return actor.rpartition(":")[0]


def minutes(span: timedelta) -> str:
    """Return a span as a part of a sentence."""
    return f"{span.total_seconds() / 60:.0f} minutes"
