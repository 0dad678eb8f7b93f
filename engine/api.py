"""All that the bot may use of the engine."""

from engine.app.attached import Attached
from engine.app.deliveries import Errand, NewDelivery
from engine.app.engine import Engine, Feed, Notes, Reply, Said
from engine.app.grants import Standing
from engine.app.overview import HostView, Overview, SessionView, Told
from engine.app.projects import AddRequest
from engine.app.sessions import StartRequest
from engine.app.use_cases import UseCases
from engine.domain.access import (
    EVERYTHING,
    PERMISSIONS,
    Asker,
    Deciders,
    Grant,
    Rights,
    Role,
    Sight,
    Target,
    checked_subject,
    holders_of,
    is_group,
    place_of,
    words,
)
from engine.domain.agent import Agent, Environment, Limits
from engine.domain.alert import Alert, Severity
from engine.domain.approval import Approval, ApprovalState, Scope, can_be_allowed
from engine.domain.channel import Channel, Verbosity, channel_at, parse_channel
from engine.domain.delivery import Delivery, DeliveryState, Priority
from engine.domain.errors import (
    Conflict,
    EngineError,
    HostUnavailable,
    InvalidInput,
    NotAllowed,
    NotFound,
    Refused,
    Unavailable,
)
from engine.domain.event import Event, EventKind
from engine.domain.host import HostSettings, HostState, HostStatus
from engine.domain.job import Job, JobKind, JobState
from engine.domain.mirror import Mirror, is_one_channel
from engine.domain.person import CODE_LIFE, minutes
from engine.domain.project import Project, SourceKind
from engine.domain.session import EndReason, Session, SessionState, Wanted
from engine.domain.settings import Durations, Settings, Sizes
from engine.domain.source import SourceRules
from engine.domain.task import Task, TaskState
from engine.domain.values import (
    ActorId,
    AgentName,
    ApprovalId,
    Conversation,
    DeliveryId,
    EnvironmentName,
    EventNumber,
    FileId,
    GroupId,
    HostName,
    InboxKey,
    InstallationId,
    JobId,
    Json,
    MirrorId,
    Network,
    Permission,
    ProjectName,
    SessionId,
    Subject,
    TaskId,
    Whence,
)
from engine.domain.volume import VolumeSizes
from engine.ports.clock import Clock
from engine.ports.files import Files
from engine.ports.store import Watch
from engine.ports.talk import Received

__all__ = [
    "CODE_LIFE",
    "EVERYTHING",
    "PERMISSIONS",
    "ActorId",
    "AddRequest",
    "Agent",
    "AgentName",
    "Alert",
    "Approval",
    "ApprovalId",
    "ApprovalState",
    "Asker",
    "Attached",
    "Channel",
    "Clock",
    "Conflict",
    "Conversation",
    "Deciders",
    "Delivery",
    "DeliveryId",
    "DeliveryState",
    "Durations",
    "EndReason",
    "Engine",
    "EngineError",
    "Environment",
    "EnvironmentName",
    "Errand",
    "Event",
    "EventKind",
    "EventNumber",
    "Feed",
    "FileId",
    "Files",
    "Grant",
    "GroupId",
    "HostName",
    "HostSettings",
    "HostState",
    "HostStatus",
    "HostUnavailable",
    "HostView",
    "InboxKey",
    "InstallationId",
    "InvalidInput",
    "Job",
    "JobId",
    "JobKind",
    "JobState",
    "Json",
    "Limits",
    "Mirror",
    "MirrorId",
    "Network",
    "NewDelivery",
    "NotAllowed",
    "NotFound",
    "Notes",
    "Overview",
    "Permission",
    "Priority",
    "Project",
    "ProjectName",
    "Received",
    "Refused",
    "Reply",
    "Rights",
    "Role",
    "Said",
    "Scope",
    "Session",
    "SessionId",
    "SessionState",
    "SessionView",
    "Settings",
    "Severity",
    "Sight",
    "Sizes",
    "SourceKind",
    "SourceRules",
    "Standing",
    "StartRequest",
    "Subject",
    "Target",
    "Task",
    "TaskId",
    "TaskState",
    "Told",
    "Unavailable",
    "UseCases",
    "Verbosity",
    "VolumeSizes",
    "Wanted",
    "Watch",
    "Whence",
    "can_be_allowed",
    "channel_at",
    "checked_subject",
    "holders_of",
    "is_group",
    "is_one_channel",
    "minutes",
    "parse_channel",
    "place_of",
    "words",
]
