"""What halyard.yaml may say. The texts under the fields are what docs/settings.md prints."""

from enum import StrEnum
from ipaddress import IPv4Network
from pathlib import Path
from typing import Annotated, Self, TypeAlias

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from bot.settings.units import bytes_of, seconds_of
from engine.api import Deciders, Durations, HostName, HostSettings, Limits, Network, Sizes

Size: TypeAlias = Annotated[int, BeforeValidator(bytes_of), Field(ge=1)]
Duration: TypeAlias = Annotated[float, BeforeValidator(seconds_of), Field(gt=0)]
FORMS = {
    r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$": "lower-case letters, digits and single dashes",
    r"^[A-Za-z][A-Za-z0-9_-]*$": "letters, digits, dashes and underscores",
    r"^[A-Za-z0-9_][A-Za-z0-9._-]*$": "the plain name of a file",
    r"^[A-Za-z_][A-Za-z0-9_]*$": "the name of a variable",
    r"^(unix://)?/.+$": "a path such as /var/run/docker.sock, also with unix:// before it",
    r"^[a-z]+:\S+$": "an actor such as local:1000",
    r"^[0-9]{5,20}$": "an id of Discord, as its developer mode shows it",
    r"^(https?|wss?)://\S+$": "an address",
    r"^T[A-Z0-9]{2,20}$": "the id of a workspace of Slack, such as T012AB3CD",
    r"^[^\s:]+:[0-9]{1,5}$": "a host and a port, such as 127.0.0.1:8084",
}
"""Pattern -> what to call it."""
_NAME, _CREDENTIAL, _FILE, _VARIABLE, _SOCKET, _ACTOR, _SNOWFLAKE, _ADDRESS, _TEAM, _LISTEN = FORMS
Name: TypeAlias = Annotated[str, Field(pattern=_NAME, max_length=40)]
CredentialName: TypeAlias = Annotated[str, Field(pattern=_CREDENTIAL)]
SecretFile: TypeAlias = Annotated[str, Field(pattern=_FILE)]
Variable: TypeAlias = Annotated[str, Field(pattern=_VARIABLE)]
Socket: TypeAlias = Annotated[str, Field(pattern=_SOCKET)]
Actor: TypeAlias = Annotated[str, Field(pattern=_ACTOR)]
Address: TypeAlias = Annotated[str, Field(pattern=_ADDRESS)]

LOCAL = HostSettings(name=HostName("local"), socket="/var/run/docker.sock")
LIMITS = Limits()
DURATIONS = Durations()
SIZES = Sizes()
SLACK_SECRETS = ("bot_token", "app_token", "signing_secret")
"""Settings of Slack that name a credential."""


class Section(BaseModel):
    """A part of the file; what it does not know is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


class Api(Section):
    """The local HTTP API, which the command line speaks to."""

    socket: Path | None = None
    """Path of its unix socket; `halyard.sock` in `data_dir` if left out."""
    group: str = ""
    """Unix group whose members may connect too (mode 0660); only the owner (0600) if left out."""


class Host(Section):
    """A Docker Engine that sessions run on."""

    socket: Socket
    """Path of the unix socket where the Engine answers."""
    slots: int = Field(LOCAL.slots, ge=1, le=1000)
    """How many sessions it takes at once."""
    labels: list[str] = []
    """Words that tell hosts apart."""
    free_min: Size = LOCAL.free_min_bytes
    """With less free disk, its sessions are paused and it takes no new ones."""


class Agent(Section):
    """A program that speaks the Agent Client Protocol."""

    image: str = Field(min_length=1)
    """Image that has it; the Engine must have the image."""
    argv: list[str] = Field(min_length=1)
    """The program and its arguments."""
    env: dict[Variable, str] = {}
    """Variables of its environment; never a secret."""
    secrets: dict[SecretFile, CredentialName] = {}
    """Name of a file under /run/secrets, and the credential that it holds."""
    doc: str = ""
    """What it is, in one line."""


class Environment(Section):
    """What a session's container is made from, besides its agent."""

    memory: Size = LIMITS.memory_bytes
    """Memory; a container that wants more is killed, and its session ends with reason `oom`."""
    cpus: float = Field(LIMITS.cpus, gt=0, le=1024)
    """Processors; a half is 0.5."""
    pids: int = Field(LIMITS.pids, ge=16, le=1_000_000)
    """Processes and threads."""
    tmp: Size = LIMITS.tmp_bytes
    """Size of /tmp; it counts as memory."""
    work: Size = LIMITS.work_bytes
    """What the work folder may hold; past it the session ends with reason `disk`."""
    home: Size = LIMITS.home_bytes
    """What the agent's home folder may hold, where its conversations are; past it likewise."""
    open_files: int = Field(LIMITS.open_files, ge=64)
    """Files that one process may have open."""
    file: Size = LIMITS.file_bytes
    """The largest single file that may be written."""
    network: Network = Network.NONE
    """What sessions can reach that name no network: `none`, or `jail` for a network of its own."""
    image: str = ""
    """Image in place of the agent's own."""
    env: dict[Variable, str] = {}
    """Further variables; never a secret."""
    runtime: str = ""
    """Runtime of the Engine, such as `runsc`; the Engine's default if left out."""


class Credential(Section):
    """A secret, by where it is; its value never stands in this file.

    A source over https takes a token or `user:password`, one over ssh a private key without a
    passphrase.
    """

    file: Path | None = None
    """File that holds it; a newline at the end is not part of it."""
    env: Variable | None = None
    """Variable of Halyard's own environment that holds it."""

    @model_validator(mode="after")
    def _has_one_place(self) -> Self:
        if (self.file is None) == (self.env is None):
            raise ValueError("must have either `file: PATH` or `env: VARIABLE`, and never a value")
        return self


class Approvals(Section):
    """What agents ask people."""

    who: Deciders = Deciders.APPROVERS
    """Who may decide: `owner` (who started the session), `approvers` (the owner, and who has the
    permission to decide) or `anyone` (who may see the session); admins always may."""


class Sources(Section):
    """Where projects may come from."""

    allow: list[str] = []
    """Hosts or networks that are not public and yet allowed, such as `git.example.org` or
    `10.1.0.0/16`."""
    ca_file: Path | None = None
    """Certificates, besides the public ones, that vouch for sources."""
    known_hosts: Path | None = None
    """Host keys of sources over ssh, in the form of ssh's own `known_hosts`. A host whose key is
    not in it is not spoken to; without the file, none is."""


class Discord(Section):
    """The face in Discord."""

    token: CredentialName
    """Name of the credential that holds the bot's token."""
    guild: Annotated[str, Field(pattern=_SNOWFLAKE)] = ""
    """Id of the one server where commands are announced, at once; everywhere if left out."""
    api_base: Address = "https://discord.com/api/v10"
    """Where the REST API is; another one for tests."""
    gateway_url: Address = "wss://gateway.discord.gg/"
    """Where the gateway is; another one for tests."""


class SlackMode(StrEnum):
    """How Slack tells what happens."""

    SOCKET = "socket"
    HTTP = "http"


class Slack(Section):
    """The face in Slack."""

    bot_token: CredentialName
    """Name of the credential that holds the bot token of the installed app."""
    mode: SlackMode = SlackMode.SOCKET
    """`socket`: Halyard connects to Slack. `http`: Slack connects to Halyard."""
    app_token: CredentialName | None = None
    """Name of the credential that holds the app-level token; `socket` needs it."""
    signing_secret: CredentialName | None = None
    """Name of the credential that holds the signing secret; `http` needs it."""
    listen: Annotated[str, Field(pattern=_LISTEN)] = "127.0.0.1:8084"
    """Where requests of Slack arrive in mode `http`, behind a proxy that has a certificate."""
    workspace: Annotated[str, Field(pattern=_TEAM)] = ""
    """Id of the workspace; with it, a token of another one is refused."""
    api_base: Address = "https://slack.com/api/"
    """Where the Web API is; another one for tests."""

    @model_validator(mode="after")
    def _has_what_its_mode_needs(self) -> Self:
        if self.mode is SlackMode.SOCKET and self.app_token is None:
            raise ValueError("needs `app_token`, the name of a credential, in mode socket")
        if self.mode is SlackMode.HTTP and self.signing_secret is None:
            raise ValueError("needs `signing_secret`, the name of a credential, in mode http")
        return self


class Times(Section):
    """How long things may take."""

    stop_grace: Duration = DURATIONS.stop_grace_s
    """From the wish to stop a session to the end of its processes."""
    approval: Duration = DURATIONS.approval_s
    """From when a person could first see a question to its denial."""
    unknown: Duration = DURATIONS.unknown_s
    """How long a prompt that may not have arrived waits for a sign of the agent."""
    stall: Duration = DURATIONS.stall_s
    """Silence in a turn after which an alert is opened."""
    start: Duration = DURATIONS.start_s
    """From a container's start to the agent's answer."""
    host_check: Duration = DURATIONS.host_check_s
    """Between two looks at a host."""
    janitor: Duration = DURATIONS.janitor_s
    """Between two comparisons of a host with what should be there."""
    measure: Duration = DURATIONS.measure_s
    """Between two measurements of the volumes of a session that is not at work; those at work are
    measured in every round of the janitor."""
    janitor_rest: Duration = DURATIONS.janitor_rest_s
    """How long nothing is stopped or removed for being unknown to a database that is older than
    what the hosts hold, as after a restore."""
    volumes_kept: Duration = DURATIONS.volumes_kept.total_seconds()
    """How long the work of an ended session stays."""
    files_kept: Duration = DURATIONS.files_kept.total_seconds()
    """How long files stay that came in or went out by `session put`, `get` and `diff`."""
    strays_kept: Duration = DURATIONS.strays_kept.total_seconds()
    """How long a container that belongs to no session stays after it was stopped."""


class Bounds(Section):
    """How large things may be."""

    prompt_chars: int = Field(SIZES.prompt_chars, ge=1)
    """Characters of a task."""
    file: Size = SIZES.file_bytes
    """A file on its way in or out."""
    diff: Size = SIZES.diff_bytes
    """A diff; what is longer is cut, and says so."""
    bundle: Size = SIZES.bundle_bytes
    """The commits of a session, packed for a push."""
    log_replace: Size = SIZES.log_replace_bytes
    """Log, as its host keeps it, past which a container is replaced between two turns."""
    log_end: Size = SIZES.log_end_bytes
    """Log, as its host keeps it, past which a session ends with reason `disk`."""


class Config(Section):
    """The whole file."""

    data_dir: Path | None = None
    """Folder of the database and of files; `halyard` in the user's state folder if left out."""
    api: Api = Api()
    """The local HTTP API."""
    admins: list[Actor] = []
    """Who may do everything, such as `local:1000`; root and Halyard's own user always may.
    Others need a role: `access grant`."""
    approvals: Approvals = Approvals()
    """What agents ask people."""
    hosts: dict[Name, Host] = {}
    """Where sessions run; in place of the built-in host `local`, if any is named."""
    agents: dict[Name, Agent] = {}
    """What sessions run, besides the built-in agent `demo`."""
    environments: dict[Name, Environment] = {}
    """What containers are made from, besides the built-in environment `default`."""
    credentials: dict[CredentialName, Credential] = {}
    """Secrets, by where they are. One that an agent or a chat holds is for no project's source."""
    discord: Discord | None = None
    """The face in Discord; without this section there is none."""
    slack: Slack | None = None
    """The face in Slack; without this section there is none."""
    sources: Sources = Sources()
    """Where projects may come from."""
    durations: Times = Times()
    """How long things may take."""
    sizes: Bounds = Bounds()
    """How large things may be."""
    jail_range: IPv4Network = IPv4Network("10.213.0.0/16")
    """Where the networks of sessions with network `jail` are cut from."""
    helper_image: str = "halyard-base"
    """Image of the short containers that fetch, pack and push."""
