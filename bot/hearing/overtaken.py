"""Messages whose change or deletion is told before they are themselves."""

from collections import OrderedDict
from dataclasses import dataclass, field

from bot.hearing.utterance import Mark, Utterance

KEPT_MAX = 1000


@dataclass(frozen=True, slots=True)
class Overtaken:
    """Keeps what became of messages that were not heard yet, the newest `KEPT_MAX` of them.

    A message that a crash makes us hear again is read as it is by then, so memory is enough.
    """

    _newest: OrderedDict[str, Utterance | None] = field(default_factory=OrderedDict)

    def note(self, mark: Mark, said: Utterance | None) -> None:
        """Keep what a message says by now; none if it is deleted."""
        self._newest[mark.key] = said
        if len(self._newest) > KEPT_MAX:
            self._newest.popitem(last=False)

    def newest(self, said: Utterance) -> Utterance | None:
        """Return what a message says by now; none if it is deleted."""
        return self._newest.get(said.mark.key, said)
