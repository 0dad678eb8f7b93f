"""docs/settings.md, made from the schema."""

from collections.abc import Iterator
from enum import StrEnum
from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from bot.settings.faults import section_of
from bot.settings.schema import Bounds, Config, Environment, Host, Times
from bot.settings.units import duration_text, size_text

HEAD = """\
# Settings

Made from `bot/settings/schema.py`; `UPDATE_GOLDEN=1 pytest tests/golden` writes it anew.

`halyard init` writes a commented `halyard.yaml`. The file is the one that `--config` names, else
the one of the variable `HALYARD_CONFIG`, else `halyard.yaml` in the current folder; without one
the defaults hold. Paths in it are relative to the file. A mistake is told with its line, its key
and what is expected, and Halyard does not start.

**Units.** A size is a number with `B`, `kB`, `MB`, `GB` (powers of 1000) or `KiB`, `MiB`, `GiB`,
`TiB` (powers of 1024), such as `2GiB`; a plain number is bytes. A duration is a number with `s`,
`m`, `h` or `d`, such as `15m`, or several, such as `1h30m`; a plain number is seconds.

**Secrets** never stand in the file: `credentials` says in which file or variable each one is.
"""
_SIZES = {Environment: {"memory", "tmp", "work", "home", "file"}, Host: {"free_min"}}


def page() -> str:
    """Return the whole page."""
    parts = [HEAD, "## The file", _table(Config)]
    for name, field in Config.model_fields.items():
        section = section_of(field.annotation)
        if section is not None:
            parts += [f"## {_heading(name, field)}", _sentence(section.__doc__), _table(section)]
    return "\n\n".join(part.strip() for part in parts) + "\n"


def _heading(name: str, field: FieldInfo) -> str:
    is_named = getattr(field.annotation, "__origin__", None) is dict
    return f"`{name}.NAME`" if is_named else f"`{name}`"


def _table(section: type[BaseModel]) -> str:
    rows = ["| setting | default | meaning |", "| --- | --- | --- |"]
    return "\n".join([*rows, *_rows(section)])


def _rows(section: type[BaseModel]) -> Iterator[str]:
    for name, field in section.model_fields.items():
        yield f"| `{name}` | {_default(section, name, field)} | {_sentence(field.description)} |"


def _sentence(text: str | None) -> str:
    return " ".join((text or "").split())


def _default(section: type[BaseModel], name: str, field: FieldInfo) -> str:
    if field.is_required():
        return "required"
    if section_of(field.annotation) is not None:
        return "see below"
    shown = _shown(section, name, field.default)
    return f"`{shown}`" if shown else "-"


def _shown(section: type[BaseModel], name: str, default: Any) -> str:  # noqa: ANN401 - any default
    if section is Times:
        return duration_text(default)
    if isinstance(default, int) and name != "prompt_chars" and _is_size(section, name):
        return size_text(default)
    if isinstance(default, StrEnum):
        return default.value
    return "" if default in (None, "", [], {}) else str(default)


def _is_size(section: type[BaseModel], name: str) -> bool:
    return section is Bounds or name in _SIZES.get(section, ())
