"""A task goes in, an agent works on it in a container, its work comes back: on the real Engine."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from engine.api import (
    ApprovalState,
    Asker,
    Conflict,
    EndReason,
    EventKind,
    JobKind,
    JobState,
    Network,
    Scope,
    SessionState,
    Settings,
    TaskState,
)
from tests.office import ANN, Office, git, opened_office

pytestmark = pytest.mark.docker


async def test_a_task_is_done_with_leave_and_its_work_comes_back_as_a_branch(
    office: Office, source: Path
) -> None:
    before = await asyncio.to_thread(git, source, "rev-parse", "main")
    name = await office.start("ask work", once=True)
    for number in (1, 2):
        await office.allowed(f"{name}.{number}")
    ended = await office.ends(name)

    diff = await office.job(name, JobKind.DIFF)
    push = await office.job(name, JobKind.PUSH)

    assert ended.reason is EndReason.DONE
    assert diff.result["files_changed"] == 1
    assert "+# Notes" in str(diff.result["text"])
    branch = await asyncio.to_thread(git, source, "rev-parse", f"halyard/{name}")
    assert (push.result["branch"], push.result["commit"]) == (f"halyard/{name}", branch)
    notes = await asyncio.to_thread(git, source, "show", f"halyard/{name}:NOTES.md")
    assert notes.startswith("# Notes")
    assert await asyncio.to_thread(git, source, "rev-parse", "main") == before


async def test_a_push_again_takes_along_what_came_since(office: Office, source: Path) -> None:
    name = await office.start("#first work=")
    await office.allowed(f"{name}.1")
    await office.task(f"{name}.1", TaskState.DONE)
    first = await office.job(name, JobKind.PUSH)
    again = await office.job(name, JobKind.PUSH)
    file = await office.keep(b"more\n")
    await office.job(name, JobKind.PUT, path="more.txt", file=file)

    later = await office.job(name, JobKind.PUSH)

    assert first.result == again.result
    assert later.state is JobState.DONE
    more = await asyncio.to_thread(git, source, "show", f"halyard/{name}:more.txt")
    assert more == "more"


async def test_a_push_never_overwrites_a_branch_with_other_work(
    office: Office, source: Path
) -> None:
    git(source, "checkout", "--quiet", "--orphan", "halyard/demo-1")
    git(source, "commit", "--quiet", "--message=Other work")
    git(source, "checkout", "--quiet", "main")
    name = await office.start("slow=20/0.1", once=True)
    await office.ends(name)
    file = await office.keep(b"x")
    await office.job(name, JobKind.PUT, path="x", file=file)

    push = await office.job(name, JobKind.PUSH)

    assert (name, push.state) == ("demo-1", JobState.FAILED)
    assert "[rejected]" in push.why
    assert git(source, "log", "--format=%s", "halyard/demo-1") == "Other work"


async def test_messages_queue_while_the_agent_works_and_may_be_changed_until_sent(
    office: Office,
) -> None:
    name = await office.start("slow=20/1 #1")
    await office.task(f"{name}.1", TaskState.RUNNING)
    await office.say(name, "slow=20/0.1 #2")
    await office.say(name, "slow=20/0.1 #3")
    await office.do(lambda use: use.tasks.edit(f"{name}.2", "slow=20/0.1 #two"))
    await office.do(lambda use: use.tasks.drop(f"{name}.3"))
    await office.say(name, "slow=20/0.1 #4")

    await office.task(f"{name}.4", TaskState.DONE)

    prompts = [entry["text"] for entry in await office.ledger(name, "prompt")]
    assert prompts == ["slow=20/1 #1", "slow=20/0.1 #two", "slow=20/0.1 #4"]
    with pytest.raises(Conflict, match="already sent"):
        await office.do(lambda use: use.tasks.edit(f"{name}.2", "too late"))
    assert await office.text(name) == await office.told(name)


async def test_an_urgent_message_interrupts_and_comes_before_the_queue(office: Office) -> None:
    name = await office.start("slow=20/30 #1")
    await office.task(f"{name}.1", TaskState.RUNNING)
    await office.say(name, "slow=20/0.1 #2")

    await office.say(name, "slow=20/0.1 #now", now=True)
    await office.task(f"{name}.2", TaskState.DONE)

    cut = await office.task(f"{name}.1", TaskState.CANCELLED)
    assert cut.why == "Interrupted by a new message."
    prompts = [entry["text"] for entry in await office.ledger(name, "prompt")]
    assert prompts == ["slow=20/30 #1", "slow=20/0.1 #now", "slow=20/0.1 #2"]


async def test_a_cancelled_task_ends_its_turn_and_the_session_goes_on(office: Office) -> None:
    name = await office.start("slow=20/30")
    await office.task(f"{name}.1", TaskState.RUNNING)

    await office.do(lambda use: use.tasks.cancel(f"{name}.1"))
    await office.task(f"{name}.1", TaskState.CANCELLED)
    await office.say(name, "slow=20/0.1")
    await office.task(f"{name}.2", TaskState.DONE)

    assert (await office.view(name)).session.attempt == 1
    assert len(await office.ledger(name, "cancel")) == 1


async def test_cancelling_withdraws_the_open_question(office: Office) -> None:
    name = await office.start("ask=1 slow=20/30")
    await office.opened(f"{name}.1")

    await office.do(lambda use: use.tasks.cancel(f"{name}.1"))
    await office.task(f"{name}.1", TaskState.CANCELLED)

    await office.approval(f"{name}.1", ApprovalState.WITHDRAWN)
    with pytest.raises(Conflict, match="withdrawn"):
        await office.allow(f"{name}.1")


async def test_what_is_allowed_for_the_session_is_answered_each_time_with_allow_once(
    office: Office,
) -> None:
    name = await office.start("ask=3", once=True)
    await office.opened(f"{name}.1")

    await office.allow(f"{name}.1", Scope.SESSION)
    await office.ends(name)

    answers = [entry["answer"] for entry in await office.ledger(name, "answer")]
    assert [answer["outcome"]["optionId"] for answer in answers] == ["once"] * 3
    told = await office.events(name, EventKind.APPROVAL)
    closed = [e.data["by"] for e in told if e.data["state"] == ApprovalState.ALLOWED]
    assert closed == [ANN, None, None]


async def test_a_rule_for_one_command_does_not_cover_another(office: Office) -> None:
    name = await office.start("ask=2 work=")
    await office.opened(f"{name}.1")

    await office.allow(f"{name}.1", Scope.SESSION)

    await office.opened(f"{name}.3")
    shown = (await office.view(name)).approvals[0]
    assert (shown.kind, shown.subject) == ("edit", "/work/NOTES.md")


async def test_a_denied_question_is_answered_with_no(office: Office) -> None:
    name = await office.start("ask=1", once=True)
    await office.opened(f"{name}.1")

    await office.do(lambda use: use.approvals.deny(f"{name}.1", by=Asker(ANN)))
    await office.ends(name)

    assert "You said no" in await office.text(name)
    with pytest.raises(Conflict, match="already denied by local:1000"):
        await office.allow(f"{name}.1")


async def test_a_question_expires_only_after_it_was_shown(settings: Settings, source: Path) -> None:
    hasty = replace(settings, durations=replace(settings.durations, approval_s=0.2))
    async with opened_office(hasty, source) as office:
        unseen = await office.start("ask=1")
        seen = await office.start("ask=1", once=True)
        await office.opened(f"{unseen}.1")
        await office.opened(f"{seen}.1")

        await office.engine.shown([a.id for a in (await office.view(seen)).approvals])
        await office.ends(seen)

        assert "You said no" in await office.text(seen)
        assert [a.number for a in (await office.view(unseen)).approvals] == [1]


async def test_a_task_that_fails_ends_a_once_session_as_failed(office: Office) -> None:
    name = await office.start("fail=no-luck-today", once=True)

    ended = await office.ends(name)

    assert ended.reason is EndReason.FAILED
    task = await office.task(f"{name}.1", TaskState.FAILED)
    assert "no-luck-today" in task.why


async def test_files_go_in_and_come_out_while_the_agent_lives_and_after(office: Office) -> None:
    name = await office.start("slow=20/0.1")
    await office.task(f"{name}.1", TaskState.DONE)
    file = await office.keep(b"\x00what was put\n")

    put = await office.job(name, JobKind.PUT, path="notes/a b.bin", file=file)
    await office.do(lambda use: use.sessions.stop(name))
    await office.ends(name)
    got = await office.job(name, JobKind.GET, path="notes/a b.bin")

    assert put.state is JobState.DONE
    assert got.result == {"file": file, "name": "a b.bin", "bytes": 14}


async def test_a_file_outside_the_work_folder_is_refused(office: Office) -> None:
    name = await office.start("slow=20/0.1")
    await office.task(f"{name}.1", TaskState.DONE)
    file = await office.keep(b"x")

    refused = [
        await office.job(name, kind, path=path, file=file)
        for kind in (JobKind.GET, JobKind.PUT)
        for path in ("../x", "/etc/passwd", "a/../../x", "outside")
    ]

    assert {job.state for job in refused} == {JobState.FAILED}
    assert all(job.why.endswith(".") for job in refused)


async def test_a_restarted_session_goes_on_with_its_conversation_and_its_work(
    office: Office,
) -> None:
    name = await office.start("slow=20/0.1", once=True)
    await office.ends(name)
    file = await office.keep(b"kept\n")
    await office.job(name, JobKind.PUT, path="kept.txt", file=file)

    await office.do(lambda use: use.sessions.restart(name, "slow=20/0.1 #2", by=ANN))
    await office.task(f"{name}.2", TaskState.DONE)

    assert "This is task 2 of our talk." in await office.text(name)
    assert (await office.job(name, JobKind.GET, path="kept.txt")).result["file"] == file
    assert (await office.view(name)).session.attempt == 2
    with pytest.raises(Conflict, match="is ready"):
        await office.do(lambda use: use.sessions.restart(name, "", by=ANN))


async def test_the_log_of_a_session_holds_its_newest_events_in_order(office: Office) -> None:
    name = await office.start("slow=20/0.1", once=True)
    await office.ends(name)
    everything = await office.events(name)

    log = await office.do(lambda use: use.sessions.log(name, limit=5))

    assert list(log) == everything[-5:]
    assert log[-1].data["state"] == SessionState.ENDED


async def test_a_jailed_session_works_and_takes_its_network_along(office: Office) -> None:
    name = await office.start("slow=20/0.1", once=True, network=Network.JAIL)

    ended = await office.ends(name)

    assert ended.reason is EndReason.DONE
    assert (await office.holds()).networks == set()
