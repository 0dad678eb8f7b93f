"""Say which project a channel is about, and how much it hears."""

from dataclasses import replace

from engine.app.alerts import channel_fingerprint, close_alert, face_fingerprint, open_alert
from engine.app.desk import Desk
from engine.domain.access import EVERYTHING, Sight
from engine.domain.alert import Severity
from engine.domain.channel import Channel, Verbosity, channel_at, channel_named
from engine.domain.errors import Conflict
from engine.domain.project import Project
from engine.domain.values import Conversation, ProjectName


class Channels:
    """Everything a person can ask of channels."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def at(self, conversation: Conversation) -> Channel:
        """Return the channel of a conversation, with what holds where nothing was said of it."""
        return self._desk.tx.channels.find(conversation) or channel_at(conversation)

    def named(self, name: str, sight: Sight) -> Conversation:
        """Return the conversation that a channel's name stands for, with its space or without.

        Raises:
            InvalidInput: it is no such name, or it is not clear which of those in sight is meant.
        """
        return channel_named(name, self.seen(sight))

    def bind(self, conversation: Conversation, project: ProjectName) -> Channel:
        """Let what is started in a channel work on a project, in place of another.

        Raises:
            NotFound: there is no such project.
        """
        found: Project = self._desk.tx.projects.get(project)
        channel = self.at(conversation)
        since = self._desk.now if channel.project is None else channel.bound_since
        return self._saved(replace(channel, project=found.name, bound_since=since))

    def unbind(self, conversation: Conversation) -> Channel:
        """Let a channel be about no project; its sessions go on.

        Raises:
            Conflict: it is about none.
        """
        channel = self.at(conversation)
        if channel.project is None:
            raise Conflict("This channel is bound to no project.")
        self._saved(replace(channel, project=None, bound_since=None))
        return channel

    def set(self, conversation: Conversation, verbosity: Verbosity) -> Channel:
        """Say how much a channel hears, from now on."""
        return self._saved(replace(self.at(conversation), verbosity=verbosity))

    def bound(self, platform: str) -> tuple[Channel, ...]:
        """Return the channels of a platform that are about a project."""
        return tuple(c for c in self.seen(EVERYTHING) if c.platform == platform)

    def seen(self, sight: Sight) -> tuple[Channel, ...]:
        """Return the channels of all platforms that are about a project in sight."""
        channels = self._desk.tx.channels.all()
        return tuple(c for c in channels if c.project is not None and sight.covers(c.project))

    def unreachable(self, conversation: Conversation, why: str) -> None:
        """Alert that a channel cannot be read or written; `why` says what to do."""
        fingerprint = channel_fingerprint(conversation)
        open_alert(self._desk, fingerprint=fingerprint, severity=Severity.WARNING, text=why)

    def reachable(self, conversation: Conversation) -> None:
        """Note that a channel can be read and written."""
        close_alert(self._desk, channel_fingerprint(conversation))

    def cut_off(self, platform: str, why: str) -> None:
        """Alert that a whole platform cannot be used; `why` says what to do."""
        fingerprint = face_fingerprint(platform)
        open_alert(self._desk, fingerprint=fingerprint, severity=Severity.CRITICAL, text=why)

    def connected(self, platform: str) -> None:
        """Note that a platform can be used."""
        close_alert(self._desk, face_fingerprint(platform))

    def _saved(self, channel: Channel) -> Channel:
        self._desk.tx.channels.save(channel)
        return channel
