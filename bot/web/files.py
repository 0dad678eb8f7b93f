"""`POST /files` and `GET /files/<id>`: files on their way in and out."""

import asyncio

from aiohttp import web

from bot.core.option import FILE_ID
from bot.dispatch import Elsewhere
from bot.web.peers import asker_of
from engine.api import Asker, Engine, FileId, InvalidInput, Permission

CHUNK_BYTES = 64 * 1024
UPLOAD_S = 300.0


class FileStore:
    """Takes and gives the bytes of files."""

    def __init__(self, engine: Engine, elsewhere: Elsewhere, *, max_bytes: int) -> None:
        self._engine = engine
        self._elsewhere = elsewhere
        self._max_bytes = max_bytes

    async def post(self, request: web.Request) -> web.Response:
        """Store the raw body and answer with its id; the same bytes have the same id."""
        await self._asker(request, Permission.PROMPT)
        if (request.content_length or 0) > self._max_bytes:
            raise InvalidInput(f"The file is larger than {self._max_bytes:,} bytes.")
        chunks = request.content.iter_chunked(CHUNK_BYTES)
        try:
            async with asyncio.timeout(UPLOAD_S):
                stored = await self._engine.files.add(chunks, max_bytes=self._max_bytes)
        except TimeoutError:
            raise InvalidInput(f"The file took longer than {UPLOAD_S:.0f} s.") from None
        return web.json_response({"file": stored})

    async def get(self, request: web.Request) -> web.FileResponse:
        """Send the bytes of a file of a session that the asker may see."""
        given, asker = request.match_info["id"], await self._asker(request, Permission.VIEW)
        if not FILE_ID.fullmatch(given):
            raise InvalidInput("A file is known by the SHA-256 of its bytes, in hex.")
        await self._engine.read(lambda use: use.access.require_file(asker, FileId(given)))
        path = await self._engine.files.path(FileId(given))
        return web.FileResponse(path, headers={"Content-Type": "application/octet-stream"})

    async def _asker(self, request: web.Request, permission: Permission) -> Asker:
        """Return who asks, if they have the permission on some project."""
        asker = await asker_of(request, self._elsewhere)
        await self._engine.read(lambda use: use.access.require(asker, permission))
        return asker
