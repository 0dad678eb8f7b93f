"""The file that the agent leaves behind: what it was asked, and what it found."""

from collections.abc import Iterable, Iterator, Sequence

from halyard_demo_agent.survey import Survey

FILE = "NOTES.md"
PLACES_MAX = 20


def notes(tasks: Sequence[str], found: Survey, commits: Sequence[str]) -> str:
    """Write the whole file; the same findings give the same text."""
    return "\n".join(
        [
            "# Notes",
            "",
            "Kept by Halyard's demo agent, which writes this file anew with each task.",
            *_section("Tasks", [f"{n}. {_line(task)}" for n, task in enumerate(tasks, 1)]),
            *_section("Files", _table(found)),
            *_section("Without a docstring", _places(found.undocumented)),
            *_section("To do", _places(found.to_do)),
            *_section("Last commits", [f"- {commit}" for commit in commits]),
            "",
        ]
    )


def _section(title: str, lines: Iterable[str]) -> Iterator[str]:
    content = list(lines)
    if content:
        yield from ["", f"## {title}", "", *content]


def _table(found: Survey) -> Iterator[str]:
    yield from ["| kind | files | lines |", "|---|---|---|"]
    for kind, files in sorted(found.files.items()):
        yield f"| {kind} | {files} | {found.lines[kind]} |"


def _places(places: Sequence[str]) -> Iterator[str]:
    for place in places[:PLACES_MAX]:
        where, _, what = place.partition(" ")
        yield f"- {where}: `{what}`"
    if len(places) > PLACES_MAX:
        yield f"- and {len(places) - PLACES_MAX} more"


def _line(task: str) -> str:
    return " ".join(task.split())[:200]
