"""What the demo stands on: images, a repository, and settings of its own."""

import asyncio
import sys
from dataclasses import replace
from pathlib import Path

import bot
from bot.demo.programs import output_of
from bot.settings.load import Loaded
from bot.settings.schema import Config
from bot.settings.values import DEMO, engine_settings
from engine.api import Settings

ROOT = Path(bot.__file__).parents[1]
"""Where `deploy` lies beside `bot`, in a checkout as well as in an installed package."""
FILES = Path(__file__).with_name("repository")
SUFFIX = ".in"
"""Keeps our own tools from taking the demo's files for ours."""
BUILD_S = 900.0
GIT_S = 30.0
GIT = {
    "GIT_AUTHOR_NAME": "Halyard",
    "GIT_AUTHOR_EMAIL": "halyard@localhost",
    "GIT_AUTHOR_DATE": "2026-01-01T00:00:00Z",
    "GIT_COMMITTER_NAME": "Halyard",
    "GIT_COMMITTER_EMAIL": "halyard@localhost",
    "GIT_COMMITTER_DATE": "2026-01-01T00:00:00Z",
    "GIT_CONFIG_GLOBAL": "/dev/null",
    "GIT_CONFIG_NOSYSTEM": "1",
}
"""The same commit everywhere, whatever this machine's git is told."""


async def images() -> tuple[str, str]:
    """Return the base's image and the demo agent's; they are made if they are not there.

    Raises:
        Unavailable: no Engine answers, or an image cannot be made.
    """
    agents = ROOT / "deploy" / "agents"
    agent = await _last_line(agents / "build.sh", "demo")
    return await _last_line(agents / "base.sh"), agent


async def repository(folder: Path) -> Path:
    """Make the repository that ships with Halyard, in `folder`."""
    await asyncio.to_thread(_write, folder)
    for words in ("init --quiet --initial-branch=main", "add .", "commit --quiet -m Start"):
        await output_of("git", *words.split(), env=GIT, folder=folder, limit_s=GIT_S)
    return folder


def settings_of(folder: Path, *, base: str, agent: str) -> Settings:
    """Return settings for a Halyard that has nothing in common with any other."""
    folder.mkdir()
    settings = engine_settings(Loaded(Config(data_dir=folder), folder, None), {})
    return replace(
        settings,
        agents={DEMO.name: replace(DEMO, image=agent)},
        helper_image=base,
    )


def _write(folder: Path) -> None:
    folder.mkdir()
    for file in FILES.iterdir():
        (folder / file.name.removesuffix(SUFFIX)).write_bytes(file.read_bytes())


async def _last_line(script: Path, *words: str) -> str:
    env = {"PYTHON": sys.executable}
    printed = await output_of("bash", script, *words, env=env, folder=ROOT, limit_s=BUILD_S)
    return printed.strip().rpartition("\n")[2]
