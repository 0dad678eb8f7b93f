"""Says things to Halyard until they are answered, by the same key each time."""

import asyncio
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from random import Random
from typing import Any
from uuid import uuid4

from tests.halyard import Cut, Halyard

RETRY_S = 0.05
ANSWER_S = 120.0
"""From saying something first to its answer, across all kills between."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Saying:
    """Something that was said and answered."""

    key: str
    path: str
    values: Mapping[str, str]
    answer: Mapping[str, Any]
    tries: int

    @property
    def is_done(self) -> bool:
        """Whether Halyard accepted it."""
        return bool(self.answer["outcome"] == "done")

    @property
    def data(self) -> Mapping[str, Any]:
        """What it answered for programs."""
        found = self.answer["message"]["data"]
        return found if isinstance(found, Mapping) else {}


class Speaker:
    """All that people say goes through here, so that it can be counted at the end."""

    def __init__(self, halyard: Halyard, rng: Random, *, again: float) -> None:
        """Say `again` of what was answered once more: 0 is nothing, 1 all."""
        self._halyard = halyard
        self._again = again
        self._rng = rng
        self.said: list[Saying] = []
        self.contradictions: list[str] = []
        self.acknowledged: defaultdict[int, asyncio.Event] = defaultdict(asyncio.Event)
        """Number of a start -> set once that process has answered something."""

    async def say(self, path: str, **values: str) -> Saying:
        """Say it until it is answered; now and then once more, which must answer the same."""
        key = uuid4().hex
        async with asyncio.timeout(ANSWER_S):
            answer, tries = await self._answer(path, key, values)
            if self._rng.random() < self._again:
                again, _ = await self._answer(path, key, values)
                if again != answer:
                    self.contradictions.append(f"{path} {values}: {answer}, then {again}")
        saying = Saying(key=key, path=path, values=values, answer=answer, tries=tries)
        self.said.append(saying)
        return saying

    async def _answer(
        self, path: str, key: str, values: Mapping[str, str]
    ) -> tuple[Mapping[str, Any], int]:
        tries = 0
        while True:
            tries += 1
            start = self._halyard.starts
            try:
                answer = await self._halyard.call(path, key=key, **values)
            except Cut:
                await asyncio.sleep(RETRY_S)
            else:
                self.acknowledged[start].set()
                return answer, tries
