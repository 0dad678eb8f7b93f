"""Takes secrets out of text: values that we know, in every dress, and the shapes of tokens."""

import json
import re
from base64 import b64encode
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import quote, quote_plus

from engine.domain.values import Json

REDACTED = "[redacted]"
KNOWN_MIN_CHARS = 8
"""Shorter values would take ordinary words out of the text."""
HEAD_CHARS = 4
REMEMBERED = 256


@dataclass(frozen=True, slots=True)
class Shape:
    """Looks of a kind of token. All repeats are bounded, so that no match is without end.

    No shape looks at what stands before it: a stream could then not be cut anywhere. And no long
    repeat runs over the shape's own head, or gives back what it took (`}+`): text full of heads
    would be read again from each of them.
    """

    head: str
    """How it begins, to the letter."""
    body: str
    """Pattern of the rest."""
    growing: str
    """Pattern of a rest that more text could still make, or make longer."""


def _run(head: str, chars: str, least: int, most: int, *, needs: str = "") -> Shape:
    return Shape(head, f"{needs}{chars}{{{least},{most}}}+", f"{chars}{{0,{most}}}+")


_WORD = r"[A-Za-z0-9_-]"
_ALNUM = r"[A-Za-z0-9]"
_BASE64 = r"[A-Za-z0-9+/=]"
_BEARER = r"[A-Za-z0-9._~+/=-]"
_DASHED = r"[A-Za-z0-9-]"
# "task-", "disk-" and "risk-" end like a key begins: ask for what words seldom have.
_KEY_AHEAD = (
    r"(?=(?:[A-Za-rt-z_-]{1,10}+|s(?!k-)){0,19}+[0-9])"
    r"(?=(?:[a-rt-z0-9_-]{1,10}+|s(?!k-)){0,19}+[A-Z]|(?:or-v1-)?[0-9a-f]{32})"
)
_BEARER_AHEAD = r"(?=[A-Za-z._~+/=-]{0,400}+[0-9])"
_BASIC_AHEAD = r"(?=[A-Za-z+/=]{0,400}+[0-9])"
# A part of a web token, up to where another one would begin.
_WEB = r"(?:[A-Za-df-z0-9_-]|e(?!yJ))"
_PEM_KIND = r"[A-Z0-9 ]{0,40}PRIVATE KEY-----"
_PEM_BODY = r"(?:[^\[-]|-(?!----)){0,8000}+"
_PEM_KIND_GROWING = r"[A-Z0-9 ]{0,51}+-{0,4}+"

SHAPES = (
    _run("sk-", _WORD, 20, 200, needs=_KEY_AHEAD),
    *(_run(f"gh{kind}_", _ALNUM, 20, 255) for kind in "pousr"),
    _run("github_pat_", r"\w", 22, 255),
    _run("glpat-", _WORD, 20, 100),
    *(_run(f"xox{kind}-", _DASHED, 10, 250) for kind in "abeoprs"),
    _run("xapp-", _DASHED, 10, 250),
    *(_run(f"A{kind}IA", r"[0-9A-Z]", 16, 16) for kind in "KS"),
    _run("AIza", _WORD, 35, 35),
    _run("hf_", _ALNUM, 30, 100),
    _run("npm_", _ALNUM, 36, 36),
    _run("pypi-", _WORD, 50, 250),
    *(_run(f"{kind}k_{mode}_", _ALNUM, 16, 200) for kind in "sr" for mode in ("live", "test")),
    *(_run(f"{word}earer ", _BEARER, 16, 4000, needs=_BEARER_AHEAD) for word in "Bb"),
    _run("Basic ", _BASE64, 16, 1000, needs=_BASIC_AHEAD),
    Shape(
        "eyJ",
        rf"{_WEB}{{8,2000}}+\.eyJ{_WORD}{{8,4000}}+\.{_WORD}{{8,1000}}+",
        rf"{_WEB}{{0,2000}}+(?:\.(?:e(?:y(?:J{_WORD}{{0,4000}}+(?:\.{_WORD}{{0,1000}}+)?)?)?)?)?",
    ),
    # A password in an address.
    Shape(
        "://",
        r"""[^\s:/@"\[\]]{0,100}+:[^\s/@"\[\]]{1,200}+@""",
        r"""[^\s:/@"\[\]]{0,100}+(?::[^\s/@"\[\]]{0,200}+)?""",
    ),
    # Up to its end, or as far as it looks like a key.
    Shape(
        "-----BEGIN ",
        rf"{_PEM_KIND}(?:{_PEM_BODY}-----END {_PEM_KIND}|[A-Za-z0-9+/=\\\r\n]{{0,8000}}+)",
        rf"(?:{_PEM_KIND_GROWING}"
        rf"|{_PEM_KIND}{_PEM_BODY}-{{0,5}}+(?:E(?:N(?:D(?: {_PEM_KIND_GROWING})?)?)?)?)",
    ),
)
SHAPE_MAX_CHARS = 8200
"""No shape matches more."""


def _by_letter(patterns: Iterable[tuple[str, str]]) -> str:
    """Return a pattern of any of these (a literal, the pattern of what follows), in this order.

    Grouped by first letter, it passes over text without secrets in some nanoseconds a character.
    """
    rests: dict[str, list[str]] = {}
    for literal, rest in patterns:
        rests.setdefault(literal[0], []).append(re.escape(literal[1:]) + rest)
    return "|".join(f"{re.escape(first)}(?:{'|'.join(rests[first])})" for first in rests)


_BODIES = [(shape.head, shape.body) for shape in SHAPES]
_GROWING = re.compile(
    f"(?=(?:{_by_letter((shape.head, shape.growing) for shape in SHAPES)})\\Z)", re.ASCII
)


class Redactor:
    """Takes known values and token-like text out of text; safe to use from several threads."""

    def __init__(self, known_values: Iterable[str] = ()) -> None:
        self._known: frozenset[str] = frozenset()
        self.add(known_values)

    def add(self, known_values: Iterable[str]) -> None:
        """Take these out as well, from now on; what is shorter than 8 characters is left."""
        self._known |= {value for value in known_values if _is_secret(value)}
        self._finder = _Finder({form for value in self._known for form in forms_of(value)})
        # The same text is stored again and again while it is on its way.
        self._redacted_once = lru_cache(REMEMBERED)(self._redacted_json)

    def redact(self, text: str) -> str:
        """Return `text` without secrets; doing it again changes nothing."""
        return self._finder.secrets.sub(REDACTED, text)

    def redact_all(self, value: Json) -> Json:
        """Return `value` with every string in it, and every key, redacted."""
        match value:
            case str():
                return self.redact(value)
            case Mapping():
                return {self.redact(key): self.redact_all(item) for key, item in value.items()}
            case Sequence():
                return [self.redact_all(item) for item in value]
            case _:
                return value

    def redact_json(self, text: str) -> str:
        """Return serialized JSON, redacted inside its strings; it stays JSON.

        Text that is no JSON is redacted as it is.
        """
        return self._redacted_once(text)

    def _redacted_json(self, text: str) -> str:
        try:
            value = json.loads(text)
        except ValueError:
            return self.redact(text)
        clean = self.redact_all(value)
        return text if clean == value else json.dumps(clean)

    def held(self, text: str) -> int:
        """Return from where on the end of `text` may be the beginning of a secret.

        A reader of a stream keeps that part back until it has more, and redacts what is before:
        the pieces then are the same as the whole, redacted. It is the length of `text` if nothing
        is open, and not much further back than the longest thing there is to redact: save in a
        text of nothing but tokens that overlap for pages, of which all is held. It looks at no
        more than the end of `text`.
        """
        return self._finder.unfinished(text)


class _Finder:
    """Finds one fixed set of literals, and the shapes. Of two at one place, the longer literal."""

    def __init__(self, forms: Iterable[str]) -> None:
        longest_first = sorted(forms, key=lambda form: (-len(form), form))
        literals = [*longest_first, *(shape.head for shape in SHAPES)]
        pattern = _by_letter([*((form, "") for form in longest_first), *_BODIES])
        self.secrets = re.compile(pattern, re.ASCII)
        self._anywhere = re.compile(f"(?=({pattern}))", re.ASCII)
        self._opening = re.compile(f"(?={_opening({form[:HEAD_CHARS] for form in literals})})")
        self._literal_max_chars = max(map(len, literals))
        self._max_chars = max(SHAPE_MAX_CHARS, self._literal_max_chars)
        self._literals: dict[str, list[str]] = {}
        for literal in literals:
            self._literals.setdefault(literal[0], []).append(literal)

    def unfinished(self, text: str) -> int:
        """Return the first place from which more text could make another secret."""
        start = self._certain(text)
        if start > max(0, len(text) - self._max_chars):
            return 0
        secrets = self.secrets.finditer(text, start)
        secret = next(secrets, None)
        for place in self._open_places(text):
            while secret and secret.end() <= place:
                secret = next(secrets, None)
            if secret is None or place <= secret.start():
                return place
        return len(text)

    def _certain(self, text: str) -> int:
        """Return a place near the end that is inside no secret, wherever one reads from.

        Nothing that begins before the place where this looks first reaches the place it returns.
        """
        certain = len(text) - 2 * self._max_chars
        first = certain - self._max_chars
        if first <= 0:
            return 0
        for secret in self._anywhere.finditer(text, first):
            if secret.start() >= certain:
                break
            certain = max(certain, secret.end(1))
        return certain

    def _open_places(self, text: str) -> Sequence[int]:
        """Return where something begins that ends with the text, and could go on; in order."""
        shapes = _GROWING.finditer(text, max(0, len(text) - self._max_chars))
        heads = self._opening.finditer(text, max(0, len(text) - self._literal_max_chars))
        cut = [head.start() for head in heads if self._is_cut(text, head.start())]
        return sorted({*cut, *(shape.start() for shape in shapes)})

    def _is_cut(self, text: str, at: int) -> bool:
        """Whether more than what is there from `at` on would make a literal or a head."""
        there = text[at:]
        return any(
            len(literal) > len(there) and literal.startswith(there)
            for literal in self._literals[text[at]]
        )


def forms_of(value: str) -> set[str]:
    """Return a value as it may stand in text: as it is, escaped for JSON or URLs, and in base64."""
    escaped = {json.dumps(value)[1:-1], json.dumps(value, ensure_ascii=False)[1:-1]}
    raw = value.encode("utf-8", "surrogatepass")
    in_urls = {quote(raw, safe=""), quote(raw), quote_plus(raw)}
    return {value} | escaped | in_urls | _base64_forms(raw)


def _base64_forms(secret: bytes) -> set[str]:
    """What of `secret` shows in base64 of a text around it, at each of the three alignments."""
    forms = set()
    for before in range(3):
        bits_before, bits = 8 * before, 8 * (before + len(secret))
        # Only letters whose six bits are all the secret's own are the same in any surroundings.
        text = b64encode(b"\0" * before + secret).decode()[-(-bits_before // 6) : bits // 6]
        forms |= {text, text.replace("+", "-").replace("/", "_")}
    return forms


def _is_secret(value: str) -> bool:
    return len(value) >= KNOWN_MIN_CHARS and value not in REDACTED


def _opening(heads: Iterable[str]) -> str:
    """Return a pattern of any of `heads`, or of as much of one as there is before the end.

    Grouped by letter, it passes over text without secrets in a fraction of a microsecond.
    """
    rests: dict[str, set[str]] = {}
    for head in heads:
        rests.setdefault(head[0], set()).add(head[1:])
    return "|".join(re.escape(first) + _rest(rests[first]) for first in sorted(rests))


def _rest(rests: set[str]) -> str:
    return "" if "" in rests else rf"(?:\Z|{_opening(rests)})"
