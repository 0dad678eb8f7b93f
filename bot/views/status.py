"""The whole installation at a glance: what needs a person comes first."""

from bot.core.call import Call
from bot.core.message import Block, Button, Buttons, Message, Mono, Table, Tone, text
from bot.views.approval import choices
from bot.views.approval import plain as plain_approval
from bot.views.host import plain as plain_host
from bot.views.host import table as host_table
from bot.views.session import plain_view, state_of
from bot.views.task import plain as plain_task
from bot.views.task import resolving
from bot.views.words import moment, session_of, shortened
from engine.api import Overview, SessionView

SHOWN_IN_FULL = 5
"""Approvals and unknown tasks with buttons; more are only counted."""


def overview(seen: Overview) -> Message:
    """What waits for a person, then what works, then where."""
    needs = len(seen.approvals) + len(seen.unknown) + len(seen.alerts)
    return Message(
        title=_title(needs),
        blocks=(
            *_alerts(seen),
            *_approvals(seen),
            *_unknown(seen),
            *_sessions(seen),
            *([host_table(seen.hosts)] if seen.hosts else []),
        ),
        tone=Tone.BAD if seen.alerts else Tone.NEUTRAL if needs else Tone.GOOD,
        data={
            "alerts": [
                {"fingerprint": a.fingerprint, "severity": a.severity, "text": a.text}
                for a in seen.alerts
            ],
            "approvals": [plain_approval(name, approval) for name, approval in seen.approvals],
            "unknown": [plain_task(session_of(name), task) for name, task in seen.unknown],
            "sessions": [plain_view(session) for session in seen.sessions],
            "hosts": [plain_host(host) for host in seen.hosts],
            "head": seen.head,
        },
    )


def _title(needs: int) -> str:
    if not needs:
        return "Nothing waits for you"
    return f"{needs} {'thing waits' if needs == 1 else 'things wait'} for you"


def _alerts(seen: Overview) -> list[Block]:
    rows = tuple((a.severity.value, a.text, moment(a.opened_at)) for a in seen.alerts)
    return [Table(("alert", "what", "since"), rows)] if rows else []


def _approvals(seen: Overview) -> list[Block]:
    blocks: list[Block] = []
    for name, approval in seen.approvals[:SHOWN_IN_FULL]:
        asked = shortened(approval.title)
        blocks += [text(Mono(name), f" asks ({approval.kind}): {asked}"), choices(name, approval)]
    if len(seen.approvals) > SHOWN_IN_FULL:
        more = Button("All approvals", Call("approval list"))
        blocks += [
            text(f"{len(seen.approvals) - SHOWN_IN_FULL} more wait."),
            Buttons((more,)),
        ]
    return blocks


def _unknown(seen: Overview) -> list[Block]:
    blocks: list[Block] = []
    for name, task in seen.unknown[:SHOWN_IN_FULL]:
        asked = text("Was it done? ", Mono(name), f": {shortened(task.text)}")
        blocks += [asked, resolving(name)]
    more = len(seen.unknown) - SHOWN_IN_FULL
    if more > 0:
        blocks.append(
            text(f"{more} more may not have been done. They show when these are resolved.")
        )
    return blocks


def _sessions(seen: Overview) -> list[Block]:
    if not seen.sessions:
        return [text("No session is at work.")]
    rows = tuple(_row(view) for view in seen.sessions)
    return [Table(("session", "state", "host", "agent", "task", "queued"), rows)]


def _row(view: SessionView) -> tuple[str, ...]:
    session, active = view.session, view.active
    return (
        session.name,
        state_of(view),
        session.host or "-",
        session.agent,
        shortened(active.text if active else session.why or "-", max_chars=40),
        str(view.queued),
    )
