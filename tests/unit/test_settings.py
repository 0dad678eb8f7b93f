"""halyard.yaml, right and wrong."""

import os
import re
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cli.program import TEMPLATE
from bot.settings.load import find_file, load, parse, socket_path
from bot.settings.schema import Config
from bot.settings.units import bytes_of, duration_text, seconds_of, size_text
from bot.settings.values import engine_settings
from bot.slack.settings import Http, SlackSettings, Socket, slack_settings
from engine.api import (
    ActorId,
    AgentName,
    Deciders,
    Durations,
    EnvironmentName,
    HostName,
    InvalidInput,
    Limits,
    Network,
    Settings,
    Sizes,
)

WHOLE = """
data_dir: state
api: {socket: run/api.sock, group: ops}
admins: [local:1000]
approvals: {who: owner}
hosts:
  big: {socket: "unix:///run/big.sock", slots: 8, labels: [fast], free_min: 5GiB}
agents:
  mine:
    image: mine:1
    argv: [mine, --acp]
    env: {LOG: info}
    secrets: {key: MY_KEY}
    doc: Mine
environments:
  small: {memory: 512MiB, cpus: 0.5, network: jail, runtime: runsc}
credentials:
  MY_KEY: {file: key}
  TOKEN: {env: THE_TOKEN}
sources: {allow: [10.1.0.0/16], ca_file: ca.pem, known_hosts: known}
durations: {stop_grace: 5s, volumes_kept: 2d, approval: 1h30m}
sizes: {file: 1MiB, prompt_chars: 500}
jail_range: 10.9.0.0/16
helper_image: base:1
"""


def written(folder: Path, text: str) -> Path:
    (folder / "key").write_text("opensesame\n")
    file = folder / "halyard.yaml"
    file.write_text(text)
    return file


def test_every_setting_reaches_the_engine(tmp_path: Path) -> None:
    loaded = load(written(tmp_path, WHOLE))

    settings = engine_settings(loaded, {"THE_TOKEN": "hush"})

    assert socket_path(loaded) == tmp_path / "run/api.sock"
    assert settings.database == tmp_path / "state/halyard.db"
    assert settings.credentials == {"MY_KEY": b"opensesame", "TOKEN": b"hush"}
    assert {ActorId("local:1000"), ActorId("local:0")} < settings.admins | {ActorId("x")}
    assert settings.deciders is Deciders.OWNER
    [host] = settings.hosts
    assert (host.name, host.socket, host.slots) == ("big", "/run/big.sock", 8)
    assert (host.labels, host.free_min_bytes) == (("fast",), 5 * 1024**3)
    assert sorted(settings.agents) == ["demo", "mine"]
    mine = settings.agents[AgentName("mine")]
    assert (mine.image, mine.argv, dict(mine.env)) == ("mine:1", ("mine", "--acp"), {"LOG": "info"})
    assert dict(mine.secrets) == {"key": "MY_KEY"}
    small = settings.environments[EnvironmentName("small")]
    assert small.limits == Limits(memory_bytes=512 * 1024**2, cpus=0.5)
    assert (small.network, small.runtime) == (Network.JAIL, "runsc")
    assert settings.durations == Durations(
        stop_grace_s=5, volumes_kept=timedelta(days=2), approval_s=5400
    )
    assert settings.sizes == Sizes(file_bytes=1024**2, prompt_chars=500)
    assert settings.sources.allowed == ("10.1.0.0/16",)
    assert settings.sources.ca_file == tmp_path / "ca.pem"
    assert settings.sources.known_hosts == tmp_path / "known"
    assert (settings.jail_range, settings.helper_image) == ("10.9.0.0/16", "base:1")


def test_without_a_file_the_engines_own_defaults_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", "/state")

    settings = engine_settings(load(None), {})

    plain = Settings(
        database=Path("/state/halyard/halyard.db"),
        files=Path("/state/halyard"),
        hosts=settings.hosts,
        agents=settings.agents,
        environments=settings.environments,
        admins=frozenset({ActorId("local:0"), ActorId(f"local:{os.getuid()}")}),
    )
    assert settings == plain
    assert [host.name for host in settings.hosts] == [HostName("local")]
    assert list(settings.agents) == ["demo"]
    assert list(settings.environments) == ["default"]


WRONG = [
    pytest.param("a: [", "line 1, column 5: expected the node content", id="damaged"),
    pytest.param("api:\n\tsocket: x", "line 2, column 1: found character '\\t'", id="tab"),
    pytest.param(
        "api:\n  sokcet: /x", "line 2: api.sokcet is not a setting, but socket is.", id="typo"
    ),
    pytest.param("colour: red", "line 1: colour is not a setting; there are: data_dir", id="key"),
    pytest.param(
        "hosts:\n  a:\n    socket: /x\n    slots: many",
        "line 4: hosts.a.slots must be a whole number, not 'many'.",
        id="type",
    ),
    pytest.param(
        "hosts: {a: {socket: tcp://x}}", "hosts.a.socket must be a path such as", id="socket"
    ),
    pytest.param("hosts: {a: {slots: 1}}", "line 1: hosts.a.socket is missing.", id="missing"),
    pytest.param("hosts: {A: {socket: /x}}", "hosts.A must be lower-case letters", id="name"),
    pytest.param("hosts:\n- /x", "line 1: hosts must be a section of `key: value`", id="section"),
    pytest.param("- 1", "line 1: the file must be a section of `key: value` lines", id="list"),
    pytest.param("sizes: {file: lots}", "must be a size such as 512MiB or 2GiB", id="size"),
    pytest.param("sizes: {file: 0}", "sizes.file must be at least 1, not '0'.", id="no-size"),
    pytest.param("durations: {stall: soon}", "must be a duration such as 30s", id="duration"),
    pytest.param(
        "environments: {x: {network: open}}",
        "environments.x.network must be one of: none, jail, not 'open'.",
        id="choice",
    ),
    pytest.param("api: {}\n\napi: {}", "line 3: api is there already, on line 1.", id="twice"),
    pytest.param(
        "approvals: {who: all}",
        "approvals.who must be one of: owner, approvers, anyone, not 'all'.",
        id="deciders",
    ),
    pytest.param("admins: [ann]", "must be an actor such as local:1000", id="actor"),
    pytest.param("jail_range: 10.0.0.1/8", "must be a network such as", id="range"),
    pytest.param(
        "credentials: {K: {file: a, env: B}}",
        "must have either `file: PATH` or `env: VARIABLE`",
        id="two-places",
    ),
    pytest.param(
        "agents:\n  a:\n    image: i\n    argv: [a]\n    secrets:\n      k: NOPE",
        "line 6: agents.a.secrets.k names the credential NOPE, which is not under `credentials:`",
        id="reference",
    ),
    pytest.param("a: &a [*a]", "there is too much in a.", id="endless"),
]


@pytest.mark.parametrize(("text", "told"), WRONG)
def test_a_mistake_is_told_with_its_place_and_what_is_expected(text: str, told: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        parse(text)

    assert told in str(refusal.value)
    assert str(refusal.value).startswith("halyard.yaml ")


def test_all_mistakes_are_told_at_once() -> None:
    with pytest.raises(InvalidInput) as refusal:
        parse("colour: red\nhosts: {a: {socket: /x, slots: 0}}\n")

    assert re.findall(r"line \d", str(refusal.value)) == ["line 2", "line 1"]


def test_a_secret_that_stands_in_the_file_is_not_repeated() -> None:
    secret = "hun" + "ter2"

    with pytest.raises(InvalidInput) as refusal:
        parse(f"credentials: {{KEY: {secret}}}\nagents: {{a: {{env: {{X: [{secret}]}}}}}}")

    assert "credentials.KEY must be a section" in str(refusal.value)
    assert secret not in str(refusal.value)


@pytest.mark.parametrize(
    ("place", "told"),
    [
        ("{env: NOT_SET_ANYWHERE}", "the variable NOT_SET_ANYWHERE is not set."),
        ("{file: nowhere}", "nowhere cannot be read: No such file or directory."),
        ("{file: empty}", "the file empty is empty."),
    ],
    ids=["variable", "file", "empty"],
)
def test_a_credential_that_is_not_there_is_told(place: str, told: str, tmp_path: Path) -> None:
    (tmp_path / "empty").write_text("\n")
    loaded = load(written(tmp_path, f"credentials: {{KEY: {place}}}"))

    with pytest.raises(InvalidInput, match=r"credentials\.KEY") as refusal:
        engine_settings(loaded, {})

    assert told in str(refusal.value)


def test_a_file_that_is_no_text_is_told(tmp_path: Path) -> None:
    file = tmp_path / "halyard.yaml"
    file.write_bytes(b"api: {}\n\xff\xfe\n")

    with pytest.raises(InvalidInput, match="line 2: it is not UTF-8"):
        load(file)


def test_the_file_is_the_one_given_then_the_variables_then_the_folders(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    nothing = find_file(None, {})
    here = written(tmp_path, "")
    other = tmp_path / "other.yaml"
    other.touch()
    environ = {"HALYARD_CONFIG": str(other)}

    assert nothing is None
    assert find_file(None, {}) == here
    assert find_file(None, environ) == other
    assert find_file(here, environ) == here
    with pytest.raises(InvalidInput, match="halyard init"):
        find_file(tmp_path / "nowhere.yaml", environ)


def test_the_file_that_init_writes_holds_the_defaults_and_every_section() -> None:
    text = TEMPLATE.read_text()
    uncommented = re.sub(r"^# ?", "", text.split("\n\n", 1)[1], flags=re.MULTILINE)
    examples = {"api", "admins", "agents", "credentials", "sources"}

    config = parse(uncommented)

    assert parse(text) == Config()
    assert config.model_fields_set == set(Config.model_fields)
    for name in ("approvals", "durations", "sizes", "jail_range", "helper_image"):
        assert getattr(config, name) == getattr(Config(), name)
    assert set(Config.model_fields) > examples
    assert config.environments["default"].model_fields_set >= {"memory", "network"}


def test_the_defaults_of_the_file_are_those_of_the_engine() -> None:
    settings = engine_settings(load(None), {})

    assert settings.durations == Durations()
    assert settings.sizes == Sizes()
    assert settings.environments[EnvironmentName("default")].limits == Limits()


@pytest.mark.parametrize(
    ("text", "count"),
    [("2GiB", 2 * 1024**3), ("1.5 KiB", 1536), ("10MB", 10_000_000), (7, 7), ("0B", 0)],
    ids=str,
)
def test_a_size_is_read(text: object, count: int) -> None:
    assert bytes_of(text) == count


@pytest.mark.parametrize(
    ("text", "seconds"), [("90s", 90), ("1h30m", 5400), ("7d", 604800), (2.5, 2.5)], ids=str
)
def test_a_duration_is_read(text: object, seconds: float) -> None:
    assert seconds_of(text) == seconds


@pytest.mark.parametrize("text", ["", "GiB", "-1B", "2 gib", "1e3", True, None, "2GiBx"], ids=repr)
def test_what_is_no_size_is_refused(text: object) -> None:
    with pytest.raises(ValueError, match="must be a size"):
        bytes_of(text)


@pytest.mark.parametrize("text", ["", "m", "-1s", "5x", "1h 30m", True, None], ids=repr)
def test_what_is_no_duration_is_refused(text: object) -> None:
    with pytest.raises(ValueError, match="must be a duration"):
        seconds_of(text)


@pytest.mark.parametrize(
    ("section", "told"),
    [
        ("durations: {volumes_kept: .inf}", "durations.volumes_kept must be at most 36500d"),
        ("durations: {volumes_kept: 1.0e+300}", "durations.volumes_kept must be at most 36500d"),
        (f"durations: {{stall: {'9' * 400}}}", "durations.stall must be at most 36500d"),
        (f"durations: {{stall: {'9' * 400}d}}", "durations.stall must be at most 36500d"),
        (f"sizes: {{diff: {'9' * 400}}}", "sizes.diff must be at most 1024TiB"),
        ("sizes: {diff: 99999TiB}", "sizes.diff must be at most 1024TiB"),
    ],
)
def test_what_is_too_much_for_any_machine_is_told(section: str, told: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        parse(section)

    assert told in str(refusal.value)


@given(st.integers(0, 2**50))
def test_a_size_survives_being_written(count: int) -> None:
    assert bytes_of(size_text(count)) == count


@given(st.integers(1, 10**7))
def test_a_duration_survives_being_written(seconds: int) -> None:
    assert seconds_of(duration_text(seconds)) == seconds


SLACK = """
credentials: {BOT: {file: key}, APP: {file: key}, SIGN: {file: key}}
slack: {bot_token: BOT, %s}
"""


def slack_of(folder: Path, more: str) -> SlackSettings:
    file = folder / "halyard.yaml"
    (folder / "key").write_text("opensesame\n")
    file.write_text(SLACK % more)
    loaded = load(file)
    assert loaded.config.slack is not None
    secrets = engine_settings(loaded, {}).credentials
    return slack_settings(loaded.config.slack, secrets, file_max_bytes=5)


def test_slack_is_told_its_secrets_and_shows_them_to_nobody(tmp_path: Path) -> None:
    settings = slack_of(tmp_path, "app_token: APP, workspace: T012, api_base: 'http://here/api'")

    assert settings.bot_token == "opensesame"  # noqa: S105 - the one of the test
    assert settings.way == Socket(app_token="opensesame")
    assert settings.api_base == "http://here/api/"
    assert "opensesame" not in repr(settings)


def test_slack_over_http_listens_where_it_is_told(tmp_path: Path) -> None:
    settings = slack_of(tmp_path, "mode: http, signing_secret: SIGN, listen: 'localhost:99'")

    assert settings.way == Http(signing_secret="opensesame", host="localhost", port=99)


def test_what_slack_holds_is_for_no_source(tmp_path: Path) -> None:
    file = tmp_path / "halyard.yaml"
    (tmp_path / "key").write_text("opensesame")
    file.write_text(SLACK % "app_token: APP, signing_secret: SIGN")

    assert engine_settings(load(file), {}).reserved == {"BOT", "APP", "SIGN"}


@pytest.mark.parametrize(
    ("more", "fault"),
    [
        ("mode: socket", "line 3: slack needs `app_token`"),
        ("mode: http", "line 3: slack needs `signing_secret`"),
        ("app_token: NONE", "line 3: slack.app_token names the credential NONE"),
        ("app_token: APP, workspace: acme", "slack.workspace must be the id of a workspace"),
        ("app_token: APP, listen: nowhere", "slack.listen must be a host and a port"),
    ],
)
def test_what_slack_lacks_is_told(tmp_path: Path, more: str, fault: str) -> None:
    with pytest.raises(InvalidInput, match=re.escape(fault)):
        slack_of(tmp_path, more)


def test_a_token_that_is_no_text_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "halyard.yaml"
    (tmp_path / "key").write_bytes(b"\xff")
    file.write_text(SLACK % "app_token: APP")
    loaded = load(file)
    assert loaded.config.slack is not None

    secrets = engine_settings(loaded, {}).credentials

    with pytest.raises(InvalidInput, match=r"slack\.bot_token: the credential BOT is no secret"):
        slack_settings(loaded.config.slack, secrets, file_max_bytes=5)
