"""Which channel a person means, as they type it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.answer import Answer, Outcome
from engine.api import (
    Asker,
    Channel,
    Conversation,
    Engine,
    InvalidInput,
    ProjectName,
    Role,
    UseCases,
    parse_channel,
)
from engine.domain.channel import channel_at, channel_named
from tests.chat import said
from tests.faces import engine_of
from tests.ground import ANN, BOB, Ground

GUILD = Conversation("discord", "42", "7", "")
OTHER_GUILD = Conversation("discord", "43", "8", "")
TEAM = Conversation("slack", "T1", "C7", "")
PARTNER = Conversation("slack", "T2", "C7", "")
ELSEWHERE = Conversation("plain", "acme", "web", "")
WEB, SHOP = ProjectName("web"), ProjectName("shop")


def known(*places: Conversation) -> list[Channel]:
    return [channel_at(place) for place in places]


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("discord:42/7", GUILD),
        ("discord:7", GUILD),
        ("slack:C7", TEAM),
        ("discord:1/2", Conversation("discord", "1", "2", "")),
    ],
)
def test_a_name_needs_no_space_where_one_known_channel_has_the_id(
    name: str, place: Conversation
) -> None:
    assert channel_named(name, known(GUILD, OTHER_GUILD, TEAM)) == place


@pytest.mark.parametrize("name", ["discord:9", "slack:7", "discord:C7", "slack:c7"])
def test_an_id_that_no_known_channel_has_is_refused_with_what_to_type(name: str) -> None:
    with pytest.raises(InvalidInput, match="`channel list` shows those that are"):
        channel_named(name, known(GUILD, TEAM))


def test_an_id_that_several_known_channels_have_is_refused_with_their_names() -> None:
    with pytest.raises(InvalidInput, match="slack:C7 may be slack:T1/C7 or slack:T2/C7"):
        channel_named("slack:C7", known(TEAM, PARTNER))


@pytest.mark.parametrize("name", ["", "web", "#web", ":7", "discord:", "discord:/7", "discord:1/"])
def test_what_names_no_channel_is_refused_with_what_to_type(name: str) -> None:
    with pytest.raises(InvalidInput, match="Type it like discord:SERVER/CHANNEL"):
        channel_named(name, known(GUILD, TEAM))


@given(st.text())
def test_whatever_is_typed_is_a_channel_or_is_refused(name: str) -> None:
    try:
        place = channel_named(name, known(GUILD))
    except InvalidInput:
        return

    assert parse_channel(channel_at(place).name) == place


@pytest.fixture
async def engine(ground: Ground) -> Engine:
    """Two projects, each with channels; bob may see one of the projects."""
    engine = engine_of(ground)
    for name in (WEB, SHOP):
        values = {"name": name, "source": "https://git.example/acme/web.git"}
        await said(engine, "project add", key=name, values=values)

    def bind(use: UseCases) -> None:
        for place in (GUILD, TEAM):
            use.channels.bind(place, WEB)
        for place in (OTHER_GUILD, PARTNER):
            use.channels.bind(place, SHOP)
        use.grants.grant(BOB, Role.VIEWER, WEB, by=Asker(ANN))

    await ground.do(bind)
    return engine


async def shown(
    engine: Engine, channel: str, *, at: Conversation = ELSEWHERE, by_bob: bool = True
) -> Answer:
    actor = BOB if by_bob else ANN
    values = {"channel": channel}
    key = f"{at.place} {channel} {actor}"
    return await said(engine, "channel show", key=key, values=values, conversation=at, actor=actor)


@pytest.mark.parametrize(
    ("typed", "at", "name"),
    [
        ("discord:7", ELSEWHERE, "discord:42/7"),
        (" slack:C7 ", ELSEWHERE, "slack:T1/C7"),
        ("<#7>", GUILD, "discord:42/7"),
        ("<#9>", GUILD, "discord:42/9"),
        ("<#C7|web>", TEAM, "slack:T1/C7"),
        ("<#C9|>", TEAM, "slack:T1/C9"),
        ("<#C9>", TEAM, "slack:T1/C9"),
        ("<#7>", TEAM, "discord:42/7"),
        ("<#C7|web>", GUILD, "slack:T1/C7"),
    ],
)
async def test_a_channel_may_be_typed_without_its_space_or_mentioned(
    engine: Engine, typed: str, at: Conversation, name: str
) -> None:
    answer = await shown(engine, typed, at=at)

    assert answer.outcome is Outcome.DONE
    assert answer.message.title == f"Channel {name}"


async def test_a_channel_of_a_project_out_of_sight_is_as_if_it_were_not_there(
    engine: Engine,
) -> None:
    theirs, nowhere = await shown(engine, "discord:8"), await shown(engine, "discord:9")
    admins = await shown(engine, "discord:8", by_bob=False)

    assert theirs.outcome is nowhere.outcome is Outcome.REFUSED
    assert str(theirs.message).replace("8", "9") == str(nowhere.message)
    assert admins.message.title == "Channel discord:43/8"


async def test_who_sees_two_channels_of_one_id_is_asked_which(engine: Engine) -> None:
    answer = await shown(engine, "slack:C7", by_bob=False)

    assert answer.outcome is Outcome.REFUSED
    assert "slack:T1/C7 or slack:T2/C7" in str(answer.message)


async def test_a_session_is_shared_and_unshared_by_an_id_alone(
    engine: Engine, ground: Ground
) -> None:
    await ground.do(lambda use: use.channels.unbind(PARTNER))
    start = {"project": "web", "task": "Go"}
    await said(engine, "session start", key="start", values=start, conversation=GUILD)

    for path, option in (("session share", "to"), ("session unshare", "from")):
        values = {"session": "web-1", option: "slack:C7"}
        answer = await said(engine, path, key=path, values=values, conversation=GUILD)
        assert answer.outcome is Outcome.DONE


@pytest.mark.parametrize("typed", ["slack:C", "SLACK:c7", "C7", "slack:T1/C"])
async def test_a_channel_is_offered_however_it_is_typed(
    engine: Engine, ground: Ground, typed: str
) -> None:
    offered = await ground.do(lambda use: use.names.like("channels", typed, by=Asker(BOB), limit=9))

    assert offered == ["slack:T1/C7"]
