"""What is in the world and does not change: a change is another value."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum, IntFlag
from typing import Any

Json = dict[str, Any]


class Kind(IntEnum):
    """What a person did that became an interaction."""

    COMMAND = 2
    COMPONENT = 3
    AUTOCOMPLETE = 4
    MODAL = 5


class Flag(IntFlag):
    """Of a message."""

    SUPPRESS_EMBEDS = 1 << 2
    HAS_THREAD = 1 << 5
    EPHEMERAL = 1 << 6
    LOADING = 1 << 7
    SUPPRESS_NOTIFICATIONS = 1 << 12
    COMPONENTS_V2 = 1 << 15


NO_FLAGS = Flag(0)


class MessageType(IntEnum):
    DEFAULT = 0
    THREAD_CREATED = 18
    REPLY = 19
    COMMAND = 20
    THREAD_STARTER = 21
    CONTEXT_MENU = 23


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """An account, of a person or of a bot."""

    id: int
    name: str
    is_bot: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """Of a guild; the role with the guild's own id is everyone's."""

    id: int
    name: str
    permissions: int = 0
    managed_by: int | None = None
    """The bot whose own role it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """An attachment, as uploaded."""

    id: int
    name: str
    data: bytes = field(repr=False)
    url: str
    description: str | None = None
    content_type: str = "application/octet-stream"

    @property
    def text(self) -> str:
        """What it says, as UTF-8."""
        return self.data.decode()


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A message as it is at one moment; the world has the present one."""

    id: int
    channel_id: int
    author: User
    created_at: datetime
    type: MessageType = MessageType.DEFAULT
    content: str = ""
    embeds: tuple[Json, ...] = ()
    components: tuple[Json, ...] = ()
    files: tuple[File, ...] = ()
    flags: Flag = NO_FLAGS
    edited_at: datetime | None = None
    nonce: str | None = None
    reply_to: int | None = None
    """The message that it answers."""
    mentions: tuple[User, ...] = ()
    mention_roles: tuple[int, ...] = ()
    mention_everyone: bool = False
    pinged: frozenset[int] = frozenset()
    """The users whom it really pinged, by a mention, a role or a reply."""
    reactions: Mapping[str, frozenset[int]] = field(default_factory=dict)
    """Emoji to the users who reacted with it."""
    interaction: Json | None = None
    """What it answers, as Discord tells it (`interaction_metadata`)."""
    webhook_id: int | None = None
    """The webhook that wrote it."""
    seen_only_by: int | None = None
    """The one user who sees it; None for all."""
    edits_when_old: int = 0

    @property
    def edited(self) -> bool:
        return self.edited_at is not None

    @property
    def ephemeral(self) -> bool:
        return Flag.EPHEMERAL in self.flags

    @property
    def loading(self) -> bool:
        """Whether it only says that the bot is thinking."""
        return Flag.LOADING in self.flags

    @property
    def buttons(self) -> tuple[Json, ...]:
        """All buttons, in order."""
        return tuple(part for part in walk(self.components) if part["type"] == 2)

    @property
    def selects(self) -> tuple[Json, ...]:
        """All select menus, in order."""
        return tuple(part for part in walk(self.components) if part["type"] in {3, 5, 6, 7, 8})

    def button(self, label: str) -> Json:
        """The button with this label.

        Raises:
            LookupError: there is none.
        """
        for button in self.buttons:
            if button.get("label") == label:
                return button
        labels = [button.get("label") for button in self.buttons]
        raise LookupError(f"There is no button {label!r} among {labels}.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What autocomplete offers."""

    name: str
    value: str | int | float


@dataclass(frozen=True, slots=True, kw_only=True)
class Modal:
    """A form that a bot opened for one person."""

    interaction_id: int
    custom_id: str
    title: str
    components: tuple[Json, ...]

    @property
    def inputs(self) -> tuple[Json, ...]:
        """What is to be filled in, in order; each with the label that a person sees."""
        return tuple(_inputs(self.components))


def walk(components: Any) -> list[Json]:
    """All components, those inside others too, in the order in which they are read."""
    found: list[Json] = []
    for part in components or ():
        found.append(part)
        found += walk(part.get("components"))
        found += walk([part[name] for name in ("accessory", "component") if part.get(name)])
    return found


def _inputs(components: tuple[Json, ...]) -> list[Json]:
    found = []
    for part in components:
        if part["type"] == 18 and "component" in part:
            found.append({**part["component"], "label": part["label"]})
        found += [inner for inner in part.get("components", ()) if "custom_id" in inner]
    return found
