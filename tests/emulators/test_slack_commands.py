"""Facts about commands, clicks and forms, each held by the unmodified slack-bolt."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest
from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from tests.emulators.slack import App, CannotBeDone, Limits
from tests.emulators.slack_bot import shop
from tests.fakes.clock import RunningClock

FREE = Limits().without_rates()
Json = dict[str, Any]


def button(label: str, value: str = "v", action_id: str | None = None) -> Json:
    text = {"type": "plain_text", "text": label}
    return {"type": "button", "text": text, "action_id": action_id or label, "value": value}


def actions(*elements: Json) -> Json:
    return {"type": "actions", "elements": list(elements)}


def modal(*blocks: Json, **more: Any) -> Json:
    title = {"type": "plain_text", "text": "Form"}
    submit = {"type": "plain_text", "text": "Send"}
    return {"type": "modal", "callback_id": "form", "title": title, "submit": submit,
            "blocks": list(blocks), **more}  # fmt: skip


def field(label: str, **more: Any) -> Json:
    return {
        "type": "input",
        "block_id": label.lower(),
        "label": {"type": "plain_text", "text": label},
        "element": {"type": "plain_text_input", "action_id": "text"},
        **more,
    }


def teach_hal(bolt: AsyncApp) -> None:
    @bolt.command("/hal")
    async def hal(ack: AsyncAck, respond: AsyncRespond, command: Json) -> None:
        await ack()
        await respond(text=f"You said {command['text']}.", blocks=[actions(button("Again"))])

    @bolt.action("Again")
    async def again(ack: AsyncAck, respond: AsyncRespond) -> None:
        await ack()
        await respond(text="Once more.", replace_original=True)


async def test_a_command_is_acknowledged_and_answered_to_the_asker_alone() -> None:
    async with shop(teach=teach_hal) as it:
        asked = await it.slack.run(it.ann, it.channel, "/hal session list")
        answer = await asked.answered()
        await asked.settled()

        assert asked.acknowledged
        assert answer.text == "You said session list."
        assert answer.labels == ["Again"]
        assert answer.shown == "You said session list.\nAgain"
        assert it.slack.messages(it.channel) == []
        assert it.slack.messages(it.channel, seen_by=it.ann) == [answer]


async def test_a_click_on_an_ephemeral_message_replaces_it_by_its_response_address() -> None:
    async with shop(teach=teach_hal) as it:
        answer = await (await it.slack.run(it.ann, it.channel, "/hal x")).answered()
        clicked = await it.slack.press(it.ann, answer, "Again")
        after = await clicked.answered()

        assert (after.ts, after.text) == (answer.ts, "Once more.")
        assert [m.ts for m in it.slack.messages(it.channel, seen_by=it.ann)] == [answer.ts]


async def test_a_command_does_not_work_in_a_thread() -> None:
    async with shop(teach=teach_hal) as it:
        said = await it.slack.say(it.ann, it.channel, "hello")
        with pytest.raises(CannotBeDone, match="not supported in threads"):
            await it.slack.run(it.ann, it.channel, "/hal x", under=said)


async def test_a_command_that_the_app_has_not_cannot_be_typed() -> None:
    async with shop(teach=teach_hal) as it:
        with pytest.raises(CannotBeDone, match="/other is not a valid command"):
            await it.slack.run(it.ann, it.channel, "/other x")


async def test_a_command_that_nobody_takes_has_failed_and_is_not_sent_again() -> None:
    async with shop() as it:
        asked = await it.slack.run(it.ann, it.channel, "/hal x")
        await asked.settled()

        assert asked.has_failed
        assert len(asked.delivery.attempts) == 1


async def test_a_command_that_is_acknowledged_too_late_has_failed() -> None:
    released = asyncio.Event()

    def teach(bolt: AsyncApp) -> None:
        @bolt.command("/hal")
        async def hal(ack: AsyncAck) -> None:
            await released.wait()
            await ack("late")

    async with shop(replace(FREE, answer_within_s=0.1), teach=teach) as it:
        asked = await it.slack.run(it.ann, it.channel, "/hal x")
        await asked.settled()
        released.set()
        await it.slack.until(lambda: asked.delivery.acks)

        assert asked.has_failed
        assert asked.answers == ()


async def test_an_acknowledgement_may_carry_the_answer() -> None:
    def teach(bolt: AsyncApp) -> None:
        @bolt.command("/hal")
        async def hal(ack: AsyncAck) -> None:
            await ack(text="For all.", response_type="in_channel")

    async with shop(teach=teach) as it:
        answer = await (await it.slack.run(it.ann, it.channel, "/hal x")).answered()

        assert it.slack.messages(it.channel) == [answer]


async def test_the_sixth_use_of_a_response_address_is_refused() -> None:
    statuses: list[int] = []

    def teach(bolt: AsyncApp) -> None:
        @bolt.command("/hal")
        async def hal(ack: AsyncAck, respond: AsyncRespond) -> None:
            await ack()
            statuses.extend([(await respond(f"{n}")).status_code for n in range(6)])

    async with shop(teach=teach) as it:
        asked = await it.slack.run(it.ann, it.channel, "/hal x")
        await it.slack.until(lambda: len(statuses) == 6)

        assert statuses == [200] * 5 + [404]
        assert [answer.text for answer in asked.answers] == ["0", "1", "2", "3", "4"]
        assert asked.interaction.response_uses == 5


async def test_a_response_address_is_refused_after_half_an_hour() -> None:
    clock = RunningClock()
    responds: list[AsyncRespond] = []

    def teach(bolt: AsyncApp) -> None:
        @bolt.command("/hal")
        async def hal(ack: AsyncAck, respond: AsyncRespond) -> None:
            await ack()
            responds.append(respond)

    async with shop(teach=teach, clock=clock.now) as it:
        await it.slack.run(it.ann, it.channel, "/hal x")
        await it.slack.until(lambda: responds)
        clock.move(30 * 60)
        answer = await responds[0]("late")

        assert (answer.status_code, "expired_url" in answer.body) == (404, True)


async def test_a_response_may_delete_the_message_that_was_clicked_on() -> None:
    def teach(bolt: AsyncApp) -> None:
        @bolt.action("Go")
        async def go(ack: AsyncAck, respond: AsyncRespond) -> None:
            await ack()
            await respond(delete_original=True)

    async with shop(teach=teach) as it:
        blocks = [actions(button("Go"))]
        await it.client.chat_postMessage(channel=it.channel.id, text="x", blocks=blocks)
        await it.slack.press(it.ann, it.slack.messages(it.channel)[0], "Go")
        await it.slack.until(lambda: not it.slack.messages(it.channel))


# --- forms -------------------------------------------------------------------------------------


def teach_form(bolt: AsyncApp) -> None:
    @bolt.command("/hal")
    async def hal(ack: AsyncAck, client: AsyncWebClient, command: Json) -> None:
        await ack()
        view = modal(field("Task"), private_metadata=command["channel_id"])
        await client.views_open(trigger_id=command["trigger_id"], view=view)

    @bolt.view("form")
    async def sent(ack: AsyncAck, view: Json, client: AsyncWebClient) -> None:
        task = view["state"]["values"]["task"]["text"]["value"]
        if task == "nothing":
            await ack(response_action="errors", errors={"task": "That is nothing."})
            return
        await ack()
        await client.chat_postMessage(channel=view["private_metadata"], text=f"Task: {task}")


async def test_a_form_opens_by_the_trigger_and_is_closed_by_its_acknowledgement() -> None:
    async with shop(teach=teach_form) as it:
        form = await (await it.slack.run(it.ann, it.channel, "/hal x")).opened()
        sent = await it.slack.submit(it.ann, form, {"Task": "fix it"})
        await sent.settled()
        await it.slack.until(lambda: it.slack.messages(it.channel))

        assert it.slack.modal(it.ann) is None
        assert it.slack.messages(it.channel)[0].text == "Task: fix it"


async def test_errors_of_a_form_keep_it_open_and_are_shown_at_their_input() -> None:
    async with shop(teach=teach_form) as it:
        form = await (await it.slack.run(it.ann, it.channel, "/hal x")).opened()
        sent = await it.slack.submit(it.ann, form, {"task": "nothing"})
        await sent.settled()
        shown = it.slack.modal(it.ann)

        assert shown is not None
        assert shown.errors == sent.form_errors == {"task": "That is nothing."}


async def test_a_required_input_that_is_empty_cannot_be_sent() -> None:
    async with shop(teach=teach_form) as it:
        form = await (await it.slack.run(it.ann, it.channel, "/hal x")).opened()
        with pytest.raises(CannotBeDone, match="required field: Task"):
            await it.slack.submit(it.ann, form, {})


async def test_errors_of_an_input_that_is_not_there_are_a_problem() -> None:
    def teach(bolt: AsyncApp) -> None:
        teach_form(bolt)

        @bolt.view("other")
        async def sent(ack: AsyncAck) -> None:
            await ack(response_action="errors", errors={"nowhere": "?"})

    async with shop(teach=teach, may_have_problems=True) as it:
        form = await (await it.slack.run(it.ann, it.channel, "/hal x")).opened()
        await it.client.views_update(
            view_id=form.id, view=modal(field("Task"), callback_id="other")
        )
        await (await it.slack.submit(it.ann, form, {"Task": "x"})).settled()

        assert "errors of no input: ['nowhere']" in it.slack.problems()


async def test_a_form_that_is_closed_is_told_only_if_it_asked_for_that() -> None:
    closed: list[str] = []

    def teach(bolt: AsyncApp) -> None:
        @bolt.command("/hal")
        async def hal(ack: AsyncAck, client: AsyncWebClient, command: Json) -> None:
            await ack()
            view = modal(field("Task"), notify_on_close=command["text"] == "tell")
            await client.views_open(trigger_id=command["trigger_id"], view=view)

        @bolt.view_closed("form")
        async def gone(ack: AsyncAck, view: Json) -> None:
            await ack()
            closed.append(view["id"])

    async with shop(teach=teach) as it:
        silent = await (await it.slack.run(it.ann, it.channel, "/hal x")).opened()
        assert await it.slack.close(it.ann, silent) is None
        told = await (await it.slack.run(it.ann, it.channel, "/hal tell")).opened()
        await it.slack.close(it.ann, told)
        await it.slack.until(lambda: closed == [told.id])


@pytest.mark.parametrize(
    ("moved_s", "times", "error"),
    [
        pytest.param(3, 1, "expired_trigger_id", id="after-3-seconds"),
        pytest.param(0, 2, "exchanged_trigger_id", id="used-twice"),
    ],
)
async def test_a_trigger_can_be_used_once_within_3_seconds(
    moved_s: float, times: int, error: str
) -> None:
    clock = RunningClock()
    async with shop(clock=clock.now) as it:
        asked = await it.slack.run(it.ann, it.channel, "/hal x")
        trigger = asked.delivery.payload["trigger_id"]
        clock.move(moved_s)
        for _ in range(times - 1):
            await it.client.views_open(trigger_id=trigger, view=modal(field("Task")))
        with pytest.raises(SlackApiError) as refused:
            await it.client.views_open(trigger_id=trigger, view=modal(field("Task")))

        assert refused.value.response["error"] == error


async def test_a_trigger_that_never_was_is_refused() -> None:
    async with shop() as it:
        with pytest.raises(SlackApiError, match="invalid_trigger_id"):
            await it.client.views_open(trigger_id="1.2.3", view=modal(field("Task")))


async def test_a_view_is_updated_only_while_its_hash_is_the_one_that_is_known() -> None:
    async with shop(teach=teach_form) as it:
        form = await (await it.slack.run(it.ann, it.channel, "/hal x")).opened()
        view = modal(field("Other"))
        await it.client.views_update(view_id=form.id, view=view, hash=form.hash)
        with pytest.raises(SlackApiError, match="hash_conflict"):
            await it.client.views_update(view_id=form.id, view=view, hash=form.hash)


async def test_a_fourth_view_over_another_is_refused() -> None:
    def teach(bolt: AsyncApp) -> None:
        teach_form(bolt)

        @bolt.action("More")
        async def more(ack: AsyncAck, client: AsyncWebClient, body: Json) -> None:
            await ack()
            view = modal(actions(button("More")))
            try:
                await client.views_push(trigger_id=body["trigger_id"], view=view)
            except SlackApiError as error:
                refused.append(error.response["error"])

    refused: list[str] = []
    async with shop(teach=teach) as it:
        form = await (await it.slack.run(it.ann, it.channel, "/hal x")).opened()
        await it.client.views_update(view_id=form.id, view=modal(actions(button("More"))))
        for _ in range(2):
            form = await (await it.slack.press(it.ann, form, "More")).opened()
        await it.slack.press(it.ann, form, "More")
        await it.slack.until(lambda: refused)

        assert refused == ["push_limit_reached"]
        assert len(it.slack.world.modals[it.ann.id]) == 3


# --- menus, shortcuts, home --------------------------------------------------------------------


async def test_a_choice_in_a_menu_is_told_with_the_state_of_the_message() -> None:
    chosen: list[str] = []

    def teach(bolt: AsyncApp) -> None:
        @bolt.action("host")
        async def host(ack: AsyncAck, action: Json) -> None:
            await ack()
            chosen.append(action["selected_option"]["value"])

    async with shop(teach=teach) as it:
        await it.client.chat_postMessage(
            channel=it.channel.id, text="x", blocks=[actions(menu("host", "local", "far"))]
        )
        await it.slack.select(it.ann, it.slack.messages(it.channel)[0], "Far")
        await it.slack.until(lambda: chosen)

    assert chosen == ["far"]


def option(value: str) -> Json:
    return {"text": {"type": "plain_text", "text": value.title()}, "value": value}


def menu(action_id: str, *values: str) -> Json:
    options = [option(value) for value in values]
    return {"type": "static_select", "action_id": action_id, "options": options}


async def test_a_message_shortcut_tells_of_the_message_it_was_chosen_on() -> None:
    def teach(bolt: AsyncApp) -> None:
        @bolt.shortcut("send")
        async def send(ack: AsyncAck, respond: AsyncRespond, shortcut: Json) -> None:
            await ack()
            await respond(f"Sent: {shortcut['message']['text']}")

    app = App(shortcuts={"send": "Send to session"})
    async with shop(teach=teach, app=app) as it:
        said = await it.slack.say(it.ann, it.channel, "look")
        asked = await it.slack.shortcut(it.ann, said, "Send to session")

        assert (await asked.answered()).text == "Sent: look"


async def test_home_shows_what_was_published_once_it_is_opened() -> None:
    def teach(bolt: AsyncApp) -> None:
        @bolt.event("app_home_opened")
        async def opened(event: Json, client: AsyncWebClient) -> None:
            text = {"type": "mrkdwn", "text": "Nothing needs you."}
            view = {"type": "home", "blocks": [{"type": "section", "text": text}]}
            await client.views_publish(user_id=event["user"], view=view)

    async with shop(teach=teach) as it:
        await it.slack.open_home(it.ann)
        await it.slack.until(lambda: it.slack.home(it.ann))
        home = it.slack.home(it.ann)

        assert home is not None
        assert "Nothing needs you." in home.shown


async def test_a_menu_of_a_form_may_be_filled_by_the_app_and_a_file_be_put_into_it() -> None:
    got: list[Json] = []

    def teach(bolt: AsyncApp) -> None:
        @bolt.command("/hal")
        async def hal(ack: AsyncAck, client: AsyncWebClient, command: Json) -> None:
            await ack()
            projects = {"type": "external_select", "action_id": "of", "min_query_length": 0}
            plan = {"type": "file_input", "action_id": "plan", "max_files": 1}
            view = modal(field("Project", element=projects), field("Plan", element=plan))
            await client.views_open(trigger_id=command["trigger_id"], view=view)

        @bolt.options("of")
        async def projects(ack: AsyncAck, payload: Json) -> None:
            names = [name for name in ("web", "api") if payload["value"] in name]
            await ack(options=[option(name) for name in names])

        @bolt.view("form")
        async def sent(ack: AsyncAck, view: Json) -> None:
            await ack()
            got.append(view["state"]["values"])

    async with shop(teach=teach) as it:
        form = await (await it.slack.run(it.ann, it.channel, "/hal x")).opened()
        offered = await it.slack.suggest(it.ann, form, "", block_id="project")
        with pytest.raises(CannotBeDone, match="no option 'none'"):
            await it.slack.submit(it.ann, form, {"Project": "none", "Plan": {"a.txt": b"x"}})
        await it.slack.submit(it.ann, form, {"Project": "web", "Plan": {"a.txt": b"x"}})
        await it.slack.until(lambda: got)

        assert offered == ["Web", "Api"]
        assert got[0]["project"]["of"]["selected_option"]["value"] == "web"
        assert got[0]["plan"]["plan"]["files"][0]["name"] == "a.txt"


async def test_options_over_a_limit_are_a_problem() -> None:
    def teach(bolt: AsyncApp) -> None:
        @bolt.options("of")
        async def many(ack: AsyncAck) -> None:
            await ack(options=[option(str(number)) for number in range(101)])

    async with shop(teach=teach, may_have_problems=True) as it:
        element = {"type": "external_select", "action_id": "of"}
        await it.client.chat_postMessage(channel=it.channel.id, text="x", blocks=[actions(element)])
        message = it.slack.messages(it.channel)[0]
        with pytest.raises(CannotBeDone, match="Type more"):
            await it.slack.suggest(it.ann, message, "ab")
        await it.slack.suggest(it.ann, message, "abc")

        assert it.slack.problems() == ["invalid options: invalid_options: no more than 100"]


@pytest.mark.parametrize(
    ("escapes", "told"),
    [
        pytest.param(True, "to=<@{ann}|ann> in=<#{web}|web> <https://e.example> &lt;", id="ids"),
        pytest.param(False, "to=@ann in=#web https://e.example &lt;", id="names"),
    ],
)
async def test_mentions_in_a_command_come_as_the_manifest_has_it(escapes: bool, told: str) -> None:
    async with shop(app=App(escapes=escapes)) as it:
        typed = f"to={it.ann.mention} in=<#{it.channel.id}> https://e.example <"
        asked = await it.slack.run(it.ann, it.channel, f"/hal {typed}")

        expected = told.format(ann=it.ann.id, web=it.channel.id)
        assert asked.delivery.payload["text"] == expected
