"""The command line in front of a running service: exit codes, streams, files and restarts."""

import asyncio
import json
import signal
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.faces import short_folder
from tests.git_repository import git
from tests.halyard import a_repository, running_halyard
from tests.service import Cli, Service, lines_of, rest_of, service


@pytest.fixture(scope="module")
def shared() -> Iterator[Service]:
    """One service for the tests that do not disturb each other; its host does not answer."""
    with short_folder() as folder, service(folder) as made:
        yield made


@pytest.fixture
def alone() -> Iterator[Service]:
    """A service of the test's own."""
    with short_folder() as folder, service(folder) as made:
        yield made


def test_what_is_done_exits_with_0_and_tells_people_what_comes_next(shared: Service) -> None:
    done = shared("session", "start", "web", "fix", "the", "login")

    assert (done.returncode, done.stderr) == (0, "")
    assert "is queued" in done.stdout
    assert "halyard session show session=web-" in done.stdout


def test_what_is_refused_exits_with_1_and_a_sentence(shared: Service) -> None:
    done = shared("session", "show", "web-999")

    assert (done.returncode, done.stdout) == (1, "")
    assert "There is no session web-999" in done.stderr


def test_what_is_refused_is_told_to_programs_too(shared: Service) -> None:
    done = shared("session", "show", "web-999", "--json")

    assert done.returncode == 1
    assert "There is no session web-999" in json.loads(done.stdout)["error"]


def test_wrong_words_exit_with_2(shared: Service) -> None:
    assert shared("session", "show").returncode == 2


def test_a_session_is_told_to_programs(shared: Service) -> None:
    started = shared.json("session", "start", "web", "task=fix it", "--once", "yes")

    shown = shared.json("session", "show", started["name"])

    assert (shown["state"], shown["once"], shown["project"]) == ("queued", True, "web")
    assert started["name"] in [entry["name"] for entry in shared.json("session", "list")]


def test_the_same_key_starts_one_session(shared: Service) -> None:
    words = ("session", "start", "web", "fix it", "--key", "only-once")

    first, again = shared.json(*words), shared.json(*words)

    assert first == again


def test_a_host_that_is_down_is_told_with_the_reason(shared: Service) -> None:
    host = shared.json("host", "check", "far")
    name = shared.json("session", "start", "web", "fix it")["name"]

    status = shared.json("status")

    assert (host["state"], host["why"]) == ("down", "Host far does not answer.")
    assert [alert["fingerprint"] for alert in status["alerts"]] == ["host-down:far"]
    assert name in [session["name"] for session in status["sessions"]]


def test_a_file_that_is_not_there_is_told_before_anything_is_asked(shared: Service) -> None:
    done = shared("session", "put", "web-1", "nowhere.txt")

    assert (done.returncode, done.stderr) == (2, "There is no file nowhere.txt.\n")


def test_a_session_is_followed_until_it_has_ended(shared: Service) -> None:
    name = shared.json("session", "start", "web", "fix it")["name"]
    following = shared.follow(name)
    first = lines_of(following.stdout).readline()

    shared("session", "kill", name)
    rest, _ = rest_of(following)

    assert following.returncode == 0
    assert first == "= queued\n"
    assert "@ task 1 queued: fix it" in rest
    assert rest.splitlines()[-1].startswith("= ended (killed)")


def test_following_what_is_not_there_is_refused(shared: Service) -> None:
    done = shared("follow", "web-999")

    assert done.returncode == 1
    assert "There is no session web-999" in done.stderr


def test_ctrl_c_leaves_a_stream_and_not_the_session(shared: Service) -> None:
    name = shared.json("session", "start", "web", "fix it")["name"]
    following = shared.follow(name)
    lines_of(following.stdout).readline()

    following.send_signal(signal.SIGINT)
    rest_of(following)

    assert following.returncode == 130
    assert shared.json("session", "show", name)["state"] == "queued"


def test_a_second_service_on_the_same_database_is_refused(shared: Service) -> None:
    done = shared("up")

    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1
    assert shared("status").returncode == 0


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(lambda file: file.write_bytes(b"no database" * 1000), id="garbage"),
        pytest.param(
            lambda file: in_database(file, "UPDATE alembic_version SET version_num = '9'"),
            id="newer-than-the-program",
        ),
    ],
)
def test_a_database_that_cannot_be_used_is_told_in_a_sentence(
    damage: Callable[[Path], object], alone: Service
) -> None:
    alone.stop()
    damage(alone.folder / "data" / "halyard.db")

    done = alone("up")

    assert (done.returncode, done.stdout) == (1, "")
    assert len(done.stderr.splitlines()) == 1
    assert "halyard.db" in done.stderr


def in_database(file: Path, statement: str) -> None:
    with closing(sqlite3.connect(file)) as database:
        database.execute(statement)
        database.commit()


def test_a_damaged_halyard_yaml_is_told_with_line_and_key(alone: Service) -> None:
    alone.stop()
    (alone.folder / "halyard.yaml").write_text("data_dir: data\nhosts:\n  far: {sokcet: /x}\n")

    done = alone("up")

    assert (done.returncode, done.stdout) == (1, "")
    assert "line 3: hosts.far.sokcet is not a setting, but socket is." in done.stderr


@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGINT])
def test_a_service_that_is_told_to_stop_leaves_no_socket(sign: int, alone: Service) -> None:
    code = alone.stop(sign)

    assert code == 0
    assert not (alone.folder / "data" / "halyard.sock").exists()
    assert alone("status").returncode == 3


def test_a_killed_service_starts_again_with_all_it_had(alone: Service) -> None:
    name = alone.json("session", "start", "web", "fix it", "--key", "k")["name"]
    alone.stop(signal.SIGKILL)
    alone.start()

    again = alone.json("session", "start", "web", "fix it", "--key", "k")["name"]

    assert again == name
    assert [entry["name"] for entry in alone.json("session", "list")] == [name]


def test_a_stream_goes_on_when_the_service_comes_back(alone: Service) -> None:
    name = alone.json("session", "start", "web", "fix it")["name"]
    following = alone.follow(name)
    lines_of(following.stdout).readline()
    alone.stop(signal.SIGKILL)
    alone.start()

    alone("session", "kill", name)
    rest, _ = rest_of(following)

    assert following.returncode == 0
    assert rest.count("@ task 1 queued") == 1
    assert rest.count("= ended") == 1


def until_turn_is_over(cli: Cli, name: str) -> None:
    following = cli.follow(name)
    assert any(line.startswith("- turn ended") for line in lines_of(following.stdout))
    following.send_signal(signal.SIGINT)
    rest_of(following)


def use_files(cli: Cli, name: str) -> None:
    """Bring a file in, get it out again in every way, and show and push the work."""
    note = cli.folder / "note.txt"
    note.write_text("from the person\n")

    put = cli("session", "put", name, "note.txt", "path=docs/note.txt")
    occupied = cli("session", "get", name, "docs/note.txt")
    note.unlink()
    saved = cli("session", "get", name, "docs/note.txt")
    forced = cli("session", "get", name, "docs/note.txt", "--force")
    nowhere = cli("session", "get", name, "nowhere")
    diff = cli("session", "diff", name)
    counted = cli.json("session", "diff", name)
    pushed = cli("session", "push", name)

    assert put.stdout == "docs/note.txt is in the work folder.\n"
    assert (occupied.returncode, "--force overwrites it" in occupied.stderr) == (1, True)
    assert saved.stdout == "note.txt is written (16 B).\n"
    assert [forced.returncode, nowhere.returncode] == [0, 1]
    assert nowhere.stderr.startswith("The get failed: ")
    assert note.read_text() == "from the person\n"
    assert list(cli.folder.glob("*.part")) == []
    assert "+from the person\n" in diff.stdout
    assert counted["files_changed"] == 1
    assert pushed.stdout.startswith(f"Pushed branch halyard/{name} at ")


@pytest.mark.docker
@pytest.mark.timeout(180)  # Some twenty processes and as many containers, one after the other.
async def test_files_diff_and_push_of_a_real_session() -> None:
    with short_folder() as folder:
        source, cli = a_repository(folder), Cli(folder)
        async with running_halyard(folder):
            await asyncio.to_thread(cli.json, "project", "add", "small", f"source={source}")
            start = ("session", "start", "small", "task=silent=0.1")
            name = (await asyncio.to_thread(cli.json, *start))["name"]
            await asyncio.to_thread(until_turn_is_over, cli, name)

            await asyncio.to_thread(use_files, cli, name)

            shown = await asyncio.to_thread(git, source, "show", f"halyard/{name}:docs/note.txt")
            assert shown == "from the person"
