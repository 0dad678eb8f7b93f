"""A session's work folder from the agent's side: no network, no credential, beside a live agent."""

import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path, PurePosixPath

from engine.adapters.docker.config import HOME, WORK
from engine.adapters.docker.helpers import Errand, Helpers
from engine.adapters.docker.names import Names
from engine.adapters.docker.volumes import Volumes
from engine.domain.errors import Failed
from engine.domain.values import SessionId
from engine.domain.volume import VolumeSizes
from engine.ports.hosts import Work

PATH_MAX_CHARS = 1_000


class Folder:
    """The work folders of one installation's sessions on one Engine."""

    def __init__(self, helpers: Helpers, names: Names, volumes: Volumes) -> None:
        self._helpers = helpers
        self._names = names
        self._volumes = volumes

    async def work(self, session: SessionId, start_commit: str, *, diff_max_bytes: int) -> Work:
        """Return what changed since `start_commit`."""
        args = (start_commit, str(diff_max_bytes))
        errand = await self._errand(session, "work", ("snapshot.sh", "work.sh"), args)
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "diff"
            async with self._helpers.done(errand) as done:
                await self._helpers.take(done, "out/diff", file, max_bytes=diff_max_bytes + 1)
            diff = file.read_bytes()
        files_changed, commit = done.printed
        return Work(
            commit=commit,
            diff=diff[:diff_max_bytes],
            is_cut=len(diff) > diff_max_bytes,
            files_changed=int(files_changed),
        )

    async def bundle(
        self, session: SessionId, start_commit: str, branch: str, target: Path, *, max_bytes: int
    ) -> str:
        """Write a bundle of the commits since `start_commit` to `target`."""
        args = (start_commit, branch, str(max_bytes))
        errand = await self._errand(session, "bundle", ("snapshot.sh", "bundle.sh"), args)
        async with self._helpers.done(errand) as done:
            await self._helpers.take(done, "out/bundle", target, max_bytes=max_bytes)
        return done.printed[-1]

    async def put_file(self, session: SessionId, path: str, content: Path) -> None:
        """Write a file into the folder."""
        args = (checked_path(path),)
        errand = await self._errand(
            session, "put", ("path.sh", "put.sh"), args, given=("content", content)
        )
        await self._helpers.run(errand)

    async def get_file(
        self, session: SessionId, path: str, target: Path, *, max_bytes: int
    ) -> None:
        """Copy a file out of the folder."""
        args = (checked_path(path), str(max_bytes))
        errand = await self._errand(session, "get", ("path.sh", "get.sh"), args)
        async with self._helpers.done(errand) as done:
            await self._helpers.take(done, "out/content", target, max_bytes=max_bytes)

    async def volume_sizes(self, session: SessionId) -> VolumeSizes:
        """Return what the folder holds, and the agent's home."""
        errand = await self._errand(session, "measure", ("measure.sh",), (WORK, HOME))
        volumes = {**errand.volumes, HOME: self._names.home(session)}
        work, home = await self._helpers.run(replace(errand, volumes=volumes))
        return VolumeSizes(work_bytes=int(work), home_bytes=int(home))

    async def _errand(
        self,
        session: SessionId,
        role: str,
        scripts: Sequence[str],
        args: Sequence[str] = (),
        *,
        given: tuple[str, Path] | None = None,
    ) -> Errand:
        # Without the question the Engine would make an empty volume of this name.
        if not await self._volumes.are_there(session):
            raise Failed("The session's work folder is gone from its host.")
        return Errand(
            role=role,
            session=session,
            scripts=scripts,
            args=args,
            volumes={WORK: self._names.work(session)},
            given=given,
        )


def checked_path(path: str) -> str:
    """Return `path` if it stays below the work folder, by its words alone.

    Raises:
        Failed: it does not, or it holds what no path should.
    """
    parts = PurePosixPath(path).parts
    if not parts or path.startswith("/") or ".." in parts or len(path) > PATH_MAX_CHARS:
        raise Failed(f"{path!r} is not a path below the work folder.")
    if not path.isprintable():
        raise Failed(f"{path!r} holds characters that a path should not.")
    return str(PurePosixPath(*parts))
