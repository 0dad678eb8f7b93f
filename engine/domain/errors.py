"""What can go wrong, by who can act on it.

* EngineError
  * Refused: the person who asked can fix it; the message is shown to them.
    * InvalidInput
    * NotFound
    * NotAllowed
    * Conflict: it was decided, or moved on, before this came.
  * Unavailable: something outside failed; asking again later may work.
    * HostUnavailable
  * Failed: work on a host ended with an answer that asking again will not change.
    * PrepareFailed
    * ContainerLost
    * LogDamaged

Any other exception is a bug.
"""


class EngineError(Exception):
    """Base of every error the engine raises on purpose."""


class Refused(EngineError):
    """The request cannot be granted as it stands. The text is a sentence for the person."""


class InvalidInput(Refused):
    """A value is missing or malformed."""


class NotFound(Refused):
    """No such thing, or none that this actor may see."""


class NotAllowed(Refused):
    """The actor lacks the permission."""


class Conflict(Refused):
    """The thing has moved on; the text says who or what was first."""


class Unavailable(EngineError):
    """Something outside this service did not do its part."""


class HostUnavailable(Unavailable):
    """A Docker host did not answer, or answered nonsense."""


class Failed(EngineError):
    """Work outside ended, and trying again as it is would end the same way."""


class PrepareFailed(Failed):
    """The work volume could not be filled; the text says why, for the person."""


class ContainerLost(Failed):
    """The container is not there, or is no longer running."""


class LogDamaged(Failed):
    """A container's log cannot be read to its end: the host had no room for a part of it."""
