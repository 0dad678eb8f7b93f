"""Change and decide the tasks of sessions."""

from collections.abc import Sequence
from dataclasses import replace

from engine.app.changes import move_task, tell_task, withdraw_approvals
from engine.app.desk import Desk, checked_text
from engine.app.sessions import Sessions
from engine.app.stopping import end_if_once
from engine.domain.errors import Conflict, NotFound
from engine.domain.session import is_number
from engine.domain.task import Task, TaskState, TaskTrigger
from engine.domain.values import Whence


class Tasks:
    """Everything a person can ask of tasks. A task is called `<session>.<n>`."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def of(self, session: str) -> Sequence[Task]:
        """Return the tasks of the session that people call `session`, oldest first."""
        return self._desk.tx.tasks.of(Sessions(self._desk).find(session).id)

    def queued(self) -> Sequence[Task]:
        """Return the tasks of all sessions that were not sent yet, oldest first."""
        return self._desk.tx.tasks.in_states({TaskState.QUEUED})

    def find(self, name: str) -> Task:
        """Return the task that people call `name`.

        Raises:
            NotFound: there is none.
        """
        session, number = split_name(name, noun="task")
        task = self._desk.tx.tasks.find(Sessions(self._desk).find(session).id, number)
        if task is None:
            raise NotFound(f"There is no task {name}; `task list` shows those there are.")
        return task

    def cancel(self, name: str) -> Task:
        """Cut the turn of a task that was sent.

        Raises:
            Conflict: it was not sent yet, or is over.
        """
        task = self.find(name)
        if task.state is TaskState.QUEUED:
            raise Conflict(f"Task {name} was not sent yet; `task drop` takes it off the queue.")
        cancelled = move_task(self._desk, task, TaskTrigger.CANCEL, why="Cancelled by a person.")
        withdraw_approvals(self._desk, self._desk.tx.sessions.get(task.session))
        return cancelled

    def edit(self, name: str, text: str, *, whence: Whence | None = None) -> Task:
        """Replace the text of a task that was not sent yet.

        Raises:
            Conflict: it was already sent.
        """
        task = self.find(name)
        if task.state is not TaskState.QUEUED:
            raise Conflict(f"Task {name} was already sent; it is {task.state}.")
        max_chars = self._desk.settings.sizes.prompt_chars
        checked = checked_text(text, name="text", max_chars=max_chars)
        edited = replace(task, text=checked, changed_at=self._desk.now)
        self._desk.tx.tasks.save(edited)
        tell_task(self._desk, edited, whence=whence, is_edit=True)
        return edited

    def drop(self, name: str) -> Task:
        """Take a task off the queue.

        Raises:
            Conflict: it was already sent.
        """
        task = self.find(name)
        if task.state is not TaskState.QUEUED:
            raise Conflict(f"Task {name} was already sent; it is {task.state}.")
        dropped = move_task(self._desk, task, TaskTrigger.DROP, why="Dropped by a person.")
        end_if_once(self._desk, task.session)
        return dropped

    def retry(self, name: str) -> Task:
        """Queue an unknown task again; whatever it did the first time stays done.

        Raises:
            Conflict: it is not unknown.
        """
        return self._resolve(name, TaskTrigger.RETRY, "A person wants it done again.")

    def done(self, name: str) -> Task:
        """Take an unknown task as done.

        Raises:
            Conflict: it is not unknown.
        """
        done = self._resolve(name, TaskTrigger.RESOLVE, "A person says that it is done.")
        end_if_once(self._desk, done.session)
        return done

    def _resolve(self, name: str, trigger: TaskTrigger, why: str) -> Task:
        task = self.find(name)
        if task.state is not TaskState.UNKNOWN:
            raise Conflict(f"Task {name} is {task.state}; only an unknown one can be resolved.")
        return move_task(self._desk, task, trigger, why=why)


def split_name(name: str, *, noun: str) -> tuple[str, int]:
    """Split `<session>.<n>`.

    Raises:
        NotFound: it is no such name.
    """
    session, dot, number = name.rpartition(".")
    if not dot or not is_number(number):
        raise NotFound(f"There is no {noun} {name}; a {noun} is called like demo-1.2.")
    return session, int(number)
