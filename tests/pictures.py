"""`make pictures`: what a session's thread looks like in each chat, and the text of it."""

import asyncio
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.demo.provisions import repository
from tests.conformance.floor import Floor
from tests.conformance.stage import Stage, opened_stage
from tests.conformance.surface import ANN, BOB, DISCORD, SLACK, Surface
from tests.emulators.browser import Page, a_page

PICTURES = Path(__file__).parents[1] / "docs" / "pictures"
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
LATE = ("sh", "-c", "sleep 4; exec halyard-demo-agent")
"""An agent that asks when the card is there: what it asks goes first, of one post a second."""
VARIES: Mapping[str, str] = {
    r"\d{4}-\d\d-\d\d \d\d:\d\d": "2026-01-01 12:00",
    r"/\w+/hal-\w+/": "/srv/git/",
    r"\b\d+(\.\d+)?s\b": "1s",
    r"\(edited\)\n": "",
}
"""What is another each time -> what stands for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chat:
    """Where a session is looked at."""

    face: str
    base: Callable[[Floor], str]
    """Where its page is."""
    thread: str
    """What is clicked on to see the thread."""


CHATS: Mapping[str, Chat] = {
    "discord-thread": Chat(
        face=DISCORD, base=lambda floor: floor.discord.base, thread="#places a.thread"
    ),
    "slack-thread": Chat(
        face=SLACK,
        base=lambda floor: floor.slack.base,
        thread="#messages a.to-thread:not(.none)",
    ),
}
"""Name of the picture and of its text -> what is in it."""


async def taken(name: str, picture: Path | None) -> str:
    """Play a session, take a picture of its thread if one is wanted, and return its text."""
    chat = CHATS[name]
    async with opened_stage(approval_s=APPROVAL_S, repository=repository, argv=LATE) as stage:
        await _play(stage, stage.faces[chat.face])
        return await asyncio.to_thread(_look, chat, chat.base(stage.floor), picture)


async def _play(stage: Stage, face: Surface) -> None:
    """Let ann have a task done, look at what it changed, and be asked again."""
    session = await face.start(ANN, TASK)
    await face.press(ANN, session, "Allow once")
    await stage.is_idle(session)
    await face.hears(session, await stage.said_last(session))
    await face.run(ANN, "session diff", {"session": session})
    await face.file(session, f"{session}.diff")
    await face.say(ANN, session, NEXT)
    await face.question(session)


def _look(chat: Chat, base: str, picture: Path | None) -> str:
    with a_page(base) as page:
        page.find("#as option")
        # What ann alone is answered comes when it comes.
        page.choose("#as", BOB)
        page.click(chat.thread)
        return _taken(page, picture)


def _taken(page: Page, picture: Path | None) -> str:
    """Return what is to be read once the card is current and what ann said has its sign."""
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


def text_of(name: str) -> Path:
    """Return where the text of a picture is."""
    return PICTURES / f"{name}.txt"


async def _take_all() -> None:
    for name in CHATS:
        text_of(name).write_text(await taken(name, PICTURES / f"{name}.png"))


def main() -> None:
    """Write the pictures and their texts."""
    PICTURES.mkdir(exist_ok=True)
    asyncio.run(_take_all())


if __name__ == "__main__":
    main()
