"""Files of Discord, from the addresses that Discord itself tells."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import aiohttp

from bot.discord.trouble import NETWORK
from bot.hearing.downloads import CHUNK_BYTES
from engine.api import Unavailable

LIMIT_S = 60.0


@dataclass(frozen=True, slots=True)
class Fetching:
    """Opens files where Discord keeps them."""

    session: aiohttp.ClientSession

    @asynccontextmanager
    async def __call__(self, url: str) -> AsyncIterator[AsyncIterator[bytes]]:
        """Yield what lies at an address.

        Raises:
            Unavailable: it could not be fetched.
        """
        timeout = aiohttp.ClientTimeout(total=LIMIT_S)
        try:
            async with self.session.get(url, timeout=timeout, raise_for_status=True) as response:
                yield response.content.iter_chunked(CHUNK_BYTES)
        except NETWORK as error:
            raise Unavailable("A file could not be fetched from Discord; send it again.") from error
