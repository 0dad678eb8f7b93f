"""Names and labels of everything that one installation makes on a host."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import uuid4

from engine.domain.values import InstallationId, SessionId

INSTALLATION = "halyard.installation"
SESSION = "halyard.session"
ATTEMPT = "halyard.attempt"
ROLE = "halyard.role"

AGENT = "agent"
"""Role of the containers that sessions live in; every other role is a short-lived helper."""


@dataclass(frozen=True, slots=True)
class Names:
    """Says what things of one installation are called, so that making them again finds them."""

    installation: InstallationId

    def container(self, session: SessionId, attempt: int) -> str:
        """Return the name of the container of a session's attempt."""
        return f"{self._of(session)}-{attempt}"

    def helper(self, session: SessionId | None, role: str) -> str:
        """Return a new name for a short-lived container."""
        owner = self._of(session) if session else f"halyard-{self.installation}"
        return f"{owner}-{role}-{uuid4().hex[:8]}"

    def work(self, session: SessionId) -> str:
        """Return the name of the volume at /work."""
        return f"{self._of(session)}-work"

    def home(self, session: SessionId) -> str:
        """Return the name of the volume at /home/agent."""
        return f"{self._of(session)}-home"

    def jail(self, session: SessionId) -> str:
        """Return the name of the session's own network."""
        return self._of(session)

    def outside(self) -> str:
        """Return the name of the network that sources are fetched and pushed over."""
        return f"halyard-{self.installation}-prepare"

    def labels(
        self, session: SessionId | None = None, *, role: str = "", attempt: int = 0
    ) -> dict[str, str]:
        """Return the labels of a thing; what it has none of is left out."""
        labels = {INSTALLATION: str(self.installation)}
        if session:
            labels[SESSION] = session
        if role:
            labels[ROLE] = role
        if attempt:
            labels[ATTEMPT] = str(attempt)
        return labels

    def filters(
        self, session: SessionId | None = None, *, role: str = ""
    ) -> dict[str, str | list[str]]:
        """Return the Engine's filter for things of this installation, or of one session or role."""
        labels = self.labels(session, role=role)
        return {"label": [f"{key}={value}" for key, value in labels.items()]}

    def _of(self, session: SessionId) -> str:
        return f"halyard-{self.installation}-{session}"


def is_ours(wanted: Mapping[str, str], found: Mapping[str, str] | None) -> bool:
    """Whether a thing that was `found` by its name carries every label of ours."""
    return all((found or {}).get(key) == value for key, value in wanted.items())
