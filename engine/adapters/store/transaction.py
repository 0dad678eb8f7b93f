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
from engine.adapters.store.steps import Steps
from engine.adapters.store.tasks import SqlTasks
from engine.adapters.store.volumes import SqlVolumes
from engine.domain.values import EventNumber, InstallationId


class SqlTransaction:
    """`Transaction` on one connection; the writer's lives as long as its connection."""

    def __init__(
        self,
        db: Connection,
        cleaner: Cleaner,
        installation: InstallationId,
        *,
        committed: EventNumber | None = None,
    ) -> None:
        self._steps = steps = Steps(db)
        self.installation = installation
        self.sessions = SqlSessions(steps, cleaner)
        self.tasks = SqlTasks(steps, cleaner)
        self.approvals = SqlApprovals(steps, cleaner)
        self.projects = SqlProjects(steps)
        self.attempts = SqlAttempts(steps)
        self.journal = SqlJournal(steps, cleaner)
        self.events = SqlEvents(steps, cleaner, committed)
        self.feeds = SqlFeeds(steps)
        self.inbox = SqlInbox(steps, cleaner)
        self.jobs = SqlJobs(steps, cleaner)
        self.hosts = SqlHosts(steps, cleaner)
        self.alerts = SqlAlerts(steps, cleaner)
        self.deliveries = SqlDeliveries(steps, cleaner)
        self.channels = SqlChannels(steps)
        self.people = SqlPeople(steps)
        self.mirrors = SqlMirrors(steps)
        self.bookmarks = SqlBookmarks(steps)
        self.grants = SqlGrants(steps)
        self.volumes = SqlVolumes(steps)

    def forget(self) -> None:
        """Note that the transaction is over, and that nothing of it was kept."""
        self.events.forget()
        self._steps.forget()

    @contextmanager
    def undo_on_error(self) -> Iterator[None]:
        mark = self.events.mark()
        try:
            with self._steps.undo_on_error():
                yield
        except BaseException:
            self.events.back_to(mark)
            raise
