"""Who is at the other end of a connection, as the kernel tells it."""

import socket
import struct

from aiohttp import web

from bot.dispatch import Elsewhere
from engine.api import ActorId, Asker

_CREDENTIALS = struct.Struct("3i")
"""Process, user and group, as SO_PEERCRED gives them."""


def actor_of(request: web.Request) -> ActorId:
    """Return the actor that a request comes from; nothing in the request can change it."""
    transport = request.transport
    if transport is None:
        raise ConnectionResetError("the caller is gone")
    peer = transport.get_extra_info("socket")
    packed = peer.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _CREDENTIALS.size)
    _process, user, _group = _CREDENTIALS.unpack(packed)
    return ActorId(f"local:{user}")


async def asker_of(request: web.Request, elsewhere: Elsewhere) -> Asker:
    """Return the same for the rules of access; only other accounts can be in a group."""
    actor = actor_of(request)
    return Asker(actor, await elsewhere(actor))
