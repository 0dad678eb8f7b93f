"""The name of the thread that hangs on a message, kept with the message's draft."""

import json

from bot.core.inert import one_line
from bot.discord.draft import Draft

THREAD_NAME_MAX_CHARS = 100
UNNAMED = "Session"


def opening(draft: Draft, name: str) -> str:
    """Return a draft, encoded, as one that a thread of this name hangs on."""
    plain = json.loads(draft.encode())
    return json.dumps({**plain, "thread": name}, ensure_ascii=False, separators=(",", ":"))


def thread_name_of(encoded: str) -> str:
    """Return the name of the thread that hangs on an encoded draft."""
    name = one_line(str(json.loads(encoded).get("thread", ""))).strip()
    return name[:THREAD_NAME_MAX_CHARS].strip() or UNNAMED
