"""What `halyard doctor` and `halyard slack manifest` say of Slack."""

from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from bot.cli.main import main
from bot.hearing.finding import Finding
from bot.slack.doctor import Doctor
from bot.slack.manifest import SCOPES
from bot.slack.settings import Socket
from tests.slack_room import Room, settings_of


async def looked(room: Room) -> list[Finding]:
    return await Doctor(settings_of(room.slack)).look([room.here])


def lacking(found: list[Finding]) -> str:
    return "\n".join(finding.sentence for finding in found if not finding.is_fine)


async def test_nothing_is_missing_where_all_is_there(workspace: Room) -> None:
    found = await looked(workspace)

    assert lacking(found) == ""
    assert len(found) == 4


async def test_a_wrong_token_is_named(workspace: Room) -> None:
    settings = replace(settings_of(workspace.slack), bot_token="another")

    assert "refuses the token" in lacking(await Doctor(settings).look([]))


async def test_a_wrong_app_token_is_named(workspace: Room) -> None:
    way = Socket(app_token="another")
    settings = replace(settings_of(workspace.slack), way=way)

    assert "connections:write" in lacking(await Doctor(settings).look([]))


@pytest.mark.parametrize("scope", sorted(set(SCOPES) - {"channels:read", "groups:read"}))
async def test_a_missing_permission_is_named(workspace: Room, scope: str) -> None:
    app = workspace.slack.world.app
    scopes = [each for each in app.scopes if each != scope]
    workspace.slack.world.app = replace(app, scopes=scopes)

    told = lacking(await looked(workspace))

    assert f"The app lacks permissions: {scope}." in told
    assert "halyard slack manifest" in told


async def test_a_channel_without_halyard_is_named(workspace: Room) -> None:
    await workspace.slack.leave(workspace.slack.bot, workspace.channel)

    assert "/invite @Halyard" in lacking(await looked(workspace))


async def test_an_archived_channel_is_named(workspace: Room) -> None:
    await workspace.slack.archive(workspace.ann, workspace.channel)

    assert "Unarchive it" in lacking(await looked(workspace))


async def test_a_channel_that_is_not_there_is_named(workspace: Room) -> None:
    gone = replace(workspace.here, channel="C0000000000")

    found = await Doctor(settings_of(workspace.slack)).look([gone])

    assert "hidden from Halyard, or gone" in lacking(found)


def test_the_manifest_can_be_printed_before_there_is_a_token(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "halyard.yaml"
    file.write_text("data_dir: state\n")

    code = main(["--config", str(file), "slack", "manifest"])

    assert code == 0
    assert yaml.safe_load(capsys.readouterr().out)["settings"]["socket_mode_enabled"]


def test_over_http_the_manifest_needs_to_know_where_halyard_is(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "halyard.yaml"
    file.write_text(
        "credentials: {T: {env: T}}\nslack: {bot_token: T, signing_secret: T, mode: http}\n"
    )

    refused = main(["--config", str(file), "slack", "manifest"])
    told = capsys.readouterr().err
    code = main(["--config", str(file), "slack", "manifest", "--url", "https://h.example"])

    assert refused == 1
    assert "--url" in told
    assert code == 0
    assert "https://h.example/slack/events" in capsys.readouterr().out
