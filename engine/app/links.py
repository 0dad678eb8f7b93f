"""Link the accounts of one person, by a code that is made with one and said with another."""

import secrets
from collections.abc import Sequence
from dataclasses import asdict, replace

from engine.app.access import Access
from engine.app.desk import Desk
from engine.domain.access import Asker
from engine.domain.errors import Conflict, NotAllowed
from engine.domain.event import EventKind, NewEvent
from engine.domain.person import (
    CODE_CHARS,
    CODE_LENGTH,
    GUESSES_WITHIN,
    Account,
    LinkCode,
    digest_of,
    joined,
    require_guesses,
    require_usable,
    shown_code,
)
from engine.domain.values import ActorId, Conversation, Json
from engine.ports.talk import Received

LINK, CODE = "access link", "code"
"""The command that a code is said with, and its option: under these, guesses are kept."""


class Links:
    """Everything a person can ask of their accounts."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def accounts(self, actor: ActorId) -> Sequence[ActorId]:
        """Return the accounts of an actor's person, the one that stands for them first."""
        return [one.actor for one in self._desk.tx.people.accounts(actor)] or [actor]

    def on(self, platform: str, actor: ActorId) -> ActorId:
        """Return the account that an actor's person has on a platform, if it is known."""
        prefix = f"{platform}:"
        if actor.startswith(prefix):
            return actor
        return next((one for one in self.accounts(actor) if one.startswith(prefix)), actor)

    def new_code(self, asker: Asker, place: Conversation) -> str:
        """Return a code that links the asker's account with the one that says it, once.

        It takes the place of one that the asker has not used. Only its digest is stored.

        Raises:
            Conflict: the account is linked already.
        """
        if len(self.accounts(asker.actor)) > 1:
            raise Conflict(f"{asker.actor} is linked already; `access unlink` ends that.")
        code = "".join(secrets.choice(CODE_CHARS) for _ in range(CODE_LENGTH))
        self._desk.tx.people.add_code(
            LinkCode(digest=digest_of(code), actor=asker.actor, place=place, at=self._desk.now)
        )
        return shown_code(code)

    def link(self, code: str, place: Conversation, *, by: Asker) -> Sequence[ActorId]:
        """Link the account that says a code with the one that made it; return all that are linked.

        Raises:
            NotAllowed: it is no code that can be used now, or too many wrong ones were said.
            Conflict: these two cannot be linked.
        """
        tx, now = self._desk.tx, self._desk.now
        require_guesses([one.received_at for one in self._wrong(by)], now=now)
        found = require_usable(tx.people.code(digest_of(code)), now=now)
        maker = tx.people.accounts(found.actor) or [self._alone(found.actor, found.place)]
        sayer = tx.people.accounts(by.actor) or [self._alone(by.actor, place)]
        accounts = {one.actor: one for one in (*maker, *sayer)}
        order = joined([one.actor for one in maker], [one.actor for one in sayer])
        tx.people.save_code(replace(found, used_at=now))
        self._keep([accounts[actor] for actor in order])
        self._tell(accounts[found.actor], by.actor, "linked", by=by.actor)
        self._tell(accounts[by.actor], found.actor, "linked", by=by.actor)
        return order

    def unlink(self, who: ActorId, *, by: Asker) -> Sequence[ActorId]:
        """Let an account stand for itself again; return those that it was linked with.

        Whoever it was linked with has no more what was given to it, and the other way round.

        Raises:
            NotAllowed: it is neither the asker's own nor are they an admin everywhere.
            Conflict: it is not linked.
        """
        if who not in self.accounts(by.actor) and not Access(self._desk).rights(by).is_admin(None):
            raise NotAllowed(f"Only {who}, or an admin everywhere, can unlink {who}.")
        accounts = self._desk.tx.people.accounts(who)
        if not accounts:
            raise Conflict(f"{who} is linked with no other account.")
        left = [one for one in accounts if one.actor != who]
        for one in accounts:
            self._desk.tx.people.remove(one.actor)
        if len(left) > 1:
            self._keep(left)
        names = [one.actor for one in left]
        for one in accounts:
            others = ", ".join(names) if one.actor == who else who
            self._tell(one, others, "unlinked", by=by.actor)
        return names

    def _wrong(self, by: Asker) -> Sequence[Received]:
        since = self._desk.now - GUESSES_WITHIN
        refused = self._desk.tx.inbox.refused(by.actor, since)
        return [one for one in refused if one.path == LINK and CODE in one.values]

    def _alone(self, actor: ActorId, place: Conversation) -> Account:
        return Account(actor=actor, person=actor, place=place, at=self._desk.now)

    def _keep(self, accounts: Sequence[Account]) -> None:
        """Store these as the accounts of one person; the first one stands for them."""
        for account in accounts:
            self._desk.tx.people.save(replace(account, person=accounts[0].actor))

    def _tell(self, account: Account, others: str, state: str, *, by: ActorId) -> None:
        data: dict[str, Json] = {
            "actor": account.actor,
            "others": others,
            "conversation": asdict(account.place),
            "state": state,
            "by": by,
        }
        self._desk.tx.events.append(NewEvent(kind=EventKind.LINK, at=self._desk.now, data=data))
