"""The emulator as a program, driven over its control API by who is no Python program of ours."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond
from slack_sdk.web.async_client import AsyncWebClient

from tests.emulators.slack_bot import Shop, shop

ROOT = Path(__file__).parents[2]
Json = dict[str, Any]


class Client:
    """Does what a person does, over HTTP."""

    def __init__(self, http: aiohttp.ClientSession, it: Shop) -> None:
        self._http = http
        self._base = f"{it.slack.base}/control"
        self.ann, self.channel = it.ann.id, it.channel.id

    async def do(self, act: str, **more: Any) -> Json:
        body = {"as": self.ann, "channel": self.channel, **more}
        async with self._http.post(f"{self._base}/{act}", json=body) as answer:
            told: Json = await answer.json()
            return {"status": answer.status, **told}

    async def get(self, path: str) -> Any:
        async with self._http.get(f"{self._base}/{path}") as answer:
            return await answer.json()

    async def messages(self) -> list[Json]:
        told: list[Json] = await self.get(f"channels/{self.channel}/messages?as={self.ann}")
        return told


@asynccontextmanager
async def client(it: Shop) -> AsyncIterator[Client]:
    async with aiohttp.ClientSession() as http:
        yield Client(http, it)


async def test_a_person_speaks_edits_reacts_replies_and_deletes() -> None:
    async with shop() as it, client(it) as ann:
        said = await ann.do("say", text="hello", files=[{"name": "a.txt", "text": "x"}])
        await ann.do("edit", ts=said["ts"], text="hello all")
        await ann.do("react", ts=said["ts"], emoji="eyes")
        reply = await ann.do("say", text="more", thread=said["ts"])
        seen = (await ann.messages())[0]
        thread = await ann.get(f"channels/{ann.channel}/messages?thread={said['ts']}")
        await ann.do("delete", ts=reply["ts"])
        await ann.do("delete", ts=said["ts"])

        assert (seen["text"], seen["edited"], seen["replies"]) == ("hello all", True, 1)
        assert seen["reactions"] == {"eyes": 1}
        assert seen["files"][0]["preview"] == "x"
        assert [message["text"] for message in thread] == ["hello all", "more"]
        assert await ann.messages() == []


def teach(bolt: AsyncApp) -> None:
    @bolt.command("/hal")
    async def hal(ack: AsyncAck, respond: AsyncRespond, command: Json) -> None:
        await ack()
        text = {"type": "plain_text", "text": "Go"}
        element = {"type": "button", "text": text, "action_id": "go"}
        await respond(f"{command['text']}?", blocks=[{"type": "actions", "elements": [element]}])

    @bolt.action("go")
    async def go(ack: AsyncAck, client: AsyncWebClient, body: Json) -> None:
        await ack()
        title = {"type": "plain_text", "text": "Form"}
        plan = {"type": "file_input", "action_id": "plan"}
        field = {"type": "input", "block_id": "plan", "label": title, "element": plan}
        view = {"type": "modal", "callback_id": "form", "title": title, "submit": title,
                "blocks": [field]}  # fmt: skip
        await client.views_open(trigger_id=body["trigger_id"], view=view)

    @bolt.view("form")
    async def sent(ack: AsyncAck) -> None:
        await ack()


async def test_a_command_is_run_its_button_pressed_and_its_form_sent() -> None:
    async with shop(teach=teach) as it, client(it) as ann:
        await ann.do("run", text="/hal start")
        await it.slack.until(lambda: it.slack.messages(it.channel, seen_by=it.ann))
        shown = (await ann.messages())[0]
        pressed = await ann.do("press", ts=shown["ts"], label="Go")
        await it.slack.until(lambda: it.slack.modal(it.ann))
        opened = await ann.get(f"asked/{pressed['id']}")
        file = {"name": "plan.txt", "text": "first"}
        await ann.do("submit", view=opened["view"]["id"], values={"plan": [file]})
        await it.slack.until(lambda: it.slack.modal(it.ann) is None)
        views = await ann.get(f"people/{ann.ann}/views")

        assert shown["ephemeral"]
        assert opened["view"]["title"] == "Form"
        assert views == {"modal": None, "home": None}


@pytest.mark.parametrize(
    ("act", "more", "why"),
    [
        pytest.param("run", {"text": "/bye"}, "not a valid command", id="no-command"),
        pytest.param("press", {"ts": "1.0", "label": "x"}, "message is gone", id="no-message"),
        pytest.param("press", {"view": "V1", "label": "x"}, "view is closed", id="no-view"),
        pytest.param("say", {"text": "x", "as": "U1"}, "Nobody", id="nobody"),
        pytest.param("say", {"text": "x", "channel": "C1"}, "no such channel", id="nowhere"),
    ],
)
async def test_what_cannot_be_done_is_a_sentence(act: str, more: Json, why: str) -> None:
    async with shop() as it, client(it) as ann:
        told = await ann.do(act, **more)

    assert told["status"] == 400
    assert why in told["error"]


async def test_changes_are_told_as_they_come() -> None:
    async with (
        shop() as it,
        aiohttp.ClientSession() as http,
        http.get(f"{it.slack.base}/control/changes") as events,
    ):
        first = await events.content.readuntil(b"\n\n")
        await it.slack.say(it.ann, it.channel, "x")
        second = await events.content.readuntil(b"\n\n")

    assert (first, second) == (b"data: here\n\n", b"data: changed\n\n")


async def test_the_program_tells_how_an_app_connects_and_stops_at_a_signal() -> None:
    program = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.emulators.slack", "--channel", "web", "--person", "ann",
        cwd=ROOT, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert program.stdout is not None
    try:
        told = json.loads(await program.stdout.readline())
        web = AsyncWebClient(token=told["bot_token"], base_url=told["api_base"])
        known = await web.auth_test()
        channels = await web.conversations_list()
        async with aiohttp.ClientSession() as http, http.get(told["page"]) as answer:
            page = await answer.text()
    finally:
        program.terminate()
        status = await program.wait()

    assert known["team_id"] == told["team_id"]
    assert [channel["name"] for channel in channels["channels"]] == ["web"]
    assert "page.js" in page
    assert status == 0
