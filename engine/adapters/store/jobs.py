"""Jobs in the database."""

import json
from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from engine.adapters.store.cleaning import Cleaner, mapping_of
from engine.adapters.store.columns import Values
from engine.adapters.store.tables import JobRow
from engine.domain.errors import NotFound
from engine.domain.job import Job, JobKind, JobState
from engine.domain.values import ActorId, FileId, JobId, SessionId


class SqlJobs:
    """`Jobs` on one connection."""

    def __init__(self, db: Connection, cleaner: Cleaner) -> None:
        self._db = db
        self._cleaner = cleaner

    def add(self, job: Job) -> None:
        self._db.execute(insert(JobRow).values(self._values(job)))

    def get(self, id_: JobId) -> Job:
        row = self._db.execute(select(JobRow).where(JobRow.id == id_)).one_or_none()
        if row is None:
            raise NotFound(f"There is no job {id_}.")
        return _job(row)

    def save(self, job: Job) -> None:
        change = update(JobRow).where(JobRow.id == job.id).values(self._values(job))
        if not self._db.execute(change).rowcount:
            raise NotFound(f"There is no job {job.id}.")

    def of(self, session: SessionId) -> Sequence[Job]:
        query = select(JobRow).where(JobRow.session == session).order_by(JobRow.seq)
        return [_job(row) for row in self._db.execute(query)]

    def in_states(self, states: Collection[JobState]) -> Sequence[Job]:
        query = select(JobRow).where(JobRow.state.in_(states)).order_by(JobRow.seq)
        return [_job(row) for row in self._db.execute(query)]

    def with_file(self, file: FileId) -> Sequence[Job]:
        # The id is a hash of 64 letters, so it stands in no other place by chance.
        named = JobRow.args.contains(file) | JobRow.result.contains(file)
        query = select(JobRow).where(named).order_by(JobRow.seq)
        return [_job(row) for row in self._db.execute(query)]

    def _values(self, job: Job) -> Values:
        return {
            "id": job.id,
            "session": job.session,
            "actor": job.actor,
            "kind": job.kind,
            "created_at": job.created_at,
            "changed_at": job.changed_at,
            "args": self._cleaner.json(job.args),
            "state": job.state,
            "attempts": job.attempts,
            "result": self._cleaner.json(job.result),
            "why": self._cleaner.text(job.why),
        }


def _job(row: Row[Any]) -> Job:
    return Job(
        id=JobId(row.id),
        session=SessionId(row.session),
        actor=ActorId(row.actor),
        kind=JobKind(row.kind),
        created_at=row.created_at,
        changed_at=row.changed_at,
        args=json.loads(row.args),
        state=JobState(row.state),
        attempts=row.attempts,
        result=mapping_of(row.result),
        why=row.why,
    )
