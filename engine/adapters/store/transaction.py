"""One open transaction, and all that can be reached in it."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection

from engine.adapters.store.alerts import SqlAlerts
from engine.adapters.store.approvals import SqlApprovals
from engine.adapters.store.attempts import SqlAttempts
from engine.adapters.store.channels import SqlBookmarks, SqlChannels
from engine.adapters.store.cleaning import Cleaner
from engine.adapters.store.deliveries import SqlDeliveries
from engine.adapters.store.events import SqlEvents
from engine.adapters.store.feeds import SqlFeeds
from engine.adapters.store.grants import SqlGrants
from engine.adapters.store.hosts import SqlHosts
from engine.adapters.store.inbox import SqlInbox
from engine.adapters.store.jobs import SqlJobs
from engine.adapters.store.journal import SqlJournal
from engine.adapters.store.mirrors import SqlMirrors
from engine.adapters.store.people import SqlPeople
from engine.adapters.store.projects import SqlProjects
from engine.adapters.store.sessions import SqlSessions
from engine.adapters.store.tasks import SqlTasks
from engine.adapters.store.volumes import SqlVolumes
from engine.domain.values import EventNumber, InstallationId


class TransactionLost(Exception):
    """The database has given up the transaction, and with it what others did in it."""


class SqlTransaction:
    """`Transaction` on one connection; the writer's lives as long as its connection."""

    def __init__(
        self,
        db: Connection,
        cleaner: Cleaner,
        installation: InstallationId,
        *,
        committed: EventNumber = EventNumber(0),  # noqa: B008 - a plain number.
    ) -> None:
        self._db = db
        self.installation = installation
        self.sessions = SqlSessions(db, cleaner)
        self.tasks = SqlTasks(db, cleaner)
        self.approvals = SqlApprovals(db, cleaner)
        self.projects = SqlProjects(db)
        self.attempts = SqlAttempts(db)
        self.journal = SqlJournal(db, cleaner)
        self.events = SqlEvents(db, cleaner, committed)
        self.feeds = SqlFeeds(db)
        self.inbox = SqlInbox(db, cleaner)
        self.jobs = SqlJobs(db, cleaner)
        self.hosts = SqlHosts(db, cleaner)
        self.alerts = SqlAlerts(db, cleaner)
        self.deliveries = SqlDeliveries(db, cleaner)
        self.channels = SqlChannels(db)
        self.people = SqlPeople(db)
        self.mirrors = SqlMirrors(db)
        self.bookmarks = SqlBookmarks(db)
        self.grants = SqlGrants(db)
        self.volumes = SqlVolumes(db)

    @contextmanager
    def undo_on_error(self) -> Iterator[None]:
        mark = self.events.mark()
        self._savepoint("SAVEPOINT step")
        try:
            yield
        except BaseException:
            self._savepoint("ROLLBACK TO SAVEPOINT step")
            self._savepoint("RELEASE SAVEPOINT step")
            self.events.back_to(mark)
            raise
        self._savepoint("RELEASE SAVEPOINT step")

    def _savepoint(self, statement: str) -> None:
        # All have one name: the newest of a name is meant, so they nest. A full disk makes SQLite
        # roll back everything; the savepoint is then gone, which shows here at the latest.
        # By the driver, since each write makes two: SQLAlchemy's way was half of an event's cost.
        cursor = self._db.connection.cursor()
        try:
            cursor.execute(statement)
        except self._db.dialect.loaded_dbapi.Error as error:
            raise TransactionLost(str(error)) from error
        finally:
            cursor.close()
