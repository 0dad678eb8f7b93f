"""What the threads of a shared session are told of each other, and how a mirror begins and ends."""

from bot.notify.thread import Thread
from bot.views import approval as approval_views
from bot.views import notice, share
from engine.api import Approval, ApprovalState, Event, Priority, TaskState


def tell_said(thread: Thread, event: Event) -> None:
    """Quote what was said in another conversation; never where it was said."""
    place = event.data.get("place")
    if thread.is_shared and place is not None and place != thread.conversation.place:
        thread.post(share.said(thread.session, event.data), Priority.ANSWER)


def tell_share(thread: Thread, event: Event) -> None:
    """Begin or end a mirror in its own thread, and tell the others who follows besides them."""
    if thread.mirror is None or thread.mirror.id != event.data.get("mirror"):
        thread.post(share.told(thread.session, event.data), Priority.REPORT)
    elif thread.mirror.ended_at is not None:
        end_mirror(thread)
    else:
        begin_mirror(thread)


def begin_mirror(thread: Thread) -> None:
    """Open its thread, with what waits for a person now; its card comes with every change."""
    use, session = thread.use, thread.session
    thread.open()
    for task in use.views.glance(session).unknown:
        thread.card(f"unknown:{task.id}", notice.unknown(session, task), Priority.ALERT)
    for approval in use.views.glance(session).approvals:
        ask_approval(thread, approval)


def ask_approval(thread: Thread, approval: Approval) -> None:
    """Ask a person what an agent asks."""
    use, session = thread.use, thread.session
    asker = use.telling.task(approval.task).actor if approval.task else None
    due_at = use.approvals.due_at(approval)
    name = f"{session.name}.{approval.number}"
    message = approval_views.asked(name, approval, session, asker, due_at)
    thread.card(f"approval:{approval.id}", message, Priority.APPROVAL, asks=approval.id)


def end_mirror(thread: Thread) -> None:
    """Say on all cards of a mirror that was ended that nothing is followed there any more."""
    if thread.mirror is None or thread.mirror.anchor is None:
        return
    thread.open()
    session = thread.session
    if thread.has_card(f"card:{session.id}"):
        thread.card(f"card:{session.id}", share.ended(session), Priority.REPORT)
    _end_approvals(thread)
    _end_tasks(thread)


def _end_approvals(thread: Thread) -> None:
    for approval in thread.use.approvals.of(thread.session.name):
        name, card = f"{thread.session.name}.{approval.number}", f"approval:{approval.id}"
        if thread.has_card(card):
            is_open = approval.state is ApprovalState.OPEN
            view = approval_views.unfollowed if is_open else approval_views.decided
            thread.card(card, view(name, approval), Priority.APPROVAL)


def _end_tasks(thread: Thread) -> None:
    for task in thread.use.tasks.of(thread.session.name):
        if thread.has_card(card := f"unknown:{task.id}"):
            is_open = task.state is TaskState.UNKNOWN
            view = notice.unfollowed if is_open else notice.known
            thread.card(card, view(thread.session, task), Priority.ALERT)
