"""The contract, held against bot and emulator; and how fast the emulator is."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp
import discord
import pytest

from tests.emulators.bot import Bot, connected, office
from tests.emulators.contracts import contracts_folder
from tests.emulators.discord import Limits, running_discord
from tests.emulators.discord.contract import load_contract
from tests.emulators.discord.routing import Answer, Request
from tests.emulators.discord.server import TABLES
from tests.emulators.left_out import LEFT_OUT

FILE = contracts_folder() / "discord" / "openapi.json"


async def test_a_route_that_is_not_there_fails_loudly_and_is_a_problem() -> None:
    async with office(may_have_problems=True) as it:
        with pytest.raises(discord.DiscordServerError):
            await it.bot.http.request(discord.http.Route("GET", "/nowhere"))

        assert it.server.problems()[0] == "unknown route: GET /nowhere"


async def test_a_method_that_is_not_there_fails_loudly_too() -> None:
    async with running_discord(may_have_problems=True) as server, aiohttp.ClientSession() as http:
        answer = await http.put(f"{server.api_base}/users/@me")
        answer.close()

    assert answer.status == 501


async def test_problems_fail_the_block_unless_they_may_be() -> None:
    with pytest.raises(AssertionError, match="unknown route: GET /nowhere"):
        async with running_discord() as server, aiohttp.ClientSession() as http:
            (await http.get(f"{server.api_base}/nowhere")).close()


async def test_without_the_file_nothing_is_validated_and_it_is_counted(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("HALYARD_CONTRACTS", str(tmp_path))
    before = LEFT_OUT.count
    async with office() as it:
        await it.web.send("x")
    left_out, LEFT_OUT.count = LEFT_OUT.count - before, before

    assert left_out == 2 * len(it.server.requests)


async def test_validation_can_be_switched_off_and_is_not_missed_then() -> None:
    before = LEFT_OUT.count
    async with running_discord(validate=False) as server, connected(Bot(), server):
        pass

    assert LEFT_OUT.count == before
    assert server.requests


async def test_a_burst_of_interactions_is_not_limited_by_the_emulator() -> None:
    def teach(bot: Bot) -> None:
        @bot.tree.command(description="Say hello")
        async def hello(interaction: discord.Interaction) -> None:
            await interaction.response.defer()

    bot = Bot(connector=aiohttp.TCPConnector(limit=32))
    # Whether they are in time, the machine decides; that none is refused, the emulator.
    async with office(Limits(answer_within_s=60), bot=bot, teach=teach, validate=False) as it:
        asked = [await it.server.run(it.ann, it.channel, "hello") for _ in range(500)]
        await it.server.until(lambda: all(each.acknowledged for each in reversed(asked)), 50)

        assert {request.status for request in it.server.requests} == {200}
        assert len(it.server.messages(it.channel)) == 500


def request(route: str, body: Any) -> Request:
    return Request(
        method=route.split(maxsplit=1)[0],
        path="",
        route=route,
        params={},
        query={},
        body=body,
        uploads=(),
        is_bot=True,
        at=datetime(2030, 1, 1, tzinfo=UTC),
    )


POST = "POST /channels/{channel_id}/messages"
SYNC = "PUT /applications/{application_id}/commands"
WRONG: dict[str, tuple[str, Any]] = {
    "content-is-a-number": (POST, {"content": 1}),
    "eleven-embeds": (POST, {"embeds": [{"title": "t"}] * 11}),
    "a-colour-that-is-none": (POST, {"embeds": [{"color": 1 << 24}]}),
    "a-component-that-is-none": (POST, {"components": [{"type": 99}]}),
    "a-command-without-a-name": (SYNC, [{"description": "d"}]),
    "a-choice-without-a-value": (
        SYNC,
        [{"name": "n", "description": "d", "options": [{"type": 3, "choices": [{}]}]}],
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_the_contract_catches_a_body_that_is_wrong(name: str) -> None:
    contract = load_contract(FILE)
    route, body = WRONG[name]

    assert contract is None or contract.request_problem(request(route, body))


def test_a_snowflake_may_be_a_number_in_what_is_sent_but_not_in_what_is_answered() -> None:
    contract = load_contract(FILE)
    if contract is None:
        return

    sent = {"content": "x", "attachments": [{"id": 0, "filename": "a"}]}
    told = {"id": 1, "username": "u"}

    assert contract.request_problem(request(POST, sent)) is None
    assert contract.answer_problem("GET /users/@me", Answer(body=told))


def test_every_route_of_the_emulator_is_in_the_contract() -> None:
    contract = load_contract(FILE)
    if contract is None:
        return

    for table in TABLES:
        for route in table:
            assert contract.request_problem(request(route, None)) != "is not in the contract", route
