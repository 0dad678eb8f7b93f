"""Grants in the database."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, delete, insert, select

from engine.adapters.store.tables import GrantRow
from engine.domain.access import Grant, Role
from engine.domain.values import ActorId, ProjectName, Subject

EVERYWHERE = ""


class SqlGrants:
    """`Grants` on one connection."""

    def __init__(self, db: Connection) -> None:
        self._db = db

    def add(self, grant: Grant) -> None:
        if self._db.execute(select(GrantRow.seq).where(_is(grant))).one_or_none() is not None:
            return
        self._db.execute(
            insert(GrantRow).values(
                subject=grant.subject,
                role=grant.role,
                project=grant.project or EVERYWHERE,
                granted_by=grant.by,
                granted_at=grant.at,
            )
        )

    def remove(self, grant: Grant) -> None:
        self._db.execute(delete(GrantRow).where(_is(grant)))

    def of(self, subjects: Collection[Subject]) -> Sequence[Grant]:
        query = select(GrantRow).where(GrantRow.subject.in_(subjects)).order_by(GrantRow.seq)
        return [_grant(row) for row in self._db.execute(query)]

    def all(self) -> Sequence[Grant]:
        return [_grant(row) for row in self._db.execute(select(GrantRow).order_by(GrantRow.seq))]


def _is(grant: Grant) -> ColumnElement[bool]:
    return and_(
        GrantRow.subject == grant.subject,
        GrantRow.role == grant.role,
        GrantRow.project == (grant.project or EVERYWHERE),
    )


def _grant(row: Row[Any]) -> Grant:
    return Grant(
        subject=Subject(row.subject),
        role=Role(row.role),
        project=ProjectName(row.project) if row.project else None,
        by=ActorId(row.granted_by),
        at=row.granted_at,
    )
