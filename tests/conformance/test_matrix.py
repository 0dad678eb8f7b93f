"""No command is left out on any face, and no scenario is only said to be played."""

from tests.conformance import test_agents, test_each_command, test_expiry, test_queue
from tests.conformance.matrix import SCENARIOS, exempt, missing, played_by

MODULES = (test_agents, test_each_command, test_expiry, test_queue)


def test_every_command_is_made_on_every_face() -> None:
    assert missing() == []


def test_every_scenario_is_played() -> None:
    played = {name for module in MODULES for name in vars(module)}

    assert {played_by(name) for name in SCENARIOS} <= played


def test_hardly_anything_does_not_apply() -> None:
    assert len(exempt()) <= 5
