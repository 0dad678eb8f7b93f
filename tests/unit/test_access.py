"""What people with roles, and without, can see and do."""

from dataclasses import replace
from uuid import uuid4

import pytest

from bot.commands import registry
from bot.core.answer import Answer, Outcome
from bot.core.message import Fields, Table
from bot.core.targets import targets_of
from engine.api import (
    Asker,
    Deciders,
    Engine,
    GroupId,
    ProjectName,
    SessionState,
    Severity,
    Sight,
    Target,
)
from engine.app.alerts import open_alert
from engine.app.changes import tell_approval, tell_session
from engine.app.desk import Desk
from engine.domain.task import TaskState
from engine.domain.values import ActorId, ApprovalId, SessionId, TaskId
from tests.build import LOCAL, a_session, a_task, an_approval
from tests.faces import asked, engine_of
from tests.ground import ANN, BOB, Ground

EVE = ActorId("local:1002")
TEAM = GroupId("discord-role:1:7")
PLAN = "the-plan-of-web"


@pytest.fixture
async def engine(ground: Ground) -> Engine:
    """Two projects, `web` and `shop`, with a session each, which asks and has an unknown task."""
    engine = engine_of(ground)
    for name in ("web", "shop"):
        source = f"https://git.example/{name}.git"
        await done(engine, "project add", ANN, name=name, source=source)
    await ground.at_desk(lambda desk: busy(desk, "web", title=PLAN, owner=BOB))
    await ground.at_desk(lambda desk: busy(desk, "shop", title="Build", owner=ANN))
    return engine


def busy(desk: Desk, project: str, *, title: str, owner: ActorId) -> None:
    session = a_session(
        id=SessionId(f"s-{project}"),
        project=ProjectName(project),
        owner=owner,
        state=SessionState.WORKING,
        host=LOCAL,
        start_commit="c0ffee",
    )
    task = a_task(
        id=TaskId(f"t-{project}"), session=session.id, text=title, state=TaskState.UNKNOWN
    )
    approval = an_approval(
        id=ApprovalId(f"a-{project}"), session=session.id, task=task.id, title=title
    )
    desk.tx.sessions.add(session)
    desk.tx.tasks.add(task)
    desk.tx.approvals.add(approval)
    tell_session(desk, session)
    tell_approval(desk, approval)


async def ask(engine: Engine, path: str, actor: ActorId, /, **values: str) -> Answer:
    return await asked(engine, path, key=uuid4().hex, actor=actor, values=values)


async def done(engine: Engine, path: str, actor: ActorId, /, **values: str) -> Answer:
    answer = await ask(engine, path, actor, **values)
    assert answer.outcome is Outcome.DONE, sentence(answer)
    return answer


async def refused(engine: Engine, path: str, actor: ActorId, /, **values: str) -> str:
    answer = await ask(engine, path, actor, **values)
    assert answer.outcome is Outcome.REFUSED, answer
    return sentence(answer)


async def give(engine: Engine, role: str, project: str = "", *, who: str = BOB) -> None:
    await done(engine, "access grant", ANN, who=who, role=role, project=project)


def sentence(answer: Answer) -> str:
    data = answer.message.data
    return str(data["error"]) if isinstance(data, dict) and "error" in data else ""


TAKING = [command for command in registry if command.permission is not None]
OPEN = {"help", "call show", "call run", "access link", "access unlink"}


def test_what_takes_no_permission_is_about_halyard_or_ones_own_words_and_accounts() -> None:
    assert {command.path for command in registry} - {one.path for one in TAKING} == OPEN


@pytest.mark.parametrize("command", TAKING, ids=lambda command: command.path)
async def test_who_was_given_nothing_can_do_nothing(command: object, engine: Engine) -> None:
    path = getattr(command, "path", "")

    told = await refused(engine, path, EVE, **named(path, "web"))

    assert "local:1002 may not do this: it takes the permission" in told
    assert "The role" in told
    assert "local:1000 can give one with `access grant`" in told


def named(path: str, project: str) -> dict[str, str]:
    """Values for every option of the command that names something of a project."""
    names = {
        "projects": project,
        "sessions": f"{project}-1",
        "tasks": f"{project}-1.1",
        "approvals": f"{project}-1.1",
    }
    options = registry.find(path).options
    kinds = {option.name: option.completes or option.makes for option in options}
    return {name: names[kind] for name, kind in kinds.items() if kind in names}


NAMING = [command.path for command in registry if named(command.path, "web")]


@pytest.mark.parametrize("path", [path for path in NAMING if path != "project add"])
async def test_what_may_not_be_seen_answers_like_what_is_not_there(
    path: str, engine: Engine
) -> None:
    await give(engine, "admin", "shop")
    rest = {"role": "viewer", "who": "local:7", "task": "x", "text": "x", "path": "x"}
    options = {option.name for option in registry.find(path).options}
    rest = {name: value for name, value in rest.items() if name in options}

    hidden = await refused(engine, path, BOB, **rest | named(path, "web"))
    missing = await refused(engine, path, BOB, **rest | named(path, "nope"))

    assert hidden == missing.replace("nope", "web")
    assert hidden.startswith("There is no ")


async def test_what_may_not_be_seen_is_told_in_the_words_of_the_engine_itself(
    engine: Engine,
) -> None:
    await give(engine, "viewer", "shop")

    for path, values in [
        ("session show", {"session": "{}-1"}),
        ("project show", {"project": "{}"}),
    ]:
        theirs = await refused(engine, path, BOB, **{k: v.format("web") for k, v in values.items()})
        ours = await refused(engine, path, ANN, **{k: v.format("nope") for k, v in values.items()})
        assert theirs == ours.replace("nope", "web")


async def test_lists_show_only_what_may_be_seen(engine: Engine, ground: Ground) -> None:
    await give(engine, "operator", "shop")
    await give(engine, "viewer", "web", who="local:7")
    await ground.at_desk(lambda desk: stall(desk, "web"))
    await ground.at_desk(lambda desk: stall(desk, "shop"))

    for path in ("session list", "project list", "approval list", "status", "access list"):
        seen = (await done(engine, path, BOB)).encode()
        assert "shop" in seen, path
        assert "web" not in seen, path
        assert PLAN not in seen, path


def stall(desk: Desk, project: str) -> None:
    open_alert(
        desk,
        fingerprint=project,
        severity=Severity.WARNING,
        text=f"The agent of {project} is silent.",
        session=SessionId(f"s-{project}"),
    )


async def test_a_reader_moves_past_what_they_may_not_see(engine: Engine, ground: Ground) -> None:
    head = await ground.do(lambda use: use.views.head())
    await ground.at_desk(lambda desk: stall(desk, "web"))
    sight = Sight(frozenset({ProjectName("shop")}))

    told = await ground.do(lambda use: use.views.told(sight, head, limit=5, session=None))

    assert (told.events, told.is_all) == ([], True)
    assert told.until == head + 1


async def test_a_viewer_of_everything_sees_projects_that_are_added_later(engine: Engine) -> None:
    await give(engine, "viewer")

    await done(engine, "project add", ANN, name="late", source="https://git.example/late.git")

    assert "late" in (await done(engine, "project list", BOB)).encode()


async def test_who_sees_and_may_not_is_told_what_it_takes_and_who_can_give_it(
    engine: Engine,
) -> None:
    await give(engine, "viewer", "web")

    told = await refused(engine, "session say", BOB, session="web-1", text="Go on.")

    assert told == (
        "local:1001 may not do this: it takes the permission prompt on web. The roles operator,"
        " maintainer and admin have it; local:1000 can give one with `access grant`."
    )


async def test_a_role_on_one_project_holds_on_no_other(engine: Engine) -> None:
    await give(engine, "viewer")
    await give(engine, "operator", "shop")

    await done(engine, "task done", BOB, task="shop-1.1")

    assert "permission prompt on web" in await refused(engine, "task done", BOB, task="web-1.1")


async def test_a_role_of_a_group_holds_for_who_is_in_it_as_they_ask(engine: Engine) -> None:
    await give(engine, "viewer", "shop", who=TEAM)

    in_it = await asked(engine, "project list", key="1", actor=EVE, groups=frozenset({TEAM}))
    out_of_it = await asked(engine, "project list", key="2", actor=EVE)

    assert in_it.outcome is Outcome.DONE
    assert out_of_it.outcome is Outcome.REFUSED


async def test_what_was_revoked_is_gone_with_the_next_command(engine: Engine) -> None:
    await give(engine, "operator", "shop")
    await done(engine, "session show", BOB, session="shop-1")

    await done(engine, "access revoke", ANN, who=BOB, role="operator", project="shop")

    assert "may not do this" in await refused(engine, "session show", BOB, session="shop-1")


@pytest.mark.parametrize(
    ("project", "outcome"), [("", Outcome.DONE), ("late", Outcome.DONE), ("web", Outcome.REFUSED)]
)
async def test_a_project_is_added_by_who_may_manage_it_or_everything(
    project: str, outcome: Outcome, engine: Engine
) -> None:
    await give(engine, "maintainer", project)

    source = "https://git.example/late.git"
    answer = await ask(engine, "project add", BOB, name="late", source=source)

    assert answer.outcome is outcome


@pytest.mark.parametrize(
    ("path", "values", "targets"),
    [
        ("session start", {"project": "web", "task": "x"}, [Target(ProjectName("web"))]),
        ("session show", {"session": "web-1"}, [Target(ProjectName("web"), session="web-1")]),
        ("task done", {"task": "web-1.2"}, [Target(ProjectName("web"), session="web-1")]),
        ("approval deny", {"approval": "web-1.2"}, [Target(ProjectName("web"), session="web-1")]),
        ("project add", {"name": "web", "source": "x"}, [Target(ProjectName("web"), is_new=True)]),
        ("session list", {"project": ""}, []),
        ("session show", {"session": "web"}, []),
        ("host show", {"host": "web"}, []),
    ],
)
def test_a_call_is_about_the_projects_that_its_values_name(
    path: str, values: dict[str, str], targets: list[Target]
) -> None:
    assert targets_of(registry.find(path), values) == targets


async def test_a_grant_and_its_end_are_told_as_events(engine: Engine, ground: Ground) -> None:
    await give(engine, "operator", "shop")
    await give(engine, "operator", "shop")
    await done(engine, "access revoke", ANN, who=BOB, role="operator", project="shop")

    told = [event.data for event in await ground.events() if event.kind == "access"]

    given = {"subject": BOB, "role": "operator", "project": "shop", "by": ANN}
    assert told == [{**given, "state": "granted"}, {**given, "state": "revoked"}]


@pytest.mark.parametrize(
    ("role", "project"), [("viewer", ""), ("admin", ""), ("viewer", "late"), ("viewer", "web")]
)
async def test_nobody_gives_or_takes_more_than_they_have(
    role: str, project: str, engine: Engine, ground: Ground
) -> None:
    await give(engine, "admin", "shop")
    await give(engine, role, project, who="local:7")
    before = await ground.do(lambda use: use.desk.tx.grants.all())

    for path in ("access grant", "access revoke"):
        who = "local:7" if path == "access revoke" else "local:8"
        await refused(engine, path, BOB, who=who, role=role, project=project)

    assert await ground.do(lambda use: use.desk.tx.grants.all()) == before


@pytest.mark.parametrize("role", ["viewer", "operator", "approver", "maintainer"])
async def test_only_an_admin_gives_roles(role: str, engine: Engine) -> None:
    await give(engine, role)

    told = await refused(engine, "access grant", BOB, who=EVE, role="viewer")

    assert "permission grant" in told


async def test_an_admin_of_a_project_gives_all_roles_on_it(engine: Engine) -> None:
    await give(engine, "admin", "shop")

    for role in ("viewer", "operator", "approver", "maintainer", "admin"):
        await done(engine, "access grant", BOB, who=EVE, role=role, project="shop")

    assert "access list" in await refused(
        engine, "access revoke", BOB, who="local:7", role="admin", project="shop"
    )


async def test_the_last_admin_that_was_granted_can_be_taken_and_settings_stay(
    engine: Engine,
) -> None:
    await give(engine, "admin", who=BOB)
    await done(engine, "access grant", BOB, who=ANN, role="admin")

    await done(engine, "access revoke", BOB, who=BOB, role="admin")
    told = await done(engine, "access revoke", ANN, who=ANN, role="admin")

    assert "stay an admin" in told.encode()
    await give(engine, "viewer", who=BOB)


async def test_a_role_on_a_project_that_is_not_there_yet_says_so(engine: Engine) -> None:
    early = await done(engine, "access grant", ANN, who=BOB, role="maintainer", project="late")
    there = await done(engine, "access grant", ANN, who=BOB, role="maintainer", project="web")

    assert "There is no project late yet" in early.encode()
    assert "yet" not in there.encode()


KINDS = ("projects", "sessions", "tasks", "approvals")


async def test_only_names_of_what_may_be_seen_are_offered(engine: Engine, ground: Ground) -> None:
    await give(engine, "viewer", "shop")

    async def offered(kind: str, by: ActorId, typed: str = "") -> list[str]:
        asker = Asker(by)
        return list(await ground.do(lambda use: use.names.like(kind, typed, by=asker, limit=9)))

    assert [await offered(kind, BOB) for kind in KINDS] == [
        ["shop"],
        ["shop-1"],
        ["shop-1.1"],
        ["shop-1.1"],
    ]
    assert [await offered(kind, ANN, "WEB") for kind in KINDS] == [
        ["web"],
        ["web-1"],
        ["web-1.1"],
        ["web-1.1"],
    ]
    assert [await offered(kind, EVE) for kind in (*KINDS, "hosts", "agents")] == [[]] * 6
    assert await offered("hosts", BOB) == ["local"]
    assert await offered("credentials", BOB) == []
    assert await offered("credentials", ANN) == ["TOKEN"]
    assert await offered("moods", ANN) == []


async def test_names_that_begin_with_what_was_typed_come_first(
    engine: Engine, ground: Ground
) -> None:
    for name in ("a-shop", "shop-b", "other"):
        await done(engine, "project add", ANN, name=name, source="https://git.example/x.git")
    asker = Asker(ANN)

    found = await ground.do(lambda use: use.names.like("projects", "shop", by=asker, limit=9))
    first = await ground.do(lambda use: use.names.like("projects", "shop", by=asker, limit=1))

    assert found == ["shop", "shop-b", "a-shop"]
    assert first == ["shop"]


async def test_what_was_not_given_cannot_be_taken(engine: Engine) -> None:
    await give(engine, "operator", "shop")

    told = await refused(engine, "access revoke", ANN, who=BOB, role="operator")

    assert told == (
        "local:1001 was not given the role operator everywhere; `access list who=local:1001` shows"
        " what they were given."
    )


@pytest.mark.parametrize("who", ["ann", "<@ann>", "bot:1", "local:1;local:2", "@everyone"])
async def test_whom_no_grant_could_be_for_is_refused(who: str, engine: Engine) -> None:
    told = await refused(engine, "access grant", ANN, who=who, role="viewer")

    assert "neither an actor nor a group" in told


async def whys(engine: Engine, by: ActorId, /, **values: str) -> str:
    message = (await done(engine, "access check", by, **values)).message
    [rows] = [block.rows for block in message.blocks if isinstance(block, Fields)]
    return "\n".join([message.title, *(f"{name}: {why}" for name, why in rows)])


async def test_a_check_says_which_grant_gives_it(engine: Engine) -> None:
    await give(engine, "operator", "shop")

    told = await whys(engine, ANN, who=BOB, permission="prompt", project="shop")

    assert "local:1001 may prompt on shop" in told
    assert "Yes: local:1001 is operator on shop, given by local:1000 on 20" in told


async def test_a_check_says_what_is_missing_and_who_can_give_it(engine: Engine) -> None:
    await give(engine, "operator", "shop")

    told = await whys(engine, BOB, permission="decide", project="shop")

    assert "local:1001 may not decide on shop" in told
    assert "The roles approver, maintainer and admin have it; local:1000 can give one" in told


async def test_a_check_says_that_the_settings_name_an_admin(engine: Engine) -> None:
    assert "Yes: halyard.yaml names them" in await whys(engine, ANN, permission="grant")


async def test_a_check_of_oneself_counts_groups_and_of_others_says_that_it_cannot(
    engine: Engine,
) -> None:
    await give(engine, "approver", "shop", who=TEAM)
    values = {"permission": "decide", "project": "shop"}

    own = await asked(
        engine, "access check", key="1", actor=EVE, groups=frozenset({TEAM}), values=values
    )
    of_eve = await asked(engine, "access check", key="2", values={**values, "who": EVE})

    assert "discord-role:1:7 is approver on shop" in own.encode()
    assert "What was given to groups is not counted" in of_eve.encode()


async def test_a_list_shows_what_holds_on_a_project(engine: Engine) -> None:
    await give(engine, "operator", "shop")
    await give(engine, "viewer", "web")
    await give(engine, "approver")

    message = (await done(engine, "access list", ANN, project="shop")).message

    [rows] = [block.rows for block in message.blocks if isinstance(block, Table)]
    assert [row[:3] for row in rows] == [
        (BOB, "operator", "shop"),
        (BOB, "approver", "everywhere"),
    ]


def with_deciders(ground: Ground, who: Deciders) -> Engine:
    return engine_of(replace(ground, settings=replace(ground.settings, deciders=who)))


@pytest.mark.parametrize("verb", ["allow", "deny"])
@pytest.mark.parametrize(
    ("who", "role", "name", "may"),
    [
        # The session of web is BOB's own.
        (Deciders.OWNER, "viewer", "web-1.1", True),
        (Deciders.OWNER, "maintainer", "shop-1.1", False),
        (Deciders.APPROVERS, "operator", "web-1.1", True),
        (Deciders.APPROVERS, "operator", "shop-1.1", False),
        (Deciders.APPROVERS, "approver", "shop-1.1", True),
        (Deciders.ANYONE, "viewer", "shop-1.1", True),
    ],
)
async def test_a_question_is_decided_by_whom_the_setting_lets(
    *, verb: str, who: Deciders, role: str, name: str, may: bool, engine: Engine, ground: Ground
) -> None:
    await give(engine, role)

    answer = await ask(with_deciders(ground, who), f"approval {verb}", BOB, approval=name)

    assert answer.outcome is (Outcome.DONE if may else Outcome.REFUSED)
    state = await ground.do(lambda use: use.approvals.find(name).state)
    assert (state != "open") is may


async def test_who_may_not_decide_is_told_who_may(engine: Engine, ground: Ground) -> None:
    await give(engine, "viewer")
    by_owner = with_deciders(ground, Deciders.OWNER)

    approvers = await refused(engine, "approval allow", BOB, approval="shop-1.1")
    owner = await refused(by_owner, "approval allow", BOB, approval="shop-1.1")

    assert approvers == (
        "local:1001 may not decide what session shop-1 asks: its owner, local:1000, may, and who"
        " has the permission decide. The roles approver, maintainer and admin have it; local:1000"
        " can give one with `access grant`."
    )
    assert owner.endswith("only its owner, local:1000, and admins may.")


async def mine(engine: Engine, actor: ActorId) -> dict[str, list[str]]:
    data = (await done(engine, "status", actor, mine="yes")).message.data
    assert isinstance(data, dict)
    keys = {"approvals": "approval", "unknown": "task", "sessions": "name"}
    rows = {kind: data[kind] for kind in keys}
    assert data["alerts"] == data["hosts"] == []
    return {
        kind: [str(row[keys[kind]]) for row in listed if isinstance(row, dict)]
        for kind, listed in rows.items()
        if isinstance(listed, list)
    }


@pytest.mark.parametrize(
    ("role", "approvals", "unknown"),
    [
        ("viewer", ["web-1.1"], []),
        ("operator", ["web-1.1"], ["web-1.1", "shop-1.1"]),
        ("approver", ["web-1.1", "shop-1.1"], []),
        ("maintainer", ["web-1.1", "shop-1.1"], ["web-1.1", "shop-1.1"]),
    ],
)
async def test_what_needs_me_is_what_i_can_decide_and_my_sessions(
    role: str, approvals: list[str], unknown: list[str], engine: Engine
) -> None:
    await give(engine, role)

    assert await mine(engine, BOB) == {
        "approvals": approvals,
        "unknown": unknown,
        "sessions": ["web-1"],
    }


async def test_what_needs_me_is_nothing_of_a_project_that_i_may_not_see(engine: Engine) -> None:
    await give(engine, "admin", "shop")

    assert await mine(engine, BOB) == {
        "approvals": ["shop-1.1"],
        "unknown": ["shop-1.1"],
        "sessions": [],
    }
