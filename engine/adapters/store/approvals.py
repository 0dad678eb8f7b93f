"""Approvals in the database."""

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, func, select

from engine.adapters.store.cleaning import Cleaner, mapping_of
from engine.adapters.store.columns import Values
from engine.adapters.store.prepared import adding, by, changing, finding, table_of
from engine.adapters.store.steps import Steps
from engine.adapters.store.tables import ApprovalRow, MessageRow, RuleRow
from engine.domain.approval import Approval, ApprovalState, Choice, Rule, Scope
from engine.domain.errors import NotFound
from engine.domain.values import ApprovalId, RpcId, SessionId
from engine.ports.store import MessageKind

_APPROVAL = table_of(ApprovalRow)
_ATTEMPT = ("session", "attempt")
_IS_OPEN = _APPROVAL.c.state == ApprovalState.OPEN
_ADD = adding(ApprovalRow)
_GET = finding(ApprovalRow, "id")
_FIND = finding(ApprovalRow, "session", "number")
_SAVE = changing(ApprovalRow, "id")
_LAST = finding(ApprovalRow, "session").with_only_columns(func.max(_APPROVAL.c.number))
_OPEN = finding(ApprovalRow).where(_IS_OPEN).order_by(_APPROVAL.c.seq)
_OPEN_OF = finding(ApprovalRow, "session").where(_IS_OPEN).order_by(_APPROVAL.c.seq)
_COUNT_OPEN = finding(ApprovalRow, "session").where(_IS_OPEN).with_only_columns(func.count())
_ASKED = finding(ApprovalRow, *_ATTEMPT, "rpc_id")
_OF = finding(ApprovalRow, "session").order_by(_APPROVAL.c.seq)
_ANSWER = select(MessageRow.seq).where(
    MessageRow.session == _APPROVAL.c.session,
    MessageRow.attempt == _APPROVAL.c.attempt,
    MessageRow.rpc_id == _APPROVAL.c.rpc_id,
    MessageRow.kind == MessageKind.ANSWER,
)
_UNANSWERED = (
    finding(ApprovalRow, *_ATTEMPT).where(~_IS_OPEN, ~_ANSWER.exists()).order_by(_APPROVAL.c.seq)
)
_ADD_RULE = adding(RuleRow)
_RULES = finding(RuleRow, "session").order_by(table_of(RuleRow).c.seq)


class SqlApprovals:
    """`Approvals` on one connection."""

    def __init__(self, db: Steps, cleaner: Cleaner) -> None:
        self._db = db
        self._cleaner = cleaner

    def add(self, approval: Approval) -> None:
        self._db.execute(_ADD, self._values(approval))

    def get(self, id_: ApprovalId) -> Approval:
        row = self._db.execute(_GET, by(id=id_)).one_or_none()
        if row is None:
            raise NotFound(f"There is no approval {id_}.")
        return _approval(row)

    def find(self, session: SessionId, number: int) -> Approval | None:
        row = self._db.execute(_FIND, by(session=session, number=number)).one_or_none()
        return None if row is None else _approval(row)

    def save(self, approval: Approval) -> None:
        if not self._db.execute(_SAVE, by(self._values(approval), id=approval.id)).rowcount:
            raise NotFound(f"There is no approval {approval.id}.")

    def next_number(self, session: SessionId) -> int:
        return (self._db.scalar(_LAST, by(session=session)) or 0) + 1

    def open(self, session: SessionId | None = None) -> Sequence[Approval]:
        if session is None:
            rows = self._db.execute(_OPEN)
        else:
            rows = self._db.execute(_OPEN_OF, by(session=session))
        return [_approval(row) for row in rows]

    def count_open(self, session: SessionId) -> int:
        return self._db.scalar(_COUNT_OPEN, by(session=session)) or 0

    def asked(self, session: SessionId, attempt: int, rpc_id: RpcId) -> Approval | None:
        asked = by(session=session, attempt=attempt, rpc_id=rpc_id)
        row = self._db.execute(_ASKED, asked).first()
        return None if row is None else _approval(row)

    def unanswered(self, session: SessionId, attempt: int) -> Sequence[Approval]:
        rows = self._db.execute(_UNANSWERED, by(session=session, attempt=attempt))
        return [_approval(row) for row in rows]

    def of(self, session: SessionId) -> Sequence[Approval]:
        return [_approval(row) for row in self._db.execute(_OF, by(session=session))]

    def add_rule(self, rule: Rule) -> None:
        stored = Rule(rule.session, rule.kind, self._cleaner.text(rule.subject))
        if stored in self.rules(rule.session):
            return
        values = {"session": stored.session, "kind": stored.kind, "subject": stored.subject}
        self._db.execute(_ADD_RULE, values)

    def rules(self, session: SessionId) -> Sequence[Rule]:
        rows = self._db.execute(_RULES, by(session=session))
        return [Rule(SessionId(row.session), row.kind, row.subject) for row in rows]

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
