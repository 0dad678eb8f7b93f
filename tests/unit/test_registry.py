"""Commands are declared once, and fit every face."""

from dataclasses import dataclass
from typing import Annotated, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cli.words import RESERVED
from bot.commands import registry
from bot.core.call import Call
from bot.core.command import Command
from bot.core.context import Context
from bot.core.message import Message
from bot.core.option import Attachment, Between, Doc, options_of
from bot.core.registry import Registry
from engine.api import FileId, InvalidInput, Network, NotFound, Permission, Scope

PATHS = """
    session start, session list, session show, session say, session put, session get, session stop,
    session kill, session restart, session log, session diff, session push, session share,
    session unshare,
    task list, task cancel, task edit, task drop, task retry, task done,
    approval list, approval show, approval allow, approval deny,
    access grant, access revoke, access list, access check, access link, access unlink,
    project add, project list, project show, project remove, project bind, project unbind,
    channel show, channel list, channel set, call show, call run,
    host list, host show, host check, agent list, agent show, status, help
"""
each_command = pytest.mark.parametrize("command", list(registry), ids=lambda c: c.path)
FILE = "0" * 64


def test_every_command_that_was_promised_is_there_and_no_other() -> None:
    promised = {" ".join(path.split()) for path in PATHS.split(",")}

    assert {command.path for command in registry} == promised


@each_command
def test_a_command_fits_every_platform(command: Command[Any]) -> None:
    assert len(command.path.split()) in {1, 2}
    assert 0 < len(command.doc) <= 100
    assert len(command.options) <= 25
    for option in command.options:
        assert option.name.isidentifier()
        assert option.name == option.name.lower()
        assert 0 < len(option.doc) <= 100
        assert len(option.choices) <= 25


@each_command
def test_required_options_come_first(command: Command[Any]) -> None:
    required = [option.required for option in command.options]

    assert required == sorted(required, reverse=True)


@each_command
def test_no_option_is_called_like_one_of_the_program(command: Command[Any]) -> None:
    assert not RESERVED & {option.name for option in command.options}


@each_command
def test_a_number_has_a_lowest_and_a_highest(command: Command[Any]) -> None:
    assert all(option.between for option in command.options if option.type is int)


def test_no_noun_has_more_verbs_than_a_platform_shows() -> None:
    nouns = [command.path.split()[0] for command in registry]

    assert max(nouns.count(noun) for noun in nouns) <= 25


def test_two_commands_cannot_have_one_path() -> None:
    with pytest.raises(ValueError, match="two commands"):
        Registry(registry, registry)


@pytest.mark.parametrize(
    ("path", "told"),
    [
        pytest.param("sesion strat", "did you mean `session start`", id="nearest"),
        pytest.param("session", "session needs a verb: start, list", id="noun-alone"),
        pytest.param("quux", "`help` lists them all", id="nothing-near"),
        pytest.param("", "Which command?", id="empty"),
        pytest.param("x" * 10_000, "`help` lists them all", id="long"),
    ],
)
def test_an_unknown_command_is_told_with_what_to_do(path: str, told: str) -> None:
    with pytest.raises(NotFound) as refusal:
        registry.find(path)

    assert told in str(refusal.value)
    assert len(str(refusal.value)) < 250


@pytest.mark.parametrize(
    ("path", "values", "told"),
    [
        ("session start", {"project": "web"}, "task is missing: what the agent is to do."),
        ("session start", {"project": "web", "task": "x", "colour": "red"}, "it has: project"),
        ("session start", {"project": "web", "task": "x", "agnet": "a"}, "did you mean agent?"),
        (
            "session start",
            {"project": "web", "task": "x", "network": "open"},
            "network must be one of: none, jail, not 'open'.",
        ),
        (
            "session say",
            {"session": "web-1", "text": "x", "now": "perhaps"},
            "now must be one of: yes, no, not 'perhaps'.",
        ),
        ("session log", {"session": "web-1", "limit": "many"}, "limit must be a whole number"),
        ("session log", {"session": "web-1", "limit": "0"}, "number from 1 to 1000, not '0'."),
        ("session list", {"limit": "-1"}, "limit must be a whole number from 1 to 500, not '-1'."),
        ("session list", {"limit": "501"}, "limit must be a whole number from 1 to 500"),
        ("session list", {"limit": "9" * 400}, "limit must be a whole number from 1 to 500"),
        ("session show", {"session": "web\x1b[2J"}, "session holds control characters"),
        ("session show", {"session": "web\u202e"}, "session holds control characters"),
        ("session show", {"session": "x" * 501}, "session has 501 characters and may have 500."),
        ("session put", {"session": "web-1", "file": "notes.txt"}, "file must be a file"),
        ("session put", {"session": "web-1", "file": f"{FILE}/../x"}, "file must be a file"),
        ("agent list", {"colour": "red"}, "it has: none."),
    ],
    ids=[
        "missing",
        "unknown",
        "nearly",
        "choice",
        "bool",
        "number",
        "zero",
        "negative",
        "too-large",
        "huge",
        "control",
        "bidi",
        "long",
        "no-attachment",
        "attachment-with-folders",
        "none",
    ],
)
def test_a_wrong_value_is_told_in_a_sentence(path: str, values: dict[str, str], told: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        registry.find(path).bind(values)

    assert told in str(refusal.value)


def test_values_reach_the_handler_with_their_types() -> None:
    @dataclass(frozen=True, slots=True, kw_only=True)
    class Args:
        name: Annotated[str, Doc("a")]
        count: Annotated[int, Doc("b"), Between(1, 7)]
        file: Annotated[Attachment, Doc("c")]
        network: Annotated[Network | None, Doc("d")] = None
        scope: Annotated[Scope, Doc("e")] = Scope.ONCE
        deep: Annotated[bool, Doc("f")] = False

    def unused(_context: Context, _args: Args) -> Message:
        return Message(title="")

    command = Command(
        path="x", doc="x", permission=Permission.VIEW, args=Args, handler=unused, public=False
    )
    texts = {"name": "a", "count": "7", "file": f"{FILE}/a.txt", "network": "jail", "deep": "YES"}

    bound = command.bind(texts)

    assert bound == Args(
        name="a",
        count=7,
        file=Attachment(FileId(FILE), "a.txt"),
        network=Network.JAIL,
        deep=True,
    )
    assert [option.default for option in options_of(Args)] == ["", "", "", "", "once", "no"]


@given(
    st.text(alphabet="abc ", min_size=1, max_size=12),
    st.dictionaries(st.sampled_from("abc"), st.text(max_size=2)),
)
def test_a_call_survives_being_a_button(path: str, values: dict[str, str]) -> None:
    call = Call(path, values)

    assert Call.decode(call.encode()) == call


def test_a_call_that_no_button_can_carry_is_a_bug() -> None:
    with pytest.raises(ValueError, match="of 100 characters"):
        Call("session say", {"text": "x" * 100}).encode()
