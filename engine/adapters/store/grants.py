"""Grants in the database."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Row, bindparam

from engine.adapters.store.columns import Values
from engine.adapters.store.memo import Memo
from engine.adapters.store.prepared import adding, by, finding, removing, table_of
from engine.adapters.store.steps import Steps
from engine.adapters.store.tables import GrantRow
from engine.domain.access import Grant, Role
from engine.domain.values import ActorId, ProjectName, Subject

EVERYWHERE = ""
_GRANT = table_of(GrantRow)
_KEY = ("subject", "role", "project")
_ADD = adding(GrantRow)
_FIND = finding(GrantRow, *_KEY)
_REMOVE = removing(GrantRow, *_KEY)
_ALL = finding(GrantRow).order_by(_GRANT.c.seq)
_OF = _ALL.where(_GRANT.c.subject.in_(bindparam("subjects", expanding=True)))


class SqlGrants:
    """`Grants` on one connection."""

    def __init__(self, db: Steps) -> None:
        self._db = db
        self._of: Memo[frozenset[Subject], Sequence[Grant]] = db.memo()

    def add(self, grant: Grant) -> None:
        if self._db.execute(_FIND, _is(grant)).one_or_none() is not None:
            return
        self._of.forget()
        self._db.execute(
            _ADD,
            {
                "subject": grant.subject,
                "role": grant.role,
                "project": grant.project or EVERYWHERE,
                "granted_by": grant.by,
                "granted_at": grant.at,
            },
        )

    def remove(self, grant: Grant) -> None:
        self._of.forget()
        self._db.execute(_REMOVE, _is(grant))

    def of(self, subjects: Collection[Subject]) -> Sequence[Grant]:
        return self._of.recall(frozenset(subjects), lambda: self._found(subjects))

    def all(self) -> Sequence[Grant]:
        return [_grant(row) for row in self._db.execute(_ALL)]

    def _found(self, subjects: Collection[Subject]) -> Sequence[Grant]:
        return [_grant(row) for row in self._db.execute(_OF, {"subjects": list(subjects)})]


def _is(grant: Grant) -> Values:
    return by(subject=grant.subject, role=grant.role, project=grant.project or EVERYWHERE)


def _grant(row: Row[Any]) -> Grant:
    return Grant(
        subject=Subject(row.subject),
        role=Role(row.role),
        project=ProjectName(row.project) if row.project else None,
        by=ActorId(row.granted_by),
        at=row.granted_at,
    )
