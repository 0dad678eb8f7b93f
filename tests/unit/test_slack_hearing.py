"""What Slack tells, as Halyard reads it; and what it answers, as it is meant."""

from datetime import UTC, datetime, timedelta

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from slack_sdk.errors import SlackApiError
from slack_sdk.models.views import View
from yarl import URL

from bot.commands import registry
from bot.core.option import Attachment, Attachments
from bot.delivery.chat import Busy, ChatError, Expired, Forbidden, Gone, Missing, Uncertain
from bot.hearing.forms import Form, fields_of
from bot.slack.cards import GAP_S, Cards
from bot.slack.client import Me
from bot.slack.downloads import Fetching
from bot.slack.forms import can_ask, offers, submitted, view_of
from bot.slack.manifest import EVENTS, SCOPES, manifest
from bot.slack.origin import Asked
from bot.slack.places import conversation_at, moment, stamp_at
from bot.slack.settings import SlackSettings, Socket
from bot.slack.trouble import meaning_of
from bot.slack.words import Reader, plain
from engine.api import DeliveryId, Unavailable
from tests.fakes.clock import FakeClock

FIRST, LAST = datetime(2001, 9, 10), datetime(2200, 1, 1)  # noqa: DTZ001 - as drawn from
ME = Me(team="T1", user="UBOT", bot="B1", scopes=frozenset())
READER = Reader(ME, registry)
STAMP = "1700000000.000100"
HERE = conversation_at("T1", "C1")
ASKED = Asked(user="U1", conversation=HERE, address="https://hooks.example/1")


def told(**more: object) -> dict[str, object]:
    return {"user": "U1", "ts": STAMP, "text": "Hello", "team": "T1", **more}


@pytest.mark.parametrize(
    ("text", "typed"),
    [
        ("a &lt;b&gt; &amp;amp; c", "a <b> &amp; c"),
        ("see <https://e.example/x?a=1&amp;b=2>", "see https://e.example/x?a=1&b=2"),
        ("see <https://e.example|the page>", "see the page (https://e.example)"),
        ("in <http://app.py|app.py>", "in app.py"),
        ("<mailto:a@e.example|a@e.example>", "a@e.example"),
        ("<#C12|general> <!here> <!channel|channel>", "#general @here @channel"),
        ("in <#C12|>", "in <#C12|>"),
        ("<@U12> <!subteam^S1|@crew>", "<@U12> <!subteam^S1|@crew>"),
        ("a &lt;@U12&gt;", "a <@U12>"),
    ],
)
def test_a_text_is_read_as_it_was_typed(text: str, typed: str) -> None:
    assert plain(text) == typed


@given(st.text())
def test_what_was_typed_is_read_back_whole(text: str) -> None:
    sent = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")

    assert plain(sent) == text


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("!session share web-1 <#C12|general>", "!session share web-1 <#C12|general>"),
        ("<@UBOT> Session  share web-1 <#C12>", "Session  share web-1 <#C12>"),
        ("!unshare from=<#C12|>", "!unshare from=<#C12|>"),
        ("project bind web --channel <#C12|general>", "project bind web --channel <#C12|general>"),
        ("!session say web-1 see <#C12|general>", "!session say web-1 see #general"),
        ("Tell <#C12|general> of it", "Tell #general of it"),
        ("<@UBOT> <#C12|general>", "#general"),
    ],
)
def test_a_mentioned_channel_keeps_its_id_in_commands_about_channels(text: str, read: str) -> None:
    said = READER.read(told(text=text), "C1")

    assert said is not None
    assert said.text == read


def test_a_mention_of_us_is_no_part_of_what_was_said() -> None:
    said = READER.read(told(text="<@UBOT> repair <@U2>"), "C1")

    assert said is not None
    assert (said.text, said.is_mentioned) == ("repair <@U2>", True)


def test_the_root_of_a_thread_stands_beside_it() -> None:
    root = READER.read(told(thread_ts=STAMP), "C1")
    reply = READER.read(told(thread_ts="1600000000.000001"), "C1")

    assert root is not None
    assert reply is not None
    assert root.mark.conversation == HERE
    assert reply.mark.conversation.thread == "1600000000.000001"
    assert reply.mark.key == f"T1/C1/{STAMP}"


@pytest.mark.parametrize(
    "more",
    [
        {"bot_id": "B7"},
        {"subtype": "bot_message"},
        {"user": "UBOT"},
        {"user": "USLACKBOT"},
        {"user": ""},
        {"subtype": "channel_join"},
        {"team": "T2"},
        {"user_team": "T2"},
        {"source_team": "T2"},
    ],
)
def test_programs_and_people_of_other_workspaces_are_not_heard(more: dict[str, object]) -> None:
    assert READER.read(told(**more), "C1") is None


def test_a_file_that_slack_does_not_show_is_not_passed_over() -> None:
    files = [{"id": "F1", "file_access": "check_file_info"}, {"name": "plan", "mode": "external"}]

    said = READER.read(told(files=files), "C1")

    assert said is not None
    assert [(upload.url, upload.name) for upload in said.uploads] == [("", ""), ("", "plan")]


@given(st.datetimes(FIRST, LAST, timezones=st.just(UTC)))
def test_stamps_are_in_the_order_of_their_moments(at: datetime) -> None:
    assert moment(stamp_at(at)) < moment(stamp_at(at + timedelta(milliseconds=1)))


@pytest.mark.parametrize(
    ("status", "code", "meaning"),
    [
        (429, "ratelimited", Busy),
        (200, "ratelimited", Busy),
        (200, "not_in_channel", Forbidden),
        (200, "channel_not_found", Forbidden),
        (200, "missing_scope", Forbidden),
        (200, "is_archived", Forbidden),
        (200, "messages_tab_disabled", Forbidden),
        (200, "invalid_auth", Forbidden),
        (200, "message_not_found", Missing),
        (200, "edit_window_closed", Missing),
        (200, "user_not_in_channel", Expired),
        (200, "internal_error", Uncertain),
        (503, "", Uncertain),
        (200, "", Uncertain),
        (200, "invalid_blocks", Gone),
        (200, "something_new", Gone),
    ],
)
def test_what_slack_answers_has_one_meaning_in_a_sentence(
    status: int, code: str, meaning: type[ChatError]
) -> None:
    error = meaning_of(refused(status, code), "channel C1")

    assert type(error) is meaning
    assert str(error).endswith(".")


def test_slack_says_how_long_to_wait() -> None:
    error = meaning_of(refused(429, "ratelimited", {"Retry-After": "7"}), "channel C1")

    assert isinstance(error, Busy)
    assert error.after_s == 7


def refused(status: int, code: str, headers: dict[str, str] | None = None) -> SlackApiError:
    class Response(dict[str, object]):
        status_code = status

    response = Response(ok=False, error=code) if code else Response()
    response.headers = headers or {}  # type: ignore[attr-defined]
    return SlackApiError("refused", response)  # type: ignore[no-untyped-call] # as it is


@pytest.mark.parametrize("path", [command.path for command in registry if command.options])
def test_a_form_of_every_command_is_one_that_slack_takes_and_reads_back(path: str) -> None:
    found = registry.find(path)
    form = Form(command=found, values={}, fields=found.options)

    view = view_of(form, ASKED)
    View(**view).validate_json()
    back = submitted({**view, "state": {"values": filled(form)}}, "U1")

    assert can_ask(form, ASKED)
    assert back.asked == ASKED
    assert back.call.path == found.path
    assert set(back.call.values) | set(back.files) == {option.name for option in found.options}


def filled(form: Form) -> dict[str, object]:
    state: dict[str, object] = {}
    for option in form.fields:
        held: dict[str, object] = {"value": "1"}
        if option.choices:
            held = {"selected_option": {"value": option.choices[0]}}
        if option.type in {Attachment, Attachments}:
            held = {"files": [{"name": "a.txt", "url_private_download": "https://x"}]}
        state[option.name] = {"value": held}
    return state


def test_fields_that_were_left_empty_are_not_there() -> None:
    command = registry.find("session say")
    form = Form(command=command, values={"session": "web-1"}, fields=fields_of(command, {}))
    view = {**view_of(form, ASKED), "state": {"values": {"text": {"value": {"value": None}}}}}

    assert submitted(view, "U1").call.values == {"session": "web-1"}


def test_what_a_form_cannot_keep_is_not_asked_for() -> None:
    command = registry.find("session start")
    form = Form(command=command, values={"task": "x" * 3000}, fields=fields_of(command, {}))

    assert not can_ask(form, ASKED)


@given(st.lists(st.text(min_size=1, max_size=100), max_size=120))
def test_choices_are_such_as_slack_takes(names: list[str]) -> None:
    for choice in offers(names):
        assert 0 < len(choice["text"]["text"]) <= 75
        assert len(choice["value"]) <= 150


def test_the_manifest_has_the_one_command_and_no_mentions() -> None:
    made = manifest(registry)

    assert yaml.safe_load(yaml.safe_dump(made)) == made
    assert [c["command"] for c in made["features"]["slash_commands"]] == ["/hal"]
    assert "app_mention" not in EVENTS
    assert {"message.channels", "message.groups"} < set(EVENTS)
    assert made["settings"]["socket_mode_enabled"]
    assert made["oauth_config"]["scopes"]["bot"] == list(SCOPES)
    assert "url" not in str(made)


def test_the_manifest_says_where_slack_calls() -> None:
    made = manifest(registry, "https://h.example/")

    assert not made["settings"]["socket_mode_enabled"]
    assert str(made).count("https://h.example/slack/events") == 4


def test_cards_share_what_slack_takes_of_edits() -> None:
    clock = FakeClock()
    cards = Cards(clock)
    assert cards.gap_s == GAP_S

    for number in range(20):
        cards.edited(DeliveryId(f"d{number}"))
    assert 60 / cards.gap_s * 20 <= 45

    clock.move(600)
    assert cards.gap_s == GAP_S


@pytest.mark.parametrize(
    ("url", "is_slacks"),
    [
        ("https://files.slack.com/files-pri/T1-F1/download/a.txt", True),
        ("https://slack.com/files/a", True),
        ("http://files.slack.com/a", False),
        ("https://files.slack.com.e.example/a", False),
        ("https://notslack.com/a", False),
        ("https://e.example/a?x=slack.com", False),
        ("http://127.0.0.1:8099/files/a", True),
        ("http://127.0.0.1:8098/files/a", False),
        ("", False),
        ("files/a", False),
        ("https://[files.slack.com/a", False),
    ],
)
async def test_the_token_is_shown_to_slack_alone(url: str, is_slacks: bool) -> None:
    settings = SlackSettings(
        bot_token="b",
        way=Socket(app_token="a"),
        api_base="http://127.0.0.1:8099/api/",
        file_max_bytes=1,
    )
    opened: list[URL] = []

    class Session:
        def get(self, address: str, **_: object) -> object:
            opened.append(URL(address))
            raise OSError

    with pytest.raises(Unavailable):
        async with Fetching(Session(), settings)(url):  # type: ignore[arg-type]
            pass

    assert bool(opened) is is_slacks
