"""What follows from roles and grants."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.domain.access import (
    PERMISSIONS,
    Asker,
    Deciders,
    Grant,
    Rights,
    Role,
    Target,
    checked_subject,
    holders_of,
    may_decide,
    words,
)
from engine.domain.errors import InvalidInput
from engine.domain.values import ActorId, GroupId, Permission, ProjectName, Subject
from tests.build import a_grant, a_session

WEB, SHOP = ProjectName("web"), ProjectName("shop")
BOB, EVE = ActorId("local:1001"), ActorId("discord:66")
TEAM = GroupId("discord-role:1:7")

subjects = st.sampled_from([Subject(BOB), Subject(EVE), Subject(TEAM), Subject("discord-role:1:8")])
projects = st.sampled_from([WEB, SHOP, ProjectName("api")])
grants = st.lists(
    st.builds(
        a_grant,
        subject=subjects,
        role=st.sampled_from(Role),
        project=st.none() | projects,
    ),
    max_size=8,
)
askers = st.builds(
    Asker,
    st.sampled_from([BOB, EVE]),
    st.frozensets(st.sampled_from([TEAM, GroupId("discord-role:1:8")])),
)


def rights(*held: Grant, is_bootstrap: bool = False) -> Rights:
    return Rights(is_bootstrap=is_bootstrap, grants=held)


def rights_of(asker: Asker, given_: list[Grant]) -> Rights:
    return rights(*(grant for grant in given_ if grant.subject in asker.subjects))


@given(grants, askers, st.sampled_from(Permission), projects)
def test_a_permission_is_had_exactly_where_a_grant_of_theirs_or_their_groups_gives_it(
    given_: list[Grant], asker: Asker, permission: Permission, project: ProjectName
) -> None:
    names = [str(asker.actor), *map(str, asker.groups)]
    theirs = [g for g in given_ if str(g.subject) in names]
    there = [g for g in theirs if g.project == project or g.project is None]
    expected = any(permission in PERMISSIONS[g.role] for g in there)

    assert rights_of(asker, given_).has(permission, project) is expected


@given(grants, askers, st.sampled_from(Permission))
def test_everywhere_is_had_only_by_a_grant_everywhere(
    given_: list[Grant], asker: Asker, permission: Permission
) -> None:
    theirs = [g for g in given_ if g.subject in asker.subjects and g.project is None]
    expected = any(permission in PERMISSIONS[g.role] for g in theirs)

    assert rights_of(asker, given_).has(permission, None) is expected


@given(grants, askers, projects)
def test_what_is_seen_is_where_they_have_the_permission_to_view(
    given_: list[Grant], asker: Asker, project: ProjectName
) -> None:
    held = rights_of(asker, given_)

    assert held.sight.covers(project) is held.has(Permission.VIEW, project)


@given(grants, askers, st.sampled_from(Permission), projects)
def test_why_is_a_grant_that_gives_it(
    given_: list[Grant], asker: Asker, permission: Permission, project: ProjectName
) -> None:
    held = rights_of(asker, given_)

    source = held.source(permission, project)

    assert (source is not None) is held.has(permission, project)
    assert source is None or (source in held.grants and source.gives(permission, project))


def test_who_was_given_nothing_has_nothing() -> None:
    nothing = rights()

    assert not any(nothing.has_somewhere(permission) for permission in Permission)
    assert nothing.sight.projects == frozenset()


def test_an_admin_of_the_settings_has_everything() -> None:
    root = rights(is_bootstrap=True)

    assert all(root.has(permission, None) for permission in Permission)
    assert root.sight.covers(WEB)


@pytest.mark.parametrize(
    ("role", "gives"),
    [
        (Role.VIEWER, "view"),
        (Role.OPERATOR, "view prompt"),
        (Role.APPROVER, "view decide"),
        (Role.MAINTAINER, "view prompt decide manage"),
        (Role.ADMIN, "view prompt decide manage grant"),
    ],
)
def test_a_role_gives_exactly_this(role: Role, gives: str) -> None:
    assert PERMISSIONS[role] == {Permission(word) for word in gives.split()}


def test_each_role_lets_one_see_and_each_permission_has_a_role() -> None:
    assert all(Permission.VIEW in gives for gives in PERMISSIONS.values())
    assert all(any(p in gives for gives in PERMISSIONS.values()) for p in Permission)


def test_who_can_give_roles_has_all_that_any_role_gives() -> None:
    givers = [gives for gives in PERMISSIONS.values() if Permission.GRANT in gives]

    assert givers == [frozenset(Permission)]


OWN = {"owner": BOB}
DECISIONS = [
    # who, session's owner is BOB?, role of BOB, may BOB decide?
    (Deciders.OWNER, True, Role.VIEWER, True),
    (Deciders.OWNER, False, Role.VIEWER, False),
    (Deciders.OWNER, False, Role.APPROVER, False),
    (Deciders.OWNER, False, Role.MAINTAINER, False),
    (Deciders.OWNER, False, Role.ADMIN, True),
    (Deciders.APPROVERS, True, Role.OPERATOR, True),
    (Deciders.APPROVERS, False, Role.VIEWER, False),
    (Deciders.APPROVERS, False, Role.OPERATOR, False),
    (Deciders.APPROVERS, False, Role.APPROVER, True),
    (Deciders.APPROVERS, False, Role.MAINTAINER, True),
    (Deciders.APPROVERS, False, Role.ADMIN, True),
    (Deciders.ANYONE, False, Role.VIEWER, True),
    (Deciders.ANYONE, False, Role.OPERATOR, True),
]


@pytest.mark.parametrize(("who", "is_owner", "role", "may"), DECISIONS)
def test_who_may_decide_is_as_the_setting_has_it(
    who: Deciders, is_owner: bool, role: Role, may: bool
) -> None:
    session = a_session(**OWN if is_owner else {})

    assert may_decide(who, Asker(BOB), rights(a_grant(role=role)), session) is may


@pytest.mark.parametrize("who", Deciders)
@pytest.mark.parametrize(
    ("owner", "held"),
    [
        pytest.param(OWN, (), id="owner-without-a-role"),
        pytest.param({}, (a_grant(role=Role.ADMIN, project=SHOP),), id="admin-elsewhere"),
    ],
)
def test_who_may_not_see_the_project_never_decides(
    who: Deciders, owner: dict[str, Any], held: tuple[Grant, ...]
) -> None:
    assert not may_decide(who, Asker(BOB), rights(*held), a_session(**owner))


@pytest.mark.parametrize("who", Deciders)
def test_an_admin_of_the_settings_always_decides(who: Deciders) -> None:
    assert may_decide(who, Asker(BOB), rights(is_bootstrap=True), a_session())


@pytest.mark.parametrize(
    "text",
    [
        "local:0",
        "local:1000",
        "discord:80351110224678912",
        "slack:T1:U2",
        "discord-role:1:2",
        "slack-group:T1:S2",
    ],
)
def test_an_id_of_an_actor_or_a_group_is_taken(text: str) -> None:
    assert checked_subject(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ann",
        "local:",
        "local:ann",
        "local:01",
        "local:1 ",
        "local:1\n",
        "local:\u0661",
        "discord:@everyone",
        "discord:-1",
        "discord-role:1",
        "discord-role:1:2:3",
        "slack:U1",
        "slack-group:S1",
        "slack-group:T1:s1",
        "slack:t1:u1",
        "webhook:1",
        "bot:1",
        "LOCAL:1",
        "local:1,local:2",
        "x" * 10_000,
    ],
)
def test_what_is_no_id_is_refused_in_a_sentence(text: str) -> None:
    with pytest.raises(InvalidInput, match="neither an actor nor a group") as refusal:
        checked_subject(text)

    assert len(str(refusal.value)) < 300


@pytest.mark.parametrize(
    ("name", "target"),
    [
        ("web-1", Target(WEB, session="web-1")),
        ("web-shop-12", Target(ProjectName("web-shop"), session="web-shop-12")),
        ("web", None),
        ("-1", None),
        ("", None),
    ],
)
def test_a_session_belongs_to_the_project_in_its_name(name: str, target: Target | None) -> None:
    assert Target.of_session(name) == target


@pytest.mark.parametrize(
    ("permission", "told"),
    [
        (Permission.GRANT, "The role admin has it"),
        (Permission.MANAGE, "The roles maintainer and admin have it"),
    ],
)
def test_who_has_a_permission_is_a_sentence(permission: Permission, told: str) -> None:
    assert holders_of(permission) == told


@pytest.mark.parametrize(
    ("count", "told"),
    [
        (0, "nobody"),
        (1, "a0"),
        (2, "a0 or a1"),
        (5, "a0, a1, a2, a3 or a4"),
        (9, "a0, a1, a2, a3, a4 or 4 more"),
    ],
)
def test_names_are_a_part_of_a_sentence(count: int, told: str) -> None:
    assert words([f"a{n}" for n in range(count)], last="or") == told
