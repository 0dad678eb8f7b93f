"""What an agent's response to a request of ours changes."""

from dataclasses import replace

from engine.app.changes import close_approval, move_session, move_task
from engine.app.desk import Desk
from engine.app.stopping import end_if_once
from engine.domain.approval import ApprovalTrigger
from engine.domain.attempt import Attempt
from engine.domain.event import EventKind, NewEvent
from engine.domain.session import Session, SessionState, SessionTrigger
from engine.domain.task import ACTIVE, Task, TaskState, TaskTrigger
from engine.domain.values import Json
from engine.ports.agents import AgentLanguage, Answered, Outcome
from engine.ports.store import Message, MessageKind

REFUSALS = {
    "max_tokens": "The agent reached its limit of tokens.",
    "max_turn_requests": "The agent reached its limit of model calls for one turn.",
    "refusal": "The agent refused to go on.",
}
"""Stop reasons of the protocol after which the task was not done."""


def take_answer(
    desk: Desk, language: AgentLanguage, session: Session, attempt: Attempt, answer: Answered
) -> bool:
    """Store the response, and end the turn if it was a prompt's; return whether we had asked."""
    request = desk.tx.journal.find(session.id, attempt.number, answer.rpc_id)
    if request is None or request.answer is not None:
        return False
    desk.tx.journal.answered(request, {"result": answer.result, "error": answer.error})
    if request.kind is MessageKind.PROMPT:
        _end_turn(desk, language.outcome_of(answer), answer, request)
    return True


def _end_turn(desk: Desk, outcome: Outcome, answer: Answered, request: Message) -> None:
    if request.task is None:
        return
    task = desk.tx.tasks.get(request.task)
    _tell_turn(desk, task, outcome, request)
    if task.rpc_id != request.rpc_id or task.state not in {*ACTIVE, TaskState.UNKNOWN}:
        return
    _settle(desk, task, outcome, answer)
    _withdraw_of(desk, task)
    session = desk.tx.sessions.get(task.session)
    if session.state is SessionState.WORKING:
        move_session(desk, replace(session, deaths=0), SessionTrigger.RESTED)
    end_if_once(desk, task.session)


def _settle(desk: Desk, task: Task, outcome: Outcome, answer: Answered) -> Task:
    trigger, why = _verdict(task, outcome, answer)
    return move_task(desk, task, trigger, why=why, stop_reason=outcome.stop_reason)


def _verdict(task: Task, outcome: Outcome, answer: Answered) -> tuple[TaskTrigger, str]:
    if outcome.stop_reason == "cancelled":
        return TaskTrigger.CUT, task.why
    if answer.error:
        is_cut = task.state is TaskState.CANCELLING
        return (TaskTrigger.CUT, task.why) if is_cut else (TaskTrigger.FAIL, answer.error)
    if outcome.stop_reason in REFUSALS:
        return TaskTrigger.FAIL, REFUSALS[outcome.stop_reason]
    return TaskTrigger.FINISH, ""


def _withdraw_of(desk: Desk, task: Task) -> None:
    """Close the questions of a turn that is over: the agent waits for them no more."""
    for approval in desk.tx.approvals.open(task.session):
        if approval.task == task.id:
            close_approval(desk, approval, ApprovalTrigger.WITHDRAW, by=None)


def _tell_turn(desk: Desk, task: Task, outcome: Outcome, request: Message) -> None:
    data: dict[str, Json] = {
        "number": task.number,
        "stop_reason": outcome.stop_reason,
        "seconds": round((desk.now - request.written_at).total_seconds(), 3),
        "input_tokens": outcome.input_tokens,
        "output_tokens": outcome.output_tokens,
    }
    desk.tx.events.append(
        NewEvent(kind=EventKind.TURN, at=desk.now, session=task.session, task=task.id, data=data)
    )
