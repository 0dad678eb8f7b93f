"""`make pictures`: what a session's thread looks like in Discord, and the text of it."""

import asyncio
import re
from collections.abc import Mapping
from pathlib import Path

from bot.demo.provisions import repository
from tests.conformance.stage import Stage, opened_stage
from tests.conformance.surface import ANN, BOB, DISCORD
from tests.emulators.browser import Page, a_page

PICTURES = Path(__file__).parents[1] / "docs" / "pictures"
PICTURE, TEXT = PICTURES / "discord-thread.png", PICTURES / "discord-thread.txt"
TASK = "Look over this repository and keep notes about what you find."
NEXT = "Look at the work tree once more: ask=1"
WAITS = "demo-1 is working, waits for you\nTask demo-1.2 since"
"""What the card says at the end."""
TAKEN = "\N{EYES}"
"""The sign on what ann said."""
PLAIN = (
    "const style = document.createElement('style');"
    "style.innerText = 'select.menu { display: none }';"
    "document.head.append(style)"
)
"""Leaves out the menu of each message."""
WIDTH, EDGE = 1000, 300
"""Of the window; what of its height is not messages."""
APPROVAL_S = 900.0
VARIES: Mapping[str, str] = {
    r"\d{4}-\d\d-\d\d \d\d:\d\d": "2026-01-01 12:00",
    r"/\w+/hal-\w+/": "/srv/git/",
    r"\b\d+(\.\d+)?s\b": "1s",
    r"\(edited\)\n": "",
}
"""What is another each time -> what stands for it."""


async def taken(picture: Path | None) -> str:
    """Play a session, take a picture of its thread if one is wanted, and return its text."""
    async with opened_stage(approval_s=APPROVAL_S, repository=repository) as stage:
        await _play(stage)
        return await asyncio.to_thread(_look, stage.floor.discord.base, picture)


async def _play(stage: Stage) -> None:
    """Let ann have a task done, look at what it changed, and be asked again."""
    face = stage.faces[DISCORD]
    session = await face.start(ANN, TASK)
    await face.press(ANN, session, "Allow once")
    await stage.is_idle(session)
    await face.hears(session, await stage.said_last(session))
    await face.run(ANN, "session diff", {"session": session})
    await face.file(session, f"{session}.diff")
    await face.say(ANN, session, NEXT)
    await face.question(session)


def _look(base: str, picture: Path | None) -> str:
    with a_page(base) as page:
        page.find("#as option")
        # What ann alone is answered comes when it comes.
        page.choose("#as", BOB)
        page.click("#places a.thread")
        page.driver.execute_script(PLAIN)
        page.shows(WAITS)
        text = page.shows(TAKEN)
        if picture is not None:
            _fit(page)
            page.driver.save_screenshot(str(picture))
    for pattern, instead in VARIES.items():
        text = re.sub(pattern, instead, text)
    return text.strip() + "\n"


def _fit(page: Page) -> None:
    """Make the window as high as what is to be seen."""
    height = page.driver.execute_script("return document.getElementById('messages').scrollHeight")
    page.driver.set_window_size(WIDTH, int(height) + EDGE)


def main() -> None:
    """Write the picture and its text."""
    PICTURES.mkdir(exist_ok=True)
    TEXT.write_text(asyncio.run(taken(PICTURE)))


if __name__ == "__main__":
    main()
