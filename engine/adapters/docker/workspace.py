"""The session's files between a source and its work volume: prepare, and push.

Helpers that hold a credential are on the way out and, but for `prepare`, never see the work volume.
"""

import asyncio
import base64
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

from engine.adapters.docker.addresses import pinned
from engine.adapters.docker.config import HOME, WORK
from engine.adapters.docker.helpers import Errand, Helpers
from engine.adapters.docker.networks import Networks
from engine.adapters.docker.volumes import Volumes
from engine.domain.errors import Failed, InvalidInput, PrepareFailed
from engine.domain.source import SourceRules, Transport, remote_of
from engine.domain.values import SessionId
from engine.ports.hosts import Pushed, Source

TOKEN_USER = b"x-access-token"
"""Whose a credential is that names nobody (`user:password` does): the large forges take any."""
COMMIT = re.compile(r"[0-9a-f]{40}([0-9a-f]{24})?")


class Workspace:
    """Brings sources to one host, and work back to them."""

    def __init__(
        self,
        helpers: Helpers,
        volumes: Volumes,
        networks: Networks,
        *,
        rules: SourceRules,
        limit_s: float,
    ) -> None:
        self._helpers = helpers
        self._volumes = volumes
        self._networks = networks
        self._rules = rules
        self._limit_s = limit_s

    async def prepare(self, session: SessionId, source: Source) -> str:
        """Fill the session's work volume; return the commit that it starts from."""
        is_new = not await self._volumes.has_work(session)
        volumes = {WORK: (await self._volumes.made(session))[WORK]}
        try:
            printed = () if is_new else await self._helpers.run(_question(session, volumes))
            if not printed:
                printed = await self._helpers.run(await self._clone(session, source, volumes))
        except PrepareFailed:
            raise
        except Failed as error:
            raise PrepareFailed(masked(str(error), source.credential)) from error
        return _commit(printed)

    async def push(self, session: SessionId, bundle: Path, branch: str, source: Source) -> Pushed:
        """Push `branch` of a bundle to a source."""
        errand = Errand(
            role="push",
            session=session,
            scripts=("push.sh",),
            args=(source.url, branch),
            given=("bundle", bundle),
            limit_s=self._limit_s,
        )
        errand = await self._with_way(errand, source)
        try:
            printed = await self._helpers.run(errand)
        except Failed as error:
            raise Failed(masked(str(error), source.credential)) from error
        return Pushed(branch=branch, commit=printed[-1])

    async def _clone(
        self, session: SessionId, source: Source, volumes: Mapping[str, str]
    ) -> Errand:
        if source.bundle is not None:
            return Errand(
                role="prepare",
                session=session,
                scripts=("prepare.sh",),
                args=(f"{HOME}/bundle", source.ref),
                volumes=volumes,
                given=("bundle", source.bundle),
                limit_s=self._limit_s,
            )
        errand = Errand(
            role="prepare",
            session=session,
            scripts=("prepare.sh",),
            args=(source.url, source.ref),
            volumes=volumes,
            limit_s=self._limit_s,
        )
        return await self._with_way(errand, source)

    async def _with_way(self, errand: Errand, source: Source) -> Errand:
        """Return `errand` with the way to a remote source, and by stdin what opens it."""
        try:
            remote = remote_of(source.url)
        except InvalidInput as error:
            raise PrepareFailed(str(error)) from error
        if remote.transport is Transport.SSH:
            # The settings' reader takes the last newline off, without which ssh reads no key.
            script, lines = (
                "ssh.sh",
                (source.credential + b"\n", await _read(self._rules.known_hosts)),
            )
        else:
            script, lines = (
                "https.sh",
                (answer_of(source.credential), await _read(self._rules.ca_file)),
            )
        return replace(
            errand,
            scripts=(script, *errand.scripts),
            network=await self._networks.outside(),
            hosts=await pinned(remote, self._rules.allowed),
            said=b"".join(base64.b64encode(line) + b"\n" for line in lines),
        )


async def _read(file: Path | None) -> bytes:
    if file is None:
        return b""
    try:
        return await asyncio.to_thread(file.read_bytes)
    except OSError as error:
        raise Failed(f"{file} cannot be read: {error.strerror}.") from error


def _question(session: SessionId, volumes: Mapping[str, str]) -> Errand:
    # Asked first and without a network: a source that is gone by now is no matter then.
    return Errand(role="prepare", session=session, scripts=("prepared.sh",), volumes=volumes)


def answer_of(credential: bytes) -> bytes:
    """Return what a git credential helper answers."""
    if not credential:
        return b""
    user, colon, password = credential.partition(b":")
    if not colon:
        user, password = TOKEN_USER, credential
    return b"username=" + user + b"\npassword=" + password + b"\n"


def masked(text: str, credential: bytes) -> str:
    """Return `text` without the credential, should a server repeat it."""
    for part in (credential, credential.partition(b":")[2]):
        secret = part.decode(errors="replace")
        if secret:
            text = text.replace(secret, "***").replace(quote(secret, safe=""), "***")
    return text


def _commit(printed: Sequence[str]) -> str:
    last = printed[-1] if printed else ""
    if not COMMIT.fullmatch(last):
        raise PrepareFailed("The work folder's note of its start commit is damaged.")
    return last
