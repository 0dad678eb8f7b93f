"""Projects in the database."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row

from engine.adapters.store.prepared import adding, by, finding, removing, table_of
from engine.adapters.store.steps import Steps
from engine.adapters.store.tables import ProjectRow
from engine.domain.errors import Conflict
from engine.domain.project import Project, SourceKind, no_project
from engine.domain.values import AgentName, EnvironmentName, ProjectName

_ADD = adding(ProjectRow)
_FIND = finding(ProjectRow, "name")
_REMOVE = removing(ProjectRow, "name")
_ALL = finding(ProjectRow).order_by(table_of(ProjectRow).c.name)


class SqlProjects:
    """`Projects` on one connection."""

    def __init__(self, db: Steps) -> None:
        self._db = db

    def add(self, project: Project) -> None:
        if self._row(project.name) is not None:
            raise Conflict(f"There is a project {project.name} already.")
        self._db.execute(
            _ADD,
            {
                "name": project.name,
                "source": project.source,
                "kind": project.kind,
                "ref": project.ref,
                "credential": project.credential,
                "agent": project.agent,
                "environment": project.environment,
                "host": project.host,
                "created_at": project.created_at,
            },
        )

    def get(self, name: ProjectName) -> Project:
        row = self._row(name)
        if row is None:
            raise no_project(name)
        return _project(row)

    def remove(self, name: ProjectName) -> None:
        self._db.execute(_REMOVE, by(name=name))

    def all(self) -> Sequence[Project]:
        return [_project(row) for row in self._db.execute(_ALL)]

    def _row(self, name: ProjectName) -> Row[Any] | None:
        return self._db.execute(_FIND, by(name=name)).one_or_none()


def _project(row: Row[Any]) -> Project:
    return Project(
        name=ProjectName(row.name),
        source=row.source,
        kind=SourceKind(row.kind),
        ref=row.ref,
        credential=row.credential,
        agent=AgentName(row.agent),
        environment=EnvironmentName(row.environment),
        host=row.host,
        created_at=row.created_at,
    )
