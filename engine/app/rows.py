"""The rows that stand for one container."""

from engine.app.desk import Desk
from engine.domain.attempt import Attempt
from engine.domain.errors import ContainerLost
from engine.domain.session import Session


def rows_of(desk: Desk, attempt: Attempt) -> tuple[Session, Attempt]:
    """Return the session and the attempt as they are stored now.

    Raises:
        ContainerLost: the attempt has no row.
    """
    found = desk.tx.attempts.find(attempt.session, attempt.number)
    if found is None:
        raise ContainerLost(f"Attempt {attempt.number} of {attempt.session} has no row.")
    return desk.tx.sessions.get(attempt.session), found


def find_attempt(desk: Desk, session: Session) -> Attempt | None:
    """Return the session's newest attempt, if it came to one."""
    current = desk.tx.sessions.get(session.id)
    return desk.tx.attempts.find(session.id, current.attempt)
