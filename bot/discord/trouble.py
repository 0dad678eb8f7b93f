"""What Discord answers in place of what was asked for, as what it means for a delivery."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

import aiohttp
import discord

from bot.delivery.chat import Busy, ChatError, Expired, Forbidden, Gone, Missing, Uncertain

UNKNOWN_MESSAGE = 10008
UNKNOWN_WEBHOOK = 10015
UNKNOWN_INTERACTION = 10062
TOO_MANY_OLD_EDITS = 30046
TOO_LARGE = 40005
ALREADY_ACKNOWLEDGED = 40060
TOKEN_IS_OLD = 50027
THREAD_IS_ARCHIVED = 50083
THREAD_IS_THERE = 160004
THREAD_IS_LOCKED = 160005
THREADS_ARE_TOO_MANY = 160006
RETRY_S = 5.0
THREADS_RETRY_S = 60.0

NETWORK = (OSError, aiohttp.ClientError, TimeoutError)
"""What is raised where nobody answers, or not in time."""

_MEANING: Mapping[int, type[ChatError]] = {
    UNKNOWN_MESSAGE: Missing,
    UNKNOWN_WEBHOOK: Expired,
    UNKNOWN_INTERACTION: Expired,
    TOKEN_IS_OLD: Expired,
    # Of a message that is older than an hour; a new one in its place can be edited.
    TOO_MANY_OLD_EDITS: Missing,
}
SHUT = frozenset({THREAD_IS_ARCHIVED, THREAD_IS_LOCKED})
"""Of a thread that is there, and takes nothing until somebody opens it."""


@asynccontextmanager
async def sorted_out(where: str, *, limit_s: float) -> AsyncIterator[None]:
    """Allow what is in the block some time, and tell what goes wrong in it as a `ChatError`.

    `where` says what it was about, as a part of a sentence: `channel 123`.
    """
    try:
        async with asyncio.timeout(limit_s):
            yield
    except discord.RateLimited as error:
        raise Busy(_busy(where), after_s=error.retry_after) from error
    except discord.HTTPException as error:
        raise meaning_of(error, where) from error
    except NETWORK as error:
        raise Uncertain(f"Discord did not answer about {where} in time.") from error


def meaning_of(error: discord.HTTPException, where: str) -> ChatError:
    """Return what an answer of Discord means for what was to be sent, edited or read."""
    meaning = _MEANING.get(error.code)
    if meaning is not None:
        return meaning(f"Discord knows {where} no longer: {_said(error)}.")
    if error.status == 429 or error.code == THREADS_ARE_TOO_MANY:
        return Busy(_busy(where), after_s=_retry_after_s(error))
    if error.code in SHUT or error.status in {401, 403}:
        return Forbidden(_forbidden(error, where))
    if error.status >= 500:
        return Uncertain(f"Discord has trouble of its own with {where}: {_said(error)}.")
    return Gone(_gone(error, where))


def _busy(where: str) -> str:
    return f"Discord takes no more about {where} for the moment."


def _forbidden(error: discord.HTTPException, where: str) -> str:
    if error.status == 401:
        return (
            "Discord refuses the token. Set a new one from the developer portal as the credential"
            " of `discord.token`, and restart Halyard."
        )
    if error.code in SHUT:
        return (
            f"Nobody can write in {where} now: {_said(error)}. Unlock the thread and open it again;"
            " what waits for it is posted then."
        )
    return (
        f"Discord forbids Halyard to use {where}: {_said(error)}. Give its role the permissions"
        " that `halyard doctor` names there."
    )


def _gone(error: discord.HTTPException, where: str) -> str:
    if error.status == 404:
        return f"There is no {where} any more: {_said(error)}. Bind the project to another channel."
    if error.status == 413 or error.code == TOO_LARGE:
        return f"A file is larger than Discord takes in {where}."
    return f"Discord can never take this message in {where}: {_said(error)}."


def _said(error: discord.HTTPException) -> str:
    """Return Discord's own words, which never hold what was to be sent."""
    first = error.text.splitlines()[0].rstrip(".") if error.text else ""
    return f"{first or 'no reason given'} (HTTP {error.status}, code {error.code})"


def _retry_after_s(error: discord.HTTPException) -> float:
    if error.code == THREADS_ARE_TOO_MANY:
        return THREADS_RETRY_S
    told = error.response.headers.get("Retry-After", "")
    try:
        return max(float(told), 0.1)
    except ValueError:
        return RETRY_S
