"""The words of a command line, and what a program sees of them."""

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from bot.cli.main import main
from bot.cli.words import Wishes, parser_of, values_of, wishes_of
from bot.commands import registry
from bot.core.words import split_path
from bot.settings.load import load
from bot.settings.schema import Config
from engine.api import Refused

HEAVY = {"sqlalchemy", "docker", "acp", "aiohttp", "alembic", "prompt_toolkit"}
CHATS = {"discord", "slack_bolt", "slack_sdk"}


@pytest.fixture(autouse=True)
def nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Settings under which no service answers."""
    (tmp_path / "halyard.yaml").write_text("data_dir: state\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("HALYARD_CONFIG", raising=False)


def values(*words: str) -> dict[str, str]:
    command, rest = split_path(words, registry)
    return values_of(command, parser_of(command).parse_intermixed_args(list(rest)))


SAID = {"session": "demo-1", "text": "fix the login"}


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("session=demo-1", "text=fix the login"), SAID),
        (("--session", "demo-1", "--text", "fix the login"), SAID),
        (("demo-1", "fix the login"), SAID),
        (("demo-1", "fix", "the", "login"), SAID),
        (("text=fix the login", "demo-1"), SAID),
        (("--text=fix the login", "demo-1", "now=yes"), {**SAID, "now": "yes"}),
        (("demo-1", "--now", "yes", "fix", "the", "login"), {**SAID, "now": "yes"}),
        (("demo-1", "text=a=b"), {"session": "demo-1", "text": "a=b"}),
        (("demo-1", "text=two\nlines"), {"session": "demo-1", "text": "two\nlines"}),
        (("demo-1", "Is x=1 right?"), {"session": "demo-1", "text": "Is x=1 right?"}),
        (("demo-1", "x=1 is right"), {"session": "demo-1", "text": "x=1 is right"}),
    ],
    ids=[
        "named",
        "options",
        "places",
        "unquoted",
        "mixed",
        "equals",
        "between",
        "equals-in-value",
        "newline",
        "equals-in-text",
        "equals-first-in-text",
    ],
)
def test_values_are_read_however_they_are_given(
    words: tuple[str, ...], expected: dict[str, str]
) -> None:
    assert values("session", "say", *words) == expected


def test_a_command_without_required_options_takes_its_first_by_place() -> None:
    assert values("session", "list", "web") == {"project": "web"}
    assert values("help", "session", "start") == {"command": "session start"}
    assert values("status") == {}


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("session", "show", "a-1", "b-1"), "What is 'b-1'?"),
        (("session", "show", "session=a-1", "session=b-1"), "session is given twice."),
        (("session", "show", "--session", "a-1", "session=b-1"), "session is given twice."),
        (("agent", "list", "now"), "What is 'now'?"),
        (("session",), "session needs a verb"),
        (("sesion", "list"), "did you mean"),
    ],
    ids=["one-too-many", "twice", "twice-mixed", "none-at-all", "no-verb", "unknown"],
)
def test_words_that_cannot_be_read_are_refused(words: tuple[str, ...], told: str) -> None:
    with pytest.raises(Refused) as refusal:
        values(*words)

    assert told in str(refusal.value)


def test_wishes_are_read_on_both_sides_of_the_command() -> None:
    command = registry.find("status")
    given = parser_of(command).parse_args(["--json", "--key", "k"])

    wishes = wishes_of(given, Wishes(config=Path("x.yaml"), force=True))

    assert wishes == Wishes(config=Path("x.yaml"), json=True, key="k", force=True)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["sesion", "list"], "did you mean `session list`?"),
        (["session", "show"], "session is missing: name of the session"),
        (["session", "show", "demo-1", "colour=red"], "no option 'colour'"),
        (["session", "start", "web", "x", "network=open"], "must be one of: none, jail"),
        (["session", "put", "web-1", "nowhere.txt"], "There is no file nowhere.txt."),
        (["session", "say", "web-1", "x", f"files={__file__},no.txt"], "There is no file no.txt."),
        (["session", "log", "web-1", "limit=x"], "limit must be a whole number"),
    ],
    ids=["command", "missing", "option", "choice", "file", "one-of-two-files", "number"],
)
def test_wrong_words_are_told_before_anything_is_asked(
    words: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code = main(words)

    assert code == 2
    assert told in capsys.readouterr().err


def test_an_unknown_option_of_the_program_is_a_usage_error(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit) as left:
        main(["status", "--colour"])

    assert left.value.code == 2
    assert "--colour" in capsys.readouterr().err


@pytest.mark.parametrize("words", [["status"], ["follow", "demo-1"], ["--json", "session", "list"]])
def test_without_a_service_every_command_tells_so(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    code = main(words)

    assert code == 3
    assert "Start it: halyard up" in capsys.readouterr().err


def test_a_socket_that_a_dead_service_left_is_no_service(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "state").mkdir()
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(str(tmp_path / "state/halyard.sock"))

    code = main(["status"])

    assert code == 3
    assert "Halyard is not up" in capsys.readouterr().err


def test_a_damaged_file_is_told_with_its_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "halyard.yaml").write_text("api:\n  sokcet: x\n")

    code = main(["status"])

    assert code == 1
    assert "line 2: api.sokcet is not a setting, but socket is." in capsys.readouterr().err


def test_help_needs_no_service(capsys: pytest.CaptureFixture[str]) -> None:
    codes = [main([]), main(["--help"]), main(["help", "session", "say"])]

    shown = capsys.readouterr().out
    assert codes == [0, 0, 0]
    assert all(command.path in shown for command in registry)
    assert "session say SESSION TEXT [now=no]" in shown


@pytest.mark.parametrize("command", list(registry), ids=lambda c: c.path)
def test_every_command_has_help_of_its_own(
    command: object, capsys: pytest.CaptureFixture[str]
) -> None:
    path = registry.find(getattr(command, "path", "")).path

    with pytest.raises(SystemExit) as left:
        main([*path.split(), "--help"])

    assert left.value.code == 0
    assert f"halyard {path}" in capsys.readouterr().out


def test_init_writes_a_file_that_holds_the_defaults(tmp_path: Path) -> None:
    file = tmp_path / "new.yaml"

    code = main(["init", "--config", str(file)])

    assert code == 0
    assert load(file).config == Config()
    assert file.read_text().count("#") > 20


def test_init_overwrites_only_by_force(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    refused = main(["init"])
    kept = (tmp_path / "halyard.yaml").read_text()
    forced = main(["init", "--force"])

    assert (refused, forced) == (1, 0)
    assert kept == "data_dir: state\n"
    assert "--force overwrites it" in capsys.readouterr().err
    assert (tmp_path / "halyard.yaml").read_text() != kept


def test_a_folder_that_is_not_there_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["init", "--config", "nowhere/new.yaml"])

    assert code == 1
    assert "nowhere/new.yaml cannot be written: No such file" in capsys.readouterr().err


def test_the_version_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["--version"])

    assert code == 0
    assert capsys.readouterr().out.startswith("halyard 0.")


def test_a_command_imports_nothing_of_the_service() -> None:
    code, packages = imported("from bot.cli.main import main; code = main(['status'])")

    assert code == 3
    assert not HEAVY & packages


def test_a_service_without_chats_imports_nothing_of_them() -> None:
    _, packages = imported("import bot.cli.up; code = 0")

    assert "sqlalchemy" in packages
    assert not CHATS & packages


def imported(program: str) -> tuple[int, set[str]]:
    """Run a program that sets `code`; return that, and which packages it imported."""
    tell = "print(json.dumps([code, sorted(sys.modules)]))"
    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-c", f"import json, sys; {program}; {tell}"],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        capture_output=True,
        text=True,
        timeout=30,
        check=True,
    )
    code, modules = json.loads(done.stdout)
    return code, {name.partition(".")[0] for name in modules}


def test_output_to_a_reader_that_left_is_no_error() -> None:
    halyard = subprocess.Popen(
        [sys.executable, "-m", "bot", "help"],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert halyard.stdout is not None
    # Closed before the program has even begun to print.
    halyard.stdout.close()

    _, complaints = halyard.communicate(timeout=30)

    assert complaints == b""
    assert halyard.returncode == 1
