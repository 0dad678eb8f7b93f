"""The samples, held against app and emulator; and how fast the emulator is."""

import contextlib
from pathlib import Path

import pytest
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.errors import SlackApiError

from tests.emulators.contracts import contracts_folder
from tests.emulators.left_out import LEFT_OUT
from tests.emulators.slack import Limits, running_slack
from tests.emulators.slack.contract import load_contract, mismatch
from tests.emulators.slack.limits import RATES
from tests.emulators.slack.server import OPEN, TABLES
from tests.emulators.slack_bot import client_of, shop

METHODS = [OPEN, *(name for table in TABLES for name in table)]


async def test_a_method_that_is_not_there_fails_loudly_and_is_a_problem() -> None:
    async with shop(may_have_problems=True) as it:
        with pytest.raises(SlackApiError, match="unknown_method"):
            await it.client.api_call("chat.sing")

        assert it.slack.problems() == ["unknown method: chat.sing"]
        assert it.slack.requests[-1].error == "unknown_method"


async def test_problems_fail_the_block_unless_they_may_be() -> None:
    async def sing() -> None:
        async with running_slack() as slack:
            with contextlib.suppress(SlackApiError):
                await client_of(slack).api_call("chat.sing")

    with pytest.raises(AssertionError, match=r"unknown method: chat\.sing"):
        await sing()


async def test_without_the_samples_nothing_is_validated_and_it_is_counted(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("HALYARD_CONTRACTS", str(tmp_path))
    before = LEFT_OUT.count
    async with shop() as it:
        await it.client.chat_postMessage(channel=it.channel.id, text="x")
    left_out, LEFT_OUT.count = LEFT_OUT.count - before, before

    assert left_out == len(it.slack.requests) + len(it.slack.deliveries) == 2


async def test_validation_can_be_switched_off_and_is_not_missed_then() -> None:
    before = LEFT_OUT.count
    async with shop(validate=False) as it:
        await it.client.auth_test()

    assert LEFT_OUT.count == before


async def test_a_burst_of_commands_is_not_limited_by_the_emulator() -> None:
    def teach(bolt: AsyncApp) -> None:
        @bolt.command("/hal")
        async def hal(ack: AsyncAck) -> None:
            await ack()

    # Whether they are in time, the machine decides; that none is lost, the emulator.
    limits = Limits(answer_within_s=60).without_rates()
    async with shop(limits, teach=teach, sockets=2, validate=False) as it:
        asked = [await it.slack.run(it.ann, it.channel, "/hal x") for _ in range(500)]
        await it.slack.until(lambda: all(each.acknowledged for each in reversed(asked)), 50)


def test_every_method_of_the_emulator_has_a_sample_and_a_rate() -> None:
    contract = load_contract(contracts_folder() / "slack")

    for method in METHODS:
        assert contract is None or contract.has_method(method), method
        assert method in RATES


SAMPLE = {"ok": False, "ts": "0", "count": 1, "any": {}, "message": {"text": ""}, "list": ["x"]}


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        pytest.param({"ok": True, "ts": "1.2", "count": 3, "any": {"x": 1}}, None, id="fits"),
        pytest.param({"ts": None}, None, id="nothing-is-anything"),
        pytest.param({"new": 1}, "it.new is not in the sample", id="unknown"),
        pytest.param({"ok": 1}, "it.ok is a number, and a truth value", id="number-for-truth"),
        pytest.param({"ts": 1}, "it.ts is a number, and a text", id="number-for-text"),
        pytest.param({"message": "x"}, "it.message is a text, and an object", id="no-object"),
        pytest.param({"message": {"x": 1}}, "it.message.x is not in", id="unknown-inside"),
        pytest.param({"list": [1]}, "it.list[] is a number, and a text", id="wrong-item"),
        pytest.param({"list": "x"}, "it.list is a text, and a list", id="no-list"),
        pytest.param({"message": {"blocks": [{"x": 1}]}}, None, id="what-the-app-wrote"),
    ],
)
def test_a_value_is_held_against_a_sample(value: object, problem: str | None) -> None:
    found = mismatch(SAMPLE, value, "it")

    assert (found or "").startswith(problem or "")
    assert bool(found) is bool(problem)
