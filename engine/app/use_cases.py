"""All that can be asked for within one open transaction."""

from contextlib import AbstractContextManager
from dataclasses import dataclass

from engine.app.access import Access
from engine.app.approvals import Approvals
from engine.app.channels import Channels
from engine.app.deliveries import Deliveries
from engine.app.desk import Desk, World
from engine.app.grants import Grants
from engine.app.links import Links
from engine.app.names import Names
from engine.app.overview import Views
from engine.app.projects import Projects
from engine.app.sessions import Sessions
from engine.app.shares import Shares
from engine.app.tasks import Tasks
from engine.app.telling import Telling
from engine.ports.store import Transaction
from engine.ports.talk import Bookmarks, Inbox


@dataclass(frozen=True, slots=True, kw_only=True)
class UseCases:
    """The use cases, one per noun, on one transaction."""

    desk: Desk
    access: Access
    grants: Grants
    links: Links
    names: Names
    sessions: Sessions
    shares: Shares
    tasks: Tasks
    approvals: Approvals
    projects: Projects
    views: Views
    telling: Telling
    deliveries: Deliveries
    channels: Channels
    said: Inbox
    """All that was said to us."""
    bookmarks: Bookmarks
    """What faces remember."""

    def undo_on_error(self) -> AbstractContextManager[None]:
        """Take back what was done inside the block, and only that, if it raises."""
        return self.desk.tx.undo_on_error()


def use_cases(tx: Transaction, world: World) -> UseCases:
    """Return the use cases on `tx`."""
    desk = Desk(tx, world)
    return UseCases(
        desk=desk,
        access=Access(desk),
        grants=Grants(desk),
        links=Links(desk),
        names=Names(desk),
        sessions=Sessions(desk),
        shares=Shares(desk),
        tasks=Tasks(desk),
        approvals=Approvals(desk),
        projects=Projects(desk),
        views=Views(desk),
        telling=Telling(desk),
        deliveries=Deliveries(desk),
        channels=Channels(desk),
        said=tx.inbox,
        bookmarks=tx.bookmarks,
    )
