"""`AgentLanguage` for the Agent Client Protocol: JSON-RPC 2.0, one message a line.

Raw JSON is read, never validated as a whole: an agent may be newer than we are, and a message that
we do not know is kept as it is.
"""

import json
from collections.abc import Callable, Mapping
from math import isfinite
from typing import NoReturn

from engine.adapters.acp import fields
from engine.adapters.acp.fields import Object
from engine.domain.values import Json, RpcId
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

PROTOCOL_VERSION = 1
METHOD_NOT_FOUND = -32601
WORK_FOLDER = "/work"


class AcpLanguage:
    """`AgentLanguage` for agents that speak ACP on their standard streams."""

    def __init__(self, *, version: str) -> None:
        self._version = version

    def read(self, line: bytes) -> Heard:
        try:
            message = _DECODER.decode(line.decode())
        except (ValueError, RecursionError):
            return Junk(line.decode(errors="backslashreplace"))
        if not isinstance(message, dict) or fields.is_too_deep(message, line):
            return Junk(line.decode(errors="backslashreplace"))
        if b"\\u" in line:
            message = fields.without_surrogates(message)
        return _heard(message)

    def initialize(self, rpc_id: RpcId) -> str:
        return _request(
            rpc_id,
            "initialize",
            {
                "protocolVersion": PROTOCOL_VERSION,
                "clientCapabilities": {
                    "fs": {"readTextFile": False, "writeTextFile": False},
                    "terminal": False,
                },
                "clientInfo": {"name": "halyard", "version": self._version},
            },
        )

    def new_session(self, rpc_id: RpcId) -> str:
        return _request(rpc_id, "session/new", {"cwd": WORK_FOLDER, "mcpServers": []})

    def load_session(self, rpc_id: RpcId, agent_session: str) -> str:
        params: Object = {"sessionId": agent_session, "cwd": WORK_FOLDER, "mcpServers": []}
        return _request(rpc_id, "session/load", params)

    def prompt(self, rpc_id: RpcId, agent_session: str, text: str) -> str:
        content: Json = [{"type": "text", "text": text}]
        return _request(rpc_id, "session/prompt", {"sessionId": agent_session, "prompt": content})

    def cancel(self, agent_session: str) -> str:
        return _line({"method": "session/cancel", "params": {"sessionId": agent_session}})

    def choose(self, rpc_id: RpcId, choice: str | None) -> str:
        outcome: Object = {"outcome": "cancelled"}
        if choice is not None:
            outcome = {"outcome": "selected", "optionId": choice}
        return _line({"id": json.loads(rpc_id), "result": {"outcome": outcome}})

    def refuse(self, rpc_id: RpcId, method: str) -> str:
        error: Object = {"code": METHOD_NOT_FOUND, "message": f"{method} is not offered"}
        return _line({"id": json.loads(rpc_id), "error": error})

    def can_load(self, answer: Answered) -> bool:
        return fields.mapping(answer.result, "agentCapabilities").get("loadSession") is True

    def session_of(self, answer: Answered) -> str:
        return fields.text(answer.result, "sessionId")

    def outcome_of(self, answer: Answered) -> Outcome:
        usage = fields.mapping(answer.result, "usage")
        return Outcome(
            stop_reason=fields.text(answer.result, "stopReason"),
            input_tokens=fields.count(usage, "inputTokens"),
            output_tokens=fields.count(usage, "outputTokens"),
        )


def _reject(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no number that JSON can carry on")


def _number(digits: str) -> float:
    number = float(digits)
    return number if isfinite(number) else _reject(digits)


_DECODER = json.JSONDecoder(parse_constant=_reject, parse_float=_number)


def _line(message: Object) -> str:
    return json.dumps({"jsonrpc": "2.0", **message}, separators=(",", ":"))


def _request(rpc_id: RpcId, method: str, params: Object) -> str:
    return _line({"id": json.loads(rpc_id), "method": method, "params": params})


def _heard(message: Object) -> Heard:
    method = message.get("method")
    if method == "session/update":
        return _update(message)
    if isinstance(method, str) and message.get("id") is not None:
        return _request_of_agent(message, method)
    if method is None and message.get("id") is not None:
        return _answer(message)
    return Other(message)


def _answer(message: Object) -> Heard:
    error = message.get("error")
    if error is None and "result" not in message:
        return Other(message)
    result = fields.mapping(message, "result")
    return Answered(RpcId(json.dumps(message["id"])), result, fields.error_text(error))


def _request_of_agent(message: Object, method: str) -> Heard:
    rpc_id = RpcId(json.dumps(message["id"]))
    if len(rpc_id) > fields.ID_MAX_CHARS:
        return Other(message)
    if method != "session/request_permission":
        return Requested(rpc_id, method)
    params = fields.mapping(message, "params")
    call = fields.mapping(params, "toolCall")
    return Asked(
        rpc_id=rpc_id,
        title=fields.text(call, "title") or "The agent asks for a permission",
        kind=fields.text(call, "kind") or "other",
        subject=fields.subject(call),
        detail=call,
        choices=fields.choices(params),
    )


def _update(message: Object) -> Heard:
    update = fields.mapping(fields.mapping(message, "params"), "update")
    kind = update.get("sessionUpdate")
    read = _UPDATES.get(kind) if isinstance(kind, str) else None
    heard = read(update) if read else None
    return heard or Other(message)


def _said(update: Object) -> Heard | None:
    text = _chunk(update)
    return None if text is None else Said(text, fields.text(update, "messageId"))


def _thought(update: Object) -> Heard | None:
    text = _chunk(update)
    return None if text is None else Thought(text, fields.text(update, "messageId"))


def _chunk(update: Object) -> str | None:
    """Return the text of a chunk, or none if it holds anything besides that must be kept."""
    content = fields.mapping(update, "content")
    text = content.get("text")
    is_plain = content.get("type") == "text" and len(content) == 2 and update.keys() <= _CHUNK_KEYS
    return text if is_plain and isinstance(text, str) else None


_CHUNK_KEYS = frozenset({"sessionUpdate", "content", "messageId"})


def _tool(update: Object) -> Heard | None:
    id_ = fields.text(update, "toolCallId")
    rest = {key: value for key, value in update.items() if key not in _TOOL_KEYS}
    return ToolCall(id_, rest) if id_ else None


_TOOL_KEYS = frozenset({"sessionUpdate", "toolCallId"})


def _plan(update: Object) -> Heard | None:
    return Planned(fields.mappings(update, "entries"))


def _usage(update: Object) -> Heard | None:
    size = fields.count(update, "size")
    claimed = fields.microusd(fields.mapping(update, "cost"))
    return Used(fields.count(update, "used"), size, claimed)


_UPDATES: Mapping[str, Callable[[Object], Heard | None]] = {
    "agent_message_chunk": _said,
    "agent_thought_chunk": _thought,
    "tool_call": _tool,
    "tool_call_update": _tool,
    "plan": _plan,
    "usage_update": _usage,
}
