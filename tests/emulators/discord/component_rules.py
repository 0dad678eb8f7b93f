"""What Discord demands of components, and how it writes them back."""

import itertools
from collections.abc import Iterator, Sequence

from tests.emulators.discord.errors import FormErrors
from tests.emulators.discord.values import Json, walk

ROW, BUTTON, SELECT, INPUT, SECTION, TEXT, GALLERY, LABEL = 1, 2, 3, 4, 9, 10, 12, 18
SELECTS = {3, 5, 6, 7, 8}
LINK = 5
V2_ONLY = {9, 10, 11, 12, 13, 14, 17}
DEFAULTS: dict[int, Json] = {
    BUTTON: {"disabled": False},
    INPUT: {"required": True},
    **{type_: {"min_values": 1, "max_values": 1, "disabled": False} for type_ in SELECTS},
}


def check_components(components: Sequence[Json], *, is_v2: bool) -> FormErrors:
    """Name what is wrong with the components of a message."""
    errors = _check_ids(components)
    errors |= _check_v2(components) if is_v2 else _check_rows(components)
    for index, part in enumerate(walk(components)):
        errors |= {f"components.{index}.{name}": text for name, text in _check(part)}
    return errors


def _check_ids(components: Sequence[Json]) -> FormErrors:
    seen: set[str] = set()
    for part in walk(components):
        custom_id = part.get("custom_id")
        if custom_id is None:
            continue
        if custom_id in seen:
            return {"components": f"Component custom id cannot be duplicated: {custom_id}"}
        seen.add(custom_id)
    return {}


def _check_rows(components: Sequence[Json]) -> FormErrors:
    if len(components) > 5:
        return {"components": "Must be 5 or fewer in length."}
    if any(part.get("type") in V2_ONLY for part in walk(components)):
        return {"components": "The type of a component needs the flag IS_COMPONENTS_V2."}
    return {}


def _check_v2(components: Sequence[Json]) -> FormErrors:
    parts = walk(components)
    texts = [str(part.get("content", "")) for part in parts if part.get("type") == TEXT]
    if len(parts) > 40:
        return {"components": "The total number of components cannot exceed 40."}
    if sum(map(len, texts)) > 4000:
        return {"components": "The total length of text displays cannot exceed 4000."}
    return {}


def _check(part: Json) -> Iterator[tuple[str, str]]:
    type_ = part.get("type")
    if type_ == ROW:
        yield from _check_row(part.get("components") or [])
    if type_ == BUTTON:
        yield from _check_button(part)
    if type_ in SELECTS:
        yield from _too_long(part, placeholder=150)
        if len(part.get("options") or ()) > 25:
            yield "options", "Must be between 1 and 25 in length."
    if type_ == SECTION and not 1 <= len(part.get("components") or ()) <= 3:
        yield "components", "Must be between 1 and 3 in length."
    if type_ == GALLERY and not 1 <= len(part.get("items") or ()) <= 10:
        yield "items", "Must be between 1 and 10 in length."
    if "custom_id" in part and not 1 <= len(part["custom_id"]) <= 100:
        yield "custom_id", "Must be between 1 and 100 in length."


def _check_row(parts: Sequence[Json]) -> Iterator[tuple[str, str]]:
    selects = [part for part in parts if part.get("type") in SELECTS]
    if not 1 <= len(parts) <= 5:
        yield "components", "Must be between 1 and 5 in length."
    if selects and len(parts) > 1:
        yield "components", "A select menu takes a whole row."


def _check_button(part: Json) -> Iterator[tuple[str, str]]:
    yield from _too_long(part, label=80, url=512)
    if part.get("style") == LINK and not part.get("url"):
        yield "url", "A link button needs a url."
    if part.get("style") in {1, 2, 3, 4} and not part.get("custom_id"):
        yield "custom_id", "A custom id is required."
    if not part.get("label") and not part.get("emoji"):
        yield "label", "A button needs a label or an emoji."


def _too_long(part: Json, **limits: int) -> Iterator[tuple[str, str]]:
    for name, limit in limits.items():
        if len(part.get(name) or "") > limit:
            yield name, f"Must be {limit} or fewer in length."


def check_modal(modal: Json) -> FormErrors:
    """Name what is wrong with a form that is to be opened."""
    components = modal.get("components") or []
    errors = _check_ids(components)
    if not 1 <= len(modal.get("title") or "") <= 45:
        errors["title"] = "Must be between 1 and 45 in length."
    if not 1 <= len(components) <= 5:
        errors["components"] = "Must be between 1 and 5 in length."
    for index, part in enumerate(walk(components)):
        limits = {LABEL: {"label": 45, "description": 100}, INPUT: {"label": 45}}
        for name, text in _too_long(part, **limits.get(part.get("type", 0), {})):
            errors[f"components.{index}.{name}"] = text
    return errors


def written_back(components: Sequence[Json]) -> tuple[Json, ...]:
    """The components as Discord shows them: numbered, with what was left out filled in."""
    numbers = itertools.count(1)
    return tuple(_written(part, numbers) for part in components)


def _written(part: Json, numbers: Iterator[int]) -> Json:
    shown = {name: value for name, value in part.items() if value is not None}
    shown = {**DEFAULTS.get(part["type"], {}), **shown}
    shown["id"] = part.get("id") or next(numbers)
    if "components" in part:
        shown["components"] = [_written(inner, numbers) for inner in part["components"]]
    for name in ("accessory", "component"):
        if part.get(name):
            shown[name] = _written(part[name], numbers)
    if part["type"] == INPUT:
        shown.setdefault("min_length", None)
        shown.setdefault("max_length", None)
    return shown
