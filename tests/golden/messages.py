"""One message of every view, made of the same small values."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from bot.commands import registry
from bot.commands.help import about
from bot.core.message import (
    Checklist,
    Code,
    Fields,
    File,
    Message,
    Mono,
    Person,
    Said,
    Table,
    When,
    text,
)
from bot.views import (
    access,
    agent,
    approval,
    call,
    channel,
    errors,
    host,
    link,
    notice,
    project,
    result,
    session,
    share,
    status,
    task,
    thread,
    turn,
)
from engine.api import (
    ActorId,
    Agent,
    AgentName,
    ApprovalState,
    Channel,
    Conversation,
    EndReason,
    Event,
    EventKind,
    EventNumber,
    FileId,
    HostName,
    HostSettings,
    HostState,
    HostView,
    InvalidInput,
    Job,
    JobKind,
    JobState,
    Json,
    Overview,
    Permission,
    ProjectName,
    Rights,
    Role,
    Scope,
    SessionState,
    SessionView,
    Standing,
    Subject,
    TaskState,
    Unavailable,
    VolumeSizes,
)
from tests.build import (
    ANN,
    AT,
    LOCAL,
    S1,
    a_grant,
    a_host_status,
    a_job,
    a_mirror,
    a_project,
    a_session,
    a_task,
    an_alert,
    an_approval,
)

HOSTILE = (
    "\x1b[2J\x1b]0;owned\x07 \x9b31m \u202egnp.exe \u200bzero\u2066width\ufeff"
    " \x08\x08 [red]markup[/red] \U000e0041 \u3164 line\u2028two \r over"
)
"""Escapes, C1 controls, bidi, zero width, rich's own markup, tags, fillers, separators."""

CHAT_HOSTILE = (
    "@everyone <@1> <@&2> <#3> </stop:4> <:a:5> <t:6:R> <id:guide> :smile: [a](http://b) [c](<http://d>)"
    " https://e.example/x_y discord.gg/f **b** __u__ ~~s~~ ||p|| `c` ``d`` \\* \\\\`\n"
    "# h\n-# s\n> q\n>>> r\n- l\n1. n\n```sh\nrm\n```\n|a|b|\n|-|-|"
)
"""All that Discord acts on."""

WORKING = a_session(state=SessionState.WORKING, host=LOCAL, attempt=2, start_commit="c0ffee")
ENDED = a_session(
    state=SessionState.ENDED,
    reason=EndReason.DONE,
    why="All tasks are done.",
    host=LOCAL,
    attempt=1,
    start_commit="c0ffee",
    volumes_until=AT + timedelta(days=7),
)
UP = HostView(
    settings=HostSettings(name=LOCAL, socket="/var/run/docker.sock", labels=("small",)),
    status=a_host_status(engine_version="20.10.24", free_bytes=7 * 1024**3),
    used=1,
    volumes_bytes=3 * 1024**3,
)
DOWN = HostView(
    settings=HostSettings(name=HostName("far"), socket="/run/far.sock"),
    status=a_host_status(
        name=HostName("far"), state=HostState.DOWN, why="Host far does not answer.", seen_at=None
    ),
    used=0,
)
BOB = ActorId("discord:80351110224678912")
DIFF = File(FileId("5d" * 32), "web-1.diff", 12_345)
CHANNEL = Channel(
    platform="discord",
    space="81384788765712384",
    channel="381870553235193857",
    project=ProjectName("web"),
)
DEMO = Agent(
    name=AgentName("demo"),
    image="halyard-agent-demo:1",
    argv=("halyard-demo-agent",),
    env={"LOG": "info"},
    secrets={"key": "MY_KEY"},
    doc="Needs no model",
)
VIEW = SessionView(
    session=WORKING,
    is_waiting=True,
    is_unreachable=False,
    tasks=(
        a_task(state=TaskState.RUNNING),
        a_task(number=2, state=TaskState.UNKNOWN, text="Was this done?"),
    ),
    queued=0,
    approvals=(an_approval(),),
    plan=(
        {"content": "Read", "status": "completed"},
        {"content": "Write", "status": "in_progress"},
        {"content": "Check", "status": "pending"},
    ),
    usage={"used": 1500, "size": 200_000, "claimed_microusd": 0},
    events=12,
    volumes=VolumeSizes(work_bytes=5 * 1024**2, home_bytes=70_000),
)
BUSY = Overview(
    hosts=(UP, DOWN),
    sessions=(VIEW,),
    approvals=tuple((f"web-1.{n}", an_approval(number=n)) for n in range(1, 8)),
    unknown=(("web-1.2", a_task(number=2, state=TaskState.UNKNOWN)),),
    alerts=(an_alert(),),
    head=EventNumber(99),
)
REST = replace(VIEW, is_waiting=False, tasks=(), approvals=(), plan=(), usage={})
GONE = replace(ENDED, volumes_until=None, reason=EndReason.AGENT_DIED)
TURN: Mapping[str, Json] = {"seconds": 150.0, "input_tokens": 12_000, "output_tokens": 345}
DIFFED: Mapping[str, Json] = {
    "file": "5d" * 32,
    "name": "web-1.diff",
    "bytes": 12_345,
    "files_changed": 3,
    "is_cut": False,
}
MIRROR = a_mirror(conversation=Conversation("slack", "T1", "C2", ""))
SAID: Mapping[str, Json] = {
    "place": "slack:T1/C2/3.4",
    "actor": "slack:T012ABCDE:U5",
    "text": "Hurry",
}
ALERTED: Mapping[str, Json] = {
    "fingerprint": "stall:s1",
    "severity": "warning",
    "text": "The agent is silent for 5 minutes.",
    "state": "open",
}
QUIET = replace(BUSY, hosts=(UP,), sessions=(), approvals=(), unknown=(), alerts=())


def a_result(kind: JobKind, **made: Json) -> Job:
    """Return a job that was done."""
    return a_job(kind=kind, state=JobState.DONE, result=made)


def event(number: int, kind: EventKind, /, **data: Json) -> Event:
    """Return an event of the session, a second after the one before."""
    at = AT + timedelta(seconds=number)
    return Event(number=EventNumber(number), kind=kind, at=at, session=S1, task=None, data=data)


def standing(*, is_bootstrap: bool) -> Standing:
    """Return what an operator may do, who may be an admin of the settings besides."""
    return Standing(
        subject=Subject("local:1001"),
        project=ProjectName("web"),
        rights=Rights(is_bootstrap=is_bootstrap, grants=(a_grant(),)),
        is_asker=is_bootstrap,
        givers=(Subject("discord:5"), Subject("local:0")),
    )


HOSTILE_TASK = a_task(state=TaskState.RUNNING, text=HOSTILE, why=HOSTILE)
LOG = (
    event(1, EventKind.SESSION, state="queued", why="", reason=None),
    event(2, EventKind.TEXT, text="I read\nall of it.", message="m1"),
    event(3, EventKind.TURN, stop_reason="end_turn", seconds=92.0),
)

MESSAGES: Mapping[str, Message] = {
    "session-queued": session.queued(a_session()),
    "session-list": session.listed((WORKING, ENDED)),
    "session-list-empty": session.listed(()),
    "session-show": session.shown(VIEW),
    "session-show-ended": session.shown(
        replace(VIEW, session=ENDED, is_waiting=False, tasks=(), approvals=(), plan=(), usage={})
    ),
    "session-told": session.told("web-1", a_task(), now=False),
    "session-told-now": session.told("web-1", a_task(), now=True),
    "session-stopping": session.stopping(replace(WORKING, state=SessionState.STOPPING)),
    "session-stopped": session.stopping(ENDED),
    "session-restarted": session.restarted(a_session()),
    "session-log": session.log("web-1", LOG),
    "session-diff": session.working("web-1", a_job(kind=JobKind.DIFF)),
    "task-list": task.listed("web-1", (a_task(), a_task(number=2, state=TaskState.DONE))),
    "task-dropped": task.moved("web-1.1", a_task(state=TaskState.DROPPED)),
    "approval-list": approval.listed((("web-1.1", an_approval()),)),
    "approval-list-empty": approval.listed(()),
    "approval-show": approval.shown("web-1.1", an_approval()),
    "approval-show-no-subject": approval.shown("web-1.1", an_approval(subject="")),
    "approval-allowed": approval.closed(
        "web-1.1", an_approval(state=ApprovalState.ALLOWED, scope=Scope.SESSION)
    ),
    "approval-denied": approval.closed("web-1.1", an_approval(state=ApprovalState.DENIED)),
    "project-added": project.added(a_project()),
    "project-list": project.listed((a_project(),)),
    "project-list-empty": project.listed(()),
    "project-show": project.shown(a_project()),
    "project-removed": project.removed(a_project()),
    "channel-show": channel.shown(CHANNEL),
    "channel-show-unbound": channel.shown(replace(CHANNEL, project=None)),
    "channel-changed": channel.changed(CHANNEL),
    "channel-bound": channel.bound(CHANNEL),
    "channel-unbound": channel.unbound(CHANNEL),
    "call-not-run": call.not_run("session push", 12),
    "call-hidden": call.hidden("session push", 12, is_done=False),
    "thread-anchor": thread.anchor(a_session(), a_task(), "https://git.example/acme/web.git", ""),
    "thread-anchor-ended": thread.anchor(ENDED, a_task(), "https://git.example/acme/web.git", "v1"),
    "thread-card": thread.card(VIEW, "Edit login.py"),
    "thread-card-queued": thread.card(replace(REST, session=a_session(why="No slot is free.")), ""),
    "thread-card-ended": thread.card(replace(REST, session=ENDED), ""),
    "thread-card-unprepared": thread.card(
        replace(REST, session=replace(ENDED, start_commit="", reason=EndReason.PREPARE_FAILED)),
        "",
    ),
    "thread-card-gone": thread.card(replace(REST, session=GONE), ""),
    "turn-ended": turn.ended(
        WORKING,
        a_task(state=TaskState.DONE),
        "I read all of it.",
        turn.footer(WORKING, TURN, {"used": 71, "size": 100, "claimed_microusd": 420_000}),
    ),
    "turn-failed": turn.ended(
        WORKING, a_task(state=TaskState.FAILED, why="The agent refused to go on."), "", ""
    ),
    "turn-progress": turn.progress(
        WORKING,
        (
            Said("I look."),
            turn.tool_line(event(1, EventKind.TOOL, id="c1", title="Read login.py")),
            turn.tool_line(event(2, EventKind.TOOL, id="c1", title="Run it", status="failed")),
        ),
    ),
    "approval-asked": approval.asked("web-1.1", an_approval(), WORKING, BOB, AT),
    "approval-asked-no-subject": approval.asked(
        "web-1.1", an_approval(subject="", task=None), WORKING, None, AT
    ),
    "approval-decided": approval.decided(
        "web-1.1",
        an_approval(state=ApprovalState.ALLOWED, decided_by=BOB, scope=Scope.SESSION),
    ),
    "approval-expired": approval.decided("web-1.1", an_approval(state=ApprovalState.EXPIRED)),
    "result-diff": result.ended("web-1", a_result(JobKind.DIFF, **DIFFED)),
    "result-diff-empty": result.ended("web-1", a_result(JobKind.DIFF, **{**DIFFED, "bytes": 0})),
    "result-push": result.ended(
        "web-1", a_result(JobKind.PUSH, branch="halyard/web-1", commit="c0ffee")
    ),
    "result-put": result.ended("web-1", a_result(JobKind.PUT, path="notes/a.txt")),
    "result-get": result.ended("web-1", a_result(JobKind.GET, **DIFFED)),
    "result-failed": result.ended(
        "web-1", a_job(state=JobState.FAILED, why="The source does not answer.")
    ),
    "share-shared": share.shared(WORKING, MIRROR),
    "share-unshared": share.unshared(WORKING, MIRROR),
    "share-told": share.told(WORKING, {"by": BOB, "channel": CHANNEL.name, "state": "shared"}),
    "share-said": share.said(WORKING, {**SAID, "speaker": CHAT_HOSTILE, "text": CHAT_HOSTILE}),
    "share-said-nameless": share.said(WORKING, {**SAID, "edited": True}),
    "share-ended": share.ended(WORKING),
    "share-anchor": thread.anchor(
        a_session(), a_task(), "https://git.example/acme/web.git", "", MIRROR
    ),
    "approval-unfollowed": approval.unfollowed("web-1.1", an_approval()),
    "notice-unfollowed": notice.unfollowed(WORKING, a_task(state=TaskState.UNKNOWN)),
    "notice-gap": notice.gap(
        WORKING, {"why": "The host's disk was full.", "since": AT.isoformat(), "until": None}
    ),
    "notice-compaction": notice.compaction(WORKING, {"used_before": 900, "used": 100}),
    "notice-alert": notice.alert(ALERTED, session="web-1", pings=(BOB,)),
    "notice-alert-over": notice.alert({**ALERTED, "state": "closed"}, pings=(BOB,)),
    "notice-unknown": notice.unknown(
        WORKING, a_task(state=TaskState.UNKNOWN, why="Halyard was cut off.")
    ),
    "notice-ended": notice.ended(replace(ENDED, reason=EndReason.OOM, why="It ate all memory.")),
    "host-list": host.listed((UP, DOWN)),
    "host-show": host.shown(UP),
    "host-down": host.shown(DOWN),
    "agent-list": agent.listed((DEMO,)),
    "agent-show": agent.shown(DEMO),
    "status-busy": status.overview(BUSY),
    "status-quiet": status.overview(QUIET),
    "access-granted": access.granted(a_grant(), is_early=False),
    "access-granted-early": access.granted(a_grant(), is_early=True),
    "access-revoked": access.revoked(a_grant(), standing(is_bootstrap=False)),
    "access-revoked-admin": access.revoked(a_grant(), standing(is_bootstrap=True)),
    "access-list": access.listed((a_grant(), a_grant(role=Role.ADMIN, project=None))),
    "access-list-empty": access.listed(()),
    "access-check": access.checked(standing(is_bootstrap=False), None),
    "access-check-one": access.checked(standing(is_bootstrap=True), Permission.GRANT),
    "access-check-missing": access.checked(standing(is_bootstrap=False), Permission.DECIDE),
    "link-coded": link.coded(ANN, "ABCD-EFGH-JKMN"),
    "link-linked": link.linked((ANN, BOB), BOB),
    "link-known": link.known((ANN, BOB), BOB),
    "link-unlinked": link.unlinked(ANN, (BOB,)),
    "link-told": link.told({"actor": BOB, "state": "linked"}),
    "link-told-end": link.told({"actor": BOB, "state": "unlinked"}),
    "status-mine": status.overview(replace(BUSY, hosts=(), alerts=())),
    "help-one": about(registry, "session say"),
    "refused": errors.refused(InvalidInput("text is missing.")),
    "unavailable": errors.unavailable(Unavailable("Host local does not answer.")),
    "broken": errors.broken("0badcafe"),
    "said": Message(
        title="",
        blocks=(Said("I read all of it.\n\nIt was the *clock*:\n```\nnow()\n```"), DIFF),
        footer="web · halyard/web-1 · 2m30s · 1,500 of 200,000 tokens (0 %)",
        pings=(BOB,),
        data={"stop_reason": "end_turn"},
    ),
    "spans": Message(
        title="Session web-1 waits",
        blocks=(
            text("Asked by ", Person(BOB), " and ", Person(ANN), " at ", When(AT), "."),
            Said("word " * 30),
            DIFF,
        ),
        footer="web",
        pings=(BOB, ANN),
        data={"session": "web-1"},
    ),
    "long": Message(
        title="Log of web-1",
        blocks=(
            Code("".join(f"line {n}\n" for n in range(300))),
            Table(("step", "what"), tuple((f"{n}", f"Do step {n}") for n in range(300))),
            Fields((("Everything", "word " * 300), ("Nothing", ""))),
        ),
        data={},
    ),
    "hostile": Message(
        title=HOSTILE,
        blocks=(
            text(HOSTILE, Mono(HOSTILE), Person(ActorId(HOSTILE))),
            Said(HOSTILE),
            Code(HOSTILE),
            Fields(((HOSTILE, HOSTILE),)),
            Table((HOSTILE,), ((HOSTILE,),)),
            Checklist(((HOSTILE, HOSTILE),)),
            File(FileId("0" * 64), HOSTILE, 1),
        ),
        footer=HOSTILE,
    ),
    "hostile-said": Message(title="", blocks=(Said(f"{CHAT_HOSTILE}\n{HOSTILE}"),), data={}),
    "hostile-chat": Message(
        title=CHAT_HOSTILE,
        blocks=(
            text(CHAT_HOSTILE, Mono(CHAT_HOSTILE), Mono("@everyone"), Person(ActorId("discord:1"))),
            Said(CHAT_HOSTILE),
            Code(CHAT_HOSTILE),
            Fields(((CHAT_HOSTILE, CHAT_HOSTILE),)),
            Table(("a", "b"), ((CHAT_HOSTILE, CHAT_HOSTILE), ("@here", "```"))),
            Checklist((("completed", CHAT_HOSTILE),)),
        ),
        footer=CHAT_HOSTILE,
        data={},
    ),
    "hostile-card": thread.card(
        replace(VIEW, plan=({"content": HOSTILE, "status": HOSTILE},), tasks=(HOSTILE_TASK,)),
        HOSTILE,
    ),
    "hostile-anchor": thread.anchor(
        replace(ENDED, why=HOSTILE, owner=ActorId(HOSTILE)), HOSTILE_TASK, HOSTILE, HOSTILE
    ),
    "hostile-turn": turn.ended(WORKING, HOSTILE_TASK, HOSTILE, HOSTILE),
    "hostile-progress": turn.progress(
        WORKING, (turn.tool_line(event(1, EventKind.TOOL, id="c", title=HOSTILE)), Said(HOSTILE))
    ),
    "hostile-result": result.ended(
        "web-1", a_result(JobKind.GET, file="0" * 64, name=HOSTILE, bytes=1)
    ),
    "hostile-alert": notice.alert({**ALERTED, "text": HOSTILE, "fingerprint": HOSTILE}),
    "hostile-asked": approval.asked(
        "web-1.1",
        an_approval(title=HOSTILE, subject=HOSTILE, detail={"rawInput": HOSTILE}),
        WORKING,
        ActorId(HOSTILE),
        AT,
    ),
    "hostile-approval": approval.shown(
        "web-1.1", an_approval(title=HOSTILE, subject=HOSTILE, detail={"rawInput": HOSTILE})
    ),
}
