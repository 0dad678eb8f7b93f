"""What Discord demands of a message's text and embeds, and whom a text pings."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from tests.emulators.discord.component_rules import check_components
from tests.emulators.discord.errors import FormErrors, InvalidForm
from tests.emulators.discord.places import Guild
from tests.emulators.discord.values import Flag, Json, User

EMBED_CHARS = 6000
PARTS = {"title": 256, "description": 4096, "footer.text": 2048, "author.name": 256}
ALLOWED_FLAGS = (
    Flag.SUPPRESS_EMBEDS | Flag.EPHEMERAL | Flag.SUPPRESS_NOTIFICATIONS | Flag.COMPONENTS_V2
)


def check_message(body: Json, flags: Flag, content_chars: int) -> None:
    """Refuse a message that breaks a rule.

    Raises:
        InvalidForm: with all that is wrong.
    """
    errors = dict(_check_content(body, content_chars))
    errors |= _check_embeds(body.get("embeds") or [])
    is_v2 = Flag.COMPONENTS_V2 in flags
    errors |= check_components(body.get("components") or [], is_v2=is_v2)
    if is_v2 and any(body.get(name) for name in ("content", "embeds", "poll", "sticker_ids")):
        errors["content"] = "Cannot be used with the flag IS_COMPONENTS_V2."
    if len(body.get("attachments") or ()) > 10:
        errors["attachments"] = "Must be 10 or fewer in length."
    if errors:
        raise InvalidForm(errors)


def _check_content(body: Json, most: int) -> Iterator[tuple[str, str]]:
    if len(body.get("content") or "") > most:
        yield "content", f"Must be {most} or fewer in length."
    if body.get("nonce") is not None and len(str(body["nonce"])) > 25:
        yield "nonce", "Must be 25 or fewer in length."


def _check_embeds(embeds: Sequence[Json]) -> FormErrors:
    errors: FormErrors = {}
    if len(embeds) > 10:
        errors["embeds"] = "Must be 10 or fewer in length."
    for index, embed in enumerate(embeds):
        errors |= {f"embeds.{index}.{name}": text for name, text in _check_embed(embed)}
    if sum(_size(embed) for embed in embeds) > EMBED_CHARS:
        errors["embeds"] = "Embed size exceeds maximum size of 6000"
    return errors


def _check_embed(embed: Json) -> Iterator[tuple[str, str]]:
    for path, most in PARTS.items():
        if len(_text(embed, path)) > most:
            yield path, f"Must be {most} or fewer in length."
    fields = embed.get("fields") or []
    if len(fields) > 25:
        yield "fields", "Must be 25 or fewer in length."
    for index, field in enumerate(fields):
        for name, most in (("name", 256), ("value", 1024)):
            if not 1 <= len(_text(field, name)) <= most:
                yield f"fields.{index}.{name}", f"Must be between 1 and {most} in length."


def _text(part: Json, path: str) -> str:
    value: Any = part
    for name in path.split("."):
        value = (value or {}).get(name)
    return str(value or "").strip()


def _size(embed: Json) -> int:
    fields = embed.get("fields") or []
    texts = [_text(embed, path) for path in PARTS]
    texts += [_text(field, name) for field in fields for name in ("name", "value")]
    return sum(map(len, texts))


def shown_embed(embed: Json, urls: dict[str, str]) -> Json:
    """The embed as Discord shows it; `urls` are the files that it may speak of by name."""
    shown = {name: value for name, value in embed.items() if value not in (None, [], {})}
    for name in ("title", "description"):
        if name in shown:
            shown[name] = shown[name].strip()
    if "fields" in shown:
        shown["fields"] = [_shown_field(field) for field in shown["fields"]]
    for name in ("image", "thumbnail"):
        if name in shown:
            shown[name] = {"url": urls.get(shown[name]["url"], shown[name]["url"])}
    return {**shown, "type": "rich"}


def _shown_field(field: Json) -> Json:
    return {
        "name": field["name"].strip(),
        "value": field["value"].strip(),
        "inline": bool(field.get("inline")),
    }


CODE = re.compile(r"```.*?```|``.*?``|`[^`]*`", re.DOTALL)
"""In which nothing is a mention."""
USER = re.compile(r"<@!?(\d+)>")
ROLE = re.compile(r"<@&(\d+)>")
EVERYONE = re.compile(r"@(?:everyone|here)")
ALL: Json = {"parse": ["users", "roles", "everyone"], "replied_user": True}
"""What holds where a message does not say what it allows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mentions:
    """What of a text is a mention that acts."""

    users: tuple[User, ...]
    roles: tuple[int, ...]
    everyone: bool
    pinged: frozenset[int]


def mentions_of(
    text: str, allowed: Json | None, guild: Guild, replied_to: User | None, *, may_all: bool
) -> Mentions:
    """Say whom `text` pings where `allowed` is the message's `allowed_mentions`.

    `may_all` is whether the author may mention everyone.
    """
    allowed = ALL if allowed is None else allowed
    spoken = CODE.sub("", text)
    users = _allowed_ids(USER.findall(spoken), allowed, "users")
    found = [member.user for id_ in users if (member := guild.member(id_))]
    if replied_to is not None and allowed.get("replied_user") and replied_to not in found:
        found.append(replied_to)
    roles = tuple(id_ for id_ in _allowed_ids(ROLE.findall(spoken), allowed, "roles"))
    may_all = may_all and "everyone" in (allowed.get("parse") or ())
    everyone = may_all and EVERYONE.search(spoken) is not None
    pinged = {user.id for user in found} | _having(guild, roles)
    return Mentions(
        users=tuple(found),
        roles=roles,
        everyone=everyone,
        pinged=frozenset(guild.members if everyone else pinged),
    )


def _allowed_ids(ids: list[str], allowed: Json, noun: str) -> list[int]:
    unique = list(dict.fromkeys(int(id_) for id_ in ids))
    if noun in (allowed.get("parse") or ()):
        return unique
    named = {int(id_) for id_ in allowed.get(noun) or ()}
    return [id_ for id_ in unique if id_ in named]


def _having(guild: Guild, roles: tuple[int, ...]) -> set[int]:
    return {
        member.id
        for member in guild.members.values()
        if any(role.id in roles for role in member.roles)
    }
