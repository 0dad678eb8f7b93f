"""Forms as views of Slack."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.core.call import Call
from bot.core.inert import one_line
from bot.core.option import Attachment, Attachments, Option
from bot.drawing.split import clipped
from bot.hearing.forms import Form
from bot.slack.markup import Element, plain_text
from bot.slack.origin import Asked
from bot.slack.places import conversation_at

FORM = "form"
"""What a form is called back as."""
TITLE_MAX_CHARS = 24
KEPT_MAX_CHARS = 3000
"""Of what a view keeps for us, and of what is typed into one of its fields."""
NAME_MAX_CHARS = 500
CHOICES_MAX = 100
CHOICE_MAX_CHARS = 75
VALUE = "value"
OFFER = "offer:"
"""Before what a field's values are names of, in its action id."""
UNSEEN = "?"


@dataclass(frozen=True, slots=True)
class Submitted:
    """What came back in a form."""

    asked: Asked
    call: Call
    files: Mapping[str, tuple[str, str]]
    """Option -> name and address of the file that was put into it."""


def can_ask(form: Form, asked: Asked) -> bool:
    """Whether a form has room for what it has to keep and for what is suggested."""
    is_short = all(len(text) <= KEPT_MAX_CHARS for text in form.suggested.values())
    return is_short and len(_kept(form, asked)) <= KEPT_MAX_CHARS


def view_of(form: Form, asked: Asked) -> dict[str, Any]:
    """Return the form as Slack shows it. It keeps the call, so it outlives a restart."""
    return {
        "type": "modal",
        "callback_id": FORM,
        "private_metadata": _kept(form, asked),
        "title": plain_text(_short(form.command.path.capitalize(), TITLE_MAX_CHARS)),
        "submit": plain_text("Run"),
        "close": plain_text("Cancel"),
        "blocks": [_field(option, form) for option in form.fields],
    }


def submitted(view: Mapping[str, Any], user: str) -> Submitted:
    """Read the fields of a form; those that were left empty are not there."""
    kept = json.loads(view["private_metadata"])
    place = conversation_at(kept["team"], kept["channel"], kept["thread"])
    values, files = dict(kept["values"]), {}
    for name, actions in view["state"]["values"].items():
        given = next(iter(actions.values()))
        if given.get("files"):
            file = given["files"][0]
            files[name] = (str(file["name"]), str(file.get("url_private_download") or ""))
        elif text := _text(given):
            values[name] = text
    asked = Asked(user=user, conversation=place, address=kept["address"])
    return Submitted(asked, Call(kept["path"], values), files)


def offers(names: list[str]) -> list[Element]:
    """Return names as choices of a field."""
    return [_choice(name) for name in names[:CHOICES_MAX]]


def _kept(form: Form, asked: Asked) -> str:
    place = asked.conversation
    kept = {
        "path": form.command.path,
        "values": dict(form.values),
        "team": place.space,
        "channel": place.channel,
        "thread": place.thread,
        "address": asked.address,
    }
    return json.dumps(kept, ensure_ascii=False, separators=(",", ":"))


def _text(given: Mapping[str, Any]) -> str:
    chosen = given.get("selected_option") or given
    return str(chosen.get("value") or "")


def _field(option: Option, form: Form) -> Element:
    return {
        "type": "input",
        "block_id": option.name,
        "optional": not option.required,
        "label": plain_text(option.name),
        "hint": plain_text(option.doc),
        "element": _element(option, form.suggested.get(option.name, "")),
    }


def _element(option: Option, suggested: str) -> Element:
    if option.type in {Attachment, Attachments}:
        return {"type": "file_input", "action_id": VALUE, "max_files": 1}
    if option.choices:
        choices = [_choice(choice) for choice in option.choices]
        return {"type": "static_select", "action_id": VALUE, "options": choices}
    if option.completes:
        action = f"{OFFER}{option.completes}"
        return {"type": "external_select", "action_id": action, "min_query_length": 0}
    return _input(option, suggested)


def _input(option: Option, suggested: str) -> Element:
    if option.between is not None:
        return {
            "type": "number_input",
            "action_id": VALUE,
            "is_decimal_allowed": False,
            "min_value": str(option.between.lowest),
            "max_value": str(option.between.highest),
        }
    return {
        "type": "plain_text_input",
        "action_id": VALUE,
        "multiline": option.is_prose,
        "max_length": KEPT_MAX_CHARS if option.is_prose else NAME_MAX_CHARS,
        **({"initial_value": suggested} if suggested else {}),
    }


def _choice(name: str) -> Element:
    return {"text": plain_text(_short(one_line(name), CHOICE_MAX_CHARS) or UNSEEN), "value": name}


def _short(text: str, max_chars: int) -> str:
    return clipped(text, max_chars=max_chars, width=len).text
