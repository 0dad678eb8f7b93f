"""What a person clicks, chooses and fills in, as Slack's client tells it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from tests.emulators.slack.errors import CannotBeDone
from tests.emulators.slack.places import Person
from tests.emulators.slack.values import SELECTS, Json, elements_of

Value = str | Sequence[str] | Person | Mapping[str, bytes]
"""What one types or chooses: a text, an option by label or value, several, somebody, files."""
FILES = "file_input"
PLAIN = {"plain_text_input", "email_text_input", "url_text_input", "number_input"}
EXTERNAL = {"external_select", "multi_external_select"}
CHOSEN_KEYS = {
    "static_select": "selected_option",
    "radio_buttons": "selected_option",
    "overflow": "selected_option",
    "external_select": "selected_option",
    "multi_static_select": "selected_options",
    "multi_external_select": "selected_options",
    "checkboxes": "selected_options",
    "users_select": "selected_user",
    "multi_users_select": "selected_users",
    "conversations_select": "selected_conversation",
    "multi_conversations_select": "selected_conversations",
    "channels_select": "selected_channel",
    "multi_channels_select": "selected_channels",
}


def button_of(blocks: Sequence[Json], label: str, ts: str) -> Json:
    """The action of a click on a button.

    Raises:
        CannotBeDone: there is no such button.
    """
    labels = []
    for block, element in elements_of(blocks):
        if element["type"] != "button":
            continue
        labels.append(element["text"]["text"])
        if label in {element["text"]["text"], element["action_id"]}:
            more = {"value": element["value"]} if "value" in element else {}
            told = {"type": "button", "text": element["text"], "action_ts": ts, **more}
            return {**told, "action_id": element["action_id"], "block_id": block["block_id"]}
    raise CannotBeDone(f"There is no button {label!r}, but {labels}.")


def choice_of(blocks: Sequence[Json], values: Value, action_id: str | None, ts: str) -> Json:
    """The action of a choice in a menu.

    Raises:
        CannotBeDone: there is no such menu or option.
    """
    for block, element in elements_of(blocks):
        if element["type"] in SELECTS and action_id in {None, element["action_id"]}:
            told = {**chosen(element, values), "action_ts": ts}
            return {**told, "action_id": element["action_id"], "block_id": block["block_id"]}
    raise CannotBeDone(f"There is no menu {action_id or ''}.")


def chosen(element: Json, values: Value) -> Json:
    """What a menu holds once these were chosen."""
    type_ = element["type"]
    key = CHOSEN_KEYS[type_]
    many = [values] if isinstance(values, str | Person) else list(values)
    if "option" in key:
        found: list[Any] = [_option(element, str(value)) for value in many]
    else:
        found = [value.id if isinstance(value, Person) else value for value in many]
    if key.endswith("s"):
        return {"type": type_, key: found}
    if len(found) != 1:
        raise CannotBeDone("The menu takes one value.")
    return {"type": type_, key: found[0]}


def _option(element: Json, value: str) -> Json:
    options = list(element.get("options") or ())
    for group in element.get("option_groups") or ():
        options.extend(group["options"])
    for option in options:
        if value in {option["value"], option["text"]["text"]}:
            return dict(option)
    raise CannotBeDone(f"There is no option {value!r} in the menu.")


def state_of(blocks: Sequence[Json], values: Mapping[str, Any] | None = None) -> Json:
    """What the inputs hold, once these were filled in: by label, block id or action id.

    Files are given as Slack tells of them.

    Raises:
        CannotBeDone: there is no such input, or what is needed is missing or too short or long.
    """
    left = dict(values or {})
    state: Json = {}
    for block in blocks:
        if block["type"] == "input":
            element = block["element"]
            state[block["block_id"]] = {element["action_id"]: _filled(block, element, left)}
    for block, element in elements_of(blocks):
        if element["type"] in SELECTS - {"overflow"}:
            held = state.setdefault(block["block_id"], {})
            held[element["action_id"]] = _filled(block, element, left)
    if left:
        raise CannotBeDone(f"There is no input {sorted(left)}.")
    return state


def missing(blocks: Sequence[Json], state: Json) -> Iterator[str]:
    """The labels of inputs that must be filled in, and are not."""
    for block in blocks:
        if block["type"] == "input" and not block.get("optional"):
            held = state[block["block_id"]][block["element"]["action_id"]]
            if not any(value for name, value in held.items() if name != "type"):
                yield str(block["label"]["text"])


def _filled(block: Json, element: Json, left: dict[str, Any]) -> Json:
    label = (block.get("label") or {}).get("text", "")
    names = {label, block["block_id"], element["action_id"]} & set(left)
    value = left.pop(names.pop()) if names else None
    if element["type"] in CHOSEN_KEYS:
        return _initial(element) if value is None else chosen(element, value)
    if element["type"] == FILES:
        return {"type": FILES, "files": list(value or ())}
    if element["type"] not in PLAIN:
        return {"type": element["type"]}
    text = str(element.get("initial_value") or "") if value is None else str(value)
    _check_length(element, label, text)
    return {"type": element["type"], "value": text or None}


def external(blocks: Sequence[Json]) -> Iterator[tuple[Json, Json]]:
    """The menus whose options the app is asked for, each with its block."""
    inputs = [(block, block["element"]) for block in blocks if block["type"] == "input"]
    for block, element in [*inputs, *elements_of(blocks)]:
        if element["type"] in EXTERNAL:
            yield block, element


def with_offers(blocks: Sequence[Json], offers: Mapping[str, Sequence[Json]]) -> list[Json]:
    """The blocks, where such menus have the options that were offered, by block id."""
    return [_with_offer(block, offers.get(block["block_id"], ())) for block in blocks]


def _with_offer(block: Json, options: Sequence[Json]) -> Json:
    def offered(element: Json) -> Json:
        is_external = element.get("type") in EXTERNAL
        return {**element, "options": list(options)} if is_external else element

    parts: Json = {name: offered(block[name]) for name in ("element", "accessory") if name in block}
    if "elements" in block:
        parts["elements"] = [offered(element) for element in block["elements"]]
    return {**block, **parts}


def _check_length(element: Json, label: str, text: str) -> None:
    least, most = element.get("min_length") or 0, element.get("max_length") or 3000
    if text and not least <= len(text) <= most:
        raise CannotBeDone(f"The text of {label!r} is too short or too long.")


def _initial(element: Json) -> Json:
    key = CHOSEN_KEYS[element["type"]]
    initial = element.get(key.replace("selected", "initial"))
    empty: Any = [] if key.endswith("s") else None
    return {"type": element["type"], key: empty if initial is None else initial}
