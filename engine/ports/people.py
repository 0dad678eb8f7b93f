"""Which accounts belong to one person, and the codes that link them: part of the store."""

from collections.abc import Sequence
from typing import Protocol

from engine.domain.person import Account, LinkCode
from engine.domain.values import ActorId


class People(Protocol):
    """Persons with more than one account; who has one only is not kept."""

    def accounts(self, actor: ActorId) -> Sequence[Account]:
        """Return all accounts of an actor's person, the one that stands for them first."""
        ...

    def save(self, account: Account) -> None:
        """Store an account, in place of what was stored of the same actor."""
        ...

    def remove(self, actor: ActorId) -> None:
        """Remove an account; none is no error."""
        ...

    def code(self, digest: str) -> LinkCode | None:
        """Return the code of this digest, if there is one."""
        ...

    def add_code(self, code: LinkCode) -> None:
        """Add a code; another one of the same actor goes, unless it was used."""
        ...

    def save_code(self, code: LinkCode) -> None:
        """Replace the stored code of the same digest."""
        ...
