"""What holds for every test."""

import os

from hypothesis import HealthCheck, settings

# Timings never make a test fail; in CI the same inputs come every time.
settings.register_profile(
    "halyard",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    derandomize="CI" in os.environ,
)
settings.load_profile("halyard")
