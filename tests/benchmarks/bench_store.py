"""The writer's figures, as those of the table."""

from statistics import median

from tests.benchmarks.bench_writer import EVENTS_PER_S, writer_ack
from tests.benchmarks.figures import Measured
from tests.benchmarks.ground import Ground


async def writer(ground: Ground) -> dict[str, Measured]:
    """Write at a steady rate for a while, in an empty database each time."""
    runs = [await writer_ack(ground.fresh(), scale=ground.scale) for _ in range(ground.runs)]
    floors = [run["writer_floor_fsync_ms_p99"] for run in runs]
    rate = median(run["writer_events_per_s"] for run in runs)
    note, load = f"{rate:,.0f} events/s were reached", rate / EVENTS_PER_S
    return {
        name: Measured(values=[run[name] for run in runs], floors=floors, note=note, load=load)
        for name in ("writer_event_ack_ms_p99", "writer_command_ack_ms_p99")
    }
