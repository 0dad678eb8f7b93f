"""Tables. One class each; no relationships, no behaviour.

`seq` counts a table's rows in the order in which they came, so that "oldest first" is exact also
for two of the same instant.
"""

from engine.adapters.store.tables.base import Base
from engine.adapters.store.tables.events import EventRow, FeedRow
from engine.adapters.store.tables.people import AccountRow, LinkCodeRow
from engine.adapters.store.tables.talk import (
    BookmarkRow,
    ChannelRow,
    DeliveryRow,
    InboxRow,
    MirrorRow,
)
from engine.adapters.store.tables.work import (
    AlertRow,
    ApprovalRow,
    AttemptRow,
    GrantRow,
    HostRow,
    InstallationRow,
    JobRow,
    MessageRow,
    ProjectRow,
    RuleRow,
    SessionRow,
    TaskRow,
    VolumesRow,
)

__all__ = [
    "AccountRow",
    "AlertRow",
    "ApprovalRow",
    "AttemptRow",
    "Base",
    "BookmarkRow",
    "ChannelRow",
    "DeliveryRow",
    "EventRow",
    "FeedRow",
    "GrantRow",
    "HostRow",
    "InboxRow",
    "InstallationRow",
    "JobRow",
    "LinkCodeRow",
    "MessageRow",
    "MirrorRow",
    "ProjectRow",
    "RuleRow",
    "SessionRow",
    "TaskRow",
    "VolumesRow",
]
