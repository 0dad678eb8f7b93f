"""Approvals in the database."""

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, update

from engine.adapters.store.cleaning import Cleaner, mapping_of
from engine.adapters.store.columns import Values
from engine.adapters.store.tables import ApprovalRow, MessageRow, RuleRow
from engine.domain.approval import Approval, ApprovalState, Choice, Rule, Scope
from engine.domain.errors import NotFound
from engine.domain.values import ApprovalId, RpcId, SessionId
from engine.ports.store import MessageKind


class SqlApprovals:
    """`Approvals` on one connection."""

    def __init__(self, db: Connection, cleaner: Cleaner) -> None:
        self._db = db
        self._cleaner = cleaner

    def add(self, approval: Approval) -> None:
        self._db.execute(insert(ApprovalRow).values(self._values(approval)))

    def get(self, id_: ApprovalId) -> Approval:
        row = self._db.execute(select(ApprovalRow).where(ApprovalRow.id == id_)).one_or_none()
        if row is None:
            raise NotFound(f"There is no approval {id_}.")
        return _approval(row)

    def find(self, session: SessionId, number: int) -> Approval | None:
        query = select(ApprovalRow).where(
            ApprovalRow.session == session, ApprovalRow.number == number
        )
        row = self._db.execute(query).one_or_none()
        return None if row is None else _approval(row)

    def save(self, approval: Approval) -> None:
        change = update(ApprovalRow).where(ApprovalRow.id == approval.id)
        if not self._db.execute(change.values(self._values(approval))).rowcount:
            raise NotFound(f"There is no approval {approval.id}.")

    def next_number(self, session: SessionId) -> int:
        query = select(func.max(ApprovalRow.number)).where(ApprovalRow.session == session)
        return (self._db.scalar(query) or 0) + 1

    def open(self, session: SessionId | None = None) -> Sequence[Approval]:
        query = select(ApprovalRow).where(ApprovalRow.state == ApprovalState.OPEN)
        if session is not None:
            query = query.where(ApprovalRow.session == session)
        return [_approval(row) for row in self._db.execute(query.order_by(ApprovalRow.seq))]

    def count_open(self, session: SessionId) -> int:
        query = select(func.count()).where(
            ApprovalRow.session == session, ApprovalRow.state == ApprovalState.OPEN
        )
        return self._db.scalar(query) or 0

    def asked(self, session: SessionId, attempt: int, rpc_id: RpcId) -> Approval | None:
        query = select(ApprovalRow).where(
            ApprovalRow.session == session,
            ApprovalRow.attempt == attempt,
            ApprovalRow.rpc_id == rpc_id,
        )
        row = self._db.execute(query).first()
        return None if row is None else _approval(row)

    def unanswered(self, session: SessionId, attempt: int) -> Sequence[Approval]:
        answer = select(MessageRow.seq).where(
            MessageRow.session == ApprovalRow.session,
            MessageRow.attempt == ApprovalRow.attempt,
            MessageRow.rpc_id == ApprovalRow.rpc_id,
            MessageRow.kind == MessageKind.ANSWER,
        )
        query = select(ApprovalRow).where(
            ApprovalRow.session == session,
            ApprovalRow.attempt == attempt,
            ApprovalRow.state != ApprovalState.OPEN,
            ~answer.exists(),
        )
        return [_approval(row) for row in self._db.execute(query.order_by(ApprovalRow.seq))]

    def of(self, session: SessionId) -> Sequence[Approval]:
        query = select(ApprovalRow).where(ApprovalRow.session == session).order_by(ApprovalRow.seq)
        return [_approval(row) for row in self._db.execute(query)]

    def add_rule(self, rule: Rule) -> None:
        stored = Rule(rule.session, rule.kind, self._cleaner.text(rule.subject))
        if stored in self.rules(rule.session):
            return
        self._db.execute(
            insert(RuleRow).values(session=stored.session, kind=stored.kind, subject=stored.subject)
        )

    def rules(self, session: SessionId) -> Sequence[Rule]:
        query = select(RuleRow).where(RuleRow.session == session).order_by(RuleRow.seq)
        return [
            Rule(SessionId(row.session), row.kind, row.subject) for row in self._db.execute(query)
        ]

    def _values(self, approval: Approval) -> Values:
        return {
            "id": approval.id,
            "session": approval.session,
            "attempt": approval.attempt,
            "rpc_id": approval.rpc_id,
            "task": approval.task,
            "number": approval.number,
            "title": self._cleaner.text(approval.title),
            "kind": self._cleaner.text(approval.kind),
            "subject": self._cleaner.text(approval.subject),
            "detail": self._cleaner.json(approval.detail),
            "choices": json.dumps([self._choice(choice) for choice in self._lasting(approval)]),
            "created_at": approval.created_at,
            "state": approval.state,
            "shown_at": approval.shown_at,
            "decided_at": approval.decided_at,
            "decided_by": approval.decided_by,
            "scope": approval.scope,
        }

    def _lasting(self, approval: Approval) -> Sequence[Choice]:
        """Return the choices that can be stored to the letter, as the agent must know its ids."""
        return [choice for choice in approval.choices if self._cleaner.text(choice.id) == choice.id]

    def _choice(self, choice: Choice) -> Sequence[str]:
        return choice.id, self._cleaner.text(choice.kind), self._cleaner.text(choice.name)


def _approval(row: Row[Any]) -> Approval:
    return Approval(
        id=ApprovalId(row.id),
        session=SessionId(row.session),
        attempt=row.attempt,
        rpc_id=RpcId(row.rpc_id),
        task=row.task,
        number=row.number,
        title=row.title,
        kind=row.kind,
        subject=row.subject,
        detail=mapping_of(row.detail),
        choices=tuple(Choice(*choice) for choice in json.loads(row.choices)),
        created_at=row.created_at,
        state=ApprovalState(row.state),
        shown_at=row.shown_at,
        decided_at=row.decided_at,
        decided_by=row.decided_by,
        scope=Scope(row.scope),
    )
