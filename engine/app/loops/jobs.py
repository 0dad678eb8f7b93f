"""Work outside the database that commands asked for: each at least once, without harm if twice."""

import asyncio
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from uuid import uuid4

import structlog

from engine.app.changes import save_job
from engine.app.desk import Desk
from engine.app.loops.given import Given
from engine.app.specs import source_of
from engine.domain.errors import EngineError, Failed, Unavailable
from engine.domain.event import EventKind
from engine.domain.job import ATTEMPTS_MAX, Job, JobKind, JobState, JobTrigger
from engine.domain.project import SourceKind
from engine.domain.session import Session
from engine.domain.values import FileId, JobId, Json, SessionId
from engine.ports.hosts import Host

log = structlog.get_logger()

SHOWN_CHARS = 60_000
"""A longer diff is in its file only."""
RETRY_S = 2.0

Result = Mapping[str, Json]


class Jobs:
    """Does the jobs of each session one after the other, and those of several side by side."""

    def __init__(self, given: Given) -> None:
        self._given = given
        self._busy: set[SessionId] = set()

    async def run(self) -> None:
        """Do jobs as they come, until cancelled; first those that a restart cut."""
        await self._given.write(_queue_cut_ones)
        kinds = {EventKind.JOB, EventKind.SESSION}
        async with asyncio.TaskGroup() as tasks:
            with self._given.store.watch(kinds=kinds) as watch:
                while True:
                    await watch.wait()
                    await self.step(tasks)

    async def step(self, tasks: asyncio.TaskGroup) -> None:
        """Begin every job that can begin now."""
        for job in await self._given.read(_ready):
            if job.session not in self._busy:
                self._busy.add(job.session)
                tasks.create_task(self._do(job, tasks))

    async def _do(self, job: Job, tasks: asyncio.TaskGroup) -> None:
        try:
            if await self._given.write(lambda desk: _take(desk, job.id)):
                await self._settle(job)
        finally:
            self._busy.discard(job.session)
        await self.step(tasks)

    async def _settle(self, job: Job) -> None:
        try:
            result = await self._result(job)
        except Unavailable as error:
            await asyncio.sleep(RETRY_S)
            why = str(error)
            await self._given.write(lambda desk: _try_again(desk, job.id, why))
        except EngineError as error:
            why = str(error)
            await self._given.write(lambda desk: _fail(desk, job.id, why))
        except Exception:  # A bug in one job must not take the others down.
            incident = uuid4().hex[:8]
            log.exception("job_failed", job=job.id, incident=incident)
            why = f"Something broke; please report incident {incident}."
            await self._given.write(lambda desk: _fail(desk, job.id, why))
        else:
            await self._given.write(lambda desk: _finish(desk, job.id, result))

    async def _result(self, job: Job) -> Result:
        session = await self._given.read(lambda desk: desk.tx.sessions.get(job.session))
        if not session.start_commit:
            raise Failed("The session ended before it had a work folder.")
        host = self._given.host(session.host)
        async with self._given.files.scratch() as folder:
            match job.kind:
                case JobKind.DIFF:
                    return await self._diff(host, session, folder)
                case JobKind.PUSH:
                    return await self._push(host, session, folder)
                case JobKind.PUT:
                    return await self._put(host, session, job)
                case JobKind.GET:
                    return await self._get(host, session, job, folder)

    async def _diff(self, host: Host, session: Session, folder: Path) -> Result:
        limit = self._given.world.settings.sizes.diff_bytes
        work = await host.work(session.id, session.start_commit, diff_max_bytes=limit)
        path = folder / "diff"
        await asyncio.to_thread(path.write_bytes, work.diff)
        text = work.diff.decode(errors="replace")
        return {
            "file": await self._given.files.adopt(path),
            "name": f"{session.name}.diff",
            "bytes": len(work.diff),
            "text": text if len(text) <= SHOWN_CHARS else "",
            "commit": work.commit,
            "files_changed": work.files_changed,
            "is_cut": work.is_cut,
        }

    async def _push(self, host: Host, session: Session, folder: Path) -> Result:
        project = await self._given.read(lambda desk: desk.tx.projects.get(session.project))
        branch = f"halyard/{session.name}"
        bundle = folder / "bundle"
        commit = await host.bundle(
            session.id,
            session.start_commit,
            branch,
            bundle,
            max_bytes=self._given.world.settings.sizes.bundle_bytes,
        )
        if project.kind is SourceKind.LOCAL:
            await self._given.sources.fetch(Path(project.source), bundle, branch)
            return {"branch": branch, "commit": commit}
        source = source_of(self._given.world.settings, project, bundle=None)
        pushed = await host.push(session.id, bundle, branch, source)
        return {"branch": pushed.branch, "commit": pushed.commit}

    async def _put(self, host: Host, session: Session, job: Job) -> Result:
        content = await self._given.files.path(FileId(job.args["file"]))
        await host.put_file(session.id, job.args["path"], content)
        return {"path": job.args["path"]}

    async def _get(self, host: Host, session: Session, job: Job, folder: Path) -> Result:
        path = job.args["path"]
        target = folder / "file"
        limit = self._given.world.settings.sizes.file_bytes
        await host.get_file(session.id, path, target, max_bytes=limit)
        size = (await asyncio.to_thread(target.stat)).st_size
        file = await self._given.files.adopt(target)
        return {"file": file, "name": PurePosixPath(path).name, "bytes": size}


def _ready(desk: Desk) -> list[Job]:
    """Return what can begin: what came along with a task waits for the work folder."""
    queued = desk.tx.jobs.in_states({JobState.QUEUED})
    return [job for job in queued if _has_work(desk, job) or _is_over(desk, job)]


def _has_work(desk: Desk, job: Job) -> bool:
    return bool(desk.tx.sessions.get(job.session).start_commit)


def _is_over(desk: Desk, job: Job) -> bool:
    """Whether the session ended before it had a work folder, so that the job can only fail."""
    return desk.tx.sessions.get(job.session).is_over


def _queue_cut_ones(desk: Desk) -> None:
    for job in desk.tx.jobs.in_states({JobState.RUNNING}):
        save_job(desk, job.moved(JobTrigger.AGAIN, at=desk.now))


def _take(desk: Desk, id_: JobId) -> bool:
    """Take a job; false if it was taken since it was seen."""
    job = desk.tx.jobs.get(id_)
    if job.state is not JobState.QUEUED:
        return False
    save_job(desk, job.moved(JobTrigger.TAKE, at=desk.now))
    return True


def _finish(desk: Desk, id_: JobId, result: Result) -> None:
    job = desk.tx.jobs.get(id_)
    save_job(desk, job.moved(JobTrigger.FINISH, at=desk.now, result=result))


def _fail(desk: Desk, id_: JobId, why: str) -> None:
    save_job(desk, desk.tx.jobs.get(id_).moved(JobTrigger.FAIL, at=desk.now, why=why))


def _try_again(desk: Desk, id_: JobId, why: str) -> None:
    job = desk.tx.jobs.get(id_)
    if job.attempts >= ATTEMPTS_MAX:
        _fail(desk, id_, why)
        return
    save_job(desk, job.moved(JobTrigger.AGAIN, at=desk.now, why=why))
