"""What there is to say about a repository, from its files alone."""

import ast
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

FILES_MAX = 2000
FILE_MAX_BYTES = 1024 * 1024


@dataclass(slots=True)
class Survey:
    """Counts and places; paths are relative to the repository."""

    files: Counter[str] = field(default_factory=Counter)
    """Ending -> number of files."""
    lines: Counter[str] = field(default_factory=Counter)
    """Ending -> number of lines."""
    undocumented: list[str] = field(default_factory=list)
    """Public Python functions and classes without a docstring, as `path:line name`."""
    to_do: list[str] = field(default_factory=list)
    """Lines that say so, as `path:line text`."""
    characters: int = 0
    """How much text was read."""


def survey(repository: Path, names: Iterable[str]) -> Survey:
    """Read the text files among `names`; what is large, binary or a link is left out."""
    found = Survey()
    for name in sorted(names)[:FILES_MAX]:
        text = _text(repository / name)
        if text is not None:
            _add(found, name, text)
    return found


def _text(path: Path) -> str | None:
    if path.is_symlink() or not path.is_file() or path.stat().st_size > FILE_MAX_BYTES:
        return None
    content = path.read_bytes()
    return None if b"\0" in content else content.decode(errors="replace")


def _add(found: Survey, name: str, text: str) -> None:
    kind = Path(name).suffix or "(none)"
    found.files[kind] += 1
    found.lines[kind] += len(text.splitlines())
    found.characters += len(text)
    found.undocumented += [f"{name}:{place}" for place in _undocumented(kind, text)]
    found.to_do += [
        f"{name}:{number} {line.strip()[:100]}"
        for number, line in enumerate(text.splitlines(), 1)
        if "TODO" in line or "FIXME" in line
    ]


def _undocumented(kind: str, text: str) -> Iterator[str]:
    if kind != ".py":
        return
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError):
        return
    for node in ast.walk(tree):
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                if not node.name.startswith("_") and ast.get_docstring(node) is None:
                    yield f"{node.lineno} {node.name}"
            case _:
                pass
