"""What is to be written to an agent, journalled before it is.

Level-triggered: it follows from the rows alone, so it can be asked at any time and again.
"""

import json
from dataclasses import replace

from engine.app.attached import is_awaited, prompt_of
from engine.app.changes import move_session, move_task
from engine.app.desk import Desk
from engine.app.stopping import end_if_once
from engine.domain.approval import Approval, answer_of
from engine.domain.attempt import Attempt
from engine.domain.session import Session, SessionState, SessionTrigger, Wanted
from engine.domain.task import Task, TaskState, TaskTrigger
from engine.domain.values import RpcId, TaskId
from engine.ports.agents import AgentLanguage
from engine.ports.store import Message, MessageKind


class Outgoing:
    """Journals what is due to one agent, on one transaction."""

    def __init__(
        self, desk: Desk, language: AgentLanguage, session: Session, attempt: Attempt
    ) -> None:
        self._desk = desk
        self._language = language
        self._session = session
        self._attempt = attempt

    def request(self, kind: MessageKind, agent_session: str = "") -> Message:
        """Journal one of the requests that open an agent's own session."""
        rpc_id = self._new_rpc_id()
        payload = {
            MessageKind.INITIALIZE: lambda: self._language.initialize(rpc_id),
            MessageKind.NEW: lambda: self._language.new_session(rpc_id),
            MessageKind.LOAD: lambda: self._language.load_session(rpc_id, agent_session),
        }[kind]()
        return self._journal(kind, rpc_id, payload)

    def due(self, cancelled: set[TaskId]) -> list[Message]:
        """Journal the answers, the cancellation and the prompt that are due now.

        `cancelled` are the tasks whose cancellation was written over this connection; written
        twice it does no harm, so a new connection starts with none.
        """
        messages = self._answers()
        active = self._desk.tx.tasks.active(self._session.id)
        if active is None:
            messages.extend(self._prompt())
        elif active.state is TaskState.CANCELLING and active.id not in cancelled:
            cancelled.add(active.id)
            payload = self._language.cancel(self._session.agent_session)
            cancel = self._journal(MessageKind.CANCEL, self._new_rpc_id(), payload, active)
            messages.append(cancel)
        return messages

    def _answers(self) -> list[Message]:
        closed = self._desk.tx.approvals.unanswered(self._session.id, self._attempt.number)
        return [
            self._journal(
                MessageKind.ANSWER,
                approval.rpc_id,
                self._language.choose(approval.rpc_id, self._choice(approval)),
            )
            for approval in closed
        ]

    def _choice(self, approval: Approval) -> str | None:
        """Return the answer, unless the turn was cut since it was decided: stop beats allow."""
        task = self._desk.tx.tasks.get(approval.task) if approval.task else None
        is_cut = task is not None and task.state in {TaskState.CANCELLING, TaskState.CANCELLED}
        if is_cut or self._session.wanted is not Wanted.RUN:
            return None
        return answer_of(approval)

    def _prompt(self) -> list[Message]:
        """Send the next task, unless a person has to decide about an unknown one first."""
        session = self._session
        if session.state is not SessionState.READY or session.wanted is not Wanted.RUN:
            return []
        tasks = self._desk.tx.tasks.of(session.id)
        if any(task.state is TaskState.UNKNOWN for task in tasks):
            return []
        queued = [task for task in tasks if task.state is TaskState.QUEUED]
        if not queued:
            return []
        first = min(queued, key=lambda task: (not task.is_urgent, task.number))
        return [] if is_awaited(self._desk, first) else [self._send(first)]

    def _send(self, task: Task) -> Message:
        rpc_id = self._new_rpc_id()
        sent = move_task(self._desk, replace(task, rpc_id=rpc_id), TaskTrigger.SEND)
        self._session = move_session(self._desk, self._session, SessionTrigger.PROMPTED)
        payload = self._language.prompt(
            rpc_id, self._session.agent_session, prompt_of(self._desk, task)
        )
        return self._journal(MessageKind.PROMPT, rpc_id, payload, sent)

    def _new_rpc_id(self) -> RpcId:
        return RpcId(json.dumps(self._desk.world.new_id()))

    def _journal(
        self, kind: MessageKind, rpc_id: RpcId, payload: str, task: Task | None = None
    ) -> Message:
        message = Message(
            rpc_id=rpc_id,
            session=self._session.id,
            attempt=self._attempt.number,
            kind=kind,
            payload=payload,
            task=task.id if task else None,
            written_at=self._desk.now,
        )
        self._desk.tx.journal.add(message)
        return message


def lose_prompt(desk: Desk, prompt: Message) -> None:
    """Give up on a prompt that may not have arrived: a person decides what becomes of its task.

    Does nothing if a sign of the agent came in the meantime.
    """
    journalled = desk.tx.journal.find(prompt.session, prompt.attempt, prompt.rpc_id)
    task = desk.tx.tasks.get(prompt.task) if prompt.task else None
    if journalled is None or journalled.confirmed or task is None or task.rpc_id != prompt.rpc_id:
        return
    trigger = {TaskState.SENT: TaskTrigger.LOSE, TaskState.CANCELLING: TaskTrigger.CUT}
    if task.state not in trigger:
        return
    why = "Halyard was cut off while it sent this, and the agent gave no sign since."
    move_task(desk, task, trigger[task.state], why=why)
    session = desk.tx.sessions.get(prompt.session)
    if session.state is SessionState.WORKING:
        move_session(desk, session, SessionTrigger.RESTED)
    end_if_once(desk, prompt.session)
