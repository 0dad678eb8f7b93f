"""The page docs/quickstart-slack.md, played word for word on an emulated Slack."""

import asyncio
import re
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.commands import registry
from bot.slack.manifest import manifest
from tests.docker_host import ROOT
from tests.emulators.slack import App, Channel, Message, Person, Slack, running_slack
from tests.halyard import Halyard, a_repository, settings
from tests.service import Cli

pytestmark = [pytest.mark.docker, pytest.mark.timeout(120)]
PAGE = ROOT / "docs" / "quickstart-slack.md"
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SOON_S = 30.0


def blocks(kind: str) -> list[str]:
    """Return the blocks of one kind, in order."""
    return [text for found, text in BLOCK.findall(PAGE.read_text()) if found == kind]


def lines() -> Iterator[str]:
    """Yield all that is typed, in order."""
    for kind, text in BLOCK.findall(PAGE.read_text()):
        if kind in {"console", "text"}:
            yield from text.splitlines()


@dataclass(slots=True, kw_only=True)
class Reader:
    """Somebody who does what the page says."""

    halyard: Halyard
    slack: Slack
    channel: Channel
    ann: Person
    source: Path
    printed: dict[str, str] = field(default_factory=dict)
    """Command -> what it printed."""

    async def do(self, line: str) -> None:
        """Type a line where it belongs."""
        if line == "/invite @Halyard":
            await self.slack.join(self.slack.bot, self.channel, by=self.ann)
        elif line.startswith("/"):
            await self._say(line)
        elif line == "$ halyard up":
            await self.halyard.start()
            await self.slack.connected()
        else:
            await self._run(line.removeprefix("$ halyard "))

    async def _run(self, command: str) -> None:
        words = shlex.split(command.replace("/srv/git/web", str(self.source)))
        done = await asyncio.to_thread(Cli(self.halyard.folder), *words)
        assert done.returncode == 0, done.stdout + done.stderr
        self.printed[command] = done.stdout

    async def _say(self, line: str) -> None:
        before = len(self.read())
        asked = await self.slack.run(self.ann, self.channel, line)
        await self.slack.until(lambda: asked.answers or len(self.read()) > before, SOON_S)
        assert "Not done" not in "".join(message.shown for message in asked.answers)

    def read(self) -> list[Message]:
        """Return what Halyard says in the channel and in its threads."""
        return [m for m in self.channel.messages.values() if m.is_bot]

    async def press(self, label: str) -> None:
        """Press a button, once it is there."""

        def look() -> Message | None:
            return next((m for m in self.read() if label in m.labels), None)

        message = await self.slack.until(look, SOON_S)
        assert message is not None
        await self.slack.press(self.ann, message, label)


async def test_the_three_steps_lead_to_work_that_is_done(tmp_path: Path) -> None:
    async with running_slack(app=App.of(manifest(registry))) as slack:
        ann = slack.add_person("ann")
        channel = slack.add_channel("web", ann, with_bot=False)
        sections = await asyncio.to_thread(settings_of_the_page, tmp_path, slack, ann)
        async with await Halyard.made(tmp_path, settings(**sections)) as halyard:
            source = await asyncio.to_thread(a_repository, tmp_path)
            reader = Reader(halyard=halyard, slack=slack, channel=channel, ann=ann, source=source)
            for line in lines():
                await reader.do(line)
            await reader.press("Allow once")
            await slack.until(
                lambda: any("is written" in message.shown for message in reader.read()), SOON_S
            )

    assert yaml.safe_load(reader.printed["slack manifest"]) == manifest(registry)
    assert "missing" not in reader.printed["doctor"]


def settings_of_the_page(folder: Path, slack: Slack, ann: Person) -> Mapping[str, Any]:
    """Return what the page writes, led to this Slack; and store its tokens where it says."""
    (written,) = blocks("yaml")
    own = written.replace("TEAM_ID", slack.world.team_id).replace("YOUR_ID", ann.id)
    sections: dict[str, Any] = yaml.safe_load(own)
    tokens = {"SLACK_BOT_TOKEN": slack.bot_token, "SLACK_APP_TOKEN": slack.app_token}
    assert set(sections["credentials"]) == set(tokens)
    for name, credential in sections["credentials"].items():
        file = folder / credential["file"]
        file.parent.mkdir(mode=0o700, exist_ok=True)
        file.write_text(tokens[name])
    return {**sections, "slack": {**sections["slack"], "api_base": slack.api_base}}
