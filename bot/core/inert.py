"""Text of agents and strangers without anything that acts on a screen, or that nobody sees."""

import unicodedata

KEPT = frozenset("\n\t")
UNSEEN = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2065\u3164\uffa0")
"""Characters of no width or shape that Unicode counts as letters or marks."""
ACTING = frozenset({"Cc", "Cf", "Co", "Cs", "Zl", "Zp"})
"""Controls (escapes among them), formats (bidi, zero width), private, surrogates, separators."""
UNSEEN_RANGES = (
    range(0x180B, 0x1810),  # Mongolian selectors
    range(0xFE00, 0xFE0E),  # selectors of variants; the two after them choose how an emoji looks
    range(0xFFF0, 0xFFF9),
    range(0xE0000, 0xE1000),  # tags, and more selectors
)


def inert(text: str) -> str:
    r"""Return `text` with every character that acts, or cannot be seen, written out: `\u202e`."""
    if text.isascii() and text.isprintable():
        return text
    # A text has few different characters, however long it is.
    acting = {ord(char): _written(char) for char in set(text) if _acts(char)}
    return text.translate(acting) if acting else text


def one_line(text: str) -> str:
    """Return `text` inert and on one line."""
    return inert(text.replace("\r\n", "\n")).replace("\n", "\\n").replace("\t", " ")


def _acts(char: str) -> bool:
    if char in KEPT:
        return False
    if unicodedata.category(char) in ACTING or char in UNSEEN:
        return True
    return any(ord(char) in unseen for unseen in UNSEEN_RANGES)


def _written(char: str) -> str:
    code = ord(char)
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
