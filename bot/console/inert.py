"""Text of agents and strangers, made inert: on a terminal it can only be read."""

import unicodedata

KEPT = frozenset("\n\t")
UNSEEN = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0")
"""Characters of no width or shape that Unicode counts as letters or marks."""
ACTING = frozenset({"Cc", "Cf", "Co", "Cs", "Zl", "Zp"})
"""Controls (escapes among them), formats (bidi, zero width), private, surrogates, separators."""
TAGS = range(0xE0000, 0xE1000)


def inert(text: str) -> str:
    r"""Return `text` with every character that acts, or cannot be seen, written out: `\u202e`."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(_written(char) if _acts(char) else char for char in text)


def one_line(text: str) -> str:
    """Return `text` inert and on one line."""
    return inert(text.replace("\r\n", "\n")).replace("\n", "\\n").replace("\t", " ")


def _acts(char: str) -> bool:
    if char in KEPT:
        return False
    return unicodedata.category(char) in ACTING or char in UNSEEN or ord(char) in TAGS


def _written(char: str) -> str:
    code = ord(char)
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
