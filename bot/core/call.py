"""A command with its values, as typed text, a button or a program carries it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlencode

ENCODED_MAX_CHARS = 100
"""The narrowest limit of any platform for what a button carries."""


@dataclass(frozen=True, slots=True)
class Call:
    """Which command, with which values. The values are text; binding gives them types."""

    path: str
    values: Mapping[str, str] = field(default_factory=dict)

    def encode(self) -> str:
        """Return this call as one short string.

        Raises:
            ValueError: it is longer than a button can carry.
        """
        encoded = f"{self.path}?{urlencode(self.values)}"
        if len(encoded) > ENCODED_MAX_CHARS:
            raise ValueError(f"the call takes {len(encoded)} of {ENCODED_MAX_CHARS} characters")
        return encoded

    @classmethod
    def decode(cls, encoded: str) -> "Call":
        """Return the call that `encode` made this string of."""
        path, _, query = encoded.partition("?")
        return cls(path, dict(parse_qsl(query, keep_blank_values=True)))
