"""Forms as windows of Discord."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import discord
from discord import ui

from bot.core.call import Call
from bot.core.option import Attachment, Attachments, Option
from bot.drawing.split import utf16_width
from bot.hearing.forms import Form

FIELDS_MAX = 5
LABEL_MAX_CHARS = 45
DOC_MAX_CHARS = 100
CHOICES_MAX = 25
TEXT_MAX_CHARS = 4000
NAME_MAX_CHARS = 500


def can_ask(form: Form) -> bool:
    """Whether a form has room for what is to be asked and for what is suggested."""
    try:
        Call(form.command.path, form.values).encode()
    except ValueError:
        return False
    is_short = all(utf16_width(text) <= TEXT_MAX_CHARS for text in form.suggested.values())
    return is_short and len(form.fields) <= FIELDS_MAX


def window(form: Form) -> ui.Modal:
    """Return the form as Discord shows it. Its id is the call, so it outlives a restart."""
    modal = ui.Modal(
        title=form.command.doc[:LABEL_MAX_CHARS],
        custom_id=Call(form.command.path, form.values).encode(),
    )
    for option in form.fields:
        modal.add_item(
            ui.Label(
                text=option.name[:LABEL_MAX_CHARS],
                description=option.doc[:DOC_MAX_CHARS],
                component=_component(option, form),
            )
        )
    modal.stop()
    return modal


def _component(option: Option, form: Form) -> ui.Item[Any]:
    choices = option.choices or form.names.get(option.name, ())
    if option.type in {Attachment, Attachments}:
        return ui.FileUpload(custom_id=option.name, required=option.required)
    if 0 < len(choices) <= CHOICES_MAX:
        return ui.Select(
            custom_id=option.name,
            options=[discord.SelectOption(label=name[:100], value=name[:100]) for name in choices],
            required=option.required,
        )
    return ui.TextInput(
        custom_id=option.name,
        style=discord.TextStyle.paragraph if option.is_prose else discord.TextStyle.short,
        default=form.suggested.get(option.name) or None,
        required=option.required,
        max_length=TEXT_MAX_CHARS if option.is_prose else NAME_MAX_CHARS,
    )


@dataclass(frozen=True, slots=True)
class Submitted:
    """What came back in a form."""

    values: Mapping[str, str]
    files: Mapping[str, str]
    """Option -> id of the file that was put into it."""


def submitted(data: Mapping[str, Any]) -> Submitted:
    """Read the fields of a form; those that were left empty are not there."""
    values: dict[str, str] = {}
    files: dict[str, str] = {}
    for row in data.get("components", []):
        field = row.get("component") or {}
        name = field.get("custom_id", "")
        given = [field["value"]] if "value" in field else field.get("values") or []
        if not name or not given or not given[0]:
            continue
        is_file = field.get("type") == discord.ComponentType.file_upload.value
        (files if is_file else values)[name] = str(given[0])
    return Submitted(values, files)
