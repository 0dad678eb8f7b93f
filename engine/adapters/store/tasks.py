"""Tasks in the database."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Row, func

from engine.adapters.store.cleaning import Cleaner
from engine.adapters.store.columns import Values
from engine.adapters.store.prepared import adding, by, changing, finding, is_one_of, table_of
from engine.adapters.store.steps import Steps
from engine.adapters.store.tables import TaskRow
from engine.domain.errors import Conflict, NotFound
from engine.domain.task import ACTIVE, PRESSING, Task, TaskState
from engine.domain.values import ActorId, SessionId, TaskId

_TASK = table_of(TaskRow)
_ADD = adding(TaskRow)
_GET = finding(TaskRow, "id")
_FIND = finding(TaskRow, "session", "number")
_SAVE = changing(TaskRow, "id")
_OF = finding(TaskRow, "session").order_by(_TASK.c.seq)
_ACTIVE = finding(TaskRow, "session").where(is_one_of(_TASK.c.state, ACTIVE))
_PRESSING_OF = _OF.where(is_one_of(_TASK.c.state, PRESSING))
_COUNT = finding(TaskRow, "session", "state").with_only_columns(func.count())
_LAST = finding(TaskRow, "session").with_only_columns(func.max(_TASK.c.number))
_ALL = finding(TaskRow).order_by(_TASK.c.seq)


class SqlTasks:
    """`Tasks` on one connection."""

    def __init__(self, db: Steps, cleaner: Cleaner) -> None:
        self._db = db
        self._cleaner = cleaner

    def add(self, task: Task) -> None:
        self._refuse_second_active(task)
        self._db.execute(_ADD, self._values(task))

    def get(self, id_: TaskId) -> Task:
        row = self._db.execute(_GET, by(id=id_)).one_or_none()
        if row is None:
            raise NotFound(f"There is no task {id_}.")
        return _task(row)

    def find(self, session: SessionId, number: int) -> Task | None:
        row = self._db.execute(_FIND, by(session=session, number=number)).one_or_none()
        return None if row is None else _task(row)

    def save(self, task: Task) -> None:
        self._refuse_second_active(task)
        if not self._db.execute(_SAVE, by(self._values(task), id=task.id)).rowcount:
            raise NotFound(f"There is no task {task.id}.")

    def next_number(self, session: SessionId) -> int:
        return (self._db.scalar(_LAST, by(session=session)) or 0) + 1

    def of(self, session: SessionId) -> Sequence[Task]:
        return [_task(row) for row in self._db.execute(_OF, by(session=session))]

    def pressing_of(self, session: SessionId) -> Sequence[Task]:
        return [_task(row) for row in self._db.execute(_PRESSING_OF, by(session=session))]

    def count_queued(self, session: SessionId) -> int:
        return self._db.scalar(_COUNT, by(session=session, state=TaskState.QUEUED)) or 0

    def active(self, session: SessionId) -> Task | None:
        row = self._db.execute(_ACTIVE, by(session=session)).one_or_none()
        return None if row is None else _task(row)

    def in_states(self, states: Collection[TaskState]) -> Sequence[Task]:
        query = _ALL.where(_TASK.c.state.in_(states))
        return [_task(row) for row in self._db.execute(query)]

    def _refuse_second_active(self, task: Task) -> None:
        if task.state not in ACTIVE:
            return
        other = self.active(task.session)
        if other is not None and other.id != task.id:
            raise Conflict(f"Task {other.number} of the session is {other.state} already.")

    def _values(self, task: Task) -> Values:
        return {
            "id": task.id,
            "session": task.session,
            "number": task.number,
            "actor": task.actor,
            "text": self._cleaner.text(task.text),
            "is_urgent": task.is_urgent,
            "created_at": task.created_at,
            "changed_at": task.changed_at,
            "state": task.state,
            "rpc_id": task.rpc_id,
            "stop_reason": self._cleaner.text(task.stop_reason),
            "why": self._cleaner.text(task.why),
        }


def _task(row: Row[Any]) -> Task:
    return Task(
        id=TaskId(row.id),
        session=SessionId(row.session),
        number=row.number,
        actor=ActorId(row.actor),
        text=row.text,
        is_urgent=row.is_urgent,
        created_at=row.created_at,
        changed_at=row.changed_at,
        state=TaskState(row.state),
        rpc_id=row.rpc_id,
        stop_reason=row.stop_reason,
        why=row.why,
    )
