"""Facts about messages, channels and files, each held by the unmodified slack_sdk (chat.md, 3)."""

from dataclasses import replace
from typing import Any

import aiohttp
import pytest
from hypothesis import given
from hypothesis import strategies as st
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from tests.emulators.clock import wall_clock
from tests.emulators.slack import App, CannotBeDone, Channel, Limits
from tests.emulators.slack.app import EVENTS, SCOPES
from tests.emulators.slack.methods.paging import page_of
from tests.emulators.slack.routing import Request
from tests.emulators.slack.world import World
from tests.emulators.slack_bot import Shop, client_of, shop
from tests.fakes.clock import RunningClock

FREE = Limits().without_rates()
Json = dict[str, Any]


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def section(text: str, **more: Any) -> Json:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}, **more}


def buttons(count: int, **more: Any) -> Json:
    elements = [
        {"type": "button", "text": plain("x"), "action_id": f"a{n}", **more} for n in range(count)
    ]
    return {"type": "actions", "elements": elements}


def menu(count: int, **more: Any) -> Json:
    made = [{"text": plain(str(n)), "value": str(n)} for n in range(count)]
    element = {"type": "static_select", "action_id": "m", "options": made, **more}
    return {"type": "actions", "elements": [element]}


async def error_of(client: AsyncWebClient, method: str, **args: Any) -> str:
    """The error that a method answers with, "" if there is none."""
    try:
        await client.api_call(method, json=args)
    except SlackApiError as error:
        return str(error.response["error"])
    return ""


async def post(it: Shop, text: str = "x", **more: Any) -> str:
    answer = await it.client.chat_postMessage(channel=it.channel.id, text=text, **more)
    return str(answer["ts"])


# --- blocks ------------------------------------------------------------------------------------

FIELD = {"type": "mrkdwn", "text": "f"}
TOO_MUCH: dict[str, list[Json]] = {
    "51-blocks": [section("x")] * 51,
    "a-section-of-3001": [section("x" * 3001)],
    "11-fields": [{"type": "section", "fields": [FIELD] * 11}],
    "a-field-of-2001": [{"type": "section", "fields": [{**FIELD, "text": "f" * 2001}]}],
    "a-header-of-151": [{"type": "header", "text": plain("h" * 151)}],
    "11-elements-of-context": [{"type": "context", "elements": [FIELD] * 11}],
    "26-actions": [buttons(26)],
    "a-button-of-76": [buttons(1, text=plain("b" * 76))],
    "a-value-of-2001": [buttons(1, value="v" * 2001)],
    "an-action-id-of-256": [buttons(1, action_id="a" * 256)],
    "a-block-id-of-256": [section("x", block_id="b" * 256)],
    "101-options": [menu(101)],
    "an-option-of-76": [menu(1, options=[{"text": plain("o" * 76), "value": "o"}])],
    "a-placeholder-of-151": [menu(1, placeholder=plain("p" * 151))],
    "a-markdown-block-of-12001": [{"type": "markdown", "text": "m" * 12_001}],
    "a-type-that-is-none": [{"type": "nothing"}],
    "a-block-without-a-type": [{"text": plain("x")}],
    "a-section-of-nothing": [{"type": "section"}],
    "actions-without-any": [{"type": "actions", "elements": []}],
    "the-same-block-id-twice": [section("x", block_id="b"), section("y", block_id="b")],
    "the-same-action-id-twice": [buttons(2, action_id="a")],
}
JUST_ENOUGH: dict[str, list[Json]] = {
    "50-blocks": [section("x")] * 50,
    "a-section-of-3000": [section("x" * 3000)],
    "10-fields": [{"type": "section", "fields": [FIELD] * 10}],
    "a-field-of-2000": [{"type": "section", "fields": [{**FIELD, "text": "f" * 2000}]}],
    "a-header-of-150": [{"type": "header", "text": plain("h" * 150)}],
    "25-actions": [buttons(25)],
    "a-value-of-2000": [buttons(1, value="v" * 2000)],
    "100-options": [menu(100)],
    "a-markdown-block-of-12000": [{"type": "markdown", "text": "m" * 12_000}],
    "no-action-id": [{"type": "actions", "elements": [{"type": "button", "text": plain("x")}]}],
}


@pytest.mark.parametrize("name", TOO_MUCH)
async def test_blocks_over_a_limit_are_refused_and_a_problem(name: str) -> None:
    async with shop(may_have_problems=True) as it:
        error = await error_of(
            it.client, "chat.postMessage", channel=it.channel.id, text="x", blocks=TOO_MUCH[name]
        )

        assert error == "invalid_blocks"
        assert it.slack.messages(it.channel) == []
        assert it.slack.problems()


@pytest.mark.parametrize("name", JUST_ENOUGH)
async def test_blocks_at_a_limit_are_taken(name: str) -> None:
    async with shop() as it:
        await post(it, blocks=JUST_ENOUGH[name])

        assert len(it.slack.messages(it.channel)[0].blocks) == len(JUST_ENOUGH[name])


async def test_blocks_of_more_than_13200_characters_in_all_are_too_long() -> None:
    async with shop(may_have_problems=True) as it:
        long = [section("x" * 2700)] * 5
        error = await error_of(
            it.client, "chat.postMessage", channel=it.channel.id, text="x", blocks=long
        )

        assert error == "msg_blocks_too_long"


VIEWS: dict[str, Json] = {
    "101-blocks": {"blocks": [section("x")] * 101},
    "a-title-of-25": {"title": plain("t" * 25)},
    "a-submit-of-25": {"submit": plain("s" * 25)},
    "a-close-of-25": {"close": plain("c" * 25)},
    "private-metadata-of-3001": {"private_metadata": "m" * 3001},
    "no-title": {"title": None},
    "a-type-that-is-none": {"type": "nothing"},
    "a-block-that-is-none": {"blocks": [{"type": "nothing"}]},
}


@pytest.mark.parametrize("name", VIEWS)
async def test_a_view_over_a_limit_is_refused_and_a_problem(name: str) -> None:
    view = {"type": "modal", "title": plain("t"), "blocks": [section("x")]} | VIEWS[name]
    async with shop(may_have_problems=True) as it:
        asked = await it.slack.run(it.ann, it.channel, "/hal x")
        trigger = asked.delivery.payload["trigger_id"]
        error = await error_of(it.client, "views.open", trigger_id=trigger, view=view)

        assert error == "invalid_arguments"
        assert it.slack.modal(it.ann) is None


async def test_a_view_of_100_blocks_is_taken() -> None:
    view = {"type": "home", "blocks": [section("x")] * 100}
    async with shop() as it:
        await it.client.views_publish(user_id=it.ann.id, view=view)
        home = it.slack.home(it.ann)

        assert home is not None
        assert len(home.blocks) == 100


# --- text, metadata, attachments ---------------------------------------------------------------


async def test_a_text_of_40001_is_cut_off_and_the_answer_says_so() -> None:
    async with shop() as it:
        answer = await it.client.chat_postMessage(channel=it.channel.id, text="x" * 40_001)

        assert len(it.slack.messages(it.channel)[0].text) == 40_000
        assert answer["response_metadata"]["messages"] == ["[WARN] message_truncated"]


async def test_an_edit_of_4001_is_too_long() -> None:
    async with shop(may_have_problems=True) as it:
        ts = await post(it)
        error = await error_of(
            it.client, "chat.update", channel=it.channel.id, ts=ts, text="x" * 4001
        )

        assert error == "msg_too_long"
        assert it.slack.messages(it.channel)[0].text == "x"


async def test_a_message_that_says_nothing_is_refused() -> None:
    async with shop(may_have_problems=True) as it:
        assert await error_of(it.client, "chat.postMessage", channel=it.channel.id) == "no_text"


@pytest.mark.parametrize(
    ("metadata", "error"),
    [
        pytest.param("x", "invalid_arguments", id="no-object"),
        pytest.param({"event_type": "x"}, "invalid_metadata_schema", id="no-payload"),
        pytest.param(
            {"event_type": "x", "event_payload": {"a": "x" * 17_000}},
            "metadata_too_large",
            id="too-large",
        ),
    ],
)
async def test_metadata_that_breaks_a_rule_is_refused(metadata: Any, error: str) -> None:
    async with shop(may_have_problems=True) as it:
        found = await error_of(
            it.client, "chat.postMessage", channel=it.channel.id, text="x", metadata=metadata
        )

        assert found == error


async def test_101_attachments_are_too_many() -> None:
    async with shop(may_have_problems=True) as it:
        many = [{"text": "x"}] * 101
        error = await error_of(
            it.client, "chat.postMessage", channel=it.channel.id, text="x", attachments=many
        )

        assert error == "too_many_attachments"


# --- editing and deleting ----------------------------------------------------------------------


async def test_an_edit_keeps_blocks_that_it_does_not_name_and_drops_those_it_empties() -> None:
    async with shop() as it:
        ts = await post(it, blocks=[section("x")])
        await it.client.chat_update(channel=it.channel.id, ts=ts, text="y")
        kept = it.slack.messages(it.channel)[0]
        await it.client.chat_update(channel=it.channel.id, ts=ts, text="z", blocks=[])
        after = it.slack.messages(it.channel)[0]

        assert (kept.text, len(kept.blocks)) == ("y", 1)
        assert (after.text, len(after.blocks)) == ("z", 0)


async def test_only_the_bots_own_messages_can_be_edited_and_deleted() -> None:
    async with shop() as it:
        said = await it.slack.say(it.ann, it.channel, "mine")
        where = {"channel": it.channel.id, "ts": said.ts}

        assert await error_of(it.client, "chat.update", **where, text="x") == "cant_update_message"
        assert await error_of(it.client, "chat.delete", **where) == "cant_delete_message"


async def test_a_message_that_is_gone_is_not_found() -> None:
    async with shop() as it:
        ts = await post(it)
        await it.client.chat_delete(channel=it.channel.id, ts=ts)
        where = {"channel": it.channel.id, "ts": ts}

        assert await error_of(it.client, "chat.update", **where, text="x") == "message_not_found"
        assert await error_of(it.client, "chat.delete", **where) == "message_not_found"


async def test_an_edit_window_closes_where_the_workspace_has_one() -> None:
    clock = RunningClock()
    async with shop(replace(FREE, edit_window_s=60), clock=clock.now) as it:
        ts = await post(it)
        clock.move(60)
        error = await error_of(it.client, "chat.update", channel=it.channel.id, ts=ts, text="y")

        assert error == "edit_window_closed"


async def test_a_message_with_replies_leaves_a_stone_where_it_is_deleted() -> None:
    async with shop() as it:
        ts = await post(it)
        await post(it, thread_ts=ts)
        await it.client.chat_delete(channel=it.channel.id, ts=ts)
        told = await it.client.conversations_replies(channel=it.channel.id, ts=ts)

        assert [m.get("subtype") for m in told["messages"]] == ["tombstone", None]


# --- places ------------------------------------------------------------------------------------


async def test_a_message_needs_a_channel_that_is_there_open_and_the_bots() -> None:
    scopes = [scope for scope in SCOPES if scope != "chat:write.public"]
    async with shop(app=App(scopes=scopes)) as it:
        private = it.slack.add_channel("secret", it.ann, is_private=True, with_bot=False)
        foreign = it.slack.add_channel("foreign", it.ann, with_bot=False)
        old = it.slack.add_channel("old", it.ann)
        await it.slack.archive(it.ann, old)

        async def error(channel: Channel | None) -> str:
            id_ = channel.id if channel else "C1"
            return await error_of(it.client, "chat.postMessage", channel=id_, text="x")

        assert await error(None) == "channel_not_found"
        assert await error(private) == "channel_not_found"
        assert await error(foreign) == "not_in_channel"
        assert await error(old) == "is_archived"
        await it.client.conversations_join(channel=foreign.id)
        assert await error(foreign) == ""


async def test_a_public_channel_is_written_to_from_outside_with_the_scope_for_it() -> None:
    async with shop() as it:
        foreign = it.slack.add_channel("foreign", it.ann, with_bot=False)
        await it.client.chat_postMessage(channel=foreign.id, text="x")

        assert [m.text for m in it.slack.messages(foreign)] == ["x"]


async def test_a_scope_that_is_missing_is_named() -> None:
    async with shop(app=App(scopes=["users:read"])) as it:
        with pytest.raises(SlackApiError) as error:
            await post(it)

        assert error.value.response["error"] == "missing_scope"
        assert error.value.response["needed"] == "chat:write"
        assert error.value.response["provided"] == "users:read"


@pytest.mark.parametrize(
    ("token", "error"), [("", "not_authed"), ("wrong", "invalid_auth")], ids=["none", "wrong"]
)
async def test_a_token_that_is_none_is_refused(token: str, error: str) -> None:
    async with shop() as it:
        assert await error_of(client_of(it.slack, token), "auth.test") == error


async def test_the_apps_token_opens_sockets_and_nothing_else() -> None:
    async with shop() as it:
        wrong = "not_allowed_token_type"

        assert await error_of(client_of(it.slack, it.slack.app_token), "auth.test") == wrong
        assert await error_of(it.client, "apps.connections.open") == wrong


async def test_the_app_knows_itself() -> None:
    async with shop() as it:
        told = await it.client.auth_test()
        bot = await it.client.bots_info(bot=told["bot_id"])
        user = await it.client.users_info(user=told["user_id"])

        assert told["team_id"] == it.slack.world.team_id
        assert told.headers["X-OAuth-Scopes"].split(",") == list(SCOPES)
        assert bot["bot"]["user_id"] == told["user_id"]
        assert user["user"]["is_bot"]


async def test_people_groups_and_channels_are_told_page_by_page() -> None:
    async with shop() as it:
        bob = it.slack.add_person("bob")
        ops = it.slack.add_usergroup("ops", it.ann, bob)
        names = []
        async for page in await it.client.users_list(limit=1):
            names += [member["name"] for member in page["members"]]
        groups = await it.client.usergroups_list(include_users=True)
        members = await it.client.usergroups_users_list(usergroup=ops.id)
        channels = await it.client.conversations_list(types="public_channel,im")
        in_channel = await it.client.conversations_members(channel=it.channel.id)

        assert names == ["halyard", "ann", "bob"]
        assert groups["usergroups"][0]["users"] == members["users"] == [it.ann.id, bob.id]
        assert [c["name"] for c in channels["channels"]] == ["web"]
        assert in_channel["members"] == [it.ann.id, it.slack.bot.id]


async def test_a_direct_conversation_opens_once_per_person() -> None:
    async with shop() as it:
        first = await it.client.conversations_open(users=[it.ann.id])
        again = await it.client.conversations_open(users=[it.ann.id])
        await it.client.chat_postMessage(channel=it.ann.id, text="hello")

        assert first["channel"]["id"] == again["channel"]["id"]
        assert [m.text for m in it.slack.messages(it.slack.direct(it.ann))] == ["hello"]


async def test_an_ephemeral_message_is_seen_by_one_and_in_no_history() -> None:
    async with shop() as it:
        bob = it.slack.add_person("bob")
        where: Json = {"channel": it.channel.id, "text": "psst"}
        await it.client.chat_postEphemeral(**where, user=it.ann.id)
        error = await error_of(it.client, "chat.postEphemeral", **where, user=bob.id)
        history = await it.client.conversations_history(channel=it.channel.id)

        assert [m.text for m in it.slack.messages(it.channel, seen_by=it.ann)] == ["psst"]
        assert it.slack.messages(it.channel, seen_by=bob) == []
        assert history["messages"] == []
        assert error == "user_not_in_channel"


# --- history -----------------------------------------------------------------------------------


async def test_history_is_told_from_the_newest_on_page_by_page() -> None:
    async with shop() as it:
        sent = [await post(it, str(n)) for n in range(5)]
        await post(it, "reply", thread_ts=sent[0])
        found: list[str] = []
        async for page in await it.client.conversations_history(channel=it.channel.id, limit=2):
            found += [m["text"] for m in page["messages"]]

        assert found == ["4", "3", "2", "1", "0"]


async def test_history_between_two_times_has_its_edges_only_if_asked_for() -> None:
    async with shop() as it:
        sent = [await post(it, str(n)) for n in range(4)]
        between: Json = {"channel": it.channel.id, "oldest": sent[1], "latest": sent[2]}
        without = await it.client.conversations_history(**between)
        edges = await it.client.conversations_history(**between, inclusive=True)

        assert without["messages"] == []
        assert [m["text"] for m in edges["messages"]] == ["2", "1"]


async def test_replies_are_told_with_the_message_that_began_the_thread() -> None:
    async with shop() as it:
        first = await post(it, "first")
        reply = await post(it, "reply", thread_ts=first)
        under_reply = await post(it, "again", thread_ts=reply)
        told = await it.client.conversations_replies(channel=it.channel.id, ts=first)
        gone = await error_of(it.client, "conversations.replies", channel=it.channel.id, ts="1.0")

        assert [m["ts"] for m in told["messages"]] == [first, reply, under_reply]
        assert told["messages"][0]["reply_count"] == 2
        assert gone == "thread_not_found"


async def test_a_reply_that_is_broadcast_shows_in_the_channel_too() -> None:
    async with shop() as it:
        first = await post(it, "first")
        await post(it, "reply", thread_ts=first, reply_broadcast=True)
        told = await it.client.conversations_history(channel=it.channel.id)

        assert [m["text"] for m in told["messages"]] == ["reply", "first"]
        assert told["messages"][0]["subtype"] == "thread_broadcast"


async def test_metadata_is_told_only_if_asked_for_and_may_show_late() -> None:
    clock = RunningClock()
    metadata = {"event_type": "post", "event_payload": {"id": "p1"}}
    async with shop(replace(FREE, metadata_delay_s=60), clock=clock.now) as it:
        await post(it, metadata=metadata)

        async def told(*, is_asked: bool) -> Any:
            answer = await it.client.conversations_history(
                channel=it.channel.id, include_all_metadata=is_asked
            )
            return answer["messages"][0].get("metadata")

        early = await told(is_asked=True)
        clock.move(60)

        assert early is None
        assert await told(is_asked=False) is None
        assert await told(is_asked=True) == metadata


async def test_a_message_may_show_late_in_history() -> None:
    clock = RunningClock()
    async with shop(replace(FREE, history_delay_s=60), clock=clock.now) as it:
        ts = await post(it)
        early = await it.client.conversations_history(channel=it.channel.id)
        gone = await error_of(it.client, "conversations.replies", channel=it.channel.id, ts=ts)
        clock.move(60)
        late = await it.client.conversations_history(channel=it.channel.id)

        assert (early["messages"], gone) == ([], "thread_not_found")
        assert [m["ts"] for m in late["messages"]] == [ts]


# --- files, reactions, links -------------------------------------------------------------------


async def test_a_file_is_uploaded_shared_and_downloaded_with_the_token() -> None:
    async with shop() as it:
        ts = await post(it)
        await it.client.files_upload_v2(
            channel=it.channel.id, thread_ts=ts, content="+ a line", filename="work.diff",
            initial_comment="The diff",
        )  # fmt: skip
        shared = it.slack.messages(it.channel, under=it.slack.messages(it.channel)[0])[0]
        info = await it.client.files_info(file=shared.files[0].id)
        async with aiohttp.ClientSession() as http:
            url = info["file"]["url_private_download"]
            bearer = {"Authorization": f"Bearer {it.slack.bot_token}"}
            data = await (await http.get(url, headers=bearer)).read()
            page = await (await http.get(url)).text()

        assert (shared.text, shared.files[0].name) == ("The diff", "work.diff")
        assert data == b"+ a line"
        assert "Sign in" in page


async def test_a_file_whose_bytes_never_came_is_not_found() -> None:
    async with shop() as it:
        told = await it.client.files_getUploadURLExternal(filename="a.txt", length=3)
        files = [{"id": told["file_id"], "title": "a"}]

        assert await error_of(it.client, "files.completeUploadExternal", files=files) == (
            "file_not_found"
        )


async def test_a_reaction_is_given_once_and_a_link_leads_to_its_message() -> None:
    async with shop() as it:
        ts = await post(it)
        mark = {"channel": it.channel.id, "timestamp": ts, "name": "eyes"}
        await it.client.reactions_add(**mark)
        link = await it.client.chat_getPermalink(channel=it.channel.id, message_ts=ts)

        assert await error_of(it.client, "reactions.add", **mark) == "already_reacted"
        assert it.slack.messages(it.channel)[0].reactions == {"eyes": [it.slack.bot.id]}
        assert ts.replace(".", "") in link["permalink"]


# --- what the app hears ------------------------------------------------------------------------


class Heard:
    """Every event that an app was told."""

    def __init__(self) -> None:
        self.events: list[Json] = []

    def teach(self, bolt: AsyncApp) -> None:
        @bolt.event({"type": "message"})
        async def message(event: Json) -> None:
            self.events.append(event)

        for name in ("message_changed", "message_deleted", "file_share"):
            bolt.event({"type": "message", "subtype": name})(message)
        for name in ("app_mention", "member_joined_channel", "reaction_added", "channel_archive"):
            bolt.event(name)(message)


async def test_edits_and_deletions_of_people_are_events() -> None:
    heard = Heard()
    async with shop(teach=heard.teach) as it:
        said = await it.slack.say(it.ann, it.channel, "helo")
        await it.slack.edit(said, "hello")
        await it.slack.delete(said)
        await it.slack.quiet()
        created, changed, deleted = sorted(heard.events, key=lambda event: event["event_ts"])

        assert created["text"] == "helo"
        assert (changed["message"]["text"], changed["previous_message"]["text"]) == (
            "hello",
            "helo",
        )
        assert deleted["deleted_ts"] == said.ts


async def test_a_mention_comes_twice_under_two_ids_where_both_are_subscribed() -> None:
    heard = Heard()
    async with shop(teach=heard.teach, app=App(events=[*EVENTS, "app_mention"])) as it:
        said = await it.slack.say(it.ann, it.channel, "status", mention_bot=True)
        await it.slack.until(lambda: len(heard.events) == 2)
        ids = {delivery.payload["event_id"] for delivery in it.slack.deliveries}

        assert {event["type"] for event in heard.events} == {"message", "app_mention"}
        assert {event["ts"] for event in heard.events} == {said.ts}
        assert len(ids) == 2


async def test_what_is_typed_comes_escaped_with_mentions_and_addresses_as_markup() -> None:
    heard = Heard()
    async with shop(teach=heard.teach) as it:
        await it.slack.say(it.ann, it.channel, f"a < b & {it.ann.mention}: https://e.example/?a&b.")
        await it.slack.until(lambda: heard.events)
        event = heard.events[0]
        inside = event["blocks"][0]["elements"][0]["elements"]

        text = f"a &lt; b &amp; {it.ann.mention}: <https://e.example/?a&amp;b>."
        assert event["text"] == text
        assert [part["type"] for part in inside] == ["text", "user", "text", "link", "text"]
        assert (inside[0]["text"], inside[3]["url"]) == ("a < b & ", "https://e.example/?a&b")


async def test_a_file_that_a_person_shares_comes_with_its_address() -> None:
    heard = Heard()
    async with shop(teach=heard.teach) as it:
        await it.slack.say(it.ann, it.channel, "look", files={"a.txt": b"x"})
        await it.slack.until(lambda: heard.events)
        event = heard.events[0]

        assert (event["subtype"], event["files"][0]["name"]) == ("file_share", "a.txt")


async def test_the_app_hears_of_its_channels_only_and_of_who_joins_them() -> None:
    heard = Heard()
    async with shop(teach=heard.teach) as it:
        foreign = it.slack.add_channel("foreign", it.ann, with_bot=False)
        await it.slack.say(it.ann, foreign, "unheard")
        await it.slack.join(it.slack.bot, foreign, by=it.ann)
        await it.slack.say(it.ann, foreign, "heard")
        await it.slack.until(lambda: len(heard.events) == 2)

        assert {event.get("text") for event in heard.events} == {None, "heard"}


async def test_the_app_is_told_of_its_own_messages_which_bolt_passes_over() -> None:
    heard = Heard()
    async with shop(teach=heard.teach) as it:
        await post(it)
        await it.slack.quiet()

        assert [delivery.event["bot_id"] for delivery in it.slack.deliveries] == [
            it.slack.world.bot_id
        ]
        assert heard.events == []


async def test_a_change_of_a_user_group_is_told_where_it_is_subscribed() -> None:
    events = ["subteam_members_changed", "subteam_updated"]
    async with shop(app=App(events=events)) as it:
        bob = it.slack.add_person("bob")
        ops = it.slack.add_usergroup("ops", it.ann)
        await it.slack.change_usergroup(ops, bob)
        changed, updated = [delivery.event for delivery in it.slack.deliveries]

        assert (changed["added_users"], changed["removed_users"]) == ([bob.id], [it.ann.id])
        assert updated["subteam"]["users"] == [bob.id]


async def test_a_link_that_is_unfurled_is_told_as_an_edit_that_says_the_same() -> None:
    heard = Heard()
    async with shop(teach=heard.teach) as it:
        said = await it.slack.say(it.ann, it.channel, "see https://example.com")
        await it.slack.unfurl(said, "https://example.com")
        await it.slack.until(lambda: len(heard.events) == 2)
        edit = next(event for event in heard.events if "message" in event)

        assert edit["message"]["text"] == edit["previous_message"]["text"]
        assert "edited" not in edit["message"]


async def test_an_app_that_is_taken_out_is_told_and_its_tokens_are_refused() -> None:
    async with shop(app=App(events=["tokens_revoked"])) as it:
        it.slack.revoke()

        assert await error_of(it.client, "auth.test") == "token_revoked"
        assert it.slack.deliveries[0].event["tokens"]["bot"] == [it.slack.bot.id]


async def test_a_message_of_an_archived_channel_is_not_edited() -> None:
    async with shop() as it:
        ts = await post(it)
        await it.slack.archive(it.ann, it.channel)
        where = {"channel": it.channel.id, "ts": ts}

        assert await error_of(it.client, "chat.update", **where, text="y") == "is_archived"


@given(count=st.integers(0, 30), limit=st.integers(1, 12))
def test_pages_put_together_are_the_whole(count: int, limit: int) -> None:
    world = World(Limits(), wall_clock, App(), bot_name="halyard")
    items, found, cursor = list(range(count)), [], ""
    while True:
        args = {"limit": limit, "cursor": cursor}
        asked = Request(method="m", args=args, token="", at=world.now())
        page, more = page_of(world, asked, items)
        found += page
        cursor = more["response_metadata"]["next_cursor"]
        if not cursor:
            break
        assert len(page) == limit

    assert found == items


async def test_a_page_that_is_none_is_refused() -> None:
    async with shop() as it:
        where = {"channel": it.channel.id}
        method = "conversations.history"

        assert await error_of(it.client, method, **where, limit=1001) == "invalid_limit"
        assert await error_of(it.client, method, **where, cursor="x") == "invalid_cursor"


async def test_channels_are_made_named_and_filled_by_the_bot() -> None:
    async with shop() as it:
        made = (await it.client.conversations_create(name="new"))["channel"]["id"]
        await it.client.conversations_invite(channel=made, users=[it.ann.id])
        topic = await it.client.conversations_setTopic(channel=made, topic="Work")
        own = await it.client.users_conversations()
        again = {"channel": made, "users": it.ann.id}

        assert topic["channel"]["topic"]["value"] == "Work"
        assert [channel["name"] for channel in own["channels"]] == ["web", "new"]
        assert await error_of(it.client, "conversations.invite", **again) == "already_in_channel"
        assert await error_of(it.client, "conversations.create", name="new") == "name_taken"


async def test_marks_are_taken_back_only_where_they_are() -> None:
    async with shop() as it:
        mark = {"channel": it.channel.id, "timestamp": await post(it)}
        await it.client.pins_add(**mark)
        await it.client.reactions_add(**mark, name="eyes")
        pinned = it.slack.messages(it.channel)[0].is_pinned
        await it.client.pins_remove(**mark)
        await it.client.reactions_remove(**mark, name="eyes")

        assert pinned
        assert it.slack.messages(it.channel)[0].reactions == {}
        assert await error_of(it.client, "pins.remove", **mark) == "no_pin"
        assert await error_of(it.client, "reactions.remove", **mark, name="eyes") == "no_reaction"


async def test_the_workspace_and_its_people_are_found() -> None:
    async with shop() as it:
        team = await it.client.team_info()
        found = await it.client.users_lookupByEmail(email=it.ann.email)
        file = await it.slack.say(it.ann, it.channel, "", files={"a.txt": b"x"})
        theirs = {"file": file.files[0].id}

        assert team["team"]["id"] == it.slack.world.team_id
        assert found["user"]["id"] == it.ann.id
        assert await error_of(it.client, "users.lookupByEmail", email="x") == "users_not_found"
        assert await error_of(it.client, "users.info", user="U1") == "user_not_found"
        assert await error_of(it.client, "bots.info", bot="B1") == "bot_not_found"
        assert await error_of(it.client, "usergroups.users.list", usergroup="S1") == (
            "no_such_subteam"
        )
        assert await error_of(it.client, "files.delete", **theirs) == "cant_delete_file"
        assert await error_of(it.client, "files.info", file="F1") == "file_not_found"


async def test_who_leaves_cannot_write_and_a_bot_that_is_out_hears_nothing() -> None:
    async with shop() as it:
        bob = it.slack.add_person("bob")
        await it.slack.leave(it.slack.bot, it.channel)
        await it.slack.say(it.ann, it.channel, "unheard")
        history = {"channel": it.channel.id}

        assert it.slack.deliveries == []
        assert await error_of(it.client, "conversations.history", **history) == "not_in_channel"
        with pytest.raises(CannotBeDone, match="bob is not in the channel"):
            await it.slack.say(bob, it.channel, "x")
