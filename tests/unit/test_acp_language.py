"""Lines of the Agent Client Protocol, read and written."""

import json
from typing import Any

import acp.schema as sdk
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from engine.adapters.acp.language import AcpLanguage
from engine.domain.values import RpcId
from engine.ports.agents import (
    Answered,
    Asked,
    Heard,
    Junk,
    Other,
    Outcome,
    Planned,
    Requested,
    Said,
    Thought,
    ToolCall,
    Used,
)

LANGUAGE = AcpLanguage(version="1")
ID = RpcId('"r1"')


def line(message: dict[str, Any]) -> bytes:
    return json.dumps({"jsonrpc": "2.0", **message}).encode()


def update(**fields: Any) -> bytes:
    return line({"method": "session/update", "params": {"sessionId": "s", "update": fields}})


def asked(**call: Any) -> Asked:
    options = [
        {"optionId": "always", "kind": "allow_always", "name": "Always"},
        {"optionId": "once", "kind": "allow_once", "name": "Once"},
    ]
    params = {"sessionId": "s", "toolCall": {"toolCallId": "t", **call}, "options": options}
    heard = LANGUAGE.read(line({"id": 7, "method": "session/request_permission", "params": params}))
    assert isinstance(heard, Asked)
    return heard


@pytest.mark.parametrize(
    ("raw", "heard"),
    [
        pytest.param(
            update(sessionUpdate="agent_message_chunk", content={"type": "text", "text": "hi"}),
            Said("hi", ""),
            id="said",
        ),
        pytest.param(
            update(
                sessionUpdate="agent_thought_chunk",
                content={"type": "text", "text": "hm"},
                messageId="m1",
            ),
            Thought("hm", "m1"),
            id="thought",
        ),
        pytest.param(
            update(sessionUpdate="tool_call_update", toolCallId="t1", status="completed"),
            ToolCall("t1", {"status": "completed"}),
            id="tool",
        ),
        pytest.param(
            update(sessionUpdate="plan", entries=[{"content": "a", "status": "pending"}, 3]),
            Planned([{"content": "a", "status": "pending"}]),
            id="plan-keeps-only-entries",
        ),
        pytest.param(
            update(
                sessionUpdate="usage_update",
                used=1200,
                size=200000,
                cost={"amount": 0.00423, "currency": "USD"},
            ),
            Used(1200, 200000, 4230),
            id="usage-in-micro-usd",
        ),
        pytest.param(
            update(
                sessionUpdate="usage_update", used=1, size=2, cost={"amount": 1, "currency": "EUR"}
            ),
            Used(1, 2, None),
            id="another-currency-is-no-claim",
        ),
        pytest.param(
            line({"id": "r1", "result": {"stopReason": "end_turn"}}),
            Answered(ID, {"stopReason": "end_turn"}, ""),
            id="answer",
        ),
        pytest.param(
            line({"id": 3, "error": {"code": -32603, "message": "boom"}}),
            Answered(RpcId("3"), {}, "boom"),
            id="error-answer",
        ),
        pytest.param(
            line({"id": 4, "method": "fs/read_text_file", "params": {}}),
            Requested(RpcId("4"), "fs/read_text_file"),
            id="request-that-we-do-not-do",
        ),
        pytest.param(b"not json", Junk("not json"), id="junk"),
        pytest.param(b"[1]", Junk("[1]"), id="json-but-no-message"),
        pytest.param(b"\xff{", Junk("\\xff{"), id="bytes-that-are-no-text-are-kept"),
        pytest.param(b'{"id":1,"result":NaN}', Junk('{"id":1,"result":NaN}'), id="not-quite-json"),
        pytest.param(
            b'{"id":1,"result":{"a":-1e999}}',
            Junk('{"id":1,"result":{"a":-1e999}}'),
            id="number-that-nothing-holds",
        ),
        pytest.param(
            line({"id": "r" * 198, "method": "x"}),
            Requested(RpcId(f'"{"r" * 198}"'), "x"),
            id="request-with-the-longest-id",
        ),
    ],
)
def test_a_line_is_read_as(raw: bytes, heard: Heard) -> None:
    assert LANGUAGE.read(raw) == heard


@pytest.mark.parametrize(
    "fields",
    [
        {"sessionUpdate": "something_new", "x": 1},
        {"sessionUpdate": "agent_message_chunk", "content": {"type": "image", "data": ""}},
        {
            "sessionUpdate": "agent_message_chunk",
            "content": {"type": "text", "text": "a", "annotations": {}},
        },
        {
            "sessionUpdate": "agent_message_chunk",
            "content": {"type": "text", "text": "a"},
            "_meta": {},
        },
        {"sessionUpdate": "tool_call"},
        {"sessionUpdate": ["list"]},
    ],
    ids=["kind", "image", "annotated", "meta", "tool-without-id", "kind-is-a-list"],
)
def test_what_we_have_no_word_for_is_kept_whole(fields: dict[str, Any]) -> None:
    heard = LANGUAGE.read(update(**fields))

    assert isinstance(heard, Other)
    assert heard.message["params"] == {"sessionId": "s", "update": fields}


@pytest.mark.parametrize("method", ["session/request_permission", "fs/read_text_file"])
def test_a_request_whose_id_is_too_long_to_be_kept_is_never_answered(method: str) -> None:
    heard = LANGUAGE.read(line({"id": "r" * 199, "method": method, "params": {}}))

    assert isinstance(heard, Other)
    assert heard.message["id"] == "r" * 199


def test_a_lone_surrogate_does_not_reach_the_store() -> None:
    heard = LANGUAGE.read(
        update(sessionUpdate="agent_message_chunk", content={"type": "text", "text": "a\ud800"})
    )

    assert isinstance(heard, Said)
    heard.text.encode()


def test_a_message_nested_too_deep_is_kept_as_text() -> None:
    raw = b'{"a":' * 500 + b"1" + b"}" * 500

    assert LANGUAGE.read(raw) == Junk(raw.decode())


@pytest.mark.parametrize(
    ("call", "subject"),
    [
        pytest.param(
            {"rawInput": {"command": "rm -rf build", "description": "Clean up"}},
            "rm -rf build",
            id="command",
        ),
        pytest.param({"rawInput": {"cmd": ["ls", "-l"]}}, "ls\x1f-l", id="words-stay-apart"),
        pytest.param({"rawInput": {"command": "a", "cmd": "b"}}, "", id="two-commands"),
        pytest.param({"rawInput": {"description": "Clean up"}}, "", id="no-command"),
        pytest.param({"rawInput": {"command": ["a", 1]}}, "", id="no-words"),
        pytest.param(
            {"rawInput": {"command": "git", "args": ["push", "-f"]}},
            '{"args":["push","-f"],"command":"git"}',
            id="command-and-more",
        ),
        pytest.param(
            {"rawInput": {"url": "https://ü.example", "a": 1.5}},
            '{"a":1.5,"url":"https://ü.example"}',
            id="anything-else",
        ),
        pytest.param(
            {"kind": "execute", "locations": [{"path": "/work/a"}]}, "", id="place-of-a-command"
        ),
        pytest.param(
            {"kind": "edit", "rawInput": {"command": "create", "path": "/work/a"}},
            "/work/a",
            id="path",
        ),
        pytest.param(
            {
                "kind": "read",
                "rawInput": {"filepath": "/work/a", "limit": 3},
                "locations": [{"path": "/work/a"}],
            },
            "/work/a",
            id="one-path-twice",
        ),
        pytest.param(
            {
                "kind": "delete",
                "rawInput": {"file_path": "/work/a"},
                "locations": [{"path": "/work/b"}],
            },
            "",
            id="two-paths",
        ),
        pytest.param(
            {"kind": "delete", "locations": [{"path": "/work/a"}]}, "/work/a", id="location"
        ),
        pytest.param(
            {"kind": "edit", "locations": [{"path": "/work/a"}, {"path": "/work/b"}]},
            "",
            id="two-locations",
        ),
        pytest.param({"title": "anything"}, "", id="a-title-is-no-subject"),
    ],
)
def test_the_subject_of_a_permission_is_exactly_what_would_be_done(
    call: dict[str, Any], subject: str
) -> None:
    assert asked(**call).subject == subject


def test_a_choice_whose_id_is_too_long_to_be_kept_is_left_out() -> None:
    options = [{"optionId": "o" * length, "kind": "allow_once"} for length in (200, 201)]
    params = {"toolCall": {}, "options": options}

    heard = LANGUAGE.read(line({"id": 7, "method": "session/request_permission", "params": params}))

    assert isinstance(heard, Asked)
    assert [len(choice.id) for choice in heard.choices] == [200]


def test_a_permission_request_carries_its_choices_and_its_id_as_json() -> None:
    heard = asked(title="Edit a.txt", kind="edit")

    assert heard.rpc_id == RpcId("7")
    assert [choice.kind for choice in heard.choices] == ["allow_always", "allow_once"]


@given(st.binary(max_size=200))
def test_no_bytes_make_reading_fail(raw: bytes) -> None:
    LANGUAGE.read(raw)


KEYS = (
    "method id params update sessionUpdate content text entries toolCall options locations"
    " rawInput command cost amount error"
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(KEYS.split()), inner, max_size=4)
    ),
    max_leaves=12,
)
KINDS = ["agent_message_chunk", "tool_call", "plan", "usage_update", "agent_thought_chunk"]


@given(JSON, st.sampled_from(["session/update", "session/request_permission", "x"]), JSON)
def test_no_shape_of_a_message_makes_reading_fail(params: Any, method: str, id_: Any) -> None:
    message = {"method": method, "params": params, "id": id_}

    LANGUAGE.read(json.dumps(message).encode())


@given(st.dictionaries(st.sampled_from(["used", "size", "cost", "content", "entries"]), JSON))
def test_no_shape_of_an_update_makes_reading_fail(fields: dict[str, Any]) -> None:
    for kind in KINDS:
        LANGUAGE.read(update(sessionUpdate=kind, **fields))


def test_what_we_write_is_what_the_protocol_s_own_models_take() -> None:
    written: dict[type[BaseModel], str] = {
        sdk.InitializeRequest: LANGUAGE.initialize(ID),
        sdk.NewSessionRequest: LANGUAGE.new_session(ID),
        sdk.LoadSessionRequest: LANGUAGE.load_session(ID, "s"),
        sdk.PromptRequest: LANGUAGE.prompt(ID, "s", "Do it.\nNow."),
        sdk.CancelNotification: LANGUAGE.cancel("s"),
    }

    for model, text in written.items():
        assert "\n" not in text
        model.model_validate(json.loads(text)["params"])


def test_answers_to_permissions_are_what_the_protocol_s_own_models_take() -> None:
    for choice in ("once", None):
        message = json.loads(LANGUAGE.choose(RpcId("7"), choice))

        assert message["id"] == 7
        sdk.RequestPermissionResponse.model_validate(message["result"])


def test_a_request_that_we_do_not_do_is_refused_as_not_found() -> None:
    message = json.loads(LANGUAGE.refuse(RpcId('"x"'), "terminal/create"))

    assert (message["id"], message["error"]["code"]) == ("x", -32601)


def test_the_answers_that_matter_are_understood() -> None:
    hello = Answered(ID, {"agentCapabilities": {"loadSession": True}}, "")
    end = Answered(
        ID,
        {"stopReason": "end_turn", "usage": {"inputTokens": 5, "outputTokens": 6}},
        "",
    )

    assert LANGUAGE.can_load(hello)
    assert not LANGUAGE.can_load(end)
    assert LANGUAGE.session_of(Answered(ID, {"sessionId": "s9"}, "")) == "s9"
    assert LANGUAGE.outcome_of(end) == Outcome("end_turn", 5, 6)
