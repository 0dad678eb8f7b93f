"""What a session's thread is told of each kind of event."""

from collections.abc import Callable, Mapping
from typing import TypeAlias

from bot.notify.sharing import ask_approval, tell_said, tell_share
from bot.notify.thread import Thread
from bot.views import approval as approval_views
from bot.views import notice, result
from bot.views import turn as turn_views
from bot.views.thread import CALM
from engine.api import (
    ApprovalId,
    ApprovalState,
    Event,
    EventKind,
    JobId,
    JobKind,
    JobState,
    Priority,
    TaskState,
    Verbosity,
)

Teller: TypeAlias = Callable[[Thread, Event], None]


def tell_session(thread: Thread, event: Event) -> None:
    """Open the thread, or bring what it hangs on up to date; say so if nobody wanted the end."""
    thread.open()
    session = thread.session
    is_end = event.data.get("state") == "ended" and session.is_over
    if is_end and session.reason not in CALM:
        thread.post(notice.ended(session), Priority.ALERT)


def tell_task(thread: Thread, event: Event) -> None:
    """Ask a person about a task of which nobody can tell whether it was done, until one can."""
    if event.task is None:
        return
    tell_said(thread, event)
    task, card = thread.use.telling.task(event.task), f"unknown:{event.task}"
    if task.state is TaskState.UNKNOWN:
        if event.data.get("state") == TaskState.UNKNOWN:
            thread.repost(card)
        thread.card(card, notice.unknown(thread.session, task), Priority.ALERT)
    elif thread.has_card(card):
        thread.card(card, notice.known(thread.session, task), Priority.ALERT)


def tell_turn(thread: Thread, event: Event) -> None:
    """Say what the agent said at the end of its turn, whole."""
    if event.task is None:
        return
    telling, session = thread.use.telling, thread.session
    said = telling.said_last(event)
    if not said.strip() and thread.verbosity is not Verbosity.EVERYTHING:
        said = telling.said_in(event)
    footer = ""
    if thread.verbosity is not Verbosity.TEXT:
        usage = thread.use.views.glance(session).usage
        footer = turn_views.footer(session, event.data, usage)
    message = turn_views.ended(session, telling.task(event.task), said, footer)
    thread.post(message, Priority.ANSWER)


def tell_approval(thread: Thread, event: Event) -> None:
    """Ask a person, once; and say on the same card what became of it.

    What was decided before anybody could see it was by a rule, and is nobody's concern.
    """
    approval = thread.use.telling.approval(ApprovalId(str(event.data["approval"])))
    name, card = f"{thread.session.name}.{approval.number}", f"approval:{approval.id}"
    if approval.state is ApprovalState.OPEN:
        ask_approval(thread, approval)
    elif thread.has_card(card):
        thread.card(card, approval_views.decided(name, approval), Priority.APPROVAL)


def tell_job(thread: Thread, event: Event) -> None:
    """Give what a job made to all who follow; a file that came along says nothing.

    What was asked for where the session does not talk is the concern of who asked.
    """
    if event.data.get("state") not in {JobState.DONE, JobState.FAILED}:
        return
    job = thread.use.telling.job(JobId(str(event.data["job"])))
    is_from_here = job.actor.partition(":")[0] in thread.platforms
    is_quiet = job.kind is JobKind.PUT and job.state is JobState.DONE and "task" in job.args
    if is_from_here and not is_quiet:
        thread.post(result.ended(thread.session.name, job), Priority.ANSWER)


def tell_alert(thread: Thread, event: Event) -> None:
    """Show an alert of the session; when it is over, the same card says so."""
    name = f"alert:{event.data.get('fingerprint')}"
    message = notice.alert(event.data, session=thread.session.name, pings=(thread.session.owner,))
    if event.data.get("state") == "open":
        thread.repost(name)
        thread.card(name, message, Priority.ALERT)
    elif thread.has_card(name):
        thread.card(name, message, Priority.ALERT)


def tell_gap(thread: Thread, event: Event) -> None:
    """Say that something may be lost."""
    if thread.verbosity is not Verbosity.TEXT:
        thread.post(notice.gap(thread.session, event.data), Priority.REPORT)


def tell_compaction(thread: Thread, event: Event) -> None:
    """Say that the agent forgot part of its conversation."""
    if thread.verbosity is not Verbosity.TEXT:
        thread.post(notice.compaction(thread.session, event.data), Priority.REPORT)


TELLERS: Mapping[EventKind, Teller] = {
    EventKind.SESSION: tell_session,
    EventKind.TASK: tell_task,
    EventKind.TURN: tell_turn,
    EventKind.APPROVAL: tell_approval,
    EventKind.JOB: tell_job,
    EventKind.ALERT: tell_alert,
    EventKind.GAP: tell_gap,
    EventKind.COMPACTION: tell_compaction,
    EventKind.SHARE: tell_share,
}
"""Kinds that put something; the others only change the live card."""
