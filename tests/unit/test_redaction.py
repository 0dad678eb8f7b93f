"""Secrets are found in every dress, and in a stream as well as in the whole."""

import json
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Callable
from itertools import pairwise
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.domain.redaction import REDACTED, SHAPES, Redactor

QUOTED = 'hunter2/"quoted"+é~and\\more'
PLAIN = "correct-horse-battery"
LETTERS = "Ab1" * 90

LINES = f"{LETTERS[:64]}\n" * 4

# Assembled here, so that no scanner takes this file for a leak.
KEY = "PRI" + "VATE KEY-----"
BEGIN = f"-----BEGIN RSA {KEY}\n"
TOKENS = {
    "key": "sk" + "-proj-" + LETTERS[:40],
    "hex-key": "sk" + "-" + "0f1e2d3c" * 4,
    "router-key": "sk" + "-or-v1-" + "0f1e2d3c" * 8,
    "forge": "ghp" + "_" + LETTERS[:36],
    "forge-fine": "github" + "_pat_" + LETTERS[:60],
    "other-forge": "glpat" + "-" + LETTERS[:20],
    "chat": "xoxb" + "-123-456-" + LETTERS[:20],
    "cloud": "AK" + "IA" + "ABCDEFGH12345678",
    "maps": "AI" + "za" + LETTERS[:35],
    "models": "hf" + "_" + LETTERS[:34],
    "packages": "npm" + "_" + LETTERS[:36],
    "payments": "sk" + "_live_" + LETTERS[:24],
    "bearer": "Bea" + "rer " + LETTERS[:30],
    "basic": "Ba" + "sic " + LETTERS[:30] + "==",
    "web-token": ".".join("ey" + "J" + LETTERS[:30] for _ in range(2)) + "." + LETTERS[:30],
    "address": ":" + "//user:pass1@",
    "private-key": f"{BEGIN}{LINES}-----END RSA {KEY}",
    "private-key-cut": f"{BEGIN}{LINES}",
}


def streamed(redactor: Redactor, chunks: list[str]) -> str:
    """What a reader of a stream puts out that keeps back what `held` says."""
    out, kept = "", ""
    for chunk in chunks:
        kept += chunk
        end = redactor.held(kept)
        out += redactor.redact(kept[:end])
        kept = kept[end:]
    return out + redactor.redact(kept)


@pytest.mark.parametrize(
    "form",
    [
        pytest.param(QUOTED, id="as-it-is"),
        pytest.param(json.dumps(QUOTED)[1:-1], id="json"),
        pytest.param(json.dumps(QUOTED, ensure_ascii=False)[1:-1], id="json-unicode"),
        pytest.param(quote(QUOTED, safe=""), id="url"),
    ],
)
def test_a_known_value_is_taken_out(form: str) -> None:
    redactor = Redactor([QUOTED])

    assert redactor.redact(f"a {form} b") == f"a {REDACTED} b"


@pytest.mark.parametrize("before", ["", "x", "xy", "user:"])
@pytest.mark.parametrize("encode", [b64encode, urlsafe_b64encode])
def test_a_known_value_is_taken_out_of_base64(
    before: str, encode: Callable[[bytes], bytes]
) -> None:
    encoded = encode(f"{before}{QUOTED}z".encode()).decode()

    clean = Redactor([QUOTED]).redact(encoded)

    assert REDACTED in clean
    assert len(clean) <= len(REDACTED) + len(before) * 4 / 3 + 6


@pytest.mark.parametrize("token", TOKENS.values(), ids=TOKENS)
@pytest.mark.parametrize("before", ["", "a ", "\n", "\x1b[32m", "KEY="])
def test_a_token_is_taken_out(token: str, before: str) -> None:
    assert Redactor().redact(f"{before}{token} b") == f"{before}{REDACTED} b"


@pytest.mark.parametrize(
    "text",
    [
        "task-list-of-many-things-to-do-in-2024",
        "disk-usage-of-the-whole-machine-by-folder",
        "The bearer authentication-and-authorization scheme",
        "https://git.example/acme/web.git at http://127.0.0.1:8080/x",
        "-----BEGIN CERTIFICATE-----",
        "xoxb and ghp_ and sk- alone",
    ],
)
def test_ordinary_text_stays(text: str) -> None:
    redactor = Redactor([QUOTED, PLAIN])

    assert redactor.redact(text) == text


def test_a_short_value_is_no_secret() -> None:
    assert Redactor(["1234567", ""]).redact("1234567") == "1234567"


def test_a_value_can_be_added_while_running() -> None:
    redactor = Redactor([QUOTED])

    redactor.add([PLAIN])

    assert redactor.redact(f"{QUOTED} {PLAIN}") == f"{REDACTED} {REDACTED}"


def test_json_stays_json() -> None:
    redactor = Redactor(["nacht-und-nebel"])
    data = {"a": "\nacht-und-nebel, nacht-und-nebel", "nacht-und-nebel": [1, True, None, 2.5]}

    clean = json.loads(redactor.redact_json(json.dumps(data)))

    assert clean == {
        "a": f"\nacht-und-nebel, {REDACTED}",
        REDACTED: [1, True, None, 2.5],
    }


def test_what_is_no_json_is_redacted_as_it_is() -> None:
    assert Redactor([PLAIN]).redact_json(f"{{ {PLAIN}") == f"{{ {REDACTED}"


@pytest.mark.parametrize(
    ("text", "held"),
    [
        pytest.param("all is said.", 12, id="nothing-open"),
        pytest.param(f"it is {PLAIN[:5]}", 6, id="part-of-a-known-value"),
        pytest.param(f"it is {PLAIN}", 6 + len(PLAIN), id="a-whole-known-value"),
        pytest.param("it is sk" + "-abc", 6, id="part-of-a-token"),
        pytest.param("key: g", 5, id="first-letter-of-a-token"),
        pytest.param("sk" + "-" + "a" * 500 + ".", 504, id="too-long-for-a-token"),
    ],
)
def test_what_may_become_a_secret_is_held_back(text: str, held: int) -> None:
    assert Redactor([PLAIN]).held(text) == held


def test_what_is_held_back_has_an_end() -> None:
    redactor = Redactor([PLAIN])
    endless = TOKENS["private-key-cut"] + "x" * 20_000

    assert redactor.held(endless) > 10_000


PIECES = st.one_of(
    st.sampled_from([QUOTED, PLAIN, json.dumps(QUOTED), quote(QUOTED), *TOKENS.values()]),
    st.sampled_from([shape.head for shape in SHAPES]),
    st.sampled_from(["task", "://a:b", "x", " ", "\\", "n", "s", "-----", "[", "1", "A" * 30]),
    st.sampled_from([QUOTED[:9], PLAIN[5:], PLAIN[:-1], LETTERS, REDACTED]),
    st.text(max_size=5),
)
TEXTS = st.lists(PIECES, max_size=12).map("".join)


@given(TEXTS, st.data())
def test_a_stream_in_any_pieces_is_redacted_like_the_whole(text: str, data: st.DataObject) -> None:
    redactor = Redactor([QUOTED, PLAIN])
    cuts = data.draw(st.lists(st.integers(0, len(text)), max_size=20).map(sorted))
    chunks = [text[start:end] for start, end in pairwise([0, *cuts, len(text)])]

    out = streamed(redactor, chunks)

    assert out == redactor.redact(text)
    assert QUOTED not in out
    assert PLAIN not in out


@given(TEXTS)
def test_a_stream_of_single_letters_is_redacted_like_the_whole(text: str) -> None:
    redactor = Redactor([QUOTED, PLAIN])

    assert streamed(redactor, list(text)) == redactor.redact(text)


@given(TEXTS)
def test_redacting_again_changes_nothing(text: str) -> None:
    redactor = Redactor([QUOTED, PLAIN])

    clean = redactor.redact(text)

    assert redactor.redact(clean) == clean


@given(st.recursive(TEXTS, lambda values: st.lists(values) | st.dictionaries(TEXTS, values)))
def test_no_known_value_is_left_anywhere_in_json(value: object) -> None:
    clean = Redactor([QUOTED, PLAIN]).redact_json(json.dumps(value))

    json.loads(clean)
    assert json.dumps(PLAIN)[1:-1] not in clean
    assert json.dumps(QUOTED)[1:-1] not in clean
