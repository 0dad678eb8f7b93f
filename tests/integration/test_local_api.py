"""The local HTTP API on a real socket, in front of a real store."""

import asyncio
import grp
import io
import json
import os
import random
import select
import socket
import stat
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from aiohttp import ClientResponse, ClientSession, UnixConnector
from hypothesis import strategies as st
from structlog.testing import capture_logs

from bot.commands import registry
from bot.core.answer import Outcome
from bot.core.call import Call
from bot.web import calls as calls_module
from bot.web import events as events_module
from bot.web import files as files_module
from bot.web.app import serving
from bot.web.client import Client, Live, Rejected
from bot.web.socket import ApiSettings, listen
from engine.adapters.store.store import SqlStore
from engine.api import ActorId, Event, EventNumber, InvalidInput
from engine.app.changes import tell_approval
from tests.build import an_approval
from tests.faces import engine_of, say_events, short_folder
from tests.fakes.clock import FakeClock
from tests.ground import Ground, a_settings

ROOT = Path(__file__).parents[2]
ME = ActorId(f"local:{os.getuid()}")
NOBODY = 65534
WEB = {"name": "web", "source": "https://git.example/acme/web.git"}
START = {"project": "web", "task": "Fix the login."}
FILE_MAX_BYTES = 100_000


class Api:
    """A served engine, and a way to ask it."""

    def __init__(self, ground: Ground, path: Path, session: ClientSession) -> None:
        self.ground = ground
        self.path = path
        self.http = session
        self.client = Client(path)

    async def call(self, path: str, key: str = "k1", **values: object) -> dict[str, Any]:
        async with self.http.post("/calls", json={"key": key, "path": path, "values": values}) as r:
            assert r.status == 200
            return dict(await r.json())

    async def say(self, count: int, **more: Any) -> None:
        """Let an agent say `count` texts."""
        await self.ground.at_desk(lambda desk: desk.tx.events.append(*say_events(count, **more)))


@pytest.fixture
def folder() -> Iterator[Path]:
    with short_folder() as path:
        yield path


@pytest.fixture
async def api(folder: Path) -> AsyncIterator[Api]:
    async with an_api(folder) as api:
        yield api


@asynccontextmanager
async def an_api(folder: Path) -> AsyncIterator[Api]:
    """Run a service whose admin is this process, with one project and one session."""
    settings = replace(a_settings(folder), admins=frozenset({ME}))
    store = await SqlStore.open(settings.database, FakeClock())
    ground = Ground(store=store, settings=settings)
    path = folder / "api.sock"
    api_settings = ApiSettings(socket=path, file_max_bytes=FILE_MAX_BYTES)
    async with (
        serving(engine_of(ground), registry, api_settings),
        ClientSession("http://localhost", connector=UnixConnector(str(path))) as session,
    ):
        api = Api(ground, path, session)
        await api.call("project add", key="add", **WEB)
        await api.call("session start", key="start", **START)
        yield api
    await store.close()


async def frames(response: ClientResponse) -> AsyncIterator[tuple[str, str, Any]]:
    """Yield the id, the kind and the data of each server-sent event."""
    fields: dict[str, str] = {}
    async for line in response.content:
        name, _, value = line.decode().rstrip("\n").partition(": ")
        if not name:
            if "data" in fields:
                data = json.loads(fields["data"])
                yield fields.get("id", ""), fields.get("event", ""), data
            fields = {}
        else:
            fields[name] = value


async def until_live(api: Api, query: str = "") -> list[tuple[str, str, Any]]:
    """Read events until all that were there have been sent."""
    found = []
    async with api.http.get(f"/events{query}") as response:
        assert response.status == 200, await response.text()
        async for frame in frames(response):
            if frame[1] == "live":
                break
            found.append(frame)
    return found


async def test_a_call_is_answered_with_its_message(api: Api) -> None:
    answer = await api.call("session show", session="web-1")

    assert answer["outcome"] == "done"
    assert answer["message"]["data"]["state"] == "queued"
    assert answer["message"]["data"]["owner"] == ME
    assert answer["head"] == 3


async def test_the_same_key_again_gives_the_same_answer_and_does_nothing(api: Api) -> None:
    first = await api.call("session start", key="twice", **START)

    again = await api.call("session start", key="twice", **START)

    assert again == first
    listed = await api.call("session list", key="list")
    assert [entry["name"] for entry in listed["message"]["data"]] == ["web-2", "web-1"]


async def test_calls_that_come_at_once_are_each_done_once(api: Api) -> None:
    calls = [api.call("session start", key=f"c{n % 5}", **START) for n in range(20)]

    answers = await asyncio.gather(*calls)

    names = [answer["message"]["session"] for answer in answers]
    assert sorted(set(names)) == ["web-2", "web-3", "web-4", "web-5", "web-6"]


async def test_numbers_and_truth_may_be_given_as_json_has_them(api: Api) -> None:
    log = await api.call("session log", session="web-1", limit=1)
    said = await api.call("session say", key="k2", session="web-1", text="x", now=True)

    assert len(log["message"]["data"]) == 1
    assert said["outcome"] == "done"


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (b"{", "The body must be JSON."),
        (b"\xff", "The body must be JSON."),
        (b"[]", "The body must be a JSON object."),
        (b'{"path": "status"}', "key must be text"),
        (b'{"key": "", "path": "status"}', "key must be text"),
        (b'{"key": "a\\u0000", "path": "status"}', "key must be text"),
        (b'{"key": "k"}', "path must be the name of a command"),
        (b'{"key": "k", "path": 7}', "path must be the name of a command"),
        (b'{"key": "k", "path": "status", "values": []}', "values must be an object"),
        (b'{"key": "k", "path": "status", "values": {"x": null}}', "x must be text"),
        (b'{"key": "k", "path": "status", "values": {"x": {}}}', "x must be text"),
        (b'{"key": "k", "path": "status", "values": {"x": 1.5}}', "x must be text"),
        (b"[" * 100_000, "The body must be JSON."),
        (b'{"key": "k", "path": "status", "values": {"x": 1%s}}' % (b"0" * 5000), "too long"),
    ],
    ids=[
        "cut",
        "bytes",
        "list",
        "no-key",
        "empty-key",
        "control-key",
        "no-path",
        "number-path",
        "list-values",
        "null",
        "object",
        "fraction",
        "deep",
        "huge-number",
    ],
)
async def test_a_body_that_is_no_call_is_told_why(body: bytes, told: str, api: Api) -> None:
    async with api.http.post("/calls", data=body) as response:
        answer = await response.json()

    assert response.status == 400
    assert told in answer["error"]


@pytest.mark.parametrize(
    "headers",
    [
        {"Content-Type": "application/json; charset=no-such"},
        {"Content-Encoding": "deflate"},
        {"Content-Encoding": "gzip"},
    ],
    ids=str,
)
async def test_a_body_in_a_strange_wrapping_is_nobodys_fault_but_the_callers(
    headers: dict[str, str], api: Api
) -> None:
    async with api.http.post("/calls", data=b"{]", headers=headers) as response:
        answer = await response.text()

    assert response.status == 400
    assert "our fault" not in answer


@pytest.mark.parametrize("path", ["/calls", "/files"])
async def test_a_caller_who_leaves_half_way_is_no_incident(path: str, folder: Path) -> None:
    with capture_logs() as logs:
        async with an_api(folder) as api:
            reader, writer = await asyncio.open_unix_connection(str(api.path))
            head = f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n"
            writer.write(f"{head}Expect: 100-continue\r\n\r\n{{".encode())
            heard = await reader.readline()
            writer.close()

    assert heard == b"HTTP/1.1 100 Continue\r\n"
    assert logs == []


ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
OPTIONS = sorted({option.name for command in registry for option in command.options})
VALUES = st.text() | st.integers() | st.booleans() | st.sampled_from(["web", "web-1", "web-1.1"])
CALLS = st.fixed_dictionaries(
    {
        "key": st.uuids().map(str) | st.text(),
        "path": st.sampled_from([command.path for command in registry]) | st.text(),
        "values": st.dictionaries(st.sampled_from(OPTIONS) | st.text(), VALUES, max_size=4),
    }
)
BODIES = st.binary() | ANY_JSON.map(json.dumps) | CALLS.map(json.dumps)


@hypothesis.settings(
    max_examples=300,
    deadline=None,
    suppress_health_check=[hypothesis.HealthCheck.function_scoped_fixture],
)
@hypothesis.given(body=BODIES)
async def test_no_body_is_answered_with_a_fault_of_ours(body: bytes | str, api: Api) -> None:
    async with api.http.post("/calls", data=body) as response:
        answer = await response.json()

    assert response.status in {200, 400}
    assert answer.get("outcome") != Outcome.BROKEN


async def test_a_prompt_of_a_megabyte_is_refused_in_a_sentence(api: Api) -> None:
    answer = await api.call("session say", session="web-1", text="x" * 1_000_000)

    assert answer["outcome"] == "refused"
    assert "1,000,000 characters and may have 200,000" in answer["message"]["data"]["error"]


async def test_a_body_larger_than_any_call_is_refused(api: Api) -> None:
    async with api.http.post("/calls", data=io.BytesIO(b" " * (9 * 1024 * 1024))) as response:
        answer = await response.json()

    assert response.status == 413
    assert "error" in answer


async def test_a_route_that_is_not_there_is_told(api: Api) -> None:
    async with api.http.get("/nowhere") as response:
        answer = await response.json()

    assert (response.status, answer) == (404, {"error": "Not Found."})


async def test_its_health_is_told_with_the_newest_event(api: Api) -> None:
    async with api.http.get("/health") as response:
        assert await response.json() == {"status": "ok", "head": 3}


async def test_the_actor_is_the_user_at_the_other_end(api: Api) -> None:
    api.path.chmod(0o666)
    api.path.parent.chmod(0o755)
    program = (
        "import sys; from pathlib import Path; from bot.web.client import Client;"
        " from bot.core.call import Call;"
        " print(Client(Path(sys.argv[1])).call(Call('session list', {}), key='k').message.data)"
    )
    drop = ["setpriv", f"--reuid={NOBODY}", "--clear-groups"] if os.getuid() == 0 else []

    done = await asyncio.to_thread(
        subprocess.run,
        [*drop, sys.executable, "-c", program, str(api.path)],
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )

    expected = f"local:{NOBODY} may not do this" if drop else "web-1"
    assert expected in done.stdout, done.stderr


async def test_events_are_sent_from_the_start_and_then_as_they_come(api: Api) -> None:
    seen = []
    async with api.http.get("/events") as response:
        async for number, kind, data in frames(response):
            seen.append((number, kind, data.get("data", {}).get("text")))
            if kind == "live":
                await api.say(2)
            if len(seen) == 6:
                break

    assert response.headers["Content-Type"] == "text/event-stream"
    assert seen == [
        ("1", "project", None),
        ("2", "session", None),
        ("3", "task", "Fix the login."),
        ("", "live", None),
        ("4", "text", "said 1"),
        ("5", "text", "said 2"),
    ]


async def test_a_reader_that_comes_back_misses_nothing_and_gets_nothing_twice(api: Api) -> None:
    total, chance = 1500, random.Random(7)  # noqa: S311 - where it leaves is no secret
    numbers: list[int] = []

    async def say_all() -> None:
        for _ in range(total // 10):
            await api.say(10)

    async def read_all() -> None:
        while len(numbers) < total:
            after = numbers[-1] if numbers else 3
            leave_at = len(numbers) + chance.randint(1, 200)
            async with api.http.get(f"/events?after={after}") as response:
                async for number, _, _ in frames(response):
                    numbers.extend([int(number)] if number else [])
                    if len(numbers) >= min(leave_at, total):
                        break

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(say_all())
        tasks.create_task(read_all())

    assert numbers == list(range(4, total + 4))


async def test_the_header_of_a_browsers_reader_is_a_cursor_too(api: Api) -> None:
    async with api.http.get("/events", headers={"Last-Event-ID": "2"}) as response:
        first = await anext(frames(response))

    assert first[0] == "3"


async def test_only_the_events_of_the_session_are_sent(api: Api) -> None:
    await api.call("session start", key="other", **START)

    found = await until_live(api, "?session=web-2")

    assert [data["data"].get("name") for _, _, data in found] == ["web-2", None]


@pytest.mark.parametrize(
    ("query", "status", "told"),
    [
        ("?session=web-9", 404, "There is no session web-9"),
        ("?after=x", 400, "after must be the number of an event."),
        ("?after=-1", 400, "after must be the number of an event."),
        (f"?after={'9' * 30}", 400, "after must be the number of an event."),
    ],
    ids=["session", "word", "negative", "huge"],
)
async def test_a_stream_that_cannot_be_is_told_why(
    query: str, status: int, told: str, api: Api
) -> None:
    async with api.http.get(f"/events{query}") as response:
        answer = await response.json()

    assert response.status == status
    assert told in answer["error"]


async def test_a_question_counts_as_shown_once_it_was_sent_to_somebody(api: Api) -> None:
    def ask(desk: Any) -> None:
        [session] = desk.tx.sessions.newest(project=None, limit=1)
        approval = an_approval(session=session.id, task=None)
        desk.tx.approvals.add(approval)
        tell_approval(desk, approval)

    await api.ground.at_desk(ask)
    before = await api.ground.do(lambda use: use.approvals.find("web-1.1").shown_at)
    await until_live(api)

    after = await api.ground.do(lambda use: use.approvals.find("web-1.1").shown_at)

    assert before is None
    assert after == api.ground.clock.now()


async def test_a_reader_that_takes_nothing_is_cut_off_and_can_come_back(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(events_module, "SLOW_READER_S", 0.05)
    for _ in range(100):
        await api.say(1, text="x" * 100_000)
    with socket.socket(socket.AF_UNIX) as slow:
        slow.connect(str(api.path))
        slow.send(b"GET /events HTTP/1.1\r\nHost: x\r\n\r\n")
        hang_up = select.poll()
        hang_up.register(slow, 0)
        [(_, sign)] = await asyncio.to_thread(hang_up.poll, 10_000)
        received = b"".join(iter(lambda: slow.recv(1 << 20), b""))

    monkeypatch.undo()
    assert sign & select.POLLHUP
    assert received.count(b"id: ") < 103
    assert len(await until_live(api, "?after=3")) == 100


async def test_one_reader_too_many_is_told(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events_module, "READERS_MAX", 1)
    async with api.http.get("/events") as first:
        await anext(frames(first))
        async with api.http.get("/events") as second:
            answer = await second.json()

    assert second.status == 503
    assert answer == {"error": "There are 1 readers of events already; end one."}


@pytest.mark.parametrize("path", ["/calls", "/files"])
async def test_a_body_that_never_comes_is_not_waited_for(
    path: str, api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calls_module, "BODY_S", 0.05)
    monkeypatch.setattr(files_module, "UPLOAD_S", 0.05)
    reader, writer = await asyncio.open_unix_connection(str(api.path))

    writer.write(f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n{{".encode())
    status = await reader.readline()
    writer.close()

    assert status == b"HTTP/1.1 400 Bad Request\r\n"


async def test_a_file_goes_in_and_comes_out_as_it_is(api: Api, folder: Path) -> None:
    content = bytes(range(256)) * 350
    source, target = folder / "in", folder / "out"
    source.write_bytes(content)

    file = await asyncio.to_thread(api.client.upload, source)
    with target.open("wb") as out:
        await asyncio.to_thread(api.client.download, file, out)

    assert target.read_bytes() == content


async def test_a_file_that_is_too_large_is_refused_and_not_kept(api: Api, folder: Path) -> None:
    source = folder / "large"
    source.write_bytes(b"x" * (FILE_MAX_BYTES + 1))

    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(3):
            yield b"x" * FILE_MAX_BYTES

    with pytest.raises(Rejected, match=r"larger than 100,000 bytes"):
        await asyncio.to_thread(api.client.upload, source)
    async with api.http.post("/files", data=chunks()) as response:
        assert response.status == 400
    assert list((folder / "files").iterdir()) == []


@pytest.mark.parametrize(
    ("id_", "status"), [("0" * 64, 404), ("..%2Fhalyard.db", 400), ("x", 400)], ids=repr
)
async def test_a_file_that_is_not_there_is_told(id_: str, status: int, api: Api) -> None:
    async with api.http.get(f"/files/{id_}") as response:
        assert response.status == status
        assert "error" in await response.json()


async def test_the_client_reads_answers_and_events(api: Api) -> None:
    def read() -> list[Event | Live]:
        stream = api.client.events(EventNumber(1), session="web-1")
        return [next(stream), next(stream), next(stream)]

    answer = await asyncio.to_thread(api.client.call, Call("session list"), key="k")
    session, task, live = await asyncio.to_thread(read)

    assert answer.outcome is Outcome.DONE
    assert isinstance(session, Event)
    assert isinstance(task, Event)
    assert (session.number, task.data["text"], live) == (2, "Fix the login.", Live())


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_the_socket_is_for_its_owner_alone(folder: Path) -> None:
    listener = listen(folder / "s", "")

    mode = mode_of(folder / "s")
    listener.close()

    assert mode == 0o600
    assert not (folder / "s").exists()


def test_the_socket_is_for_a_group_too_where_settings_say_so(folder: Path) -> None:
    group = grp.getgrgid(os.getgid())

    listener = listen(folder / "s", group.gr_name)

    found = (folder / "s").stat()
    listener.close()
    assert (stat.S_IMODE(found.st_mode), found.st_gid) == (0o660, group.gr_gid)


def test_a_group_that_is_not_there_is_told(folder: Path) -> None:
    with pytest.raises(InvalidInput, match="there is no group no-such-group"):
        listen(folder / "s", "no-such-group")


def test_what_a_dead_process_left_is_replaced(folder: Path) -> None:
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(str(folder / "s"))

    listener = listen(folder / "s", "")

    with socket.socket(socket.AF_UNIX) as caller:
        caller.connect(str(folder / "s"))
    listener.close()


def test_the_socket_of_a_live_process_is_left_alone(folder: Path) -> None:
    first = listen(folder / "s", "")

    with pytest.raises(InvalidInput, match="Another Halyard is up"):
        listen(folder / "s", "")
    with socket.socket(socket.AF_UNIX) as caller:
        caller.connect(str(folder / "s"))
    first.close()


def test_a_file_in_the_place_of_the_socket_is_left_alone(folder: Path) -> None:
    (folder / "s").write_text("precious")

    with pytest.raises(InvalidInput, match="is there already and is no socket"):
        listen(folder / "s", "")

    assert (folder / "s").read_text() == "precious"


def test_a_path_that_no_socket_can_have_is_told(folder: Path) -> None:
    with pytest.raises(InvalidInput, match="longer than 107 bytes"):
        listen(folder / ("x" * 120), "")


def test_the_socket_that_another_put_there_meanwhile_stays(folder: Path) -> None:
    listener = listen(folder / "s", "")
    (folder / "s").unlink()
    other = listen(folder / "s", "")

    listener.close()

    assert (folder / "s").exists()
    other.close()
