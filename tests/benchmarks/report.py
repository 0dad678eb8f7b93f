"""docs/benchmarks.md."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from tests.benchmarks.figures import LOAD_MIN, Figure, Measured

HEAD = """\
# Benchmarks

Written by `make bench`; do not edit. The promises are those of the design, section 12. Each figure
is the smallest, middle and largest of its runs; the middle one has to reach what must be, beside
at least 95 % of the load that the figure names. A floor is measured in the same run, to tell a slow
machine from a slow Halyard; the ratio is the figure's middle over the floor's. CI runs all of it at
1 % of its size and checks names and counts, never times.
"""
COLUMNS = ("name", "must", "min / median / max", "runs", "floor", "ratio", "met")


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What figures stand for."""

    commit: str
    machine: str
    loads: Mapping[str, str]
    """Bench -> how many processes wanted to run before it; with more than cores it is disturbed."""

    def __str__(self) -> str:
        loads = ", ".join(f"{load} ({bench})" for bench, load in self.loads.items())
        return f"Commit: {self.commit}. Machine: {self.machine}. Load before each: {loads}.\n"


def page(figures: Sequence[Figure], measured: Mapping[str, Measured], facts: Facts) -> str:
    """Return the page of these figures."""
    rows = [_row(figure, measured[figure.name]) for figure in figures]
    missed = list(_missed(figures, measured))
    parts = [
        HEAD,
        str(facts),
        table(rows),
        "## How\n",
        *(_how(f, measured[f.name]) for f in figures),
    ]
    if missed:
        parts[3:3] = ["## Missed\n", *missed]
    return "\n".join(parts).rstrip() + "\n"


def line(figure: Figure, measured: Measured, *, is_judged: bool) -> str:
    """Return one figure for a terminal, with what it must reach if it is at its full size."""
    name, must, spread, *_rest, met = _row(figure, measured)
    words = (name.strip("`"), spread, *((must, met.strip("*")) if is_judged else ()))
    return "  ".join(word for word in words if word)


def table(rows: Sequence[Sequence[str]]) -> str:
    """Return rows under the columns."""
    ruled = [COLUMNS, ["---"] * len(COLUMNS), *rows]
    return "".join(f"| {' | '.join(row)} |\n" for row in ruled)


def _row(figure: Figure, measured: Measured) -> Sequence[str]:
    values = measured.values
    spread = f"{_plain(min(values))} / {_plain(measured.middle)} / {_plain(max(values))}"
    floor = f"{_plain(median(measured.floors))} {figure.floor}" if measured.floors else ""
    ratio = f"{measured.ratio:.2f}" if measured.ratio is not None else ""
    must = str(figure.must) if figure.must else "told only"
    return (
        f"`{figure.name}`",
        must,
        spread,
        str(len(values)),
        floor,
        ratio,
        _met(figure, measured),
    )


def _met(figure: Figure, measured: Measured) -> str:
    if figure.must is None:
        return ""
    return "yes" if figure.is_met(measured) else "**no**"


def _missed(figures: Sequence[Figure], measured: Mapping[str, Measured]) -> Iterator[str]:
    for figure in figures:
        if not figure.is_met(measured[figure.name]):
            yield f"- `{figure.name}`: {_cause(figure, measured[figure.name])}\n"


def _cause(figure: Figure, measured: Measured) -> str:
    if measured.load < LOAD_MIN:
        return (
            f"only {100 * measured.load:.0f} % of its load was reached. {figure.if_missed}".strip()
        )
    return figure.if_missed or "the cause is not known yet."


def _how(figure: Figure, measured: Measured) -> str:
    note = f" Here: {measured.note}." if measured.note else ""
    return f"- `{figure.name}`: {figure.how}{note}\n"


def _plain(value: float) -> str:
    """Return a number with three figures that count."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
