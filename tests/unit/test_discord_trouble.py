"""What Discord answers in place of what was asked for, as it is meant."""

from types import SimpleNamespace
from typing import Any

import discord
import pytest

from bot.delivery.chat import Busy, ChatError, Expired, Forbidden, Gone, Missing, Uncertain
from bot.discord.trouble import THREADS_RETRY_S, meaning_of


def refused(status: int, code: int, said: str = "Refused", **headers: str) -> discord.HTTPException:
    response: Any = SimpleNamespace(status=status, reason="", headers=headers)
    return discord.HTTPException(response, {"code": code, "message": said})


@pytest.mark.parametrize(
    ("status", "code", "meaning"),
    [
        (429, 0, Busy),
        (400, 160006, Busy),
        (401, 0, Forbidden),
        (403, 50001, Forbidden),
        (403, 50013, Forbidden),
        (400, 50083, Forbidden),
        (403, 50083, Forbidden),
        (400, 160005, Forbidden),
        (404, 10008, Missing),
        (429, 30046, Missing),
        (404, 10015, Expired),
        (404, 10062, Expired),
        (401, 50027, Expired),
        (500, 0, Uncertain),
        (503, 0, Uncertain),
        (404, 10003, Gone),
        (413, 40005, Gone),
        (400, 50035, Gone),
        (400, 99999, Gone),
    ],
)
def test_what_discord_answers_has_one_meaning_in_a_sentence(
    status: int, code: int, meaning: type[ChatError]
) -> None:
    error = meaning_of(refused(status, code), "channel 1")

    assert type(error) is meaning
    assert str(error).endswith(".")


@pytest.mark.parametrize(
    ("status", "code", "advice"),
    [
        (401, 0, "Set a new one"),
        (403, 50013, "halyard doctor"),
        (400, 50083, "Unlock the thread"),
        (403, 160005, "Unlock the thread"),
        (404, 10003, "Bind the project to another channel"),
    ],
)
def test_what_somebody_can_mend_says_how(status: int, code: int, advice: str) -> None:
    assert advice in str(meaning_of(refused(status, code), "channel 1"))


def test_discord_says_how_long_to_wait() -> None:
    error = meaning_of(refused(429, 0, **{"Retry-After": "7"}), "channel 1")

    assert isinstance(error, Busy)
    assert error.after_s == 7


def test_room_for_one_more_thread_is_waited_for_longer() -> None:
    error = meaning_of(refused(400, 160006), "channel 1")

    assert isinstance(error, Busy)
    assert error.after_s == THREADS_RETRY_S


def test_only_the_first_line_of_discords_words_is_passed_on() -> None:
    error = meaning_of(refused(400, 50035, "Invalid Form Body\nIn content: what was said"), "it")

    assert "Invalid Form Body" in str(error)
    assert "what was said" not in str(error)
