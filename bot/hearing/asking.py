"""What an asker may do, looked up before anything is kept."""

from dataclasses import dataclass

from bot.core.registry import Registry
from bot.core.run import require
from bot.dispatch import Heard
from engine.api import Engine, Refused, UseCases


@dataclass(frozen=True, slots=True)
class Asking:
    """Looks at what is asked for; whatever it finds is decided anew when it is done."""

    engine: Engine
    registry: Registry

    def is_public(self, use: UseCases, heard: Heard) -> bool:
        """Whether the answer is for all; a refusal is not, so one that can be foreseen is private.

        A platform may want to know before the answer is made.
        """
        path = heard.call.path
        if path not in self.registry or not self.registry.find(path).public:
            return False
        return self._why_not(use, heard) is None

    async def refusal(self, heard: Heard) -> Refused | None:
        """Return why the call is not allowed, or its values do not fit, as rows tell now."""
        return await self.engine.read(lambda use: self._why_not(use, heard))

    def _why_not(self, use: UseCases, heard: Heard) -> Refused | None:
        try:
            command = self.registry.find(heard.call.path)
            require(use, heard.asker, command, heard.call.values)
            command.bind(heard.call.values)
        except Refused as error:
            return error
        return None
