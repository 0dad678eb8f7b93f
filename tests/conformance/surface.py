"""What a person does on a face and sees of it, whichever face it is."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from bot.core.answer import Answer
from engine.api import ActorId
from tests.conformance.read_back import Seen

DISCORD, SLACK, LOCAL = "Discord", "Slack", "local API"
FACES = (DISCORD, SLACK, LOCAL)
ANN, BOB, EVE = "ann", "bob", "eve"
"""An admin; who works on the project and decides; and who was given nothing."""
PEOPLE = (ANN, BOB, EVE)
Files: TypeAlias = Mapping[str, tuple[str, bytes]]
"""Option -> name and content."""
Values: TypeAlias = Mapping[str, str]
Later: TypeAlias = Callable[[], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """The answer to one thing that was asked for."""

    answer: Answer
    """As it is kept."""
    seen: Seen
    """As the face shows it."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """A text that was said to a session, and that may be changed."""

    who: str
    thing: object
    """What the face knows it by."""


class Surface(Protocol):
    """One face of a running Halyard, with people at it."""

    @property
    def name(self) -> str:
        """Which face it is."""
        ...

    def actor(self, who: str) -> ActorId:
        """Return how Halyard knows somebody here."""
        ...

    async def run(
        self,
        who: str,
        path: str,
        values: Values | None = None,
        *,
        files: Files | None = None,
        twice: bool = False,
    ) -> Told:
        """Make a command; `twice`: it is delivered a second time."""
        ...

    async def start(self, who: str, task: str) -> str:
        """Start a session on the project, and return its name."""
        ...

    async def say(
        self, who: str, session: str, text: str, file: tuple[str, bytes] | None = None
    ) -> Spoken:
        """Say to a session what it is to do next, in the way that is natural here."""
        ...

    async def interrupt(self, who: str, session: str, text: str) -> None:
        """Say it so that the agent leaves what it does."""
        ...

    async def edit(self, spoken: Spoken, text: str) -> None:
        """Change what was said."""
        ...

    async def delete(self, spoken: Spoken) -> None:
        """Take back what was said."""
        ...

    async def question(self, session: str) -> Seen:
        """Return the question that a session puts to people, once it can be seen."""
        ...

    async def press(self, who: str, session: str, label: str) -> Told:
        """Press a button of that question."""
        ...

    async def hears(self, session: str, text: str) -> None:
        """Return once a person can read `text` there, all of it."""
        ...

    async def file(self, session: str, name: str) -> bytes:
        """Return a file that a session gave, once it is there."""
        ...

    async def say_to_nobody(self, who: str, session: str, text: str) -> Later:
        """Say something while Halyard is down; return what one does when it is back."""
        ...
