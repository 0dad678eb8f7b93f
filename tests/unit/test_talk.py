"""What plain words mean, where they are said."""

from typing import Any

import pytest

from bot.commands import registry
from bot.core.call import Call
from bot.core.option import Attachment, Attachments
from bot.dispatch import Heard, answer, said_of
from bot.hearing.talk import Reading, Words, deleted, edited, read_words
from engine.api import Conversation, Engine, FileId, InboxKey, InvalidInput, NotFound, ProjectName
from engine.app.changes import move_task
from engine.domain.task import TaskTrigger
from tests.build import S1, a_project, a_session
from tests.chat import CHANNEL, PLATFORM, THREAD
from tests.faces import engine_of
from tests.ground import ANN, Ground

ELSEWHERE = Conversation(PLATFORM, "acme", "lounge", "")
IMAGE = Attachment(FileId("a" * 64), "image.png")
FILES = Attachments((IMAGE,)).encode()
SAY, START = "session say", "session start"


@pytest.fixture
async def engine(ground: Ground) -> Engine:
    """A channel that is bound to a project, with one session in a thread of it."""

    def set_up(use: Any) -> None:
        use.desk.tx.projects.add(a_project())
        use.channels.bind(CHANNEL, ProjectName("web"))
        use.desk.tx.sessions.add(a_session(conversation=THREAD))

    await ground.do(set_up)
    return engine_of(ground)


async def read(engine: Engine, text: str, where: Conversation, **more: Any) -> Reading | None:
    words = Words(text=text, conversation=where, **more)
    return await engine.read(lambda use: read_words(use, registry, words))


IN_THREAD = {
    "fix the login": Call(SAY, {"session": "web-1", "text": "fix the login"}),
    "!nice": Call(SAY, {"session": "web-1", "text": "!nice"}),
    "!now stop\nand think": Call(
        SAY, {"session": "web-1", "text": "stop\nand think", "now": "yes"}
    ),
    "!now\nthink": Call(SAY, {"session": "web-1", "text": "think", "now": "yes"}),
    "!now": Call(SAY, {"session": "web-1", "text": "", "now": "yes"}),
    "!stop": Call("session stop", {"session": "web-1"}),
    "!Diff": Call("session diff", {"session": "web-1"}),
    "!nowhere": Call(SAY, {"session": "web-1", "text": "!nowhere"}),
    "session list is empty, why?": Call(
        SAY, {"session": "web-1", "text": "session list is empty, why?"}
    ),
    "!session diff": Call("session diff", {"session": "web-1"}),
    "!session show web-1": Call("session show", {"session": "web-1"}),
    "!session say go on": Call(SAY, {"session": "web-1", "text": "go on"}),
    "!approval list": Call("approval list", {"session": "web-1"}),
    "!status": Call("status"),
    "// shall we?": None,
    "": None,
}


@pytest.mark.parametrize("text", IN_THREAD)
async def test_in_a_sessions_thread(engine: Engine, text: str) -> None:
    reading = await read(engine, text, THREAD)

    assert (reading.call if reading else None) == IN_THREAD[text]


MENTIONED = {
    "fix the login": Call(START, {"project": "web", "task": "fix the login"}),
    "project page is broken": Call(START, {"project": "web", "task": "project page is broken"}),
    "session list": Call("session list"),
    "Status": Call("status"),
    "help session start": Call("help", {"command": "session start"}),
    "": Call("help"),
    "// not for you": None,
}


@pytest.mark.parametrize("text", MENTIONED)
async def test_after_a_mention_in_a_bound_channel(engine: Engine, text: str) -> None:
    reading = await read(engine, text, CHANNEL, is_mentioned=True)

    assert (reading.call if reading else None) == MENTIONED[text]


async def test_without_a_mention_only_a_command_counts_in_a_bound_channel(engine: Engine) -> None:
    command = await read(engine, "!session list", CHANNEL)

    assert command == Reading(call=Call("session list"), is_typed=True)
    assert await read(engine, "!nice", CHANNEL) is None
    assert await read(engine, "fix the login", CHANNEL) is None


async def test_elsewhere_nothing_counts_but_a_mention(engine: Engine) -> None:
    assert await read(engine, "!session list", ELSEWHERE) is None
    assert await read(engine, "fix it", ELSEWHERE) is None

    bind = await read(engine, "project bind web", ELSEWHERE, is_mentioned=True)
    task = await read(engine, "fix it", ELSEWHERE, is_mentioned=True)

    assert bind
    assert bind.call == Call("project bind", {"project": "web"})
    assert task
    assert isinstance(task.failed, InvalidInput)
    assert "project bind project=NAME" in str(task.failed)


async def test_words_that_cannot_be_read_are_refused_and_never_run(
    engine: Engine, ground: Ground
) -> None:
    reading = await read(engine, "!session shwo", THREAD)
    assert reading
    assert isinstance(reading.failed, NotFound)

    heard = Heard(
        key="m1",
        actor=ANN,
        conversation=THREAD,
        is_local=False,
        call=reading.call,
        failed=reading.failed,
    )
    answered = await answer(engine, registry, heard)

    assert answered.message.data == {"error": str(reading.failed)}
    received = await ground.do(lambda use: use.said.find(said_of(heard).key))
    assert received
    assert received.outcome == "refused"


async def test_files_come_along_with_what_is_said(engine: Engine) -> None:
    said = await read(engine, "", THREAD, files=(IMAGE,))
    started = await read(engine, "look", CHANNEL, is_mentioned=True, files=(IMAGE,))
    put = await read(engine, "!session put path=a/b.png", THREAD, files=(IMAGE,))

    assert said
    assert said.call.values == {"session": "web-1", "text": "image.png", "files": FILES}
    assert started
    assert started.call.values["files"] == FILES
    assert put
    assert put.call == Call(
        "session put", {"session": "web-1", "file": IMAGE.encode(), "path": "a/b.png"}
    )


async def told(engine: Engine, text: str, where: Conversation = THREAD, **more: Any) -> InboxKey:
    """Say something, and return what it was heard under."""
    reading = await read(engine, text, where, **more)
    assert reading
    heard = Heard(key="m1", actor=ANN, conversation=where, is_local=False, call=reading.call)
    await answer(engine, registry, heard)
    return said_of(heard).key


async def edit(
    engine: Engine, key: InboxKey, text: str, where: Conversation = THREAD
) -> Call | None:
    words = Words(text=text, conversation=where, is_mentioned=where == CHANNEL)
    return await engine.read(lambda use: edited(use, registry, key, words))


async def test_an_edited_message_edits_its_task(engine: Engine) -> None:
    key = await told(engine, "fix the login")

    assert await edit(engine, key, "fix it ") == Call(
        "task edit", {"task": "web-1.1", "text": "fix it"}
    )
    assert await edit(engine, key, "fix the login") is None
    assert await edit(engine, key, "// never mind") == Call("task drop", {"task": "web-1.1"})
    assert await edit(engine, InboxKey("other"), "fix it") is None


async def test_the_message_that_started_a_session_edits_its_first_task(engine: Engine) -> None:
    key = await told(engine, "fix the login", CHANNEL, is_mentioned=True)

    call = await edit(engine, key, "fix it", CHANNEL)

    assert call == Call("task edit", {"task": "web-2.1", "text": "fix it"})


async def test_a_deleted_message_drops_its_task_until_that_was_sent(
    engine: Engine, ground: Ground
) -> None:
    key = await told(engine, "fix the login")

    before = await engine.read(lambda use: deleted(use, key))
    await ground.at_desk(lambda desk: move_task(desk, desk.tx.tasks.of(S1)[0], TaskTrigger.SEND))

    assert before == Call("task drop", {"task": "web-1.1"})
    assert await engine.read(lambda use: deleted(use, key)) is None


async def test_editing_a_sent_task_says_so(engine: Engine, ground: Ground) -> None:
    key = await told(engine, "fix the login")
    await ground.at_desk(lambda desk: move_task(desk, desk.tx.tasks.of(S1)[0], TaskTrigger.SEND))
    call = await edit(engine, key, "fix it")
    assert call

    heard = Heard(key="m2", actor=ANN, conversation=THREAD, is_local=False, call=call)
    answered = await answer(engine, registry, heard)

    assert "already sent" in str(answered.message.data)
