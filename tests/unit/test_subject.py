"""Whom a person means, as they type it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.subject import subject_of
from engine.api import Conversation, InvalidInput

GUILD = Conversation("discord", "42", "7", "")
TEAM = Conversation("slack", "T1", "C7", "")
HERE = Conversation("local", "", "local:1000", "")


@pytest.mark.parametrize(
    ("typed", "subject"),
    [
        ("<@123>", "discord:123"),
        ("<@!123>", "discord:123"),
        (" <@123> ", "discord:123"),
        ("<@&456>", "discord-role:42:456"),
        ("discord:123", "discord:123"),
        ("discord-role:1:2", "discord-role:1:2"),
        ("slack:T1:U1", "slack:T1:U1"),
        ("local:0", "local:0"),
    ],
)
def test_a_mention_and_an_id_name_the_same(typed: str, subject: str) -> None:
    assert subject_of(typed, GUILD) == subject


def test_a_person_can_be_mentioned_anywhere() -> None:
    assert subject_of("<@123>", HERE) == "discord:123"


@pytest.mark.parametrize(
    "conversation",
    [HERE, Conversation("discord", "", "7", ""), Conversation("slack", "T1", "", "")],
)
def test_a_role_can_only_be_mentioned_in_its_server(conversation: Conversation) -> None:
    with pytest.raises(InvalidInput, match="only be mentioned in its own server"):
        subject_of("<@&456>", conversation)


@pytest.mark.parametrize(
    ("typed", "subject"),
    [
        ("<@U12>", "slack:T1:U12"),
        ("<@W12|ann>", "slack:T1:W12"),
        ("<!subteam^S3|@crew>", "slack-group:T1:S3"),
        ("<!subteam^S3>", "slack-group:T1:S3"),
    ],
)
def test_a_mention_of_slack_names_somebody_of_its_workspace(typed: str, subject: str) -> None:
    assert subject_of(typed, TEAM) == subject


@pytest.mark.parametrize("typed", ["<@U12>", "<!subteam^S3>"])
@pytest.mark.parametrize("conversation", [HERE, GUILD, Conversation("slack", "", "C7", "")])
def test_somebody_of_slack_can_only_be_mentioned_in_their_workspace(
    typed: str, conversation: Conversation
) -> None:
    with pytest.raises(InvalidInput, match="only be mentioned in their own workspace"):
        subject_of(typed, conversation)


@given(st.text(max_size=40) | st.from_regex(r"<[@#&!]*[0-9a-z]*>"))
def test_what_is_typed_is_a_subject_in_its_one_spelling_or_is_refused(typed: str) -> None:
    try:
        subject = subject_of(typed, GUILD)
    except InvalidInput:
        return

    assert subject_of(subject, HERE) == subject


@pytest.mark.parametrize("typed", ["<@0123>", "<#123>", "<@&>", "<@everyone>", "@here", "<@1><@2>"])
def test_what_mentions_nobody_is_refused(typed: str) -> None:
    with pytest.raises(InvalidInput):
        subject_of(typed, GUILD)
