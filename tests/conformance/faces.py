"""People at each face of one Halyard."""

from tests.conformance.floor import Floor
from tests.conformance.on_discord import OnDiscord
from tests.conformance.on_local import OnLocal
from tests.conformance.on_slack import OnSlack
from tests.conformance.surface import DISCORD, SLACK, Surface
from tests.conformance.users import Users


def face_at(name: str, floor: Floor, users: Users) -> Surface:
    """Return the face of this name."""
    if name == DISCORD:
        return OnDiscord(floor)
    return OnSlack(floor) if name == SLACK else OnLocal(floor, users)
