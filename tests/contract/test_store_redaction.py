"""No known secret passes the writer, whatever it is written in."""

from base64 import b64encode
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import pytest

from engine.domain.approval import Choice, Rule
from engine.domain.redaction import REDACTED
from engine.domain.values import EventNumber, InboxKey, Json
from engine.ports.store import Transaction
from tests.build import (
    S1,
    a_host_status,
    a_job,
    a_message,
    a_received,
    a_session,
    a_task,
    an_alert,
    an_approval,
    an_event,
)
from tests.stores import KNOWN, open_store

SAID = f"The key is {KNOWN}."
NESTED: dict[str, Json] = {
    "a": [SAID, {KNOWN: 1}],
    "b": b64encode(SAID.encode()).decode(),
    "c": quote(SAID),
}


def _answered(tx: Transaction) -> None:
    tx.journal.add(a_message())
    tx.journal.answered(a_message(), NESTED)


def _prepare(tx: Transaction) -> None:
    tx.sessions.add(a_session())
    tx.inbox.add(a_received(key=InboxKey("k0")))


WRITES: dict[str, Callable[[Transaction], object]] = {
    "event": lambda tx: tx.events.append(an_event(data=NESTED)),
    "session": lambda tx: tx.sessions.save(a_session(why=SAID)),
    "task": lambda tx: tx.tasks.add(a_task(text=SAID, why=SAID, stop_reason=SAID)),
    "approval": lambda tx: tx.approvals.add(
        an_approval(title=SAID, subject=SAID, kind=SAID, detail=NESTED)
    ),
    "rule": lambda tx: tx.approvals.add_rule(Rule(S1, "execute", SAID)),
    "answer of an agent": _answered,
    "inbox": lambda tx: tx.inbox.add(a_received(path=SAID, values={KNOWN: SAID}, answer=SAID)),
    "answer": lambda tx: tx.inbox.done(InboxKey("k0"), answer=f'["{SAID}"]', outcome="done"),
    "job": lambda tx: tx.jobs.add(a_job(args={"a": SAID}, result=NESTED, why=SAID)),
    "host": lambda tx: tx.hosts.save(a_host_status(why=SAID)),
    "alert": lambda tx: tx.alerts.add(an_alert(text=SAID)),
}


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
async def test_a_known_secret_never_reaches_the_file(
    tmp_path: Path, write: Callable[[Transaction], object]
) -> None:
    database = tmp_path / "halyard.db"

    async with open_store(database) as store:
        await store.write(_prepare)
        await store.write(write)

    stored = database.read_bytes()
    assert REDACTED.encode() in stored
    assert KNOWN.encode() not in stored
    assert b64encode(SAID.encode())[20:30] not in stored


async def test_a_choice_whose_id_is_a_secret_is_left_out(tmp_path: Path) -> None:
    database = tmp_path / "halyard.db"
    choices = (Choice(SAID, "allow_once", SAID), Choice("no", SAID, SAID))

    async with open_store(database) as store:
        await store.write(_prepare)
        await store.write(lambda tx: tx.approvals.add(an_approval(choices=choices)))
        (stored,) = await store.read(lambda tx: tx.approvals.of(S1))

    clean = f"The key is {REDACTED}."
    assert stored.choices == (Choice("no", clean, clean),)
    assert KNOWN.encode() not in database.read_bytes()


@pytest.mark.parametrize("number", [float("inf"), float("-inf"), float("nan")])
async def test_a_number_that_is_not_json_is_never_stored(tmp_path: Path, number: float) -> None:
    async with open_store(tmp_path / "halyard.db") as store:
        with pytest.raises(ValueError, match="not JSON compliant"):
            await store.write(lambda tx: tx.events.append(an_event(data={"a": number})))


async def test_an_answer_that_is_json_stays_json(tmp_path: Path) -> None:
    answer = f'{{"title": "\\"{KNOWN}\\" \\\\{KNOWN}"}}'

    async with open_store(tmp_path / "halyard.db") as store:
        await store.write(lambda tx: tx.inbox.add(a_received()))
        await store.write(lambda tx: tx.inbox.done(InboxKey("k1"), answer=answer, outcome="done"))
        stored = await store.read(lambda tx: tx.inbox.find(InboxKey("k1")))

    assert stored is not None
    assert stored.answer == f'{{"title": "\\"{REDACTED}\\" \\\\{REDACTED}"}}'


async def test_what_no_database_holds_is_replaced(tmp_path: Path) -> None:
    async with open_store(tmp_path / "halyard.db") as store:
        await store.write(_prepare)
        await store.write(lambda tx: tx.tasks.add(a_task(text="a\0b\ud83dc\U0001f600")))
        stored = await store.read(lambda tx: tx.tasks.of(S1))

    assert stored[0].text == "a\ufffdb?c\U0001f600"


async def test_a_secret_that_is_added_while_running_is_taken_out(tmp_path: Path) -> None:
    async with open_store(tmp_path / "halyard.db") as store:
        store._cleaner._redactor.add(["another-secret"])
        await store.write(lambda tx: tx.events.append(an_event(data={"text": "another-secret"})))
        (event,) = await store.read(lambda tx: tx.events.after(EventNumber(0), limit=9))

    assert event.data == {"text": REDACTED}
