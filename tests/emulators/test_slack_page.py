"""The page, in a browser, with an app of slack-bolt behind it."""

import asyncio
from collections.abc import Callable
from typing import Any, TypeVar

import pytest
from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond
from slack_sdk.web.async_client import AsyncWebClient

from tests.emulators.browser import Page, a_page
from tests.emulators.slack import App
from tests.emulators.slack_bot import Shop, shop

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]
ResultT = TypeVar("ResultT")
Json = dict[str, Any]
APP = App(shortcuts={"send": "Send to session"})


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def button(label: str) -> Json:
    return {"type": "button", "text": plain(label), "action_id": label}


def card() -> list[Json]:
    text = {"type": "mrkdwn", "text": "May I run *this*: `rm &lt;x&gt;`?"}
    return [
        {"type": "header", "text": plain("Session started")},
        {"type": "section", "text": text},
        {"type": "actions", "elements": [button("Allow once"), button("Say why")]},
        {"type": "context", "elements": [plain("web \N{MIDDLE DOT} main")]},
    ]


def why() -> Json:
    element = {"type": "plain_text_input", "action_id": "text"}
    host = {"type": "external_select", "action_id": "host", "min_query_length": 0}
    blocks = [
        {"type": "input", "block_id": "why", "label": plain("Reason"), "element": element},
        {"type": "input", "block_id": "on", "label": plain("Host"), "element": host,
         "optional": True},
    ]  # fmt: skip
    title = {"title": plain("Why?"), "submit": plain("Send"), "close": plain("Cancel")}
    return {"type": "modal", "callback_id": "why", "blocks": blocks, **title}


def teach(bolt: AsyncApp) -> None:
    teach_card(bolt)
    teach_form(bolt)
    teach_rest(bolt)


def teach_card(bolt: AsyncApp) -> None:
    @bolt.command("/hal")
    async def hal(ack: AsyncAck, client: AsyncWebClient, command: Json) -> None:
        await ack()
        await client.chat_postMessage(
            channel=command["channel_id"], text="Session started", blocks=card()
        )

    @bolt.action("Allow once")
    async def allow(ack: AsyncAck, respond: AsyncRespond) -> None:
        await ack()
        await respond(text="Allowed.", blocks=[], replace_original=True)


def teach_form(bolt: AsyncApp) -> None:
    @bolt.action("Say why")
    async def say_why(ack: AsyncAck, client: AsyncWebClient, body: Json) -> None:
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=why())

    @bolt.options("host")
    async def host(ack: AsyncAck) -> None:
        await ack(options=[{"text": plain("Local"), "value": "local"}])

    @bolt.view("why")
    async def sent(ack: AsyncAck, view: Json, body: Json, client: AsyncWebClient) -> None:
        values = view["state"]["values"]
        reason, host = values["why"]["text"]["value"], values["on"]["host"]["selected_option"]
        if reason == "no":
            await ack(response_action="errors", errors={"why": "That is no reason."})
            return
        await ack()
        text = f"Because {reason}, on {host['value']}."
        user = body["user"]["id"]
        channels = await client.conversations_list()
        await client.chat_postEphemeral(channel=channels["channels"][0]["id"], user=user, text=text)


def teach_rest(bolt: AsyncApp) -> None:
    @bolt.event("app_home_opened")
    async def home(event: Json, client: AsyncWebClient) -> None:
        section = {"type": "section", "text": plain("Nothing needs you.")}
        await client.views_publish(
            user_id=event["user"], view={"type": "home", "blocks": [section]}
        )

    @bolt.event("message")
    async def message(event: Json, client: AsyncWebClient) -> None:
        where = {"channel": event["channel"], "thread_ts": event.get("thread_ts", event["ts"])}
        await client.chat_postMessage(**where, text="```+ &lt;b&gt;x&lt;/b&gt;```")

    @bolt.shortcut("send")
    async def send(ack: AsyncAck, respond: AsyncRespond) -> None:
        await ack()
        await respond("Sent.")


async def use(it: Shop, acts: Callable[[Page], ResultT]) -> ResultT:
    """Let somebody use the page, while the app goes on."""

    def with_page() -> ResultT:
        with a_page(it.slack.base) as page:
            return acts(page)

    return await asyncio.to_thread(with_page)


async def test_a_person_types_a_command_sees_the_card_and_clicks_its_button() -> None:
    def acts(page: Page) -> None:
        page.find("#places a.here")
        page.type("/hal session start")
        shown = page.shows("Session started")
        assert "May I run this: rm <x>?" in shown
        assert [code.text for code in page.all("#messages code")] == ["rm <x>"]
        assert "web \N{MIDDLE DOT} main" in shown
        page.press("Allow once")
        assert "Allow once" not in page.shows("Allowed.")

    async with shop(teach=teach) as it:
        await use(it, acts)

        assert it.slack.messages(it.channel)[0].text == "Allowed."


async def test_a_form_is_filled_in_corrected_and_its_answer_seen_by_one_only() -> None:
    def acts(page: Page) -> None:
        page.choose("#as", "ann")
        page.press("Say why")
        field = page.find("#modal [data-block=why] input")
        page.find("#modal [data-block=on] input").send_keys("local")
        field.send_keys("no")
        page.click("#submit")
        page.shows("That is no reason.", within="#modal")
        page.find("#modal [data-block=why] input").send_keys("I may")
        page.find("#modal [data-block=on] input").send_keys("Local")
        page.click("#submit")
        assert "Only visible to you" in page.shows("Because I may, on local.")
        page.choose("#as", "bob")
        page.shows_not("Because I may")

    async with shop(teach=teach) as it:
        bob = it.slack.add_person("bob")
        await it.slack.join(bob, it.channel)
        await it.client.chat_postMessage(channel=it.channel.id, text="May I?", blocks=card())
        await use(it, acts)


async def test_what_is_said_shows_as_text_in_channels_and_threads() -> None:
    def acts(page: Page) -> None:
        page.find("#places a.here")
        page.type("hello <b>you</b> @ann")
        page.shows("hello <b>you</b> @ann")
        page.shows("1 reply")
        page.click("#messages a.to-thread")
        page.shows("+ <b>x</b>")
        page.type("and here")
        page.shows("and here")
        page.click("#back")
        page.shows("3 replies")
        page.shows_not("and here")
        assert page.all("#messages b") == []

    async with shop(teach=teach) as it:
        await use(it, acts)


async def test_home_and_the_menu_of_a_message_are_there() -> None:
    def acts(page: Page) -> None:
        page.shows("look at this")
        page.choose("#messages select.menu", "Send to session")
        page.shows("Sent.")
        page.click("#places a.home")
        page.shows("Nothing needs you.", within="#home")

    async with shop(teach=teach, app=APP) as it:
        await it.client.chat_postMessage(channel=it.channel.id, text="look at this")
        await use(it, acts)


async def test_an_act_that_cannot_be_done_is_told_in_a_sentence() -> None:
    def acts(page: Page) -> None:
        page.find("#places a.here")
        page.type("/nothing")
        page.shows("/nothing is not a valid command.", within="#notice")

    async with shop(teach=teach) as it:
        await use(it, acts)
