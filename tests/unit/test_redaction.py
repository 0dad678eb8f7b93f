"""Secrets are found in every dress, and in a stream as well as in the whole."""

import json
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Callable
from itertools import pairwise
from time import thread_time
from urllib.parse import quote

import pytest
from hypothesis import given, settings
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

LONGEST = {
    "private-key": f"-----BEGIN {'A' * 40}{KEY}{'A' * 8000}-----END {'A' * 40}{KEY}",
    "web-token": ".".join(["ey" + "J" + "a" * 2000, "ey" + "J" + "a" * 4000, "a" * 1000]),
    "bearer": "Bea" + "rer " + "1" * 4000,
}
FULL_OF_HEADS = {
    "web-token": "ey" + "J",
    "web-token-body": "ey" + "J" + "e" * 1990,
    "web-token-second": "ey" + "J" + "a" * 10 + ".ey" + "J" + "a" * 3990,
    "private-key": f"-----BEGIN {KEY}",
    "private-key-body": f"-----BEGIN {KEY}" + "-. " * 2600,
    "key": "sk" + "-",
    "key-with-digits": "sk" + "-1" + ("sk" + "-") * 40,
    "bearer": "Bea" + "rer " + "a" * 393,
    "address": ":" + "//" + "a" * 100 + ":" + "b" * 200,
    "nearly-known": PLAIN[:-1],
    "overlapping": "AK" + "IA",
    "first-letters": "sghx",
}
ORDINARY = "The quick brown fox jumps over the lazy dog, and said so. "
MANY_CHARS = 200_000


def streamed(redactor: Redactor, chunks: list[str]) -> str:
    """What a reader of a stream puts out that keeps back what `held` says."""
    out, kept = "", ""
    for chunk in chunks:
        kept += chunk
        end = redactor.held(kept)
        out += redactor.redact(kept[:end])
        kept = kept[end:]
    return out + redactor.redact(kept)


def fastest_s(work: Callable[[], object]) -> float:
    """The least processor time that `work` took, of some tries."""
    taken = []
    for _ in range(5):
        begun = thread_time()
        work()
        taken.append(thread_time() - begun)
    return min(taken)


def filled(unit: str, chars: int) -> str:
    return (unit * (chars // len(unit) + 1))[:chars]


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
        pytest.param(f"it is {BEGIN}{LINES}--", 6, id="part-of-a-private-key"),
        pytest.param(f"{BEGIN}{LINES}-----END RSA {KEY}", 321, id="a-whole-private-key"),
    ],
)
def test_what_may_become_a_secret_is_held_back(text: str, held: int) -> None:
    assert Redactor([PLAIN]).held(text) == held


def test_what_is_held_back_has_an_end() -> None:
    redactor = Redactor([PLAIN])
    endless = TOKENS["private-key-cut"] + "x" * 20_000

    assert redactor.held(endless) > 10_000


@pytest.mark.parametrize("token", LONGEST.values(), ids=LONGEST)
@pytest.mark.parametrize("before", ["", "x. " * 20_000], ids=["alone", "behind-much"])
def test_the_longest_token_is_held_until_it_is_whole(before: str, token: str) -> None:
    redactor = Redactor()

    assert redactor.held(before + token[:-1]) == len(before)
    assert redactor.redact(f"{before}{token} ") == f"{before}{REDACTED} "


def test_text_of_nothing_but_overlapping_tokens_is_held_whole() -> None:
    assert Redactor().held(FULL_OF_HEADS["overlapping"] * 10_000) == 0


@pytest.mark.parametrize("unit", FULL_OF_HEADS.values(), ids=FULL_OF_HEADS)
def test_no_text_takes_much_longer_than_an_ordinary_one(unit: str) -> None:
    redactor = Redactor([QUOTED, PLAIN])
    ordinary, hostile = filled(ORDINARY, MANY_CHARS), filled(unit, MANY_CHARS)

    assert fastest_s(lambda: redactor.redact(hostile)) < 30 * fastest_s(
        lambda: redactor.redact(ordinary)
    )


@pytest.mark.parametrize("unit", FULL_OF_HEADS.values(), ids=FULL_OF_HEADS)
def test_what_is_held_back_is_told_from_the_end_alone(unit: str) -> None:
    redactor = Redactor([QUOTED, PLAIN])
    ordinary = filled(ORDINARY, MANY_CHARS)
    hostile, longer = filled(unit, MANY_CHARS), filled(unit, 20 * MANY_CHARS)

    ordinary_s = fastest_s(lambda: redactor.held(ordinary))

    assert fastest_s(lambda: redactor.held(hostile)) < 20 * ordinary_s
    assert fastest_s(lambda: redactor.held(longer)) < 20 * ordinary_s


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


LONG_TEXTS = st.tuples(TEXTS, TEXTS.filter(bool), st.integers(1, 3000), TEXTS).map(
    lambda parts: parts[0] + filled(parts[1], 12 * parts[2]) + parts[3]
)


@given(LONG_TEXTS, TEXTS)
@settings(max_examples=300, deadline=None)
def test_a_long_text_is_cut_where_no_secret_is(text: str, more: str) -> None:
    redactor = Redactor([QUOTED, PLAIN])

    held = redactor.held(text)

    out = redactor.redact(text[:held]) + redactor.redact(text[held:] + more)
    assert out == redactor.redact(text + more)


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
