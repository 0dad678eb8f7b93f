"""Files of Slack, which only a token can fetch: so it is sent to Slack alone."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import aiohttp
from yarl import URL

from bot.hearing.downloads import CHUNK_BYTES
from bot.slack.settings import SlackSettings
from bot.slack.trouble import NETWORK
from engine.api import Unavailable

LIMIT_S = 60.0
OWN = "slack.com"
ELSEWHERE = "Slack does not keep a file, or does not show it to Halyard; upload it in this channel."
FAILED = "A file could not be fetched from Slack; send it again."


@dataclass(frozen=True, slots=True)
class Fetching:
    """Opens files where Slack keeps them."""

    session: aiohttp.ClientSession
    settings: SlackSettings

    @asynccontextmanager
    async def __call__(self, url: str) -> AsyncIterator[AsyncIterator[bytes]]:
        """Yield what lies at an address.

        Raises:
            Unavailable: it could not be fetched, or is not Slack's.
        """
        if not self._is_slacks(url):
            raise Unavailable(ELSEWHERE)
        try:
            async with self._opened(url) as response:
                yield response.content.iter_chunked(CHUNK_BYTES)
        except NETWORK as error:
            raise Unavailable(FAILED) from error

    @asynccontextmanager
    async def _opened(self, url: str) -> AsyncIterator[aiohttp.ClientResponse]:
        async with self.session.get(
            url,
            headers={"Authorization": f"Bearer {self.settings.bot_token}"},
            # Where the token does not help, Slack leads to a page to sign in.
            allow_redirects=False,
            timeout=aiohttp.ClientTimeout(total=LIMIT_S),
            raise_for_status=True,
        ) as response:
            if response.status != 200:
                raise Unavailable(FAILED)
            yield response

    def _is_slacks(self, address: str) -> bool:
        try:
            url = URL(address)
            own = URL(self.settings.api_base)
            is_own = url.origin() == own.origin()
        except ValueError:  # It is no address, or none with a host.
            return False
        if is_own:
            return True
        host = url.host or ""
        return url.scheme == "https" and (host == OWN or host.endswith(f".{OWN}"))
