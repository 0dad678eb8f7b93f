"""Files that come along with a task, in the work folder before the agent hears of it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from engine.app.changes import tell_job
from engine.app.desk import Desk
from engine.domain.job import Job, JobKind, JobState
from engine.domain.task import Task
from engine.domain.values import FileId, JobId

FOLDER = "attached"
"""Where they go in the work folder, by the number of their task."""
OPEN = frozenset({JobState.QUEUED, JobState.RUNNING})
TASK = "task"
"""Of a job's args: the task that the file came with."""


@dataclass(frozen=True, slots=True)
class Attached:
    """A stored file with the name that it came under."""

    file: FileId
    name: str


def attach(desk: Desk, task: Task, files: Sequence[Attached]) -> None:
    """Store a job for each file that came with a task; the task waits for them."""
    for path, file in _placed(task, files):
        job = Job(
            id=JobId(desk.world.new_id()),
            session=task.session,
            actor=task.actor,
            kind=JobKind.PUT,
            created_at=task.created_at,
            changed_at=task.created_at,
            args={"file": file.file, "path": path, TASK: task.id},
        )
        desk.tx.jobs.add(job)
        tell_job(desk, job)


def is_awaited(desk: Desk, task: Task) -> bool:
    """Whether a file that was to be there before the task is still on its way."""
    jobs = desk.tx.jobs.in_states(OPEN)
    return any(_puts(job, task) and job.created_at <= task.created_at for job in jobs)


def prompt_of(desk: Desk, task: Task) -> str:
    """Return the task's text, and behind it the files that came along and are there."""
    jobs = desk.tx.jobs.of(task.session)
    paths = [
        job.args["path"]
        for job in jobs
        if job.args.get(TASK) == task.id and job.state is JobState.DONE
    ]
    return f"{task.text}\n\nAttached files: {', '.join(paths)}" if paths else task.text


def _puts(job: Job, task: Task) -> bool:
    return job.kind is JobKind.PUT and job.session == task.session


def _placed(task: Task, files: Sequence[Attached]) -> Iterator[tuple[str, Attached]]:
    """Give each file a path of its own: many are called image.png."""
    taken: set[str] = set()
    for file in files:
        name, count = PurePosixPath(file.name), 1
        while str(name) in taken:
            count += 1
            name = PurePosixPath(file.name).with_stem(f"{PurePosixPath(file.name).stem}-{count}")
        taken.add(str(name))
        yield f"{FOLDER}/{task.number}/{name}", file
