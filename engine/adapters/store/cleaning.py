"""What is done to all text from outside on its way into the database."""

import json
from collections.abc import Mapping

from engine.domain.redaction import Redactor
from engine.domain.values import Json

ENCODER = json.JSONEncoder(separators=(",", ":"), allow_nan=False)


class Cleaner:
    """Takes out secrets, and what a database cannot hold."""

    def __init__(self, redactor: Redactor) -> None:
        self._redactor = redactor

    def text(self, text: str) -> str:
        """Return `text`, redacted, without NUL and halves of surrogate pairs."""
        text = self._redactor.redact(text).replace("\0", "\ufffd")
        return text.encode(errors="replace").decode()

    def json(self, value: Json) -> str:
        """Return `value` serialized, redacted in every string; only ASCII, so any text can pass.

        Raises:
            ValueError: there is a number in it that JSON has no word for.
        """
        return ENCODER.encode(self._redactor.redact_all(value))

    def serialized(self, text: str) -> str:
        """Return text that may be JSON, redacted; it stays JSON if it was."""
        return self._redactor.redact_json(text)


def mapping_of(text: str) -> Mapping[str, Json]:
    """Return the mapping that was serialized."""
    value: Mapping[str, Json] = json.loads(text)
    return value
