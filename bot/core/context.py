"""Who asks, from where, and what answers them."""

from dataclasses import dataclass

from engine.api import ActorId, Asker, Conversation, Sight, UseCases, Whence


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What a handler knows of the call besides its arguments."""

    asker: Asker
    conversation: Conversation
    engine: UseCases
    """On the open transaction that also stores the answer."""
    is_local: bool
    """Whether it came over the local API, from a person on this machine."""

    speaker: str = ""
    """What the platform calls who asks; empty if it did not tell."""

    @property
    def whence(self) -> Whence:
        """Where it was said, for those who follow elsewhere."""
        return Whence(self.conversation, self.speaker)

    @property
    def actor(self) -> ActorId:
        """The account that asks, whatever groups it is in and whoever else's it is."""
        return self.asker.actor

    @property
    def sight(self) -> Sight:
        """What they may see."""
        return self.engine.access.sight(self.asker)
