"""The demo agent as a process: what it does for each word, and what it keeps."""

import asyncio
import json
import os
import re
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).parents[2] / "deploy" / "agents" / "demo"
LIMIT_S = 20
Message = Mapping[str, Any]


class Talk:
    """One process of the agent, and all that it has sent so far."""

    def __init__(self, process: asyncio.subprocess.Process, folder: Path) -> None:
        self.process = process
        self.folder = folder
        self.heard: list[Message] = []
        self.junk: list[bytes] = []
        self.session = ""
        self._ids = 100

    async def open(self, session: str = "") -> None:
        await self.call("initialize", protocolVersion=1, clientCapabilities={})
        where = {"cwd": str(self.folder), "mcpServers": []}
        if session:
            await self.call("session/load", sessionId=session, **where)
        opened = {} if session else (await self.call("session/new", **where))["result"]
        self.session = session or opened["sessionId"]

    async def call(self, method: str, **params: Any) -> Message:
        sent = self.send(method, **params)
        return await self.until(
            lambda message: message.get("id") == sent and "method" not in message
        )

    def send(self, method: str, **params: Any) -> int:
        self._ids += 1
        self.write({"id": self._ids, "method": method, "params": params})
        return self._ids

    def write(self, message: Message) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps({"jsonrpc": "2.0", **message}).encode() + b"\n")

    def prompt(self, text: str) -> int:
        block = {"type": "text", "text": text}
        return self.send("session/prompt", sessionId=self.session, prompt=[block])

    def cancel(self) -> None:
        self.write({"method": "session/cancel", "params": {"sessionId": self.session}})

    def choose(self, asked: Message, option: str) -> None:
        outcome = {"outcome": "selected", "optionId": option}
        self.write({"id": asked["id"], "result": {"outcome": outcome}})

    async def until(self, wanted: Callable[[Message], bool]) -> Message:
        assert self.process.stdout is not None
        async with asyncio.timeout(LIMIT_S):
            while line := await self.process.stdout.readline():
                try:
                    message: Message = json.loads(line)
                except ValueError:
                    self.junk.append(line)
                    continue
                self.heard.append(message)
                if wanted(message):
                    return message
        raise AssertionError("The agent ended first.")

    async def answer(self, text: str) -> Message:
        """Give a task without a question in it, and wait for its end."""
        sent = self.prompt(text)
        return await self.until(lambda message: message.get("id") == sent)

    @property
    def texts(self) -> list[str]:
        return [
            update["content"]["text"]
            for update in self.updates("agent_message_chunk")
            if update["content"]["type"] == "text"
        ]

    def updates(self, kind: str) -> list[Message]:
        found = [message["params"]["update"] for message in self.heard if is_update(message)]
        return [update for update in found if update["sessionUpdate"] == kind]


def is_update(message: Message) -> bool:
    return message.get("method") == "session/update"


def is_question(message: Message) -> bool:
    return message.get("method") == "session/request_permission"


@asynccontextmanager
async def talk(folder: Path, session: str = "") -> AsyncIterator[Talk]:
    process = await asyncio.create_subprocess_exec(
        *[sys.executable, "-m", "halyard_demo_agent"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(FOLDER), "HOME": str(folder.parent / "home")},
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        limit=16 * 1024 * 1024,
    )
    try:
        opened = Talk(process, folder)
        await opened.open(session)
        yield opened
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    folder = tmp_path / "work"
    folder.mkdir()
    (tmp_path / "home").mkdir()
    (folder / "greet.py").write_text("def greet():\n    return 'hello'  # TODO: say a name\n")
    for words in (["init", "-q"], ["add", "."], ["commit", "-q", "-m", "Add a greeting"]):
        who = ["-c", "user.name=Ada", "-c", "user.email=ada@example.org"]
        git = ["git", *who, *words]
        subprocess.run(git, cwd=folder, check=True)  # noqa: S603 - the words above
    return folder


def ledger(folder: Path, kind: str) -> list[dict[str, Any]]:
    lines = (folder.parent / "home/.halyard-demo/ledger.jsonl").read_text().splitlines()
    return [entry for entry in map(json.loads, lines) if entry["kind"] == kind]


def number_of(text: str) -> int:
    found = re.match(r"\[(\d+)\] ", text)
    assert found is not None
    return int(found[1])


async def test_the_work_asks_once_and_then_writes_notes_about_the_repository(
    repository: Path,
) -> None:
    async with talk(repository) as agent:
        sent = agent.prompt("Tell me about this code, and ask both of us")
        asked = await agent.until(is_question)
        existed = (repository / "NOTES.md").exists()
        agent.choose(asked, "once")
        ended = await agent.until(lambda message: message.get("id") == sent)

    call = asked["params"]["toolCall"]
    kinds = [option["kind"] for option in asked["params"]["options"]]
    notes = (repository / "NOTES.md").read_text()
    assert not existed
    assert call["kind"] == "edit"
    assert call["locations"] == [{"path": str(repository / "NOTES.md")}]
    assert call["content"][0] == {
        "type": "diff",
        "path": str(repository / "NOTES.md"),
        "newText": notes,
    }
    assert kinds == ["allow_once", "allow_always", "reject_once"]
    assert ended["result"]["stopReason"] == "end_turn"
    assert ended["result"]["usage"]["totalTokens"] > 0
    assert "greet.py:1: `greet`" in notes
    assert "greet.py:2: `return 'hello'  # TODO: say a name`" in notes
    assert "Add a greeting" in notes


async def test_the_work_ticks_off_its_plan_and_claims_to_cost_nothing(repository: Path) -> None:
    async with talk(repository) as agent:
        sent = agent.prompt("work")
        agent.choose(await agent.until(is_question), "once")
        await agent.until(lambda message: message.get("id") == sent)

    plans = [[entry["status"] for entry in plan["entries"]] for plan in agent.updates("plan")]
    (usage,) = agent.updates("usage_update")
    assert [plan.count("completed") for plan in plans] == [0, 1, 2, 3, 4]
    assert usage["cost"] == {"amount": 0.0, "currency": "USD"}
    assert 0 < usage["used"] < usage["size"]


async def test_a_no_leaves_the_repository_as_it_is(repository: Path) -> None:
    async with talk(repository) as agent:
        sent = agent.prompt("Tell me about this code")
        agent.choose(await agent.until(is_question), "reject")
        ended = await agent.until(lambda message: message.get("id") == sent)

    statuses = [update["status"] for update in agent.updates("tool_call_update")]
    assert ended["result"]["stopReason"] == "end_turn"
    assert statuses[-1] == "failed"
    assert not (repository / "NOTES.md").exists()


async def test_always_allow_is_remembered_by_a_later_process(repository: Path) -> None:
    async with talk(repository) as agent:
        sent = agent.prompt("First")
        agent.choose(await agent.until(is_question), "always")
        await agent.until(lambda message: message.get("id") == sent)
    async with talk(repository, agent.session) as later:
        await later.answer("Second")

    assert not any(map(is_question, later.heard))
    assert "1. First\n2. Second\n" in (repository / "NOTES.md").read_text()


async def test_a_later_process_goes_on_with_the_conversation_and_repeats_nothing(
    repository: Path,
) -> None:
    async with talk(repository) as agent:
        await agent.answer("flood=3")
    async with talk(repository, agent.session) as later:
        loaded = list(later.heard)
        await later.answer("flood=2")

    numbers = [number_of(text) for text in agent.texts + later.texts]
    assert not any(map(is_update, loaded))
    assert later.texts[0].endswith("This is task 2 of our talk.\n")
    assert numbers == sorted(set(numbers))


async def test_it_names_itself_with_the_version_of_its_image(repository: Path) -> None:
    async with talk(repository) as agent:
        answer = agent.heard[0]["result"]

    version = (FOLDER / "version").read_text().strip()
    assert answer["agentInfo"] == {"name": "halyard-demo", "version": version}
    assert answer["agentCapabilities"]["loadSession"] is True


async def test_a_conversation_that_is_not_there_is_refused(repository: Path) -> None:
    async with talk(repository) as agent:
        answer = await agent.call(
            "session/load", sessionId="../ledger", cwd=str(repository), mcpServers=[]
        )

    assert answer["error"]["code"] == -32002


async def test_the_ledger_holds_what_was_received_and_sent(repository: Path) -> None:
    async with talk(repository) as agent:
        sent = agent.prompt("slow=50/0.1 ask flood=5 big=100")
        asked = await agent.until(is_question)
        agent.choose(asked, "once")
        await agent.until(lambda message: message.get("id") == sent)

    (prompt,) = ledger(repository, "prompt")
    (answer,) = ledger(repository, "answer")
    texts = ledger(repository, "text")
    assert prompt["text"] == "slow=50/0.1 ask flood=5 big=100"
    assert answer["id"] == asked["id"]
    assert answer["answer"]["outcome"]["optionId"] == "once"
    assert [entry["text"] for entry in texts] == agent.texts
    assert [entry["n"] for entry in texts] == [number_of(text) for text in agent.texts]


async def test_a_line_that_a_process_died_in_is_not_counted(repository: Path) -> None:
    path = repository.parent / "home/.halyard-demo/ledger.jsonl"
    path.parent.mkdir(parents=True)
    path.write_text('{"n": 7, "kind": "text"}\n{"n": 8, "ki')

    async with talk(repository):
        pass

    assert [json.loads(line)["n"] for line in path.read_text().splitlines()] == [7, 8]


async def test_cancel_cuts_a_slow_turn_at_once(repository: Path) -> None:
    async with talk(repository) as agent:
        sent = agent.prompt("slow=20/60")
        await agent.until(is_update)
        agent.cancel()
        ended = await agent.until(lambda message: message.get("id") == sent)

    assert ended["result"]["stopReason"] == "cancelled"
    assert [entry["text"] for entry in ledger(repository, "text")] == agent.texts
    assert len(agent.texts) < 100


@pytest.mark.parametrize("word", ["ask", "silent=60", "work"])
async def test_cancel_cuts_what_waits(repository: Path, word: str) -> None:
    async with talk(repository) as agent:
        sent = agent.prompt(f"flood=1 {word}")
        await agent.until(is_question if word != "silent=60" else is_update)
        agent.cancel()
        agent.cancel()
        ended = await agent.until(lambda message: message.get("id") == sent)
        again = await agent.answer("flood=1")

    assert ended["result"]["stopReason"] == "cancelled"
    assert again["result"]["stopReason"] == "end_turn"


async def test_an_answer_that_comes_after_the_cancel_is_in_the_ledger_and_changes_nothing(
    repository: Path,
) -> None:
    async with talk(repository) as agent:
        sent = agent.prompt("work")
        asked = await agent.until(is_question)
        agent.cancel()
        await agent.until(lambda message: message.get("id") == sent)
        agent.choose(asked, "once")
        await agent.answer("flood=1")

    assert [entry["id"] for entry in ledger(repository, "answer")] == [asked["id"]]
    assert not (repository / "NOTES.md").exists()


async def test_a_second_task_at_once_is_refused(repository: Path) -> None:
    async with talk(repository) as agent:
        agent.prompt("flood=1 silent=60")
        await agent.until(is_update)
        refused = await agent.answer("flood=1")

    assert refused["error"]["code"] == -32600


async def test_slow_keeps_its_pace(repository: Path) -> None:
    clock = asyncio.get_running_loop().time
    async with talk(repository) as agent:
        begun = clock()
        await agent.answer("slow=50/1")
        took_s = clock() - begun

    assert len(agent.texts) == 50
    assert took_s > 0.9


@pytest.mark.parametrize(("option", "said"), [("once", "allowed"), ("reject", "said no")])
async def test_ask_asks_for_a_command(repository: Path, option: str, said: str) -> None:
    async with talk(repository) as agent:
        sent = agent.prompt("ask")
        asked = await agent.until(is_question)
        agent.choose(asked, option)
        await agent.until(lambda message: message.get("id") == sent)

    call = asked["params"]["toolCall"]
    assert (call["kind"], call["rawInput"]) == ("execute", {"command": "git status --short"})
    assert said in agent.texts[0]


async def test_fail_ends_the_turn_with_an_error(repository: Path) -> None:
    async with talk(repository) as agent:
        ended = await agent.answer("fail=quota")

    assert ended["error"] == {"code": -32603, "message": "quota", "data": None}


async def test_die_ends_the_process_without_an_answer(repository: Path) -> None:
    async with talk(repository) as agent:
        agent.prompt("die")
        async with asyncio.timeout(LIMIT_S):
            code = await agent.process.wait()

    assert code == 3


async def test_junk_is_no_message_and_the_turn_goes_on(repository: Path) -> None:
    async with talk(repository) as agent:
        ended = await agent.answer("junk=2 flood=1")

    assert agent.junk == [
        b"junk 1: this is not JSON\n",
        b"junk 2: this is not JSON\n",
    ]
    assert ended["result"]["stopReason"] == "end_turn"


async def test_big_sends_one_message_of_a_mebibyte(repository: Path) -> None:
    async with talk(repository) as agent:
        await agent.answer("big")

    assert [text.count("x") for text in agent.texts] == [1024 * 1024]


async def test_flood_sends_each_text_once(repository: Path) -> None:
    async with talk(repository) as agent:
        await agent.answer("flood=20000")

    assert [text.partition("] ")[2] for text in agent.texts] == [
        f"flood {number} of 20000\n" for number in range(1, 20001)
    ]


async def test_both_writes_to_both_streams(repository: Path) -> None:
    async with talk(repository) as agent:
        assert agent.process.stderr is not None
        await agent.answer("both=20")
        errors = [await agent.process.stderr.readline() for _ in range(20)]

    assert len(agent.texts) == 20
    assert errors == [f"both {number} of 20\n".encode() for number in range(1, 21)]


async def test_memory_takes_what_it_says(repository: Path) -> None:
    async with talk(repository) as agent:
        await agent.answer("memory=64")

    assert agent.texts[0].endswith(f"I hold {64 * 1024 * 1024} bytes.\n")


async def test_a_half_line_and_a_newline_do_no_harm(repository: Path) -> None:
    async with talk(repository) as agent:
        assert agent.process.stdin is not None
        agent.process.stdin.write(b'\n{"jsonrpc":\n[1]\n')
        ended = await agent.answer("flood=1")

    assert ended["result"]["stopReason"] == "end_turn"


async def test_a_folder_without_git_fails_with_what_git_says(tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    (tmp_path / "bare").mkdir()
    async with talk(tmp_path / "bare") as agent:
        ended = await agent.answer("Tell me about this code")

    assert "not a git repository" in ended["error"]["message"]


async def test_it_ends_when_asked_to(repository: Path) -> None:
    async with talk(repository) as agent:
        agent.prompt("flood=1 silent")
        await agent.until(is_update)
        agent.process.terminate()
        async with asyncio.timeout(LIMIT_S):
            code = await agent.process.wait()

    assert code == 0


def test_every_word_is_in_the_table_for_people() -> None:
    table = (FOLDER / "README.md").read_text()
    words = re.findall(r'Word\("(\S+?)"', (FOLDER / "halyard_demo_agent/words.py").read_text())

    assert len(words) == 11
    assert [word for word in words if f"| `{word}` |" not in table] == []
