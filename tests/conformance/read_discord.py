"""Messages of Discord, read back."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.core.call import Call
from bot.discord.draft import Draft
from bot.drawing.attached import Made
from tests.conformance.read_back import EPHEMERAL, Seen, Visibility, squeezed
from tests.conformance.read_markup import read

BEGINNING = re.compile(r"^-# The beginning\. All of it \([^)]*\) is in `([^`]*)`\.$", re.MULTILINE)
SHORTENED = re.compile(
    r"^-# Shortened\. The whole message \([^)]*\) is in `([^`]*)`\.$", re.MULTILINE
)
PINGS = re.compile(r"^-# (?:<@\d+> ?)+(?:· )?", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Held:
    """A message as Discord holds it."""

    body: Mapping[str, Any]
    """What was posted, or what a client is given for it."""
    files: Mapping[str, str] = field(default_factory=dict)
    """Name -> content, as text."""


def held(draft: Draft) -> Held:
    """Return what Discord holds when it has taken a draft."""
    files = {f.name: f.text if isinstance(f, Made) else "" for f in draft.files}
    return Held(draft.body, files)


def read_discord(messages: Sequence[Held]) -> Seen:
    """Return what is seen of one neutral message, whatever number of posts it took."""
    files = {name: text for message in messages for name, text in message.files.items()}
    markup = "".join(message.body["content"] for message in messages)
    embeds = [embed for message in messages for embed in message.body["embeds"]]
    shown = [_told(markup, embeds), *(_description(embed) for embed in embeds)]
    made = {name for text in shown for name in _named(text)}
    return Seen(
        title="".join(read(embed.get("title", "")) for embed in embeds),
        text="".join(_with_files(text, files) for text in shown) + _footers(embeds),
        fields=tuple(_fields(embeds)),
        buttons=tuple(_buttons(messages)),
        files=tuple(name for name in files if name not in made),
        visibility=_visibility(messages),
        whole="".join(files[name] for text in shown for name in SHORTENED.findall(text)),
    )


def _told(markup: str, embeds: Sequence[Mapping[str, Any]]) -> str:
    """Return content without the mentions that notify: beside an embed it has nothing else."""
    return "" if embeds else PINGS.sub("-# ", markup)  # pings


def _description(embed: Mapping[str, Any]) -> str:
    return str(embed.get("description", ""))


def _named(markup: str) -> list[str]:
    return [*BEGINNING.findall(markup), *SHORTENED.findall(markup)]


def _with_files(markup: str, files: Mapping[str, str]) -> str:
    """Return the text with each file in place of its beginning."""
    before, *rest = BEGINNING.split(markup)
    text = squeezed(read(before))
    for name, after in zip(rest[::2], rest[1::2], strict=True):
        text = _replaced(text, squeezed(files[name])) + squeezed(read(after))  # file
    return text


def _replaced(text: str, whole: str) -> str:
    """Return `text` with `whole` in place of as much of it as stands at the end."""
    longest = min(len(text), len(whole))
    begun = next(n for n in range(longest, -1, -1) if text.endswith(whole[:n]))
    return text[: len(text) - begun] + whole


def _footers(embeds: Sequence[Mapping[str, Any]]) -> str:
    return "".join(embed.get("footer", {}).get("text", "") for embed in embeds)


def _fields(embeds: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, str]]:
    for embed in embeds:
        yield from ((read(f["name"]), read(f["value"])) for f in embed.get("fields", ()))


def _buttons(messages: Sequence[Held]) -> Iterator[tuple[str, Call]]:
    for message in messages:
        for row in message.body["components"]:
            yield from ((b["label"], Call.decode(b["custom_id"])) for b in row["components"])


def _visibility(messages: Sequence[Held]) -> Visibility:
    is_private = any(message.body["flags"] & EPHEMERAL for message in messages)
    return Visibility.PRIVATE if is_private else Visibility.PUBLIC
