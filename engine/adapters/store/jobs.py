"""Jobs in the database."""

import json
from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Row

from engine.adapters.store.cleaning import Cleaner, mapping_of
from engine.adapters.store.columns import Values
from engine.adapters.store.prepared import adding, by, changing, finding, table_of
from engine.adapters.store.steps import Steps
from engine.adapters.store.tables import JobRow
from engine.domain.errors import NotFound
from engine.domain.job import Job, JobKind, JobState
from engine.domain.values import ActorId, FileId, JobId, SessionId

_JOB = table_of(JobRow)
_ADD = adding(JobRow)
_GET = finding(JobRow, "id")
_SAVE = changing(JobRow, "id")
_ALL = finding(JobRow).order_by(_JOB.c.seq)
_OF = finding(JobRow, "session").order_by(_JOB.c.seq)


class SqlJobs:
    """`Jobs` on one connection."""

    def __init__(self, db: Steps, cleaner: Cleaner) -> None:
        self._db = db
        self._cleaner = cleaner

    def add(self, job: Job) -> None:
        self._db.execute(_ADD, self._values(job))

    def get(self, id_: JobId) -> Job:
        row = self._db.execute(_GET, by(id=id_)).one_or_none()
        if row is None:
            raise NotFound(f"There is no job {id_}.")
        return _job(row)

    def save(self, job: Job) -> None:
        if not self._db.execute(_SAVE, by(self._values(job), id=job.id)).rowcount:
            raise NotFound(f"There is no job {job.id}.")

    def of(self, session: SessionId) -> Sequence[Job]:
        return [_job(row) for row in self._db.execute(_OF, by(session=session))]

    def in_states(self, states: Collection[JobState]) -> Sequence[Job]:
        query = _ALL.where(_JOB.c.state.in_(states))
        return [_job(row) for row in self._db.execute(query)]

    def with_file(self, file: FileId) -> Sequence[Job]:
        # The id is a hash of 64 letters, so it stands in no other place by chance.
        named = _JOB.c.args.contains(file) | _JOB.c.result.contains(file)
        return [_job(row) for row in self._db.execute(_ALL.where(named))]

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
