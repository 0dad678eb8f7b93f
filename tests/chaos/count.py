"""Counts what Halyard stored and told against what agents wrote down and people said.

Every function yields one sentence for each difference; where all is right, none.
"""

import json
from collections import Counter
from collections.abc import Iterator, Sequence

from tests.chaos.books import Books, rates, unknown_tasks
from tests.chaos.ledgers import Question
from tests.chaos.speaker import Saying
from tests.halyard import Row

STREAMS_MIN, STREAM_MIN_PER_S = 6, 50
OPTIONS = {"allowed": "once", "denied": "reject", "expired": "reject"}
"""State of an approval -> the demo agent's option that tells of it; any other cancels."""
CANCELLED = {"outcome": "cancelled"}


def differences(books: Books) -> list[str]:
    """Return all that is not as it must be."""
    counts = (streams, events, texts, prompts, commands, approvals, unknown, troubles)
    return [sentence for count in counts for sentence in count(books)]


def streams(books: Books) -> Iterator[str]:
    """Enough sessions streamed fast enough for the kills to mean something."""
    fast = sum(rate >= STREAM_MIN_PER_S for rate in rates(books))
    if books.streams and fast < STREAMS_MIN:
        yield f"The streams sent only {_fast(books)} texts a second; this machine is too busy."


def _fast(books: Books) -> str:
    return ", ".join(f"{rate:.0f}" for rate in rates(books))


def events(books: Books) -> Iterator[str]:
    """Every event was told once, in order."""
    stored = [row["number"] for row in books.events]
    missing = sorted(set(stored) - set(books.told))
    if missing:
        yield f"{len(missing)} events were stored and never told: {missing[:10]}"
    if extra := sorted(set(books.told) - set(stored)):
        yield f"{len(extra)} events were told and are not stored: {extra[:10]}"
    if sorted(books.told) != list(books.told):
        yield "Events were told out of order."


def texts(books: Books) -> Iterator[str]:
    """Every text that an agent sent is in the events once, in order."""
    for session, name in books.names().items():
        ledger = books.ledgers[session]
        told = books.text_of(session).splitlines(keepends=True)
        yield from _compared(name, ledger.texts, told, may_miss=ledger.last_texts)


def _compared(
    name: str, sent: Sequence[str], told: Sequence[str], *, may_miss: frozenset[str]
) -> Iterator[str]:
    lost = Counter(sent) - Counter(told)
    surplus = Counter(told) - Counter(sent)
    if really := sorted(set(lost) - may_miss):
        yield f"{name}: {len(really)} texts of {len(sent)} are lost, such as {really[:3]}"
    if surplus:
        yield f"{name}: {surplus.total()} texts too many, such as {sorted(surplus)[:3]}"
    if not surplus and [text for text in sent if text not in lost] != list(told):
        yield f"{name}: its texts are in another order than they were sent."


def prompts(books: Books) -> Iterator[str]:
    """Every task reached its agent once, or at most once where that is not known."""
    names = books.names()
    retried = Counter(s.values["task"] for s in books.said if s.path == "task retry" and s.is_done)
    lost = set(unknown_tasks(books))
    arrived = {id_: Counter(ledger.prompts) for id_, ledger in books.ledgers.items()}
    for task in books.tasks:
        name = f"{names[task['session']]}.{task['number']}"
        times = arrived[task["session"]].pop(task["text"], 0)
        most = 1 + retried[name]
        if times > most:
            yield f"Task {name} reached its agent {times} times, and should at most {most}."
        if times == 0 and task["state"] == "done" and task["id"] not in lost:
            yield f"Task {name} is done and never reached its agent."
        if times and task["state"] == "dropped" and task["id"] not in lost:
            yield f"Task {name} was dropped and reached its agent."
        if task["state"] in {"queued", "sent", "running", "cancelling", "unknown", "failed"}:
            yield f"Task {name} came to rest as {task['state']}: {task['why']}"
    for session, left in arrived.items():
        for text in left:
            yield f"{names[session]} received a prompt that nobody said: {text[:80]!r}"


def commands(books: Books) -> Iterator[str]:
    """Every command was taken once, answered the same, and did what it says once."""
    yield from books.contradictions
    stored = {row["key"].partition("/")[2]: row for row in books.inbox}
    for said in books.said:
        row = stored.pop(said.key, None)
        if row is None:
            yield f"{said.path} {said.values} was answered and is not in the inbox."
        elif json.loads(row["answer"] or "null") != said.answer:
            yield f"{said.path} {said.values} was answered otherwise than stored."
        if said.answer["outcome"] not in {"done", "refused"}:
            yield f"{said.path} {said.values} was answered {said.answer}."
    for row in stored.values():
        yield f"The inbox has {row['path']} {row['values']}, which nobody said."
    yield from _effects(books)


def _effects(books: Books) -> Iterator[str]:
    done = [said for said in books.said if said.is_done]
    wanted = Counter(said.path for said in done)
    restarts = [s for s in done if s.path == "session restart" and s.values.get("text")]
    texts = [s.values.get("task") or s.values["text"] for s in done if _is_task(s)]
    for noun, rows, many in (
        ("sessions", books.sessions, wanted["session start"]),
        ("tasks", books.tasks, wanted["session start"] + wanted["session say"] + len(restarts)),
        ("jobs", books.jobs, wanted["session diff"] + wanted["session push"]),
    ):
        if len(rows) != many:
            yield f"There are {len(rows)} {noun}, and {many} were accepted."
    if Counter(task["text"] for task in books.tasks) != Counter(texts):
        yield "The texts of the tasks are not those that were accepted."
    for job in books.jobs:
        if job["state"] != "done":
            name = books.names()[job["session"]]
            yield f"The {job['kind']} of {name} is {job['state']}: {job['why']}"
    born = Counter(row["task"] for row, data in books.data("task") if data["was"] is None)
    if reborn := [id_ for id_, times in born.items() if times != 1]:
        yield f"{len(reborn)} tasks were told of as new more than once."


def _is_task(said: Saying) -> bool:
    return said.path in {"session start", "session say"} or (
        said.path == "session restart" and bool(said.values.get("text"))
    )


def approvals(books: Books) -> Iterator[str]:
    """Every question has one approval, and its answers are all the one that was decided."""
    names = books.names()
    cut = {row["task"] for row, data in books.data("task") if data["trigger"] in {"cancel", "cut"}}
    for session, ledger in books.ledgers.items():
        rows = [row for row in books.approvals if row["session"] == session]
        asked = list(ledger.questions())
        if len(rows) != len(asked):
            yield f"{names[session]} asked {len(asked)} times and has {len(rows)} approvals."
        for row, question in zip(rows, asked, strict=False):
            name = f"{names[session]}.{row['number']}"
            if row["rpc_id"] != question.id:
                yield f"Approval {name} is of question {row['rpc_id']}, not {question.id}."
            yield from _answers(name, row, question, is_cut=row["task"] in cut)
            yield from _decisions(name, row, books.said)


def _decisions(name: str, row: Row, said: Sequence[Saying]) -> Iterator[str]:
    verdicts = {"approval allow": "allowed", "approval deny": "denied"}
    taken = [
        verdicts[one.path]
        for one in said
        if one.is_done and one.path in verdicts and one.values["approval"] == name
    ]
    if taken not in ([], [row["state"]]):
        yield f"Approval {name} is {row['state']}, and was accepted to be {taken}."


def _answers(name: str, row: Row, question: Question, *, is_cut: bool) -> Iterator[str]:
    """Compare answers; of a turn that was cut, none may come, and the cut beats the decision."""
    if row["state"] == "open":
        yield f"Approval {name} is still open."
        return
    option = OPTIONS.get(row["state"])
    right = {"outcome": "selected", "optionId": option} if option else CANCELLED
    answers = {json.dumps(answer) for answer in question.answers}
    possible = {json.dumps({"outcome": one}) for one in (right, *([CANCELLED] * is_cut))}
    if len(answers) > 1 or not answers <= possible:
        yield f"Approval {name} is {row['state']}, and its agent was answered {sorted(answers)}."
    if not answers and not (is_cut and question.is_last):
        yield f"Approval {name} is {row['state']}, and its agent was never answered."


def unknown(books: Books) -> Iterator[str]:
    """Every task that became unknown had a prompt in doubt when a kill fell."""
    doubtful = {rpc_id for kill in books.kills for rpc_id in kill.doubtful}
    in_doubt = Counter(m["task"] for m in books.messages if m["rpc_id"] in doubtful)
    for task, times in (Counter(unknown_tasks(books)) - in_doubt).items():
        yield f"Task {task} became unknown {times} times more often than a kill put it in doubt."


def troubles(books: Books) -> Iterator[str]:
    """Nothing broke, and no range of a log is missing."""
    for _, data in books.data("alert"):
        if data["state"] == "open" and not data["fingerprint"].startswith("stray"):
            yield f"Alert {data['fingerprint']}: {data['text']}"
    for row, data in books.data("gap"):
        yield f"{books.names()[row['session']]} has a gap: {data}"
    for row in books.sessions:
        if row["state"] != "ended":
            yield f"{books.names()[row['id']]} came to rest as {row['state']}: {row['why']}"
        elif row["reason"] not in {"done", "stopped", "killed"}:
            yield f"{books.names()[row['id']]} ended as {row['reason']}: {row['why']}"


def summary(books: Books) -> str:
    """Return in a few lines what was counted."""
    sent = sum(len(ledger.texts) for ledger in books.ledgers.values())
    asked = sum(1 for ledger in books.ledgers.values() for _ in ledger.questions())
    tries = sum(said.tries for said in books.said)
    hows = Counter(kill.how for kill in books.kills)
    doubtful = sum(len(kill.doubtful) for kill in books.kills)
    return (
        f"{len(books.kills)} kills: {', '.join(f'{n} {how}' for how, n in sorted(hows.items()))}.\n"
        f"{len(books.sessions)} sessions, {len(books.tasks)} tasks, {sent} texts sent,"
        f" {asked} questions; {len(books.events)} events.\n"
        f"{len(books.streams)} sessions streamed {_fast(books)} texts a second.\n"
        f"{len(books.said)} commands, said {tries} times.\n"
        f"{len(unknown_tasks(books))} tasks became unknown; prompts were in doubt {doubtful} times."
    )
