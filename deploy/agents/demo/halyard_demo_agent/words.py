"""The words that steer the agent, and how a task is read."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

from halyard_demo_agent import antics
from halyard_demo_agent.turn import Turn
from halyard_demo_agent.work import work


@dataclass(frozen=True, slots=True)
class Word:
    """One word, as a task may hold it: `name` or `name=value`."""

    usage: str
    default: str
    doc: str
    act: Callable[[Turn, str], Awaitable[None]]


async def _work(turn: Turn, _how: str) -> None:
    await work(turn)


WORDS: Mapping[str, Word] = {
    "slow": Word("slow=N/S", "10/5", "N texts a second for S seconds", antics.slow),
    "ask": Word("ask=N", "1", "asks N times to run a command", antics.ask),
    "fail": Word("fail=TEXT", "failed-as-asked", "ends with an error", antics.fail),
    "die": Word("die=CODE", "3", "the process exits at once", antics.die),
    "silent": Word("silent=S", "60", "says nothing for S seconds", antics.silent),
    "junk": Word("junk=N", "1", "N lines on stdout that are no messages", antics.junk),
    "big": Word("big=BYTES", "1048576", "one text of that size", antics.big),
    "flood": Word("flood=N", "1000", "N texts as fast as possible", antics.flood),
    "both": Word("both=N", "1000", "N lines each to stdout and stderr, by turns", antics.both),
    "memory": Word("memory=MIB", "", "takes memory, without a value until killed", antics.memory),
    "work": Word("work", "", "the honest work, among other words", _work),
}


def acts_of(task: str) -> Sequence[tuple[Word, str]]:
    """Return what a task asks for, in order: the honest work, unless words say otherwise.

    Bare words count only where a task is nothing but words (and marks such as `#17`), so that a
    sentence may hold "ask" or "both"; a word with a value counts everywhere.
    """
    tokens = [token.partition("=") for token in task.split() if not token.startswith("#")]
    is_plain = all(name in WORDS for name, _, _ in tokens)
    acts = [
        (WORDS[name], value or WORDS[name].default)
        for name, equals, value in tokens
        if name in WORDS and (is_plain or equals)
    ]
    return acts or [(WORDS["work"], "")]
