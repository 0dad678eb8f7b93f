"""What a session's agent said, taken into the rows and events in one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from engine.app.answers import take_answer
from engine.app.changes import close_approval, move_task, tell_approval
from engine.app.desk import Desk
from engine.app.host_notes import note_clock_step
from engine.app.lines import Line
from engine.domain.approval import Approval, ApprovalTrigger, Scope, can_be_allowed
from engine.domain.attempt import Attempt
from engine.domain.event import EventKind, NewEvent
from engine.domain.session import Session, SessionState, Wanted
from engine.domain.task import Task, TaskState, TaskTrigger
from engine.domain.values import ApprovalId, Json, RpcId
from engine.ports.agents import (
    AgentLanguage,
    Answered,
    Asked,
    Heard,
    Junk,
    Other,
    Planned,
    Requested,
    Said,
    Thought,
    ToolCall,
    Used,
)
from engine.ports.hosts import UNLOCKED_LINE
from engine.ports.store import Message, MessageKind

REPLAYED = Said | Thought | ToolCall | Planned | Used | Other
OPEN_MAX = 50
"""Questions of one session that may be open at once; more are answered as cancelled."""


@dataclass(slots=True)
class Taken:
    """What a batch of lines asks of whoever holds the agent's stdin."""

    unlocked: bool = False
    log_bytes: int = 0
    """What the attempt's log is now."""
    answers: list[Answered] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)
    """Journalled, to be written."""


@dataclass(slots=True)
class _Run:
    """Neighbouring pieces of text that become one event."""

    kind: EventKind
    message: str
    pieces: list[str]


class Hearing:
    """Takes one batch of a session's lines. Used for one transaction, then thrown away."""

    def __init__(
        self, desk: Desk, language: AgentLanguage, session: Session, attempt: Attempt
    ) -> None:
        self._desk = desk
        self._language = language
        self._session = session
        self._attempt = attempt
        self._task = desk.tx.tasks.active(session.id)
        self._has_sign = False
        self._is_replay = self._is_loading()
        self._run: _Run | None = None
        self._errors: list[str] = []
        """Lines of stderr. It has no order against stdout, and must not cut a text in two: a secret
        in it could then not be seen."""
        self._events: list[NewEvent] = []
        self._taken = Taken(unlocked=attempt.unlocked)

    def take(self, lines: Sequence[Line]) -> Taken:
        """Take `lines` in order, and move the cursor behind the last."""
        log_bytes = self._attempt.log_bytes
        for line in lines:
            log_bytes += line.log.kept_bytes
            if line.heard is None:
                self._take_stderr(line.log.text)
            else:
                self._take_heard(line.heard)
        self._flush()
        cursor = lines[-1].log.cursor
        if cursor.stepped and not self._attempt.cursor.stepped:
            note_clock_step(self._desk, self._attempt.host)
        self._desk.tx.attempts.consumed(
            self._session.id,
            self._attempt.number,
            cursor=cursor,
            log_bytes=log_bytes,
        )
        self._taken.log_bytes = log_bytes
        return self._taken

    def _is_loading(self) -> bool:
        """Whether the agent tells its conversation again, as many do before they answer a load."""
        if self._session.state is not SessionState.STARTING:
            return False
        pending = self._desk.tx.journal.pending(self._session.id, self._attempt.number)
        return any(m.kind is MessageKind.LOAD and m.answer is None for m in pending)

    def _take_stderr(self, text: bytes) -> None:
        if not self._taken.unlocked and text.strip() == UNLOCKED_LINE:
            self._flush()
            self._taken.unlocked = True
            self._attempt = replace(self._attempt, unlocked=True)
            self._desk.tx.attempts.save(self._attempt)
            return
        self._errors.append(text.decode(errors="backslashreplace") + "\n")

    def _take_heard(self, heard: Heard) -> None:
        if self._is_replay and isinstance(heard, REPLAYED):
            return  # The events have it from the first time.
        match heard:
            case Said(text, message):
                self._turn_goes_on()
                self._add_text(EventKind.TEXT, message, text)
            case Thought(text, message):
                self._turn_goes_on()
                self._add_text(EventKind.THOUGHT, message, text)
            case Junk(text):
                self._add_text(EventKind.NOISE, "", text + "\n")
            case Other(message_):
                self._add(EventKind.RAW, {"message": message_})
            case Requested(rpc_id, method):
                self._refuse(Requested(rpc_id, method))
            case Answered():
                self._take_answer(heard)
            case _:
                self._take_turn(heard)

    def _take_turn(self, heard: ToolCall | Planned | Used | Asked) -> None:
        match heard:
            case ToolCall(id_, fields):
                self._turn_goes_on()
                self._add(EventKind.TOOL, {**fields, "id": id_})
            case Planned(entries):
                self._turn_goes_on()
                self._add(EventKind.PLAN, {"entries": list(entries)})
            case Used():
                self._take_usage(heard)
            case Asked():
                self._turn_goes_on()
                self._open_approval(heard)

    def _turn_goes_on(self) -> None:
        """Note the first sign in this batch that the agent has the prompt."""
        if self._task is None or self._has_sign:
            return
        self._has_sign = True
        self._confirm_prompt(self._task)
        if self._task.state is TaskState.SENT:
            self._flush()
            self._task = move_task(self._desk, self._task, TaskTrigger.HEARD)

    def _confirm_prompt(self, task: Task) -> None:
        if task.rpc_id is None:
            return
        journal = self._desk.tx.journal
        prompt = journal.find(self._session.id, self._attempt.number, task.rpc_id)
        if prompt is not None and not prompt.confirmed:
            journal.confirm([prompt])

    def _take_usage(self, heard: Used) -> None:
        self._flush()
        before = self._desk.tx.events.newest(self._session.id, EventKind.USAGE)
        used_before = before.data.get("used") if before else None
        if isinstance(used_before, int) and heard.used * 2 < used_before:
            self._add(EventKind.COMPACTION, {"used_before": used_before, "used": heard.used})
        data: dict[str, Json] = {"used": heard.used, "size": heard.size}
        if heard.claimed_microusd is not None:
            data["claimed_microusd"] = heard.claimed_microusd
        self._add(EventKind.USAGE, data)
        self._flush()

    def _open_approval(self, heard: Asked) -> None:
        self._flush()
        tx, session = self._desk.tx, self._session
        if self._is_known(heard):
            self._add(EventKind.RAW, {"message": {"asked_again": heard.rpc_id}})
            return
        if tx.approvals.count_open(session.id) >= OPEN_MAX:
            self._answer(heard.rpc_id, self._language.choose(heard.rpc_id, None))
            return
        approval = Approval(
            id=ApprovalId(self._desk.world.new_id()),
            session=session.id,
            attempt=self._attempt.number,
            rpc_id=heard.rpc_id,
            task=self._task.id if self._task else None,
            number=tx.approvals.next_number(session.id),
            title=heard.title,
            kind=heard.kind,
            subject=heard.subject,
            detail=heard.detail,
            choices=tuple(heard.choices),
            created_at=self._desk.now,
        )
        tx.approvals.add(approval)
        tell_approval(self._desk, approval)
        self._decide_at_once(approval)

    def _is_known(self, heard: Asked) -> bool:
        """Whether a request of this id was asked before, or answered in another way."""
        tx, key = self._desk.tx, (self._session.id, self._attempt.number, heard.rpc_id)
        return tx.approvals.asked(*key) is not None or tx.journal.has_answer(*key)

    def _decide_at_once(self, approval: Approval) -> None:
        """Close a question that a rule answers, or that comes after the turn was cut."""
        is_cut = self._task is not None and self._task.state is TaskState.CANCELLING
        if is_cut or self._session.wanted is not Wanted.RUN:
            close_approval(self._desk, approval, ApprovalTrigger.WITHDRAW, by=None)
            return
        rules = self._desk.tx.approvals.rules(approval.session)
        if can_be_allowed(approval) and any(rule.covers(approval) for rule in rules):
            close_approval(
                self._desk, approval, ApprovalTrigger.ALLOW, by=None, scope=Scope.SESSION
            )

    def _refuse(self, heard: Requested) -> None:
        self._answer(heard.rpc_id, self._language.refuse(heard.rpc_id, heard.method))

    def _answer(self, rpc_id: RpcId, payload: str) -> None:
        """Journal an answer that needs nobody; a request is answered once."""
        journal = self._desk.tx.journal
        if journal.has_answer(self._session.id, self._attempt.number, rpc_id):
            return
        message = Message(
            rpc_id=rpc_id,
            session=self._session.id,
            attempt=self._attempt.number,
            kind=MessageKind.ANSWER,
            payload=payload,
            task=None,
            written_at=self._desk.now,
        )
        journal.add(message)
        self._taken.messages.append(message)

    def _take_answer(self, heard: Answered) -> None:
        self._flush()
        is_known = take_answer(self._desk, self._language, self._session, self._attempt, heard)
        if not is_known:
            message: dict[str, Json] = {"id": heard.rpc_id, "result": heard.result}
            self._add(EventKind.RAW, {"message": message})
            return
        self._session = self._desk.tx.sessions.get(self._session.id)
        self._task = self._desk.tx.tasks.active(self._session.id)
        self._has_sign = False
        self._is_replay = False
        self._taken.answers.append(heard)

    def _add_text(self, kind: EventKind, message: str, text: str) -> None:
        run = self._run
        if run is not None and run.kind is kind and run.message == message:
            run.pieces.append(text)
            return
        self._end_run()
        self._run = _Run(kind, message, [text])

    def _add(self, kind: EventKind, data: dict[str, Json]) -> None:
        self._end_run()
        self._events.append(
            NewEvent(
                kind=kind,
                at=self._desk.now,
                session=self._session.id,
                task=self._task.id if self._task else None,
                data=data,
            )
        )

    def _end_run(self) -> None:
        run, self._run = self._run, None
        if run is None:
            return
        data: dict[str, Json] = {"text": "".join(run.pieces)}
        if run.message:
            data["message"] = run.message
        self._add(run.kind, data)

    def _flush(self) -> None:
        """Store what was gathered, so that what follows comes behind it."""
        self._end_run()
        if self._errors:
            self._add(EventKind.STDERR, {"text": "".join(self._errors)})
            self._errors.clear()
        self._desk.tx.events.append(*self._events)
        self._events.clear()
