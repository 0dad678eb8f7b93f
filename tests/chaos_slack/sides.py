"""How both sides of the books are read in Slack.

Slack tells no stamp of what it shows to one person at an address, and keeps none of what it shows
to one person: so that is found by who asked, and what nobody can tell may be there or not.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

from bot.slack.people import PLATFORM, actor_of
from bot.slack.whispers import NOTHING
from bot.slack.windows import NOT_OPENED
from tests.chaos_chat.books import SHOW, Asked, Books, Shown, Spoken, is_late, stored
from tests.chaos_slack.look import look_in, look_of
from tests.chaos_slack.people import Sent, SlackPeople
from tests.emulators.slack import Message
from tests.halyard import Row

NOTICE = NOT_OPENED.partition("{")[0].partition(".")[0]
"""How a line begins that nothing depends on."""


async def books_of(people: SlackPeople) -> Books:
    """Read both sides."""
    rows = await stored(people.sight.halyard, PLATFORM, look_in)
    return _Sides(people, rows).books()


class _Sides:
    """What both sides hold at one moment."""

    def __init__(self, people: SlackPeople, rows: Mapping[str, Sequence[Row]]) -> None:
        self._town, self._people, self._rows = people.town, people, rows
        self._ours = [m for m in people.town.slack.all_messages() if m.is_bot]
        self._seqs = {row["key"]: row["seq"] for row in self._rows["inbox"]}
        self._answers = {row["answers"]: row for row in self._rows["deliveries"] if row["answers"]}
        self._lines = _by_number(self._ours)
        self._noted = _by_delivery(self._ours)

    def books(self) -> Books:
        """Return them."""
        asked = [self._asked(sent) for sent in self._people.sent]
        whispered = {one.key: one.answers for one in asked}
        deliveries = [_received(row, whispered) for row in self._rows["deliveries"]]
        return Books(
            asked=asked,
            spoken=[self._spoken(one) for one in self._people.spoken],
            shown=list(self._shown(deliveries)),
            texts=dict(self._people.sight.texts),
            threads=self._threads(),
            channels=self._channels,
            **{**self._rows, "deliveries": deliveries},
        )

    # --- what was asked --------------------------------------------------------------------------

    def _asked(self, sent: Sent) -> Asked:
        key = self._key(sent)
        return Asked(
            key=key,
            path=sent.call.path,
            values=sent.call.values,
            is_acknowledged=sent.asked.acknowledged,
            is_cut=self._is_cut(sent),
            is_form=sent.is_form,
            answers=self._answering(key, sent),
        )

    def _key(self, sent: Sent) -> str:
        actor, interaction = actor_of(self._town.team, sent.person.id), sent.asked.interaction
        form = interaction.submitted
        return f"{actor}/view:{form.id}" if form else f"{actor}/trigger:{interaction.trigger_id}"

    def _is_cut(self, sent: Sent) -> bool:
        """Whether it was acknowledged too late, or its socket ended before it had to be."""
        delivery, sockets = sent.asked.delivery, self._town.slack.sockets
        within = timedelta(seconds=self._town.slack.world.limits.answer_within_s)
        ends = [(a, sockets.ended.get(a.way)) for a in delivery.attempts]
        lost = any(end is not None and end <= attempt.at + within for attempt, end in ends)
        return not delivery.is_acked and (delivery.acks > 0 or lost)

    def _answering(self, key: str, sent: Sent) -> Sequence[str]:
        row = self._answers.get(key)
        if row is None:
            return []
        if is_late(row):
            return self._lines[self._seqs[key]]
        if row["receipt"] == NOTHING:
            return [m.ts for m in sent.at.answers if not _is_notice(m)]
        return self._noted[row["id"]] or [ts for ts in [row["receipt"]] if ts]

    def _spoken(self, one: Spoken) -> Spoken:
        _, channel, ts = one.key.rpartition(":")[2].split("/")
        there = self._town.slack.world.channels[channel].messages.get(ts)
        is_deleted = there is None or there.subtype == "tombstone"
        return replace(one, text=there.text if there else "", is_deleted=is_deleted)

    # --- what is shown ---------------------------------------------------------------------------

    def _shown(self, deliveries: Sequence[Row]) -> Iterator[Shown]:
        receipts = {row["receipt"] for row in deliveries}
        uncertain = self._uncertain()
        files: set[tuple[str, str]] = set()
        for message in self._ours:
            place = (message.seen_only_by or "", message.channel_id, _thread(message))
            if message.seen_only_by and message.ts not in receipts and uncertain[place] > 0:
                uncertain[place] -= 1
            elif not message.files or not files.isdisjoint(_names(message)):
                yield Shown(id=message.ts, place=place[2] or place[1], look=look_of(message))
            files.update(_names(message))

    def _uncertain(self) -> Counter[tuple[str, str, str]]:
        """Count what one person may see of which nobody can tell: by who, where."""
        received = {row["key"]: row for row in self._rows["inbox"]}
        late = filter(is_late, self._rows["deliveries"])
        answers = ((json.loads(received[row["answers"]]["origin"]), row) for row in late)
        places = [(origin["user"], row["channel"], row["thread"]) for origin, row in answers]
        forms = [_place(sent) for sent in self._people.sent if sent.is_form]
        return Counter([*places, *forms])

    @property
    def _channels(self) -> list[str]:
        return [channel.id for some in self._town.channels.values() for channel in some]

    def _threads(self) -> list[str]:
        ours = {m.ts for m in self._ours if m.channel_id in self._channels}
        return sorted(ours & {m.thread_ts for m in self._replies()})

    def _replies(self) -> Iterator[Message]:
        return (m for m in self._town.slack.all_messages() if m.is_reply)


def _received(row: Row, whispered: Mapping[str, Sequence[str]]) -> Row:
    """Return a delivery with what stands for the receipt that Slack gives none of."""
    found = whispered.get(row["answers"], ()) if row["receipt"] == NOTHING else ()
    return {**row, "receipt": found[0]} if found else row


def _by_number(messages: Sequence[Message]) -> Mapping[int, list[str]]:
    lines: defaultdict[int, list[str]] = defaultdict(list)
    for message in messages:
        for number in look_of(message).numbers(SHOW):
            lines[number].append(message.ts)
    return lines


def _by_delivery(messages: Sequence[Message]) -> Mapping[str, list[str]]:
    noted: defaultdict[str, list[str]] = defaultdict(list)
    for message in messages:
        name = ((message.metadata or {}).get("event_payload") or {}).get("delivery", "")
        noted[name.rpartition("-")[0]].append(message.ts)
    return noted


def _is_notice(message: Message) -> bool:
    return NOTICE in message.text


def _names(message: Message) -> set[tuple[str, str]]:
    return {(message.channel_id, file.name) for file in message.files}


def _thread(message: Message) -> str:
    return message.thread_ts or ""


def _place(sent: Sent) -> tuple[str, str, str]:
    """Return who is told, and where, that a form was not opened."""
    asked = sent.asked.interaction
    about = asked.about
    channel = asked.channel.id if asked.channel else ""
    return sent.person.id, channel, about.thread_ts or "" if about and about.is_reply else ""
