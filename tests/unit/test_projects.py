"""Adding and removing projects, and who may do anything at all."""

from dataclasses import replace
from functools import partial
from typing import Any

import pytest

from engine.app.projects import AddRequest
from engine.app.use_cases import UseCases
from engine.domain.access import EVERYTHING, Asker, Role
from engine.domain.errors import Conflict, InvalidInput, NotAllowed, NotFound, Refused
from engine.domain.event import EventKind
from engine.domain.project import SourceKind
from engine.domain.values import AgentName, EnvironmentName, HostName, Permission
from tests.ground import ANN, BOB, DEFAULT, DEMO, Ground


def a_request(**changes: Any) -> AddRequest:
    request = AddRequest(
        actor=ANN,
        is_local=True,
        name="web",
        source="https://git.example/acme/web",
        ref="",
        credential="",
        agent=DEMO,
        environment=DEFAULT,
        host=None,
    )
    return replace(request, **changes)


async def test_a_project_is_added_and_told_of(ground: Ground) -> None:
    project = await ground.do(lambda use: use.projects.add(a_request()))

    told = await ground.events(EventKind.PROJECT)
    assert project.kind is SourceKind.REMOTE
    assert [event.data for event in told] == [{"project": "web", "state": "added"}]


@pytest.mark.parametrize("source", ["ssh://git@git.example:2222/a.git", "git@git.example:a.git"])
async def test_a_source_over_ssh_is_taken_with_a_key(ground: Ground, source: str) -> None:
    request = a_request(source=source, credential="TOKEN")

    project = await ground.do(lambda use: use.projects.add(request))

    assert (project.kind, project.source) == (SourceKind.REMOTE, source)


async def test_what_an_agent_or_a_chat_holds_goes_to_no_source(ground: Ground) -> None:
    demo = replace(ground.settings.agents[DEMO], secrets={"key": "HELD"})
    settings = replace(
        ground.settings,
        agents={DEMO: demo},
        credentials={"HELD": b"1", "BOT": b"2", "GIT": b"3"},
        reserved=frozenset({"BOT"}),
    )
    careful = replace(ground, settings=settings)

    for request in (a_request(credential="HELD"), a_request(credential="BOT")):
        with pytest.raises(NotFound, match=r"halyard\.yaml has: GIT"):
            await careful.do(partial(_add, request=request))
    offered = await careful.do(
        lambda use: use.names.like("credentials", "", by=Asker(ANN), limit=9)
    )

    assert offered == ["GIT"]


def _add(use: UseCases, request: AddRequest) -> object:
    return use.projects.add(request)


async def test_the_same_name_again_is_refused(ground: Ground) -> None:
    await ground.do(lambda use: use.projects.add(a_request()))

    with pytest.raises(Conflict, match="web"):
        await ground.do(lambda use: use.projects.add(a_request()))


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        pytest.param({"name": "Web"}, "lower-case", id="upper-case"),
        pytest.param({"name": "web-"}, "lower-case", id="dash-at-the-end"),
        pytest.param({"name": "w" * 41}, "at most 40", id="long"),
        pytest.param({"name": "a/../b"}, "lower-case", id="path"),
        pytest.param({"source": "http://git.example/a"}, "https://", id="plain-http"),
        pytest.param({"source": "ext::sh -c id"}, "https://", id="ext"),
        pytest.param({"source": "file:///etc"}, "https://", id="file"),
        pytest.param({"source": "-oProxyCommand=x"}, "https://", id="option"),
        pytest.param({"source": "https://me:pw@git.example/a"}, "credential", id="password"),
        pytest.param({"source": "ssh://me:pw@git.example/a"}, "ssh address", id="ssh-password"),
        pytest.param({"source": "ssh://git.example/a"}, "ssh address", id="ssh-no-user"),
        pytest.param({"source": "ssh://git@-oProxyCommand=x/a"}, "ssh address", id="ssh-option"),
        pytest.param({"source": "git@git.example:-x"}, "ssh address", id="scp-option"),
        pytest.param({"source": "git@git.example:"}, "ssh address", id="scp-no-path"),
        pytest.param({"source": "ssh://git@git.example:0/a"}, "port from 1", id="ssh-port"),
        pytest.param({"source": "https://git.example:x/a"}, "port from 1", id="port"),
        pytest.param({"source": "git@git.example:a.git"}, "needs credential=NAME", id="no-key"),
        pytest.param({"source": "/srv/../etc"}, r"'\.\.'", id="dots"),
        pytest.param({"ref": "--upload-pack=x"}, "plain name", id="ref-as-option"),
        pytest.param({"ref": "a..b"}, "plain name", id="ref-as-range"),
        pytest.param({"credential": "NOPE"}, "no credential NOPE", id="credential"),
        pytest.param({"agent": AgentName("hal")}, "no agent hal", id="agent"),
        pytest.param({"environment": EnvironmentName("x")}, "no environment x", id="environment"),
        pytest.param({"host": HostName("moon")}, "no host moon", id="host"),
    ],
)
async def test_a_project_that_cannot_be_is_told_and_changes_nothing(
    ground: Ground, changes: dict[str, Any], told: str
) -> None:
    with pytest.raises(Refused, match=told):
        await ground.do(lambda use: use.projects.add(a_request(**changes)))

    assert await ground.do(lambda use: use.projects.all(EVERYTHING)) == []
    assert await ground.events() == []


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"is_local": False}, id="from-a-chat"),
        pytest.param({"actor": BOB}, id="from-another-user"),
    ],
)
async def test_a_path_is_taken_only_from_an_admin_on_this_machine(
    ground: Ground, changes: dict[str, Any]
) -> None:
    with pytest.raises(NotAllowed, match="only from admins"):
        await ground.do(lambda use: use.projects.add(a_request(source="/srv/web", **changes)))


async def test_a_path_is_taken_from_who_was_made_an_admin(ground: Ground) -> None:
    await ground.do(lambda use: use.grants.grant(BOB, Role.ADMIN, "", by=Asker(ANN)))

    request = a_request(source="/srv/web", actor=BOB)
    project = await ground.do(lambda use: use.projects.add(request))

    assert project.kind is SourceKind.LOCAL


async def test_a_path_is_not_taken_from_an_admin_of_its_project_alone(ground: Ground) -> None:
    await ground.do(lambda use: use.grants.grant(BOB, Role.ADMIN, "web", by=Asker(ANN)))

    with pytest.raises(NotAllowed, match="only from admins"):
        await ground.do(lambda use: use.projects.add(a_request(source="/srv/web", actor=BOB)))


async def test_a_removed_project_is_gone(ground: Ground) -> None:
    await ground.do(lambda use: use.projects.add(a_request()))

    await ground.do(lambda use: use.projects.remove("web"))

    with pytest.raises(NotFound):
        await ground.do(lambda use: use.projects.find("web"))


async def test_who_is_no_admin_may_do_nothing(ground: Ground) -> None:
    await ground.do(lambda use: use.access.require(Asker(ANN), Permission.MANAGE))

    with pytest.raises(NotAllowed, match="permission view"):
        await ground.do(lambda use: use.access.require(Asker(BOB), Permission.VIEW))


async def test_a_refusal_takes_back_what_was_done_before_it(ground: Ground) -> None:
    def add_two(use: Any) -> None:
        try:
            with use.undo_on_error():
                use.projects.add(a_request())
                use.projects.add(a_request(name="Bad Name"))
        except InvalidInput:
            return

    await ground.do(add_two)

    assert await ground.do(lambda use: use.projects.all(EVERYTHING)) == []
    assert await ground.events() == []
