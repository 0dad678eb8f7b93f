"""The whole on Discord, and how both sides of the books are read there."""

import json
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

from bot.discord.places import PLATFORM
from tests.chaos_chat import reporting
from tests.chaos_chat.books import Asked, Books, Look, Shown, Spoken, stored
from tests.chaos_chat.run import Progress, Scene, Size, play
from tests.chaos_chat.town import Company, Intruder
from tests.chaos_discord.people import DiscordPeople, Sent
from tests.chaos_discord.sight import DiscordSight
from tests.chaos_discord.storm import DiscordStorm
from tests.chaos_discord.town import Crowd, opened_town
from tests.emulators.discord import Message
from tests.halyard import Halyard

FORM = 9
"""How the platform calls it that an interaction was answered with a form."""


async def chaos(folder: Path, size: Size, seed: int, tell: Progress) -> Books:
    """Let people use Halyard on Discord in a storm; return what is to be counted."""
    return await play(_opened(folder, seed), size, tell)


@asynccontextmanager
async def _opened(folder: Path, seed: int) -> AsyncIterator[Scene]:
    async with opened_town(folder, seed, program=reporting.PROGRAM) as town:
        people, storm = a_play(town, town.halyard, seed)
        yield Scene([people], [storm], lambda: books_of(people))


def a_play(town: Crowd, halyard: Halyard, seed: int) -> tuple[DiscordPeople, DiscordStorm]:
    """Return what people do there, and their storm."""
    rng = Random(seed)  # noqa: S311 - chooses moments, not secrets
    channels = {name: [channel] for name, channel in town.channels.items()}
    robot = Intruder(person=town.other_bot, is_for_us=False)
    company = Company(
        able=town.able, intruders=[robot, robot, Intruder(person=town.unable, is_for_us=True)]
    )
    sight = DiscordSight(platform=PLATFORM, halyard=halyard, rng=rng, channels=channels, town=town)
    people = DiscordPeople(company=company, rng=rng, sight=sight, town=town)
    return people, DiscordStorm(halyard=halyard, people=people, rng=rng, town=town)


async def books_of(people: DiscordPeople) -> Books:
    """Read both sides."""
    town, discord = people.town, people.town.discord
    rows = await stored(people.sight.halyard, PLATFORM, _look_in)
    threads = [t for channel in town.channels.values() for t in discord.threads(channel)]
    return Books(
        asked=[_asked(sent) for sent in people.sent],
        spoken=[_spoken(town, one) for one in people.spoken],
        shown=[_shown(m) for m in discord.all_messages() if _is_ours(town, m)],
        texts=dict(people.sight.texts),
        threads=[str(thread.id) for thread in threads],
        channels=[str(channel.id) for channel in town.channels.values()],
        **rows,
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


def _spoken(town: Crowd, one: Spoken) -> Spoken:
    id_ = int(one.key.rpartition(":")[2])
    there = town.discord.world.place(int(one.place)).messages.get(id_)
    return replace(one, text=there.content if there else "", is_deleted=there is None)


def _is_ours(town: Crowd, message: Message) -> bool:
    """Whether the bot says something with it: not "thinking", nor that a thread was opened."""
    is_said = bool(message.content or message.embeds or message.components or message.files)
    return message.author.id == town.discord.world.bot.id and is_said and not message.loading


def _shown(message: Message) -> Shown:
    body = {
        "content": message.content,
        "embeds": message.embeds,
        "components": message.components,
    }
    look = _look_of(body, [file.name for file in message.files])
    return Shown(id=str(message.id), place=str(message.channel_id), look=look)


def _look_in(draft: str) -> Look:
    plain = json.loads(draft)
    return _look_of(plain["body"], [file["name"] for file in plain["files"]])


def _look_of(body: Mapping[str, Any], files: Sequence[str]) -> Look:
    """Return what people see of a message, as it is drafted or as the platform shows it."""
    words = [body.get("content", "")]
    for embed in body.get("embeds", ()):
        words += [embed.get("title", ""), embed.get("description", "")]
        words += [text for f in embed.get("fields", ()) for text in (f["name"], f["value"])]
        words.append(embed.get("footer", {}).get("text", ""))
    buttons = (item for row in body.get("components", ()) for item in row.get("components", ()))
    return Look(
        words=tuple(str(text).strip() for text in (*words, *files)),
        buttons=tuple(str(item.get("custom_id", "")) for item in buttons),
    )
