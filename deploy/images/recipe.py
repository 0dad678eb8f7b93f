"""The files that an image is built from."""

import hashlib
import io
import tarfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

AGENTS = Path(__file__).parent.parent / "agents"
"""One folder per image; `base` is what the others stand on."""


class BuildFailed(Exception):
    """An image cannot be made; the text is a sentence for the person who asked for it."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """A build's context: what the Dockerfile may copy, and the Dockerfile itself."""

    files: Mapping[str, bytes]
    """Path in the context -> content. Modes are the Dockerfile's business."""

    @classmethod
    def of(cls, folder: Path) -> "Recipe":
        """Read a folder, without what is only for people or for the host's Python.

        Raises:
            BuildFailed: there is no such folder.
        """
        if not (folder / "Dockerfile").is_file():
            raise BuildFailed(f"There is no agent {folder.name}: {folder} has no Dockerfile.")
        return cls(_read(folder))

    def beside(self, folder: Path, name: str) -> "Recipe":
        """Return this with the files of `folder` under `name`."""
        more = {f"{name}/{path}": content for path, content in _read(folder).items()}
        return Recipe({**self.files, **more})

    def digest(self, *stands_on: str) -> str:
        """Return a hash that changes with any file, and with what the image stands on."""
        total = hashlib.sha256("\n".join(stands_on).encode())
        for path, content in sorted(self.files.items()):
            total.update(f"\n{path} {len(content)}\n".encode())
            total.update(content)
        return total.hexdigest()

    def tar(self) -> io.BytesIO:
        """Pack it as the Engine wants it; the same files give the same bytes."""
        packed = io.BytesIO()
        with tarfile.open(fileobj=packed, mode="w") as archive:
            for path, content in sorted(self.files.items()):
                entry = tarfile.TarInfo(path)
                entry.size = len(content)
                archive.addfile(entry, io.BytesIO(content))
        packed.seek(0)
        return packed


def _read(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.suffix != ".md" and "__pycache__" not in path.parts
    }
