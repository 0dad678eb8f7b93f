from dataclasses import replace

from tests.benchmarks.__main__ import PAGE
from tests.benchmarks.figures import AtLeast, AtMost, Figure, Measured
from tests.benchmarks.report import Facts, page
from tests.benchmarks.table import FIGURES

SPEED = Figure(name="speed_per_s", must=AtLeast(100), how="With a watch.", if_missed="It is late.")
FACTS = Facts(commit="abc1234", machine="2 cores", loads={"speed": "0.5"})


def test_it_is_the_middle_of_the_runs_that_must_reach_the_figure() -> None:
    told = page([SPEED], {"speed_per_s": Measured(values=[1, 100, 1000])}, FACTS)

    assert "| `speed_per_s` | ≥ 100 | 1 / 100 / 1,000 | 3 |  |  | yes |" in told


def test_a_missed_figure_stands_there_with_its_value_and_cause() -> None:
    told = page([SPEED], {"speed_per_s": Measured(values=[10])}, FACTS)

    assert "| 10 / 10 / 10 | 1 |  |  | **no** |" in told
    assert "- `speed_per_s`: It is late." in told


def test_a_missed_figure_without_a_cause_says_so() -> None:
    lag = replace(SPEED, must=AtMost(5), if_missed="")

    told = page([lag], {"speed_per_s": Measured(values=[10])}, FACTS)

    assert "the cause is not known yet" in told


def test_a_figure_that_was_taken_beside_too_little_of_its_load_is_missed() -> None:
    easy, fair = Measured(values=[100], load=0.944), Measured(values=[100], load=0.95)

    told = page([SPEED], {"speed_per_s": easy}, FACTS)

    assert "| 100 / 100 / 100 | 1 |  |  | **no** |" in told
    assert "- `speed_per_s`: only 94 % of its load was reached. It is late." in told
    assert "| yes |" in page([SPEED], {"speed_per_s": fair}, FACTS)


def test_a_floor_stands_beside_its_figure_with_the_ratio() -> None:
    timed = replace(SPEED, floor="per s, bare")

    told = page([timed], {"speed_per_s": Measured(values=[100], floors=[190, 200, 210])}, FACTS)

    assert "| 200 per s, bare | 0.50 | yes |" in told


def test_the_page_says_what_it_was_measured_on() -> None:
    told = page([SPEED], {"speed_per_s": Measured(values=[100])}, FACTS)

    assert "Commit: abc1234. Machine: 2 cores. Load before each: 0.5 (speed)." in told


def test_the_docs_have_every_figure_once() -> None:
    rows = [line.split("`")[1] for line in PAGE.read_text().splitlines() if line.startswith("| `")]

    assert rows == [figure.name for figure in FIGURES]
