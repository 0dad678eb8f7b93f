"""Persons of several accounts in the database."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, bindparam, select

from engine.adapters.store.columns import Values
from engine.adapters.store.memo import Memo
from engine.adapters.store.prepared import adding, by, changing, finding, removing, table_of
from engine.adapters.store.steps import Steps
from engine.adapters.store.tables import AccountRow, LinkCodeRow
from engine.domain.person import Account, LinkCode
from engine.domain.values import ActorId, Conversation

_ACCOUNT, _CODE = table_of(AccountRow), table_of(LinkCodeRow)
_PERSON = select(_ACCOUNT.c.person).where(_ACCOUNT.c.actor == bindparam("by_actor"))
_ACCOUNTS = (
    finding(AccountRow)
    .where(_ACCOUNT.c.person == _PERSON.scalar_subquery())
    .order_by(_ACCOUNT.c.actor != _ACCOUNT.c.person, _ACCOUNT.c.linked_at, _ACCOUNT.c.actor)
)
_ADD = adding(AccountRow)
_REMOVE = removing(AccountRow, "actor")
_FIND_CODE = finding(LinkCodeRow, "digest")
_ADD_CODE = adding(LinkCodeRow)
_SAVE_CODE = changing(LinkCodeRow, "digest")
_REMOVE_OPEN = removing(LinkCodeRow, "actor").where(_CODE.c.used_at.is_(None))


class SqlPeople:
    """`People` on one connection."""

    def __init__(self, db: Steps) -> None:
        self._db = db
        self._accounts: Memo[ActorId, Sequence[Account]] = db.memo()

    def accounts(self, actor: ActorId) -> Sequence[Account]:
        return self._accounts.recall(actor, lambda: self._found(actor))

    def save(self, account: Account) -> None:
        self.remove(account.actor)
        self._db.execute(
            _ADD,
            {
                "actor": account.actor,
                "person": account.person,
                "linked_at": account.at,
                **_place(account.place),
            },
        )

    def remove(self, actor: ActorId) -> None:
        self._accounts.forget()
        self._db.execute(_REMOVE, by(actor=actor))

    def code(self, digest: str) -> LinkCode | None:
        row = self._db.execute(_FIND_CODE, by(digest=digest)).one_or_none()
        return None if row is None else _code(row)

    def add_code(self, code: LinkCode) -> None:
        self._db.execute(_REMOVE_OPEN, by(actor=code.actor))
        self._db.execute(_ADD_CODE, _values(code))

    def save_code(self, code: LinkCode) -> None:
        self._db.execute(_SAVE_CODE, by(_values(code), digest=code.digest))

    def _found(self, actor: ActorId) -> Sequence[Account]:
        return [_account(row) for row in self._db.execute(_ACCOUNTS, by(actor=actor))]


def _place(place: Conversation) -> Values:
    return {
        "platform": place.platform,
        "space": place.space,
        "channel": place.channel,
        "thread": place.thread,
    }


def _values(code: LinkCode) -> Values:
    return {
        "digest": code.digest,
        "actor": code.actor,
        "made_at": code.at,
        "used_at": code.used_at,
        **_place(code.place),
    }


def _account(row: Row[Any]) -> Account:
    return Account(
        actor=ActorId(row.actor),
        person=ActorId(row.person),
        place=Conversation(row.platform, row.space, row.channel, row.thread),
        at=row.linked_at,
    )


def _code(row: Row[Any]) -> LinkCode:
    return LinkCode(
        digest=row.digest,
        actor=ActorId(row.actor),
        place=Conversation(row.platform, row.space, row.channel, row.thread),
        at=row.made_at,
        used_at=row.used_at,
    )
