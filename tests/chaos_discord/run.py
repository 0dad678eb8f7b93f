"""The whole: people on Discord, trouble, kills, rest, and both sides of the books."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from time import monotonic

from tests.chaos_discord.books import Asked, Books, Shown, Spoken, look_of, stored
from tests.chaos_discord.count import at_rest, spoken
from tests.chaos_discord.people import People, Sent
from tests.chaos_discord.sight import Sight
from tests.chaos_discord.storm import Storm
from tests.chaos_discord.town import Town, opened_town
from tests.emulators.discord import Message

PER_S = 25.0
AT_ONCE = 12
REST_S = 240.0
"""A doubt is settled within 130 s, and what was overheard is read within 180 s."""
STILL_S = 2.0
"""For so long nothing may have changed."""
FORM = 9
"""How the platform calls it that an interaction was answered with a form."""
Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How much of everything there is to be."""

    said: int
    kills: int
    per_s: float = PER_S
    rest_s: float = REST_S


async def chaos(folder: Path, size: Size, *, seed: int, tell: Progress) -> Books:
    """Let people use Halyard in a storm; return what is to be counted."""
    begun, rng = monotonic(), Random(seed)  # noqa: S311 - chooses moments, not secrets

    def note(text: str) -> None:
        tell(f"{monotonic() - begun:6.1f} s  {text}")

    async with opened_town(folder, seed) as town:
        people = People(town, rng, Sight(town, rng))
        storm = Storm(town, people, rng)
        note("people begin")
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(people.live(size.said, per_s=size.per_s, at_once=AT_ONCE))
            tasks.create_task(storm.blow(size.kills, said=size.said))
        storm.calm()
        note(f"{people.acts} things were done and Halyard was killed {storm.kills} times")
        await rest(town, people, limit_s=size.rest_s)
        note("all has come to rest")
        return await asyncio.to_thread(books_of, town, people)


async def rest(town: Town, people: People, *, limit_s: float) -> None:
    """Wait until nothing moves any more, or for as long as it may take; the count tells."""
    still_since, before = monotonic(), ""
    ends = monotonic() + limit_s
    while monotonic() < ends:
        books = await asyncio.to_thread(books_of, town, people)
        now = _moving(books)
        if now != before:
            still_since, before = monotonic(), now
        if now == "" and monotonic() - still_since > STILL_S:
            return
        await asyncio.sleep(STILL_S / 4)


def _moving(books: Books) -> str:
    return "\n".join([*at_rest(books), *spoken(books)])


def books_of(town: Town, people: People) -> Books:
    """Read both sides."""
    discord = town.discord
    threads = [t for channel in town.channels.values() for t in discord.threads(channel)]
    return Books(
        asked=[_asked(sent) for sent in people.sent],
        spoken=[_spoken(town, one) for one in people.spoken],
        shown=[_shown(m) for m in discord.all_messages() if _is_ours(town, m)],
        texts=dict(people.sight.texts),
        threads=[str(thread.id) for thread in threads],
        **stored(town.halyard),
    )


def _asked(sent: Sent) -> Asked:
    asked = sent.asked
    return Asked(
        key=f"discord:{sent.member.id}/{asked.id}",
        path=sent.path,
        values=sent.values,
        is_acknowledged=asked.acknowledged,
        is_form=asked.interaction.callback == FORM,
        is_thinking=asked.is_loading,
        answers=[str(message.id) for message in asked.answers],
    )


def _spoken(town: Town, one: Spoken) -> Spoken:
    id_ = int(one.key.rpartition(":")[2])
    return replace(one, is_deleted=id_ not in town.discord.world.place(int(one.place)).messages)


def _is_ours(town: Town, message: Message) -> bool:
    """Whether the bot says something with it: not "thinking", nor that a thread was opened."""
    is_said = bool(message.content or message.embeds or message.components or message.files)
    return message.author.id == town.discord.world.bot.id and is_said and not message.loading


def _shown(message: Message) -> Shown:
    body = {
        "content": message.content,
        "embeds": message.embeds,
        "components": message.components,
    }
    return Shown(id=str(message.id), place=str(message.channel_id), look=look_of(body))
