"""`make bench`: measure the figures and write docs/benchmarks.md."""

import argparse
import asyncio
import sys
import time
from collections.abc import Callable, Coroutine, Mapping, Sequence

from tests.benchmarks import (
    bench_discord_acks,
    bench_discord_posts,
    bench_slack_acks,
    bench_slack_posts,
)
from tests.benchmarks.bench_dispatch import dispatch
from tests.benchmarks.bench_ingest import ingest
from tests.benchmarks.bench_many import many
from tests.benchmarks.bench_people import allow, stop
from tests.benchmarks.bench_recover import recover
from tests.benchmarks.bench_start import start
from tests.benchmarks.bench_store import writer
from tests.benchmarks.figures import Measured
from tests.benchmarks.ground import Ground, ground
from tests.benchmarks.machine import commit, load, machine
from tests.benchmarks.report import Facts, line, page
from tests.benchmarks.table import FIGURES
from tests.docker_host import ROOT

PAGE = ROOT / "docs" / "benchmarks.md"
RUNS = 5
BENCHES: Mapping[str, Callable[[Ground], Coroutine[None, None, Mapping[str, Measured]]]] = {
    "writer": writer,
    "ingest": ingest,
    "dispatch": dispatch,
    "allow": allow,
    "stop": stop,
    "start": start,
    "recover": recover,
    "many": many,
    "discord-acks": bench_discord_acks.acknowledge,
    "discord-burst": bench_discord_acks.burst,
    "discord-posts": bench_discord_posts.channel,
    "discord-storm": bench_discord_posts.storm,
    "slack-acks": bench_slack_acks.acknowledge,
    "slack-burst": bench_slack_acks.burst,
    "slack-storm": bench_slack_posts.storm,
}
"""Word for --only -> what it measures."""


def main(argv: Sequence[str]) -> int:
    """Measure; return 0 if all that was asked for was told, and 1 if not."""
    given = _given(argv)
    head = commit()
    with ground(scale=given.scale, runs=given.runs or (1 if given.check else RUNS)) as made:
        measured, loads = _measured(made, given.only or list(BENCHES))
    _show(measured, is_judged=given.scale >= 1)
    if faults := _faults(measured, is_whole=not given.only):
        _tell("\n".join(faults))
        return 1
    if not (given.check or given.only or given.scale < 1):
        facts = Facts(commit=head, machine=machine(), loads=loads)
        PAGE.write_text(page(FIGURES, measured, facts))
        _tell(f"{PAGE.relative_to(ROOT)} is written.")
    return 0


def _measured(made: Ground, names: Sequence[str]) -> tuple[dict[str, Measured], dict[str, str]]:
    """Return what each bench gave, and how busy the machine was before it."""
    measured: dict[str, Measured] = {}
    loads: dict[str, str] = {}
    for name in names:
        begun, loads[name] = time.monotonic(), load()
        measured |= asyncio.run(BENCHES[name](made))
        _tell(f"{name} took {time.monotonic() - begun:.0f} s from a load of {loads[name]}")
    return measured, loads


def _given(argv: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--scale", type=float, default=1.0, help="part of the full size; 1 is all")
    parser.add_argument("--runs", type=int, help=f"{RUNS} if left out, and 1 with --check")
    parser.add_argument(
        "--only", action="append", choices=BENCHES, help="just this; nothing is written"
    )
    parser.add_argument("--check", action="store_true", help="check names and counts, never times")
    return parser.parse_args(argv)


def _show(measured: Mapping[str, Measured], *, is_judged: bool) -> None:
    for figure in FIGURES:
        if figure.name in measured:
            _tell(line(figure, measured[figure.name], is_judged=is_judged))


def _faults(measured: Mapping[str, Measured], *, is_whole: bool) -> list[str]:
    """Return what is missing, and what may be wrong on no machine however slow it is."""
    names = {figure.name for figure in FIGURES}
    faults = [f"{name} is no figure of the table." for name in sorted(measured.keys() - names)]
    if is_whole:
        faults += [f"{name} was not measured." for name in sorted(names - measured.keys())]
    if "ingest_lines_lost" in measured and any(measured["ingest_lines_lost"].values):
        faults.append("Lines were lost.")
    return faults


def _tell(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
