"""Approvals as messages."""

import json
from collections.abc import Sequence

from bot.core.call import Call
from bot.core.message import Block, Button, Buttons, Code, Fields, Message, Table, Tone, text
from bot.views.words import moment, session_of, shortened
from engine.api import Approval, ApprovalState, Json, Scope, can_be_allowed


def listed(approvals: Sequence[tuple[str, Approval]]) -> Message:
    """Approvals with their names, one a row."""
    if not approvals:
        return Message(title="No approval", blocks=(text("Nothing waits for you."),), data=[])
    rows = tuple(
        (name, a.state, a.kind, shortened(a.title), moment(a.created_at)) for name, a in approvals
    )
    return Message(
        title="Approvals",
        blocks=(Table(("approval", "state", "kind", "what", "asked"), rows),),
        data=[plain(name, approval) for name, approval in approvals],
    )


def shown(name: str, approval: Approval) -> Message:
    """All that the agent asks, so that nothing is allowed unseen."""
    facts = (
        ("What", approval.title),
        ("Kind", approval.kind),
        ("Subject", shortened(approval.subject.replace("\x1f", " "), max_chars=200)),
        ("State", approval.state),
        ("Asked", moment(approval.created_at)),
        ("Decided by", approval.decided_by or ""),
    )
    whole = json.dumps(approval.detail, indent=2, ensure_ascii=False)
    blocks: list[Block] = [Fields(tuple((key, value) for key, value in facts if value))]
    blocks.append(Code(whole))
    if approval.state is ApprovalState.OPEN:
        blocks.append(choices(name, approval))
    return Message(
        title=f"Approval {name}",
        blocks=tuple(blocks),
        data=plain(name, approval),
        session=session_of(name),
    )


def closed(name: str, approval: Approval) -> Message:
    """What a person has just decided."""
    told = "The agent is told."
    if approval.scope is Scope.SESSION:
        told = "The agent is told, and not asked again for exactly this in this session."
    return Message(
        title=f"Approval {name} is {approval.state}",
        blocks=(text(told),),
        tone=Tone.GOOD if approval.state is ApprovalState.ALLOWED else Tone.NEUTRAL,
        data=plain(name, approval),
        session=session_of(name),
    )


def choices(name: str, approval: Approval) -> Buttons:
    """The answers that there are; for the session only what can be recognised again."""
    values = {"approval": name}
    buttons = [Button("Deny", Call("approval deny", values))]
    if can_be_allowed(approval) and approval.subject:
        call = Call("approval allow", {**values, "scope": Scope.SESSION})
        buttons.insert(0, Button("Allow for the session", call))
    if can_be_allowed(approval):
        buttons.insert(0, Button("Allow once", Call("approval allow", values)))
    return Buttons(tuple(buttons))


def plain(name: str, approval: Approval) -> dict[str, Json]:
    """An approval for programs."""
    return {
        "approval": name,
        "state": approval.state,
        "title": approval.title,
        "kind": approval.kind,
        "subject": approval.subject,
        "detail": approval.detail,
        "scope": approval.scope,
        "decided_by": approval.decided_by,
        "created_at": approval.created_at.isoformat(),
        "shown_at": approval.shown_at.isoformat() if approval.shown_at else None,
    }
