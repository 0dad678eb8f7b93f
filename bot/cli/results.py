"""What a job has made, printed or saved."""

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import TypeAlias
from uuid import uuid4

from rich.text import Text

from bot.cli.words import Wishes
from bot.console.diff import print_diff
from bot.console.terminal import err, out, print_json
from bot.core.inert import inert, one_line
from bot.views.words import size
from bot.web.client import Client
from engine.api import Event, FileId, InvalidInput, JobKind, JobState, Json

Values: TypeAlias = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Results:
    """Brings what a job has made to the person who asked."""

    client: Client
    wishes: Wishes

    def show(self, ended: Event, values: Values) -> int:
        """Print or save what the job has made; return the exit code."""
        data = ended.data
        if data.get("state") == JobState.FAILED:
            return self._failed(data)
        kind = JobKind(str(data["kind"]))
        if kind is JobKind.GET:
            self._save(_file(data), target_of(values))
        if self.wishes.json:
            print_json(data)
        elif kind is JobKind.DIFF:
            self._print_diff(data)
        else:
            out().print(Text(one_line(_DONE[kind](data, values)), style="green"), soft_wrap=True)
        return 0

    def require_free(self, values: Values) -> None:
        """Refuse to get a file over one that is there.

        Raises:
            InvalidInput: there is one, and it was not said to overwrite it.
        """
        target = target_of(values)
        if target.exists() and not self.wishes.force:
            raise InvalidInput(f"{target} is there already; --force overwrites it.")

    def _failed(self, data: Mapping[str, Json]) -> int:
        why = str(data.get("why", ""))
        if self.wishes.json:
            print_json({"error": why})
        else:
            sentence = inert(f"The {data.get('kind')} failed: {why}")
            err().print(Text(sentence, style="bold red"), soft_wrap=True)
        return 1

    def _print_diff(self, data: Mapping[str, Json]) -> None:
        """Print it as it is for programs, and made inert for eyes."""
        if sys.stdout.isatty():
            content = BytesIO()
            self.client.download(_file(data), content)
            print_diff(out(), content.getvalue())
        else:
            self.client.download(_file(data), sys.stdout.buffer)
            sys.stdout.buffer.flush()
        if data.get("is_cut"):
            err().print("The diff is longer and was cut here.", style="yellow")

    def _save(self, file: FileId, target: Path) -> None:
        part = target.with_name(f".{target.name}.{uuid4().hex[:8]}.part")
        try:
            with part.open("xb") as content:
                self.client.download(file, content)
            if self.wishes.force:
                part.replace(target)
            else:
                # Unlike a rename, a link never overwrites what came there meanwhile.
                target.hardlink_to(part)
        except FileExistsError:
            raise InvalidInput(f"{target} is there already; --force overwrites it.") from None
        finally:
            part.unlink(missing_ok=True)


def target_of(values: Values) -> Path:
    """Return where a file that is got is written: its own name, in the current folder."""
    name = Path(values["path"]).name
    if not name or name == "..":
        raise InvalidInput("path must name a file.")
    return Path(name)


def _file(data: Mapping[str, Json]) -> FileId:
    return FileId(str(data["file"]))


def _pushed(data: Mapping[str, Json], _values: Values) -> str:
    return f"Pushed branch {data.get('branch')} at {str(data.get('commit'))[:12]}."


def _put(_data: Mapping[str, Json], values: Values) -> str:
    return f"{values.get('path') or Path(values['file']).name} is in the work folder."


def _got(data: Mapping[str, Json], values: Values) -> str:
    count = data.get("bytes")
    return f"{target_of(values)} is written ({size(count if isinstance(count, int) else None)})."


_DONE: Mapping[JobKind, Callable[[Mapping[str, Json], Values], str]] = {
    JobKind.PUSH: _pushed,
    JobKind.PUT: _put,
    JobKind.GET: _got,
}
