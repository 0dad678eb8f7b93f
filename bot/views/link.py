"""Linked accounts as messages."""

from collections.abc import Sequence

from bot.core.call import Call
from bot.core.message import Button, Buttons, Message, Mono, Person, Tone, text
from bot.views.event import Data, word
from engine.api import CODE_LIFE, ActorId, Json, minutes, words

_LIFE = minutes(CODE_LIFE)


def coded(actor: ActorId, code: str) -> Message:
    """A code that links, for whoever asked for it."""
    say = Mono(f"access link code={code}")
    return Message(
        title="Your code",
        blocks=(
            text("Say ", say, " with your account on the other platform, within ", _LIFE, "."),
            text(
                "Whoever says it becomes the same person as ",
                Mono(actor),
                ": each account may then do what the other may. Give it to nobody.",
            ),
        ),
        data={"code": code, "actor": actor},
    )


def linked(accounts: Sequence[ActorId], by: ActorId) -> Message:
    """Accounts that are one person's from now on."""
    others = [actor for actor in accounts if actor != by]
    return Message(
        title=f"{by} is linked with {words(others, last='and')}",
        blocks=(
            text("Each of these accounts may do what was given to any of them."),
            text("If it is not you who has the other account: ", Mono("access unlink"), "."),
        ),
        tone=Tone.GOOD,
        data=_plain(accounts),
    )


def known(accounts: Sequence[ActorId], by: ActorId) -> Message:
    """The accounts of who asks, who is linked already."""
    others = [actor for actor in accounts if actor != by]
    return Message(
        title=f"{by} is linked with {words(others, last='and')}",
        blocks=(
            text("To link one more account, ask for a code with that one and say it here."),
            Buttons((Button("Unlink", Call("access unlink", {})),)),
        ),
        data=_plain(accounts),
    )


def unlinked(who: ActorId, left: Sequence[ActorId]) -> Message:
    """An account that stands for itself again."""
    return Message(
        title=f"{who} is no longer linked with {words(left, last='and')}",
        blocks=(text("Each has again what was given to it, and no more."),),
        tone=Tone.GOOD,
        data=_plain([who]),
    )


def told(data: Data) -> Message:
    """What is said to an account's owner when another account changes its link: without names."""
    owner = ActorId(word(data, "actor"))
    is_new = word(data, "state") == "linked"
    what = ": the code that you asked for was said. " if is_new else ": your link has ended. "
    return Message(
        title="",
        blocks=(
            text(Person(owner), what, "If that was not you, tell an admin."),
            *((Buttons((Button("Show me", Call("access link", {})),)),) if is_new else ()),
        ),
        pings=(owner,),
        data={"actor": owner, "state": word(data, "state")},
    )


def _plain(accounts: Sequence[ActorId]) -> Json:
    return {"accounts": list(accounts)}
