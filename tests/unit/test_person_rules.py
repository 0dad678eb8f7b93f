"""Which accounts may become one person's, and which codes link them."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.domain.errors import Conflict, NotAllowed
from engine.domain.person import (
    CODE_CHARS,
    CODE_LENGTH,
    CODE_LIFE,
    GUESSES_MAX,
    GUESSES_WITHIN,
    digest_of,
    joined,
    realm_of,
    require_guesses,
    require_usable,
    shown_code,
)
from engine.domain.values import ActorId
from tests.build import AT, a_code

LOCAL, DISCORD, SLACK = map(ActorId, ("local:1000", "discord:7", "slack:T1:U1"))
SECOND = timedelta(seconds=1)
codes = st.text(CODE_CHARS, min_size=CODE_LENGTH, max_size=CODE_LENGTH)
actors = st.one_of(
    st.integers(0, 9).map(lambda n: ActorId(f"local:{n}")),
    st.integers(0, 9).map(lambda n: ActorId(f"discord:{n}")),
    st.tuples(st.sampled_from("AB"), st.integers(0, 9)).map(
        lambda pair: ActorId(f"slack:T{pair[0]}:U{pair[1]}")
    ),
)
persons = st.lists(actors, min_size=1, max_size=4, unique_by=realm_of)


@given(codes)
def test_a_code_is_the_same_however_it_is_typed(code: str) -> None:
    shown = shown_code(code)

    assert (
        digest_of(f" {shown.lower()} ")
        == digest_of(shown.replace("-", "\u2013"))
        == digest_of(code)
    )


@given(codes, codes)
def test_no_two_codes_are_known_by_the_same(one: str, other: str) -> None:
    assert (digest_of(one) == digest_of(other)) is (one == other)


def test_a_code_is_shown_in_groups() -> None:
    assert shown_code("ABCDEFGHJKMN") == "ABCD-EFGH-JKMN"


def test_a_code_lives_ten_minutes_and_is_used_once() -> None:
    almost = AT + CODE_LIFE - SECOND

    assert require_usable(a_code(), now=almost) == a_code()
    with pytest.raises(NotAllowed, match="older than 10 minutes"):
        require_usable(a_code(), now=AT + CODE_LIFE)
    with pytest.raises(NotAllowed, match="used already"):
        require_usable(a_code(used_at=AT), now=AT)
    with pytest.raises(NotAllowed, match="no such code"):
        require_usable(None, now=AT)


def test_a_few_wrong_codes_and_no_more_are_heard_within_a_time() -> None:
    wrong = [AT + SECOND * n for n in range(GUESSES_MAX)]

    require_guesses(wrong[1:], now=AT)
    with pytest.raises(NotAllowed, match="wait 10 minutes"):
        require_guesses(wrong, now=wrong[-1])
    require_guesses(wrong, now=wrong[0] + GUESSES_WITHIN)


@pytest.mark.parametrize(
    ("maker", "sayer", "accounts"),
    [
        ([LOCAL], [DISCORD], [LOCAL, DISCORD]),
        ([DISCORD], [LOCAL], [DISCORD, LOCAL]),
        ([SLACK], [LOCAL, DISCORD], [LOCAL, DISCORD, SLACK]),
        ([LOCAL, DISCORD], [SLACK], [LOCAL, DISCORD, SLACK]),
        ([SLACK], [ActorId("slack:T2:U1")], [SLACK, ActorId("slack:T2:U1")]),
    ],
)
def test_who_made_the_code_stands_for_the_person_unless_the_other_is_linked_already(
    maker: Sequence[ActorId], sayer: Sequence[ActorId], accounts: Sequence[ActorId]
) -> None:
    assert joined(maker, sayer) == accounts


@pytest.mark.parametrize(
    ("maker", "sayer", "told"),
    [
        ([LOCAL], [LOCAL], "another platform"),
        ([LOCAL, DISCORD], [LOCAL, DISCORD], "linked with it already"),
        ([LOCAL, DISCORD], [SLACK, ActorId("slack:T2:U1")], "both linked with other accounts"),
        ([LOCAL], [ActorId("local:1001")], "two people"),
        ([LOCAL, DISCORD], [ActorId("discord:8")], "two people"),
        ([SLACK], [ActorId("slack:T1:U2")], "two people"),
    ],
)
def test_accounts_that_cannot_be_one_persons_are_refused_with_the_reason(
    maker: Sequence[ActorId], sayer: Sequence[ActorId], told: str
) -> None:
    with pytest.raises(Conflict, match=told):
        joined(maker, sayer)


@given(persons, persons)
def test_a_person_never_has_two_accounts_of_one_place_and_loses_none(
    maker: list[ActorId], sayer: list[ActorId]
) -> None:
    try:
        accounts = joined(maker, sayer)
    except Conflict:
        return

    assert sorted(accounts) == sorted([*maker, *sayer])
    assert len({realm_of(actor) for actor in accounts}) == len(accounts)
    assert accounts[0] in {maker[0], sayer[0]}
