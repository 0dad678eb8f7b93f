"""Decide what agents ask."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from engine.app.access import Access
from engine.app.changes import close_approval
from engine.app.desk import Desk
from engine.app.sessions import Sessions
from engine.app.tasks import split_name
from engine.domain.access import Asker
from engine.domain.approval import (
    Approval,
    ApprovalState,
    ApprovalTrigger,
    Rule,
    Scope,
    can_be_allowed,
)
from engine.domain.errors import InvalidInput, NotFound
from engine.domain.values import ApprovalId


class Approvals:
    """Everything a person can ask of approvals. One is called `<session>.<n>`."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def open(self) -> Sequence[Approval]:
        """Return what waits for any person, oldest first."""
        return self._desk.tx.approvals.open()

    def of(self, session: str) -> Sequence[Approval]:
        """Return all approvals of the session that people call `session`, oldest first."""
        return self._desk.tx.approvals.of(Sessions(self._desk).find(session).id)

    def find(self, name: str) -> Approval:
        """Return the approval that people call `name`.

        Raises:
            NotFound: there is none.
        """
        session, number = split_name(name, noun="approval")
        approval = self._desk.tx.approvals.find(Sessions(self._desk).find(session).id, number)
        if approval is None:
            raise NotFound(f"There is no approval {name}; `approval list` shows the open ones.")
        return approval

    def allow(self, name: str, scope: Scope, *, by: Asker) -> Approval:
        """Allow it; for the session, the exact same is then allowed without asking.

        Raises:
            NotAllowed: it is not theirs to decide.
            Conflict: it was closed before; the text says by whom.
            InvalidInput: the agent offers no such answer, or named nothing for a rule to be about.
        """
        approval = self._theirs(name, by)
        if not can_be_allowed(approval):
            raise InvalidInput(
                f"The agent does not offer to be allowed {name} once; it can only be denied."
            )
        if scope is Scope.SESSION and not approval.subject:
            raise InvalidInput(
                f"Approval {name} names no command, path or input, so it can only be allowed once."
            )
        closed = close_approval(
            self._desk, approval, ApprovalTrigger.ALLOW, by=by.actor, scope=scope
        )
        if scope is Scope.SESSION:
            rule = Rule(approval.session, approval.kind, approval.subject)
            self._desk.tx.approvals.add_rule(rule)
        return closed

    def deny(self, name: str, *, by: Asker) -> Approval:
        """Deny it.

        Raises:
            NotAllowed: it is not theirs to decide.
            Conflict: it was closed before; the text says by whom.
        """
        approval = self._theirs(name, by)
        return close_approval(self._desk, approval, ApprovalTrigger.DENY, by=by.actor)

    def due_at(self, approval: Approval) -> datetime:
        """Return when it is denied at the earliest, if nobody answers."""
        since = approval.shown_at or approval.created_at
        return since + timedelta(seconds=self._desk.settings.durations.approval_s)

    def shown(self, ids: Collection[ApprovalId]) -> None:
        """Note that a person could now see these; their time counts from the first such note."""
        for id_ in ids:
            approval = self._desk.tx.approvals.get(id_)
            if approval.shown_at is None and approval.state is ApprovalState.OPEN:
                self._desk.tx.approvals.save(replace(approval, shown_at=self._desk.now))

    def _theirs(self, name: str, by: Asker) -> Approval:
        approval = self.find(name)
        session = self._desk.tx.sessions.get(approval.session)
        Access(self._desk).require_decider(by, session)
        return approval
