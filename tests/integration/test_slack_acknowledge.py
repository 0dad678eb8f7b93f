"""What Slack is told was heard, on either way; and what a crash or a refusal makes of it."""

import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

import aiohttp
import pytest
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_sdk.socket_mode.aiohttp import SocketModeClient

from bot.commands import registry
from bot.core.call import Call
from bot.core.message import Button, Buttons, Message
from bot.dispatch import said_of
from bot.hearing.origin import of_answer
from bot.hearing.utterance import heard_as
from bot.slack import sockets
from bot.slack.face import running_slack_face
from bot.slack.origin import Asked
from bot.slack.settings import Http, Socket
from engine.api import EVERYTHING
from tests.emulators.slack import Asked as Interaction
from tests.emulators.slack import Failed, Limits, Rate, Refused
from tests.emulators.slack.webhooks import FORM, Webhooks
from tests.slack_room import Room, opened_room, settings_of

START = "session start project=demo task='Say hello'"


@asynccontextmanager
async def over_http(room: Room, port: int) -> AsyncIterator[Webhooks]:
    """Let Halyard be called by Slack."""
    way = Http(signing_secret=room.slack.signing_secret, host="127.0.0.1", port=port)
    webhooks = room.slack.use_http(f"http://127.0.0.1:{port}/slack/events")
    settings = replace(settings_of(room.slack), way=way)
    async with running_slack_face(room.engine, registry, settings, room.ground.clock):
        await room.until(lambda use: use.bookmarks.get("face:slack") or True)
        await up(f"http://127.0.0.1:{port}/")
        yield webhooks


async def up(url: str) -> None:
    async with aiohttp.ClientSession() as session:
        while True:
            try:
                async with session.get(url):
                    return
            except aiohttp.ClientConnectionError:
                pass


async def test_slack_calls_halyard_and_is_answered(workspace: Room, unused_tcp_port: int) -> None:
    await workspace.add_project()
    async with over_http(workspace, unused_tcp_port) as webhooks:
        is_verified = await webhooks.verify()
        root = await workspace.start()
        asked = await workspace.run("status")
        answer = await asked.answered()
        await workspace.said("Go on", root)

    assert is_verified
    assert asked.acknowledged
    assert "Nothing waits" in answer.shown
    assert [task.text for task in await workspace.tasks()] == ["Begin", "Go on"]


async def by_command(room: Room) -> Interaction:
    return await room.run(START)


async def by_button(room: Room) -> Interaction:
    start = Button("Start", Call("session start", {"project": "demo", "task": "Say hello"}))
    await room.post(Message(title="A task", blocks=(Buttons((start,)),)))
    return await room.slack.press(room.ann, await room.shown("A task"), "Start")


async def by_form(room: Room) -> Interaction:
    form = await (await room.run("session start")).opened()
    values = {"project": "demo", "task": "Say hello"}
    return await room.slack.submit(room.ann, form, values)


@pytest.mark.parametrize("ask", [by_command, by_button, by_form])
async def test_a_signed_request_is_heard_once_though_it_is_replayed_after_a_restart(
    workspace: Room, unused_tcp_port: int, ask: Callable[[Room], Awaitable[Interaction]]
) -> None:
    await workspace.add_project()
    async with over_http(workspace, unused_tcp_port) as webhooks:
        asked = await ask(workspace)
        await workspace.until(lambda use: use.tasks.queued())
        statuses = [await webhooks.replay(asked.delivery)]

    await workspace.reopen()
    async with over_http(workspace, unused_tcp_port) as webhooks:
        statuses.append(await webhooks.replay(asked.delivery))
        await (await workspace.run("status")).answered()

    assert statuses == [200, 200]
    assert len(await workspace.read(lambda use: use.tasks.queued())) == 1


async def test_what_nobody_signed_is_not_heard(workspace: Room, unused_tcp_port: int) -> None:
    await workspace.add_project()
    async with over_http(workspace, unused_tcp_port) as webhooks:
        asked = await workspace.run("status")
        await asked.answered()
        payload = {**asked.delivery.payload, "text": START, "trigger_id": "1.2.3"}
        body = urlencode(payload).encode()
        url = f"http://127.0.0.1:{unused_tcp_port}/slack/events"
        headers = webhooks.headers(b"something else", FORM)
        async with (
            aiohttp.ClientSession() as session,
            session.post(url, data=body, headers=headers) as answer,
        ):
            assert answer.status == 401

    assert not await workspace.read(lambda use: use.tasks.queued())


async def test_what_failed_while_it_was_heard_is_told_again_and_done_once(
    workspace: Room,
) -> None:
    await workspace.add_project(is_bound=False)
    # Once as Halyard begins, and once as it asks who says this.
    workspace.slack.faults.next("usergroups.list", Refused(error="internal_error"), times=2)
    async with workspace.halyard():
        text = f"{workspace.slack.bot.mention} {START}"
        message = await workspace.slack.say(workspace.ann, workspace.channel, text)
        await workspace.until(lambda use: use.tasks.queued())
        await workspace.slack.quiet()

    assert len(await workspace.tasks()) == 1
    told = [d for d in workspace.slack.deliveries if d.payload["event"]["ts"] == message.ts]
    assert [len(delivery.attempts) for delivery in told] == [2]


async def test_what_was_kept_before_a_crash_is_done_after_it(workspace: Room) -> None:
    await workspace.add_project()
    asked = Asked(user=workspace.ann.id, conversation=workspace.here)
    values = {"project": "demo", "task": "Say hello"}
    heard = heard_as("trigger:1", workspace.actor, workspace.here, Call("session start", values))
    await workspace.engine.receive(
        said_of(replace(heard, origin={**asked.origin(), **of_answer(is_public=True)}))
    )

    async with workspace.halyard():
        await workspace.shown("demo-1")

    assert len(await workspace.tasks()) == 1


async def test_what_was_kept_long_before_a_crash_is_not_run_unasked(workspace: Room) -> None:
    await workspace.add_project()
    asked = Asked(user=workspace.ann.id, conversation=workspace.here)
    values = {"project": "demo", "task": "Say hello"}
    heard = heard_as("trigger:1", workspace.actor, workspace.here, Call("session start", values))
    await workspace.engine.receive(
        said_of(replace(heard, origin={**asked.origin(), **of_answer(is_public=True)}))
    )
    workspace.ground.clock.move(10 * 60)

    async with workspace.halyard():
        line = await workspace.shown("I was restarting")
        nothing = await workspace.read(lambda use: use.tasks.queued())
        await workspace.slack.press(workspace.ann, line, "Run it")
        await workspace.until(lambda use: use.tasks.queued())

    assert nothing == []


async def test_one_address_a_minute_is_enough_to_be_heard(tmp_path: object) -> None:
    limits = Limits(rates={"apps.connections.open": [Rate(limit=1, per_s=2)]})
    async with opened_room(tmp_path, limits) as room, room.halyard():  # type: ignore[arg-type]
        assert (await room.run("status")) is not None
        assert len(room.slack.sockets.open) == 2


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"bot_token": "another"}, "credential of `slack.bot_token`"),
        ({"way": Socket(app_token="another")}, "credential of `slack.app_token`"),
        ({"workspace": "T000000"}, "`slack.workspace` says T000000"),
    ],
)
async def test_what_slack_refuses_becomes_an_alert_that_says_what_to_do(
    workspace: Room, changes: dict[str, object], sentence: str
) -> None:
    settings = replace(settings_of(workspace.slack), **changes)  # type: ignore[arg-type]
    async with running_slack_face(workspace.engine, registry, settings, workspace.ground.clock):
        (alert,) = await workspace.until(lambda use: use.views.overview(EVERYTHING).alerts)

    assert alert.fingerprint == "face:slack"
    assert sentence in alert.text


async def test_slack_that_was_away_is_come_back_to(workspace: Room) -> None:
    workspace.slack.faults.next("auth.test", Failed(status=503))
    async with workspace.halyard():
        await (await workspace.run("status")).answered()


async def test_a_socket_that_cannot_be_opened_for_a_moment_ends_nothing_else(
    workspace: Room,
) -> None:
    workspace.slack.faults.next("apps.connections.open", Failed(status=503))
    async with workspace.halyard():
        await (await workspace.run("status")).answered()

    assert len(workspace.slack.calls("auth.test")) == 1


async def test_a_socket_on_which_slack_falls_silent_is_given_up_within_twelve_seconds(
    workspace: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[SocketModeClient] = []

    class Handler(AsyncSocketModeHandler):
        def __init__(self, *given: Any, **how: Any) -> None:
            super().__init__(*given, **how)
            opened.append(self.client)

    monkeypatch.setattr(sockets, "AsyncSocketModeHandler", Handler)
    async with workspace.halyard():
        for client in opened:
            client.last_ping_pong_time = time.time() - 12

        assert [await client.is_ping_pong_failing() for client in opened] == [True, True]
