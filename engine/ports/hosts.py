"""Machines that run agent containers."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from engine.domain.agent import Limits
from engine.domain.attempt import Cursor
from engine.domain.values import ContainerId, HostName, InstallationId, Network, SessionId
from engine.domain.volume import VolumeSizes

UNLOCK_PREFIX = b"@halyard-secrets"
"""First word of the one stdin line that the entrypoint waits for."""
UNLOCKED_LINE = b"@halyard-unlocked"
"""What the entrypoint prints on stderr once the secrets are in place."""


class Stream(StrEnum):
    """Where a line was printed."""

    STDOUT = "stdout"
    STDERR = "stderr"


@dataclass(frozen=True, slots=True)
class LogLine:
    """One whole line of a container's log, and the cursor once it is consumed."""

    stream: Stream
    text: bytes
    """Without its newline. A last line that never got one is held back."""
    stamp_ns: int
    """The host's clock when it was printed."""
    kept_bytes: int
    """What its host keeps of it, at most: more than the text, as it keeps a stamp and escapes."""
    cursor: Cursor


@dataclass(frozen=True, slots=True, kw_only=True)
class ContainerSpec:
    """What to make an agent's container from. There is no field for anything unsafe."""

    session: SessionId
    attempt: int
    image: str
    argv: tuple[str, ...]
    env: Mapping[str, str]
    limits: Limits
    network: Network
    runtime: str = ""


class ContainerState(StrEnum):
    """What the Engine says of a container."""

    CREATED = "created"
    RUNNING = "running"
    PAUSED = "paused"
    EXITED = "exited"
    GONE = "gone"


@dataclass(frozen=True, slots=True, kw_only=True)
class ContainerFacts:
    """A container as observed."""

    state: ContainerState
    exit_code: int | None = None
    """Once exited."""
    out_of_memory: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class HostFacts:
    """A host that answered."""

    engine_id: str
    engine_version: str
    free_bytes: int | None
    """Free space where the Engine keeps its data, or none if it cannot be told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where the work starts from."""

    url: str
    """An https or ssh address; empty if a bundle is given."""
    ref: str
    """Branch or tag; the source's default if empty."""
    bundle: Path | None
    """A git bundle on this machine, in place of the address."""
    credential: bytes
    """Password or token for an https address, private key for one of ssh; or nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pushed:
    """What a push left at the source."""

    branch: str
    commit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What a session has done since its start commit."""

    commit: str
    """The last commit; the start commit if nothing changed."""
    diff: bytes
    """As `git diff --binary` prints it, cut at the limit of the caller."""
    is_cut: bool
    files_changed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A container of this installation, as a host lists it."""

    container: ContainerId
    name: str
    role: str
    """`agent`, or which short-lived helper."""
    session: SessionId
    attempt: int
    state: ContainerState
    created_s: int
    """Unix time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Inventory:
    """All that a host holds of this installation."""

    containers: Sequence[Found]
    volumes: Mapping[str, SessionId]
    """Name -> session."""
    networks: Mapping[str, SessionId | None]
    """Name -> session; none for those of the installation itself."""


class Stdin(Protocol):
    """The way into a container."""

    async def write(self, data: bytes) -> None:
        """Write all of `data`, and return when the Engine has taken it.

        Raises:
            ContainerLost: the container does not take input any more.
            Failed: it runs, and does not read what it is sent.
        """
        ...


class Host(Protocol):
    """One Docker host, for one installation.

    Every method raises `HostUnavailable` when the host fails or does not answer in time; the limit
    is the host's own. Everything made carries the installation's id in name and labels, and
    everything listed filters on it.
    """

    @property
    def name(self) -> HostName:
        """What the settings call it."""
        ...

    @property
    def installation(self) -> InstallationId:
        """Whose things it touches; no others."""
        ...

    async def check(self) -> HostFacts:
        """Ask whether it answers, and what it is."""
        ...

    async def has_image(self, image: str) -> bool:
        """Whether containers can be made from `image` without fetching anything."""
        ...

    async def create(self, spec: ContainerSpec) -> ContainerId:
        """Make, but do not start, the container of a session's attempt, with volumes and network.

        Calling it again returns the container that is there. One of the same name whose labels
        are not all ours is refused as `HostUnavailable`.

        Raises:
            Failed: the host has no such image, or cannot make what is asked for.
        """
        ...

    async def start(self, container: ContainerId) -> None:
        """Start what `create` has returned; one that runs already is left alone.

        Raises:
            ContainerLost: it is gone, or has ended: none is ever started twice.
            Failed: what the Engine made of it is not hardened, or another run of ours made it.
        """
        ...

    async def observe(self, container: ContainerId) -> ContainerFacts:
        """Return what the Engine says of it now; gone is an answer, not an error."""
        ...

    async def stop(self, container: ContainerId, *, grace_s: float) -> None:
        """Ask it to end and kill it after `grace_s` seconds; gone or ended is no error."""
        ...

    async def kill(self, container: ContainerId) -> None:
        """End it now; gone or ended is no error."""
        ...

    async def pause(self, container: ContainerId, *, paused: bool) -> None:
        """Freeze or thaw all its processes; it may be so already, and gone or ended is no error."""
        ...

    async def remove(self, container: ContainerId) -> None:
        """Remove it, running or not; its volumes stay. Gone is no error."""
        ...

    def stdin(self, container: ContainerId) -> AbstractAsyncContextManager[Stdin]:
        """Open the way in; leaving does not close the container's stdin.

        Several may be open at once; the bytes of each `write` stay together in the order written.
        It may be opened before the container starts.

        Raises:
            ContainerLost: it is gone.
        """
        ...

    def lines(self, container: ContainerId, cursor: Cursor) -> AsyncIterator[Sequence[LogLine]]:
        """Yield each whole line behind `cursor` once, in batches, until the container ends.

        Lines of one stream are in order. What comes in one batch came at once. Stdout is read from
        the container's log and never attached, so that a slow reader cannot block the agent.

        Raises:
            ContainerLost: it is gone, and its log with it.
            LogDamaged: the host lost a part of the log; every line before it was yielded.
        """
        ...

    async def prepare(self, session: SessionId, source: Source) -> str:
        """Fill the work volume with a clone of `source`; return the commit it starts from.

        Done already, it returns the same commit and changes nothing. The credential reaches git by
        stdin, and neither the volume, nor the container's settings, nor any log.

        Raises:
            PrepareFailed: git says no; the text is for the person.
        """
        ...

    async def work(self, session: SessionId, start_commit: str, *, diff_max_bytes: int) -> Work:
        """Commit what is uncommitted and not ignored as a last commit, and return what changed.

        Runs beside a live agent or after its end, without network and credentials.

        Raises:
            Failed: the volume is gone, or holds no repository any more.
        """
        ...

    async def bundle(
        self, session: SessionId, start_commit: str, branch: str, target: Path, *, max_bytes: int
    ) -> str:
        """Write a bundle of the commits since `start_commit`, as `branch`, to `target`.

        Like `work` it commits first. Returns the commit that the branch names.

        Raises:
            Failed: there is nothing new, or it is larger than `max_bytes`.
        """
        ...

    async def push(self, session: SessionId, bundle: Path, branch: str, source: Source) -> Pushed:
        """Verify `bundle` in a clean container and push its `branch` to `source.url`.

        The container has the credential and never mounts the work volume. The same bundle again
        changes nothing.

        Raises:
            Failed: the bundle is damaged or the source refuses; the text is for the person.
        """
        ...

    async def put_file(self, session: SessionId, path: str, content: Path) -> None:
        """Write a file to `path`, relative to the work folder, owned by the agent's user.

        Raises:
            Failed: the path leaves the work folder or leads through a link; or no volume is there.
        """
        ...

    async def get_file(
        self, session: SessionId, path: str, target: Path, *, max_bytes: int
    ) -> None:
        """Copy a plain file from `path`, relative to the work folder, to `target`.

        Raises:
            Failed: it is not there, not a plain file, outside the folder, or too large.
        """
        ...

    async def volume_sizes(self, session: SessionId) -> VolumeSizes:
        """Return what the session's volumes hold, beside a live agent or after its end.

        Raises:
            Failed: a volume is gone.
        """
        ...

    async def inventory(self) -> Inventory:
        """List all that is there of this installation."""
        ...

    async def remove_volumes(self, session: SessionId) -> None:
        """Remove the session's volumes for good; gone is no error."""
        ...

    async def remove_network(self, session: SessionId) -> None:
        """Remove the session's own network; gone, or never made, is no error."""
        ...

    async def purge(self) -> None:
        """Remove all that is there of this installation: containers, volumes and networks."""
        ...

    async def close(self) -> None:
        """Give up what the adapter holds open; the host itself is left as it is."""
        ...
