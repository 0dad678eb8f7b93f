"""Grants in the store, and what can be asked for some projects only."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from engine.adapters.store.store import SqlStore
from engine.domain.access import Grant, Role
from engine.domain.values import EventNumber, FileId, JobId, ProjectName, SessionId, Subject
from engine.ports.store import Transaction
from tests.build import S1, a_grant, a_job, a_session, an_event
from tests.stores import open_store

WEB, SHOP = ProjectName("web"), ProjectName("shop")
TEAM = Subject("discord-role:1:7")
S2 = SessionId("s2")


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqlStore]:
    async with open_store(tmp_path / "halyard.db") as store:
        yield store


async def give(store: SqlStore, *grants: Grant) -> None:
    def add(tx: Transaction) -> None:
        for grant in grants:
            tx.grants.add(grant)

    await store.write(add)


async def test_a_grant_comes_back_as_it_was(store: SqlStore) -> None:
    grants = [a_grant(), a_grant(project=None), a_grant(role=Role.APPROVER)]

    await give(store, *grants)

    assert await store.read(lambda tx: tx.grants.all()) == grants


async def test_the_same_grant_again_changes_nothing(store: SqlStore) -> None:
    await store.write(lambda tx: tx.grants.add(a_grant(project=None)))

    await store.write(lambda tx: tx.grants.add(a_grant(project=None, by="local:7")))

    assert await store.read(lambda tx: tx.grants.all()) == [a_grant(project=None)]


async def test_only_the_very_grant_is_removed(store: SqlStore) -> None:
    others = [a_grant(project=None), a_grant(role=Role.VIEWER), a_grant(subject=TEAM)]
    await give(store, a_grant(), *others)

    await store.write(lambda tx: tx.grants.remove(a_grant()))
    await store.write(lambda tx: tx.grants.remove(a_grant()))

    assert await store.read(lambda tx: tx.grants.all()) == others


async def test_grants_are_found_by_whom_they_are_for(store: SqlStore) -> None:
    theirs = [a_grant(), a_grant(subject=TEAM)]
    await give(store, *theirs, a_grant(subject=Subject("local:9")))

    assert await store.read(lambda tx: tx.grants.of({TEAM, Subject("local:1001")})) == theirs
    assert await store.read(lambda tx: tx.grants.of(frozenset())) == []


async def two_projects(store: SqlStore) -> None:
    """A session each on web and shop, with an event each, and one event of no session."""
    await store.write(lambda tx: tx.sessions.add(a_session()))
    await store.write(lambda tx: tx.sessions.add(a_session(id=S2, project=SHOP)))
    events = [an_event(), an_event(session=S2), an_event(session=None)]
    await store.write(lambda tx: tx.events.append(*events))


async def test_sessions_are_found_among_some_projects(store: SqlStore) -> None:
    await two_projects(store)

    async def found(*projects: ProjectName) -> list[ProjectName]:
        newest = await store.read(
            lambda tx: tx.sessions.newest(project=None, limit=9, among=projects)
        )
        return [session.project for session in newest]

    assert await found(WEB) == [WEB]
    assert await found(WEB, SHOP) == [SHOP, WEB]
    assert await found() == []


async def test_events_are_found_of_some_projects_and_of_none(store: SqlStore) -> None:
    await two_projects(store)

    told = await store.read(lambda tx: tx.events.after(EventNumber(0), limit=9, among={SHOP}))
    nothing = await store.read(lambda tx: tx.events.after(EventNumber(0), limit=9, among=()))

    assert [event.session for event in told] == [S2, None]
    assert [event.session for event in nothing] == [None]


async def test_jobs_are_found_by_a_file_that_they_took_or_made(store: SqlStore) -> None:
    file = FileId("ab" * 32)
    took, made = a_job(args={"file": file}), a_job(id=JobId("j2"), result={"file": file})
    other = a_job(id=JobId("j3"), args={"file": "cd" * 32})
    await store.write(lambda tx: tx.sessions.add(a_session(id=S1)))

    def add(tx: Transaction) -> None:
        for job in (took, made, other):
            tx.jobs.add(job)

    await store.write(add)

    assert await store.read(lambda tx: tx.jobs.with_file(file)) == [took, made]
