"""What the agent does for the words of a task: everything that a real agent might do to us."""

import asyncio
import math
import os
import sys

import acp

from halyard_demo_agent.git import git
from halyard_demo_agent.turn import Turn

MIB = 1024 * 1024
STEP_BYTES = 16 * MIB
COMMAND = "git status --short"


async def slow(turn: Turn, how: str) -> None:
    """Send N texts a second for S seconds, at even times."""
    per_s, _, length_s = how.partition("/")
    total = round(float(per_s) * float(length_s or 5))
    loop = asyncio.get_running_loop()
    begun = loop.time()
    for number in range(1, total + 1):
        await turn.say(f"slow {number} of {total}")
        await asyncio.sleep(begun + number / float(per_s) - loop.time())


async def ask(turn: Turn, how: str) -> None:
    """Ask N times to run a command, and run it when allowed."""
    for _ in range(int(how)):
        call = await turn.start(COMMAND, "execute", command=COMMAND)
        if await turn.may(call):
            await turn.finish(call, await git(turn.folder, *COMMAND.split()[1:]))
            await turn.say("You allowed it, so I ran it.")
        else:
            await turn.finish(call, failed=True)
            await turn.say("You said no, so I did not run it.")


async def fail(_turn: Turn, how: str) -> None:
    """End the turn with an error."""
    raise acp.RequestError(-32603, how)


async def die(_turn: Turn, how: str) -> None:
    """End the process at once, without an answer."""
    os._exit(int(how))


async def silent(_turn: Turn, how: str) -> None:
    """Say nothing for S seconds."""
    await asyncio.sleep(float(how))


async def junk(turn: Turn, how: str) -> None:
    """Put N lines on standard output that are no messages."""
    for number in range(1, int(how) + 1):
        await turn.wire.write(f"junk {number}: this is not JSON\n".encode())


async def big(turn: Turn, how: str) -> None:
    """Send one text of so many bytes."""
    await turn.say("x" * int(how))


async def flood(turn: Turn, how: str) -> None:
    """Send N texts as fast as the pipe takes them."""
    total = int(how)
    await turn.say_many(f"flood {number} of {total}" for number in range(1, total + 1))


async def both(turn: Turn, how: str) -> None:
    """Write N lines to each of standard output and standard error, by turns."""
    for number in range(1, int(how) + 1):
        await turn.say_many([f"both {number} of {how}"])
        sys.stderr.write(f"both {number} of {how}\n")
        sys.stderr.flush()


async def memory(turn: Turn, how: str) -> None:
    """Take memory up to so many MiB, or for ever, and hold it until the turn ends."""
    limit = int(how) * MIB if how else math.inf
    taken = bytearray()
    while len(taken) < limit:
        taken += b"\1" * STEP_BYTES
        await asyncio.sleep(0)
    await turn.say(f"I hold {len(taken)} bytes.")
