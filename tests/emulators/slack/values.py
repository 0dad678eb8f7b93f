"""Users, files, messages and views as they are at one moment."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeAlias

Json: TypeAlias = dict[str, Any]

SELECTS = {"static_select", "multi_static_select", "users_select", "multi_users_select",
           "conversations_select", "multi_conversations_select", "channels_select",
           "multi_channels_select", "external_select", "multi_external_select", "overflow",
           "radio_buttons", "checkboxes"}  # fmt: skip
CLICKABLE = {"actions", "section", "context_actions"}


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """An uploaded file."""

    id: str
    name: str
    title: str
    data: bytes
    mimetype: str
    user_id: str
    made_at: datetime
    url: str
    """Where it is downloaded, with a token."""
    alt_text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A message as it is now; a change makes another with the same `ts`."""

    channel_id: str
    ts: str
    user_id: str
    text: str
    made_at: datetime
    is_bot: bool = False
    thread_ts: str | None = None
    """Of the message that began the thread; of a parent, its own, once it has replies."""
    subtype: str | None = None
    client_msg_id: str | None = None
    blocks: Sequence[Json] = ()
    attachments: Sequence[Json] = ()
    metadata: Json | None = None
    files: Sequence[File] = ()
    edited_ts: str | None = None
    reactions: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Name of an emoji to who gave it."""
    is_broadcast: bool = False
    """Whether a reply shows in the channel too."""
    seen_only_by: str | None = None
    """The one who sees an ephemeral message; None for what all see."""
    unfurl_links: bool = True
    unfurl_media: bool = True
    is_pinned: bool = False

    @property
    def is_reply(self) -> bool:
        return self.thread_ts is not None and self.thread_ts != self.ts

    @property
    def buttons(self) -> list[Json]:
        """The buttons in it, in order."""
        return [e for _, e in elements_of(self.blocks) if e["type"] == "button"]

    @property
    def labels(self) -> list[str]:
        """The labels of its buttons."""
        return [str(button["text"]["text"]) for button in self.buttons]

    @property
    def shown(self) -> str:
        """All that a person reads in it."""
        return "\n".join([self.text, *texts_of(self.blocks)]) if self.blocks else self.text


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """A modal or a home tab as it is now; a change makes another with the same id."""

    id: str
    user_id: str
    definition: Json
    """What the bot sent."""
    hash: str
    root_id: str
    previous_id: str | None = None
    asked_id: str | None = None
    """What was asked when it was opened."""
    errors: Mapping[str, str] = field(default_factory=dict)
    """By block id: what the bot found wrong with what was submitted."""

    @property
    def type(self) -> str:
        return str(self.definition["type"])

    @property
    def title(self) -> str:
        return str((self.definition.get("title") or {}).get("text", ""))

    @property
    def callback_id(self) -> str:
        return str(self.definition.get("callback_id") or "")

    @property
    def blocks(self) -> Sequence[Json]:
        blocks: Sequence[Json] = self.definition.get("blocks") or []
        return blocks

    @property
    def inputs(self) -> list[Json]:
        """Its input blocks, in order."""
        return [block for block in self.blocks if block["type"] == "input"]

    @property
    def labels(self) -> list[str]:
        """The labels of its buttons."""
        found = [e for _, e in elements_of(self.blocks) if e["type"] == "button"]
        return [str(button["text"]["text"]) for button in found]

    @property
    def shown(self) -> str:
        """All that a person reads in it."""
        return "\n".join([self.title, *texts_of(self.blocks)])


def elements_of(blocks: Sequence[Json]) -> Iterator[tuple[Json, Json]]:
    """Every element that can be clicked or chosen in, with its block."""
    for block in blocks:
        if block.get("type") not in CLICKABLE:
            continue
        for element in [*(block.get("elements") or ()), block.get("accessory")]:
            if element and element.get("action_id"):
                yield block, element


def texts_of(value: Any) -> Iterator[str]:
    """Every text in blocks, in order; a line of rich text is one."""
    if isinstance(value, list | tuple):
        for item in value:
            yield from texts_of(item)
    elif isinstance(value, dict):
        if str(value.get("type")) in RICH_LINES:
            yield "".join(rich_texts(value.get("elements") or []))
            return
        for name, inner in value.items():
            if name == "text" and isinstance(inner, str):
                yield inner
            elif isinstance(inner, dict | list):
                yield from texts_of(inner)


RICH_LINES = {"rich_text_section", "rich_text_preformatted", "rich_text_quote"}


def rich_texts(elements: Sequence[Json]) -> Iterator[str]:
    """What one reads of the elements of a line of rich text."""
    for element in elements:
        shown = RICH.get(str(element.get("type")))
        if shown is not None:
            yield shown(element)


RICH: Mapping[str, Callable[[Json], str]] = {
    "text": lambda it: str(it["text"]),
    "link": lambda it: str(it.get("text") or it["url"]),
    "user": lambda it: f"<@{it['user_id']}>",
    "channel": lambda it: f"<#{it['channel_id']}>",
    "usergroup": lambda it: f"<!subteam^{it['usergroup_id']}>",
    "emoji": lambda it: f":{it['name']}:",
    "broadcast": lambda it: f"<!{it['range']}>",
}
"""How each kind of element is read, as mrkdwn writes it."""
