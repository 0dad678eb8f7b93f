"""Repositories on the machine that Halyard runs on."""

from pathlib import Path
from typing import Protocol


class Sources(Protocol):
    """Local git repositories. Every method has a time limit of its own."""

    async def bundle(self, source: Path, ref: str, target: Path) -> None:
        """Write a bundle of `ref`, or of HEAD if empty, with its history, to `target`.

        Raises:
            PrepareFailed: there is no repository, or no such ref.
        """
        ...

    async def fetch(self, source: Path, bundle: Path, branch: str) -> None:
        """Bring `branch` of `bundle` into the repository at `source` under the same name.

        The same again changes nothing; no hook of the repository runs.

        Raises:
            Failed: git refuses; the text is for the person.
        """
        ...
