"""What an agent says, taken into rows and events; and what is then due to it."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import pytest

from engine.adapters.acp.language import AcpLanguage
from engine.app.desk import Desk
from engine.app.hearing import OPEN_MAX, Hearing, Taken
from engine.app.lines import Line
from engine.app.outgoing import Outgoing, lose_prompt
from engine.domain.access import Asker
from engine.domain.approval import ApprovalState, Scope
from engine.domain.attempt import Attempt, Cursor, Mark
from engine.domain.errors import InvalidInput
from engine.domain.event import EventKind
from engine.domain.session import EndReason, SessionState, Wanted
from engine.domain.task import TaskState
from engine.domain.values import SessionId, TaskId
from engine.ports.hosts import UNLOCKED_LINE, LogLine, Stream
from engine.ports.store import Message, MessageKind
from tests.build import a_session, a_task
from tests.ground import ANN, LOCAL, Ground

LANGUAGE = AcpLanguage(version="1")
SESSION = SessionId("s1")
TASK = TaskId("t1")
KEPT = 1_000
"""What the host keeps of each line."""


@dataclass(frozen=True, slots=True)
class Agent:
    """An agent whose lines a test writes, with a session that is ready for it."""

    ground: Ground

    async def says(self, *lines: bytes | dict[str, Any]) -> Taken:
        """Take lines of stdout in one batch."""
        return await self.ground.at_desk(lambda desk: self._hearing(desk).take(_logged(lines)))

    async def mutters(self, text: bytes) -> Taken:
        """Take one line of stderr."""
        line = Line(LogLine(Stream.STDERR, text, 1, KEPT, Cursor()), None)
        return await self.ground.at_desk(lambda desk: self._hearing(desk).take([line]))

    async def due(self, cancelled: set[TaskId] | None = None) -> list[Message]:
        """Journal what is due to it."""
        known = set() if cancelled is None else cancelled
        return await self.ground.at_desk(lambda desk: self._outgoing(desk).due(known))

    async def prompted(self) -> Message:
        """Send it the one task."""
        [prompt] = await self.due()
        return prompt

    async def look(self) -> tuple[SessionState, TaskState]:
        return await self.ground.at_desk(
            lambda desk: (desk.tx.sessions.get(SESSION).state, desk.tx.tasks.get(TASK).state)
        )

    def _hearing(self, desk: Desk) -> Hearing:
        return Hearing(desk, LANGUAGE, desk.tx.sessions.get(SESSION), _attempt(desk))

    def _outgoing(self, desk: Desk) -> Outgoing:
        return Outgoing(desk, LANGUAGE, desk.tx.sessions.get(SESSION), _attempt(desk))


def _attempt(desk: Desk) -> Attempt:
    attempt = desk.tx.attempts.find(SESSION, 1)
    assert attempt is not None
    return attempt


def _logged(lines: Sequence[bytes | dict[str, Any]]) -> list[Line]:
    logged = []
    for number, line in enumerate(lines, start=1):
        raw = line if isinstance(line, bytes) else json.dumps({"jsonrpc": "2.0", **line}).encode()
        cursor = Cursor(stdout=Mark(number, 1, number))
        log = LogLine(Stream.STDOUT, raw, number, KEPT, cursor)
        logged.append(Line(log, LANGUAGE.read(raw)))
    return logged


@pytest.fixture
async def agent(ground: Ground) -> Agent:
    """An agent whose session is ready, with one task in the queue."""

    def set_up(desk: Desk) -> None:
        desk.tx.sessions.add(
            a_session(
                id=SESSION, state=SessionState.READY, host=LOCAL, attempt=1, agent_session="a1"
            )
        )
        desk.tx.tasks.add(a_task(id=TASK, session=SESSION, text="Fix it."))
        attempt = Attempt(session=SESSION, number=1, host=LOCAL, started_at=desk.now)
        desk.tx.attempts.add(attempt)

    await ground.at_desk(set_up)
    return Agent(ground)


def update(kind: str, **fields: Any) -> dict[str, Any]:
    params = {"sessionId": "a1", "update": {"sessionUpdate": kind, **fields}}
    return {"method": "session/update", "params": params}


def said(text: str) -> dict[str, Any]:
    return update("agent_message_chunk", content={"type": "text", "text": text})


def answer(prompt: Message, **result: Any) -> dict[str, Any]:
    return {"id": json.loads(prompt.rpc_id), "result": result}


def permission(id_: int = 1, command: str = "make") -> dict[str, Any]:
    options = [
        {"optionId": "y", "kind": "allow_once", "name": "Allow"},
        {"optionId": "n", "kind": "reject_once", "name": "Reject"},
    ]
    call = {"toolCallId": "t", "title": "Run make", "kind": "execute"}
    call_with_input = {**call, "rawInput": {"command": command}}
    params = {"sessionId": "a1", "toolCall": call_with_input, "options": options}
    return {"id": id_, "method": "session/request_permission", "params": params}


async def test_neighbouring_pieces_of_text_become_one_event(agent: Agent) -> None:
    await agent.says(said("a"), said("b"), update("plan", entries=[]), said("c"))

    told = await agent.ground.events(EventKind.TEXT, EventKind.PLAN)
    assert [event.data.get("text") for event in told] == ["ab", None, "c"]


async def test_the_cursor_moves_with_the_lines(agent: Agent) -> None:
    await agent.says(said("a"), said("b"))

    attempt = await agent.ground.at_desk(_attempt)
    assert attempt.cursor.stdout.ordinal == 2


async def test_what_the_host_keeps_of_the_log_is_counted_and_not_what_was_said(
    agent: Agent,
) -> None:
    await agent.says(said("a"), said("b"))
    taken = await agent.says(said("c"))

    attempt = await agent.ground.at_desk(_attempt)
    assert attempt.log_bytes == taken.log_bytes == 3 * KEPT


async def test_the_next_task_is_sent_when_the_session_is_ready(agent: Agent) -> None:
    prompt = await agent.prompted()

    assert json.loads(prompt.payload)["params"]["prompt"] == [{"type": "text", "text": "Fix it."}]
    assert await agent.look() == (SessionState.WORKING, TaskState.SENT)
    assert await agent.due() == []


async def test_the_first_sign_of_a_turn_confirms_its_prompt(agent: Agent) -> None:
    await agent.prompted()

    await agent.says(said("I begin."))

    pending = await agent.ground.at_desk(lambda desk: desk.tx.journal.pending(SESSION, 1))
    assert [message.confirmed for message in pending] == [True]
    assert await agent.look() == (SessionState.WORKING, TaskState.RUNNING)


async def test_usage_behind_a_turn_is_no_sign_of_the_next(agent: Agent) -> None:
    await agent.prompted()

    await agent.says(update("usage_update", used=1, size=2))

    assert await agent.look() == (SessionState.WORKING, TaskState.SENT)


@pytest.mark.parametrize(
    ("result", "state"),
    [
        pytest.param({"stopReason": "end_turn"}, TaskState.DONE, id="end"),
        pytest.param({"stopReason": "cancelled"}, TaskState.CANCELLED, id="cancelled"),
        pytest.param({"stopReason": "refusal"}, TaskState.FAILED, id="refusal"),
        pytest.param({"stopReason": "max_tokens"}, TaskState.FAILED, id="limit"),
        pytest.param({"stopReason": "something_new"}, TaskState.DONE, id="unknown-word"),
    ],
)
async def test_an_answer_ends_the_turn(
    agent: Agent, result: dict[str, Any], state: TaskState
) -> None:
    prompt = await agent.prompted()

    await agent.says(said("Done."), answer(prompt, **result))

    told = await agent.ground.events(EventKind.TURN)
    assert await agent.look() == (SessionState.READY, state)
    assert [event.data["stop_reason"] for event in told] == [result["stopReason"]]


async def test_an_error_fails_the_task_with_the_agent_s_words(agent: Agent) -> None:
    prompt = await agent.prompted()

    await agent.says({"id": json.loads(prompt.rpc_id), "error": {"code": 1, "message": "No quota"}})

    task = await agent.ground.at_desk(lambda desk: desk.tx.tasks.get(TASK))
    assert (task.state, task.why) == (TaskState.FAILED, "No quota")


async def test_the_same_answer_again_ends_nothing_twice(agent: Agent) -> None:
    prompt = await agent.prompted()
    await agent.says(answer(prompt, stopReason="end_turn"))

    await agent.says(answer(prompt, stopReason="end_turn"))

    assert len(await agent.ground.events(EventKind.TURN)) == 1
    assert len(await agent.ground.events(EventKind.RAW)) == 1


async def test_a_session_for_one_task_is_to_stop_after_it(agent: Agent) -> None:
    await change_session(agent, once=True)
    prompt = await agent.prompted()

    await agent.says(answer(prompt, stopReason="end_turn"))

    session = await agent.ground.at_desk(lambda desk: desk.tx.sessions.get(SESSION))
    assert (session.state, session.wanted, session.reason) == (
        SessionState.STOPPING,
        Wanted.STOP,
        EndReason.DONE,
    )


async def test_a_permission_opens_an_approval_and_the_decision_is_answered_once(
    agent: Agent,
) -> None:
    await agent.prompted()
    await agent.says(permission())
    [approval] = await agent.ground.do(lambda use: use.approvals.open())
    name = await approval_name(agent)

    await agent.ground.do(lambda use: use.approvals.allow(name, Scope.ONCE, by=Asker(ANN)))
    [message] = await agent.due()

    assert approval.subject == "make"
    assert json.loads(message.payload)["result"]["outcome"]["optionId"] == "y"
    assert await agent.due() == []


async def test_an_allowance_for_the_session_covers_the_very_same_only(agent: Agent) -> None:
    await agent.prompted()
    await agent.says(permission(1))
    name = await approval_name(agent)
    await agent.ground.do(lambda use: use.approvals.allow(name, Scope.SESSION, by=Asker(ANN)))

    await agent.says(permission(2), permission(3, command="make install"))

    approvals = await agent.ground.at_desk(lambda desk: desk.tx.approvals.of(SESSION))
    assert [approval.state for approval in approvals] == [
        ApprovalState.ALLOWED,
        ApprovalState.ALLOWED,
        ApprovalState.OPEN,
    ]
    assert [approval.decided_by for approval in approvals] == [ANN, None, None]


async def test_the_same_question_with_the_same_id_is_asked_once(agent: Agent) -> None:
    await agent.prompted()

    await agent.says(permission(1), permission(1))

    assert len(await agent.ground.do(lambda use: use.approvals.open())) == 1


async def test_cancelling_a_task_withdraws_its_question_and_tells_the_agent_once(
    agent: Agent,
) -> None:
    await agent.prompted()
    await agent.says(permission())
    name = await task_name(agent)
    cancelled: set[TaskId] = set()

    await agent.ground.do(lambda use: use.tasks.cancel(name))
    messages = await agent.due(cancelled)

    kinds = [message.kind for message in messages]
    assert kinds == [MessageKind.ANSWER, MessageKind.CANCEL]
    assert json.loads(messages[0].payload)["result"]["outcome"] == {"outcome": "cancelled"}
    assert await agent.due(cancelled) == []


async def test_a_question_that_comes_after_the_cut_is_withdrawn_at_once(agent: Agent) -> None:
    await agent.prompted()
    await agent.says(said("hm"))
    name = await task_name(agent)
    await agent.ground.do(lambda use: use.tasks.cancel(name))

    await agent.says(permission())

    approvals = await agent.ground.at_desk(lambda desk: desk.tx.approvals.of(SESSION))
    assert [approval.state for approval in approvals] == [ApprovalState.WITHDRAWN]


async def test_an_urgent_task_comes_before_those_that_wait_longer(agent: Agent) -> None:
    await agent.ground.at_desk(
        lambda desk: desk.tx.tasks.add(
            a_task(id=TaskId("t2"), session=SESSION, number=2, text="Now.", is_urgent=True)
        )
    )

    prompt = await agent.prompted()

    assert prompt.task == TaskId("t2")


async def test_what_we_do_not_do_is_refused_once(agent: Agent) -> None:
    request = {"id": 9, "method": "fs/write_text_file", "params": {}}

    taken = await agent.says(request, request)

    assert [json.loads(message.payload)["error"]["code"] for message in taken.messages] == [-32601]


async def test_a_fall_of_usage_by_more_than_half_is_a_compaction(agent: Agent) -> None:
    await agent.says(update("usage_update", used=1000, size=2000))
    await agent.says(update("usage_update", used=500, size=2000))
    await agent.says(update("usage_update", used=249, size=2000))

    told = await agent.ground.events(EventKind.COMPACTION)
    assert [event.data for event in told] == [{"used_before": 500, "used": 249}]


async def test_the_entrypoint_s_word_unlocks_and_is_no_event(agent: Agent) -> None:
    taken = await agent.mutters(UNLOCKED_LINE)

    assert taken.unlocked
    assert await agent.ground.events(EventKind.STDERR) == []


async def test_stderr_in_the_middle_of_a_text_does_not_cut_it(agent: Agent) -> None:
    before, after = _logged([said("correct-"), said("horse!")])
    between = Line(LogLine(Stream.STDERR, b"warning", 1, KEPT, Cursor()), None)
    lines = [before, between, after]

    await agent.ground.at_desk(lambda desk: agent._hearing(desk).take(lines))

    [text] = await agent.ground.events(EventKind.TEXT)
    [errors] = await agent.ground.events(EventKind.STDERR)
    assert text.data["text"] == "correct-horse!"
    assert errors.data["text"] == "warning\n"


async def test_a_later_line_like_it_is_only_text(agent: Agent) -> None:
    await agent.mutters(UNLOCKED_LINE)

    await agent.mutters(UNLOCKED_LINE)

    assert len(await agent.ground.events(EventKind.STDERR)) == 1


async def test_a_prompt_without_a_sign_is_left_to_a_person_and_holds_the_queue(
    agent: Agent,
) -> None:
    prompt = await agent.prompted()
    await lose(agent, prompt)
    await agent.ground.at_desk(
        lambda desk: desk.tx.tasks.add(a_task(id=TaskId("t2"), session=SESSION, number=2))
    )

    assert await agent.look() == (SessionState.READY, TaskState.UNKNOWN)
    assert await agent.due() == []


async def test_an_unknown_task_is_sent_again_only_when_a_person_says_so(agent: Agent) -> None:
    first = await agent.prompted()
    await lose(agent, first)
    name = await task_name(agent)

    await agent.ground.do(lambda use: use.tasks.retry(name))
    second = await agent.prompted()

    assert second.rpc_id != first.rpc_id


async def test_an_answer_that_comes_after_all_resolves_an_unknown_task(agent: Agent) -> None:
    prompt = await agent.prompted()
    await lose(agent, prompt)

    await agent.says(answer(prompt, stopReason="end_turn"))

    assert await agent.look() == (SessionState.READY, TaskState.DONE)


async def test_a_prompt_that_gave_a_sign_is_not_lost(agent: Agent) -> None:
    prompt = await agent.prompted()
    await agent.says(said("Here I am."))

    await lose(agent, prompt)

    assert await agent.look() == (SessionState.WORKING, TaskState.RUNNING)


async def test_a_cancelled_prompt_without_a_sign_is_cut(agent: Agent) -> None:
    prompt = await agent.prompted()
    name = await task_name(agent)
    await agent.ground.do(lambda use: use.tasks.cancel(name))

    await lose(agent, prompt)

    assert await agent.look() == (SessionState.READY, TaskState.CANCELLED)


async def test_stop_beats_an_allowance_that_was_not_written_yet(agent: Agent) -> None:
    await agent.prompted()
    await agent.says(permission())
    name = await approval_name(agent)
    await agent.ground.do(lambda use: use.approvals.allow(name, Scope.ONCE, by=Asker(ANN)))

    await agent.ground.do(lambda use: use.tasks.cancel(name))
    messages = await agent.due()

    assert json.loads(messages[0].payload)["result"]["outcome"] == {"outcome": "cancelled"}


async def test_a_question_that_cannot_be_allowed_once_is_not_allowed(agent: Agent) -> None:
    await agent.prompted()
    asked = permission()
    asked["params"]["options"] = [{"optionId": "y", "kind": "allow_always", "name": "Always"}]
    await agent.says(asked)
    name = await approval_name(agent)

    with pytest.raises(InvalidInput, match="only be denied"):
        await agent.ground.do(lambda use: use.approvals.allow(name, Scope.ONCE, by=Asker(ANN)))


async def test_a_flood_of_questions_is_answered_and_opens_only_so_many(agent: Agent) -> None:
    await agent.prompted()

    taken = await agent.says(*(permission(number) for number in range(OPEN_MAX + 20)))

    assert len(await agent.ground.do(lambda use: use.approvals.open())) == OPEN_MAX
    assert len(taken.messages) == 20


async def test_a_question_of_a_turn_that_is_over_is_withdrawn(agent: Agent) -> None:
    prompt = await agent.prompted()

    await agent.says(permission(), answer(prompt, stopReason="end_turn"))

    assert await agent.ground.do(lambda use: use.approvals.open()) == []


async def test_a_conversation_that_is_told_again_before_a_load_is_answered_is_not_kept_twice(
    agent: Agent,
) -> None:
    await change_session(agent, state=SessionState.STARTING)
    load = await agent.ground.at_desk(
        lambda desk: agent._outgoing(desk).request(MessageKind.LOAD, "a1")
    )

    await agent.says(said("old"), answer(load), said("new"))

    told = await agent.ground.events(EventKind.TEXT)
    assert [event.data["text"] for event in told] == ["new"]


@pytest.mark.parametrize(
    ("result", "state"),
    [("cancelled", TaskState.CANCELLED), ("refusal", TaskState.FAILED)],
)
async def test_a_late_answer_says_how_an_unknown_task_ended(
    agent: Agent, result: str, state: TaskState
) -> None:
    prompt = await agent.prompted()
    await lose(agent, prompt)

    await agent.says(answer(prompt, stopReason=result))

    assert await agent.look() == (SessionState.READY, state)


async def lose(agent: Agent, prompt: Message) -> None:
    await agent.ground.at_desk(lambda desk: lose_prompt(desk, prompt))


async def change_session(agent: Agent, **changes: Any) -> None:
    await agent.ground.at_desk(
        lambda desk: desk.tx.sessions.save(replace(desk.tx.sessions.get(SESSION), **changes))
    )


async def approval_name(agent: Agent) -> str:
    return f"{await session_name(agent)}.1"


async def task_name(agent: Agent) -> str:
    return f"{await session_name(agent)}.1"


async def session_name(agent: Agent) -> str:
    return await agent.ground.at_desk(lambda desk: desk.tx.sessions.get(SESSION).name)
