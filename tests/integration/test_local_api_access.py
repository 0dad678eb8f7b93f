"""What the local API shows to a user of this machine who is no admin."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession, UnixConnector

from bot.commands import registry
from bot.dispatch import Elsewhere, nowhere
from bot.web.app import serving
from bot.web.client import Rejected
from bot.web.events import BATCH
from bot.web.socket import ApiSettings
from engine.adapters.store.store import SqlStore
from engine.api import (
    ActorId,
    Asker,
    EventNumber,
    FileId,
    GroupId,
    Job,
    JobId,
    ProjectName,
    Role,
    SessionId,
)
from engine.app.alerts import open_alert
from engine.app.changes import tell_approval
from engine.app.desk import Desk
from engine.domain.alert import Severity
from engine.domain.event import EventKind, NewEvent
from tests.build import AT, a_job, a_project, a_session, an_approval
from tests.faces import engine_of, short_folder
from tests.fakes.clock import FakeClock
from tests.ground import ANN, Ground, a_settings
from tests.integration.test_local_api import FILE_MAX_BYTES, ME, Api, frames

WEB, SHOP = SessionId("s-web"), SessionId("s-shop")
CREW = GroupId("discord-role:1:7")
SOON_S = 20.0


@pytest.fixture
def folder() -> Iterator[Path]:
    with short_folder() as path:
        yield path


@pytest.fixture
async def api(folder: Path) -> AsyncIterator[Api]:
    """A service where this process is only a viewer of `shop`; there is `web` as well."""
    async with an_api(folder) as api:
        await api.ground.at_desk(two_projects)
        await give(api, Role.VIEWER)
        yield api


@asynccontextmanager
async def an_api(folder: Path, elsewhere: Elsewhere = nowhere) -> AsyncIterator[Api]:
    settings = a_settings(folder)
    assert ME not in settings.admins
    store = await SqlStore.open(settings.database, FakeClock())
    ground, path = Ground(store=store, settings=settings), folder / "api.sock"
    api_settings = ApiSettings(socket=path, file_max_bytes=FILE_MAX_BYTES)
    async with (
        serving(engine_of(ground), registry, api_settings, elsewhere),
        ClientSession("http://localhost", connector=UnixConnector(str(path))) as session,
    ):
        yield Api(ground, path, session)
    await store.close()


def two_projects(desk: Desk) -> None:
    for name in ("web", "shop"):
        project = ProjectName(name)
        desk.tx.projects.add(a_project(name=project))
        desk.tx.sessions.add(a_session(id=SessionId(f"s-{name}"), project=project))
        told = {"project": project, "state": "added"}
        desk.tx.events.append(NewEvent(kind=EventKind.PROJECT, at=AT, data=told))


async def give(api: Api, role: Role) -> None:
    by = Asker(ANN)
    await api.ground.do(lambda use: use.grants.grant(ME, role, "shop", by=by))


async def take(api: Api, role: Role) -> None:
    by = Asker(ANN)
    await api.ground.do(lambda use: use.grants.revoke(ME, role, "shop", by=by))


async def told(api: Api, query: str = "") -> list[tuple[str, Any]]:
    """Return the kind and data of all events that are there now."""
    found: list[tuple[str, Any]] = []
    async with asyncio.timeout(SOON_S), api.http.get(f"/events?{query}") as response:
        assert response.status == 200
        async for _, kind, data in frames(response):
            if kind == "live":
                return found
            found.append((kind, data))
    raise AssertionError("the stream ended before it was live")


async def test_only_events_of_what_may_be_seen_are_sent(api: Api) -> None:
    await api.say(2, text="of web", session=WEB)
    await api.say(2, text="of shop", session=SHOP)
    await api.ground.at_desk(alerts)

    seen = await told(api)

    assert [data["data"]["project"] for kind, data in seen if kind == "project"] == ["shop"]
    assert [data["data"]["text"] for kind, data in seen if kind == "alert"] == ["host", "shop"]
    assert "web" not in str(seen)


def alerts(desk: Desk) -> None:
    for text, session in (("host", None), ("web", WEB), ("shop", SHOP)):
        open_alert(desk, fingerprint=text, severity=Severity.WARNING, text=text, session=session)


async def test_grants_on_what_may_not_be_seen_are_not_told(api: Api) -> None:
    by = Asker(ANN)
    await api.ground.do(lambda use: use.grants.grant("local:7", Role.VIEWER, "web", by=by))
    await api.ground.do(lambda use: use.grants.grant("local:8", Role.VIEWER, "", by=by))

    seen = await told(api)

    subjects = [data["data"]["subject"] for kind, data in seen if kind == "access"]
    assert subjects == [ME, "local:8"]


async def test_what_lies_behind_many_hidden_events_is_sent_too(api: Api) -> None:
    hidden = NewEvent(kind=EventKind.PROJECT, at=AT, data={"project": "web", "state": "added"})

    async with asyncio.timeout(SOON_S), api.http.get("/events") as response:
        for _ in range(2):
            await api.ground.at_desk(lambda desk: desk.tx.events.append(*[hidden] * 2 * BATCH))
            await api.say(1, session=SHOP)

        texts = 0
        async for _, kind, _ in frames(response):
            texts += kind == "text"
            if texts == 2:
                return

    raise AssertionError("the stream ended")


async def test_a_session_that_may_not_be_seen_answers_like_one_that_is_not_there(
    api: Api,
) -> None:
    answers = []
    for name in ("web", "nope"):
        async with api.http.get(f"/events?session={name}-1") as response:
            answers.append((response.status, (await response.text()).replace(name, "X")))

    assert answers[0] == answers[1]
    assert answers[0][0] == 404


async def test_a_revoke_ends_the_stream_and_the_client_is_told_why(api: Api) -> None:
    async with asyncio.timeout(SOON_S), api.http.get("/events?session=shop-1") as response:
        await take(api, Role.VIEWER)
        await api.say(1, session=SHOP)

        rest = [kind async for _, kind, _ in frames(response)]

    assert "text" not in rest
    with pytest.raises(Rejected, match="may not do this"):
        await asyncio.to_thread(lambda: list(api.client.events(EventNumber(0))))


async def test_a_question_that_was_not_sent_does_not_count_as_shown(api: Api) -> None:
    def ask(desk: Desk) -> None:
        approval = an_approval(session=WEB, task=None)
        desk.tx.approvals.add(approval)
        tell_approval(desk, approval)

    await api.ground.at_desk(ask)

    await told(api)

    shown_at = await api.ground.do(lambda use: use.approvals.find("web-1.1").shown_at)
    assert shown_at is None


async def test_a_file_is_given_to_who_may_see_a_session_that_has_it(api: Api) -> None:
    files = {}
    for session in (WEB, SHOP):
        files[session] = await keep(api, session.encode())
        job = a_job(id=JobId(session), session=session, result={"file": files[session]})
        await api.ground.at_desk(partial(add_job, job=job))
    missing = FileId("0" * 64)

    hidden, absent = await got(api, files[WEB]), await got(api, missing)

    assert await got(api, files[SHOP]) == (200, SHOP)
    assert hidden == absent
    assert hidden[0] == 404


def add_job(desk: Desk, job: Job) -> None:
    desk.tx.jobs.add(job)


async def keep(api: Api, content: bytes) -> FileId:
    async def chunks() -> AsyncIterator[bytes]:
        yield content

    return await api.ground.given.files.add(chunks(), max_bytes=100)


async def got(api: Api, file: FileId) -> tuple[int, str]:
    async with api.http.get(f"/files/{file}") as response:
        return response.status, await response.text()


async def test_who_may_not_prompt_brings_no_file(api: Api) -> None:
    async with api.http.post("/files", data=b"x") as response:
        assert response.status == 403

    await give(api, Role.OPERATOR)

    async with api.http.post("/files", data=b"x") as response:
        assert response.status == 200


async def in_the_crew(_actor: ActorId) -> frozenset[GroupId]:
    """Return what another account of whoever asks is in."""
    return frozenset({CREW})


@pytest.fixture
async def api_of_others(folder: Path) -> AsyncIterator[Api]:
    """A service where this process may do something by a group of another account alone."""
    async with an_api(folder, in_the_crew) as api:
        await api.ground.at_desk(two_projects)
        by = Asker(ANN)
        await api.ground.do(lambda use: use.grants.grant(CREW, Role.OPERATOR, "shop", by=by))
        yield api


async def test_what_a_group_of_another_account_was_given_holds_here(api_of_others: Api) -> None:
    api = api_of_others
    listed = await api.call("project list")
    async with api.http.post("/files", data=b"x") as response:
        status = response.status

    assert [row["name"] for row in listed["message"]["data"]] == ["shop"]
    assert status == 200


async def test_a_stream_counts_no_group_of_another_account(api_of_others: Api) -> None:
    async with api_of_others.http.get("/events?session=shop-1") as response:
        assert response.status == 403
