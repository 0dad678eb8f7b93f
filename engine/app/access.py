"""Who may do what."""

from engine.app.desk import Desk
from engine.domain.errors import NotAllowed
from engine.domain.values import ActorId, Permission


class Access:
    """Permissions by actor; denied unless given."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def require(self, actor: ActorId, permission: Permission) -> None:
        """Return if the actor has the permission.

        Raises:
            NotAllowed: they have not.
        """
        if actor not in self._desk.settings.admins:
            raise NotAllowed(
                f"{actor} may not do this: it takes the permission {permission}."
                " Ask an admin to add you under `admins:` in halyard.yaml."
            )
