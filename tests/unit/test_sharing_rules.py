"""Which channel a session may be shared with."""

from dataclasses import replace

import pytest

from engine.domain.channel import Channel, channel_at
from engine.domain.errors import Conflict
from engine.domain.mirror import MIRRORS_MAX, Mirror, require_mirrored
from engine.domain.values import Conversation, MirrorId, ProjectName
from tests.build import THERE, a_mirror, a_session

HOME = Conversation("chat", "space", "home", "t7")
SESSION = a_session(conversation=HOME)
WEB = ProjectName("web")


def channel(place: Conversation, project: ProjectName | None = WEB) -> Channel:
    return replace(channel_at(place), project=project)


def mirrors(count: int) -> list[Mirror]:
    places = [replace(THERE, channel=f"c{n}", thread="t") for n in range(count)]
    return [a_mirror(id=MirrorId(str(n)), conversation=p) for n, p in enumerate(places)]


def test_a_channel_of_the_same_project_may_hear_of_it() -> None:
    require_mirrored(SESSION, mirrors(MIRRORS_MAX - 1), THERE, channel(THERE))


@pytest.mark.parametrize("project", [None, ProjectName("shop")])
def test_a_channel_of_another_project_or_of_none_may_not(project: ProjectName | None) -> None:
    with pytest.raises(Conflict, match="`project bind project=web channel=chat:space/channel`"):
        require_mirrored(SESSION, [], THERE, channel(THERE, project))


def test_the_channel_that_it_was_started_in_hears_of_it_already() -> None:
    place = replace(HOME, thread="")

    with pytest.raises(Conflict, match="it talks there"):
        require_mirrored(SESSION, [], place, channel(place))


def test_a_channel_hears_of_it_once() -> None:
    with pytest.raises(Conflict, match="already"):
        require_mirrored(SESSION, [a_mirror()], THERE, channel(THERE))


def test_a_channel_of_the_same_name_on_another_platform_is_another_one() -> None:
    place = replace(THERE, platform="other")

    require_mirrored(SESSION, [a_mirror()], place, channel(place))


def test_no_more_than_a_few_channels_hear_of_it() -> None:
    with pytest.raises(Conflict, match="`session unshare` ends one"):
        require_mirrored(SESSION, mirrors(MIRRORS_MAX), THERE, channel(THERE))
