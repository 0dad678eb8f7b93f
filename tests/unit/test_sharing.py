"""One session that is followed, and spoken to, in several conversations."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest

from bot.commands import registry
from bot.core.answer import Outcome
from bot.core.call import Call
from bot.core.message import Buttons, Message, Mono, Person, Text
from bot.dispatch import SPEAKER, Heard, answer
from bot.hearing.talk import Words, read_words
from bot.notify.notify import Notify
from engine.api import (
    ActorId,
    Conversation,
    Delivery,
    Engine,
    EventKind,
    JobKind,
    Json,
    ProjectName,
    Role,
    StartRequest,
    UseCases,
    Verbosity,
)
from engine.app.changes import close_approval, move_task, save_job, tell_approval
from engine.app.desk import Desk
from engine.domain.access import Asker
from engine.domain.approval import ApprovalTrigger
from engine.domain.delivery import DeliveryState
from engine.domain.event import NewEvent
from engine.domain.job import JobTrigger
from engine.domain.task import TaskTrigger
from tests.build import AT, a_project, an_approval
from tests.chat import PlainVoice, drafted
from tests.faces import engine_of
from tests.ground import ANN, BOB, Ground

HOME = Conversation("plain", "acme", "web", "")
LOUNGE = Conversation("plain", "acme", "lounge", "")
FAR = Conversation("far", "team", "web", "")
CAT = ActorId("plain:7")
WEB = ProjectName("web")
PUSHED = "The work of web-1 is pushedBranch b is at c0ffee."
AGENT_SAYS = "All doors are blue."


@dataclass(slots=True)
class House:
    """A session in one channel, and further ones that it may be shared with."""

    ground: Ground
    engine: Engine
    notifies: Sequence[Notify]
    _keys: list[str] = field(default_factory=list)

    async def call(
        self,
        path: str,
        *,
        by: ActorId = ANN,
        at: Conversation = HOME,
        speaker: str = "",
        **values: str,
    ) -> Message:
        """Make a call that is done."""
        message, outcome = await self.tried(path, by=by, at=at, speaker=speaker, **values)
        assert outcome is Outcome.DONE, message
        return message

    async def tried(
        self,
        path: str,
        *,
        by: ActorId = ANN,
        at: Conversation = HOME,
        speaker: str = "",
        **values: str,
    ) -> tuple[Message, Outcome]:
        self._keys.append(path)
        named = {name.removesuffix("_"): value for name, value in values.items()}
        heard = Heard(
            key=f"k{len(self._keys)}",
            actor=by,
            conversation=at,
            is_local=False,
            call=Call(path, named),
            origin={SPEAKER: speaker},
        )
        answered = await answer(self.engine, registry, heard)
        await self.tell()
        return answered.message, answered.outcome

    async def share(self, to: Conversation) -> None:
        await self.call("session share", session="web-1", to=name_of(to))

    async def unshare(self, place: Conversation) -> None:
        await self.call("session unshare", session="web-1", from_=name_of(place))

    async def tell(self) -> None:
        for notify in self.notifies:
            while await notify.step():
                pass

    async def do(self, change: Callable[[Desk], object]) -> None:
        await self.ground.at_desk(change)
        await self.tell()

    async def deliveries(self, place: Conversation) -> list[Delivery]:
        every = frozenset(DeliveryState)
        found = await self.ground.at_desk(
            lambda desk: desk.tx.deliveries.in_states(place.platform, every)
        )
        return [d for d in found if d.conversation == place]

    async def posts(self, place: Conversation) -> list[str]:
        return [words(drafted(d.draft)) for d in await self.deliveries(place) if not d.card]

    async def cards(self, place: Conversation) -> Mapping[str, Message]:
        """Return the cards of a place by the word that their names begin with."""
        found = await self.deliveries(place)
        return {d.card.partition(":")[0]: drafted(d.draft) for d in found if d.card}

    async def deliver(self) -> None:
        """Let all anchors arrive."""

        def take(use: UseCases) -> None:
            for platform in ("plain", "far"):
                for errand in use.deliveries.due(platform, limit=100, each=100):
                    use.deliveries.claim([errand.delivery.id])
                    place = errand.delivery.conversation
                    use.deliveries.taken(errand.delivery.id, f"{place.channel}{errand.delivery.id}")

        await self.ground.do(take)

    async def thread(self, place: Conversation) -> Conversation:
        """Return the thread of the session in a channel, once its anchor has arrived."""
        anchors = [d for d in await self.deliveries(place) if d.opens]
        return replace(place, thread=anchors[-1].receipt)

    async def asks(self) -> None:
        """Let the agent ask something."""

        def ask(desk: Desk) -> None:
            session = desk.tx.sessions.newest(project=None, limit=1)[0]
            task = desk.tx.tasks.of(session.id)[0]
            approval = an_approval(session=session.id, task=task.id)
            desk.tx.approvals.add(approval)
            tell_approval(desk, approval)

        await self.do(ask)

    async def closes(self, trigger: ApprovalTrigger) -> None:
        def close(desk: Desk) -> None:
            [approval] = desk.tx.approvals.open()
            close_approval(desk, approval, trigger, by=None)

        await self.do(close)

    async def pushes(self, by: ActorId) -> None:
        """Let a branch be pushed that somebody asked for."""

        def work(desk: Desk) -> None:
            session = desk.tx.sessions.newest(project=None, limit=1)[0]
            desk.tx.sessions.save(replace(session, start_commit="c0ffee"))

        await self.do(work)
        job = await self.ground.do(lambda use: use.sessions.ask("web-1", JobKind.PUSH, {}, by=by))

        def finish(desk: Desk) -> None:
            taken = job.moved(JobTrigger.TAKE, at=AT)
            result = {"branch": "b", "commit": "c0ffee"}
            save_job(desk, taken.moved(JobTrigger.FINISH, at=AT, result=result))

        await self.do(finish)

    async def ends_turn(self) -> None:
        """Let the agent say something, and end its turn."""

        def end(desk: Desk) -> None:
            session = desk.tx.sessions.newest(project=None, limit=1)[0]
            task = desk.tx.tasks.of(session.id)[0]
            told: Sequence[tuple[EventKind, Mapping[str, Json]]] = (
                (EventKind.TEXT, {"text": AGENT_SAYS, "message": "m"}),
                (EventKind.TURN, {"number": 1, "stop_reason": "end_turn", "seconds": 1.0}),
            )
            for kind, data in told:
                desk.tx.events.append(
                    NewEvent(kind=kind, at=AT, session=session.id, task=task.id, data=data)
                )

        await self.do(end)


def name_of(place: Conversation) -> str:
    return f"{place.platform}:{place.space}/{place.channel}"


def words(message: Message) -> str:
    """Return all that a person reads of a message."""
    spans = [s for block in message.blocks if isinstance(block, Text) for s in block.spans]
    told = [_word(span) for span in spans]
    said = [getattr(block, "text", "") for block in message.blocks]
    return "".join([message.title, *told, *said])


def _word(span: object) -> str:
    match span:
        case str():
            return span
        case Mono(text):
            return text
        case Person(actor):
            return f"@{actor}"
        case _:
            return "*"


def paths(message: Message) -> list[str]:
    blocks = [block for block in message.blocks if isinstance(block, Buttons)]
    return [button.call.path for block in blocks for button in block.items]


@pytest.fixture
async def house(ground: Ground) -> House:
    engine = engine_of(ground)

    def set_up(use: UseCases) -> None:
        use.desk.tx.projects.add(a_project())
        for place in (HOME, LOUNGE, FAR):
            use.channels.bind(place, WEB)
        use.sessions.start(
            StartRequest(actor=CAT, conversation=HOME, project=WEB, task="Paint the doors.")
        )
        use.grants.grant(BOB, Role.OPERATOR, "web", by=Asker(ANN))

    await ground.do(set_up)
    voices = (PlainVoice(), PlainVoice("far"))
    house = House(ground, engine, [Notify(engine, v, wake=lambda: None) for v in voices])
    await house.tell()
    return house


async def test_a_mirror_begins_with_an_anchor_and_the_present_card(house: House) -> None:
    await house.ends_turn()

    await house.share(FAR)

    cards = await house.cards(FAR)
    assert set(cards) == {"anchor", "card"}
    assert f"Shared from {name_of(HOME)} by @{ANN}." in words(cards["anchor"])
    assert cards["card"].title == "web-1 is queued"
    assert await house.posts(FAR) == []


async def test_those_who_follow_are_told_who_else_does(house: House) -> None:
    await house.share(FAR)
    await house.share(LOUNGE)
    await house.unshare(LOUNGE)

    shared = [f"@{ANN} shared this session with {name_of(p)}." for p in (FAR, LOUNGE)]
    ended = f"@{ANN} ended the sharing of this session with {name_of(LOUNGE)}."
    assert await house.posts(HOME) == [*shared, ended]
    assert await house.posts(FAR) == [shared[1], ended]
    assert await house.posts(LOUNGE) == []


async def test_each_mirror_opens_a_thread_of_its_own(house: House) -> None:
    await house.share(FAR)
    await house.share(LOUNGE)
    await house.deliver()

    places = [await house.thread(place) for place in (HOME, FAR, LOUNGE)]

    assert len({place.thread for place in places}) == 3
    for place in places:
        found = await house.ground.do(lambda use, at=place: use.sessions.in_thread(at))  # type: ignore[misc]
        assert found is not None
        assert found.name == "web-1"


async def test_what_hangs_on_one_anchor_never_goes_into_another_thread(house: House) -> None:
    await house.share(LOUNGE)
    await house.ends_turn()

    for place in (HOME, LOUNGE):
        [anchor, *others] = await house.deliveries(place)
        assert {d.anchor for d in others} == {anchor.id}


async def test_what_an_agent_says_is_told_on_all_sides_once(house: House) -> None:
    await house.share(FAR)
    await house.share(LOUNGE)

    await house.ends_turn()
    await house.tell()

    for place in (HOME, FAR, LOUNGE):
        assert [p for p in await house.posts(place) if AGENT_SAYS in p] == [AGENT_SAYS]


async def test_words_in_any_thread_are_tasks_of_the_one_session(house: House) -> None:
    await house.share(FAR)
    await house.deliver()

    for place in (HOME, FAR):
        at = await house.thread(place)
        reading = await house.ground.do(
            lambda use, at=at: read_words(use, registry, Words(text="Go on", conversation=at))  # type: ignore[misc]
        )
        assert reading is not None
        assert (reading.call.path, reading.call.values["session"]) == ("session say", "web-1")


async def test_what_one_side_says_is_quoted_on_the_others_and_nowhere_else(house: House) -> None:
    await house.share(FAR)
    await house.share(LOUNGE)
    await house.deliver()
    before = {place: await house.posts(place) for place in (HOME, FAR, LOUNGE)}

    far = await house.thread(FAR)
    await house.call("session say", by=BOB, at=far, speaker="Bob B.", session="web-1", text="Hurry")

    new = {place: (await house.posts(place))[len(before[place]) :] for place in before}
    quoted = ["Bob B. on Far said: “Hurry”"]
    assert new == {HOME: quoted, FAR: [], LOUNGE: quoted}


async def test_it_is_quoted_short_and_on_one_line_by_the_id_where_no_name_is_known(
    house: House,
) -> None:
    await house.share(FAR)

    await house.call("session say", by=BOB, session="web-1", text="one\ntwo " + "x" * 1000)

    [quoted] = [post for post in await house.posts(FAR) if "said" in post]
    assert quoted.startswith(f"@{BOB} on Plain said: “one two xxx")
    assert quoted.endswith("…”")
    assert len(quoted) < 400


async def test_a_change_of_what_was_said_is_quoted_too(house: House) -> None:
    await house.share(FAR)
    await house.call("session say", session="web-1", text="Red")

    await house.call("task edit", task="web-1.2", text="Blue")

    quotes = [post.partition(" on ")[2] for post in await house.posts(FAR)]
    assert quotes == ["Plain said: “Red”", "Plain changed it to: “Blue”"]


async def test_of_a_session_that_is_not_shared_nothing_is_quoted(house: House) -> None:
    await house.share(FAR)
    await house.unshare(FAR)
    before = await house.posts(HOME)

    await house.call("session say", at=LOUNGE, session="web-1", text="Hurry")

    assert await house.posts(HOME) == before


@pytest.mark.parametrize(
    "trigger", [ApprovalTrigger.EXPIRE, ApprovalTrigger.WITHDRAW, ApprovalTrigger.DENY]
)
async def test_a_question_is_asked_and_closed_on_all_sides(
    house: House, trigger: ApprovalTrigger
) -> None:
    await house.share(FAR)
    await house.asks()
    for place in (HOME, FAR):
        assert "approval allow" in paths((await house.cards(place))["approval"])

    await house.closes(trigger)

    shown = [(await house.cards(place))["approval"] for place in (HOME, FAR)]
    assert paths(shown[0]) == []
    assert shown[0] == shown[1]


async def test_the_first_decision_wins_wherever_it_is_made(house: House) -> None:
    await house.share(FAR)
    await house.asks()

    await house.call("approval allow", at=FAR, approval="web-1.1")
    message, outcome = await house.tried("approval deny", at=HOME, approval="web-1.1")

    assert outcome is Outcome.REFUSED
    assert str(ANN) in words(message)
    for place in (HOME, FAR):
        card = (await house.cards(place))["approval"]
        assert card.title == "Approval web-1.1 is allowed"


async def test_a_mirror_asks_what_was_asked_before_it_began(house: House) -> None:
    await house.asks()

    await house.share(FAR)

    assert "approval deny" in paths((await house.cards(FAR))["approval"])


async def test_its_time_counts_from_the_first_card_that_arrived(house: House) -> None:
    await house.asks()
    await house.share(FAR)

    def take(use: UseCases) -> None:
        far = [e for e in use.deliveries.due("far", limit=9, each=100) if e.delivery.opens]
        for errand in far:
            use.deliveries.claim([errand.delivery.id])
            use.deliveries.taken(errand.delivery.id, "t9")
        for errand in use.deliveries.due("far", limit=9, each=100):
            use.deliveries.claim([errand.delivery.id])
            use.deliveries.taken(errand.delivery.id, f"r{errand.delivery.id}")

    await house.ground.do(take)

    shown = await house.ground.do(lambda use: use.approvals.find("web-1.1").shown_at)
    assert shown == house.ground.clock.now()


async def test_after_unsharing_every_card_says_so_and_has_no_buttons(house: House) -> None:
    await house.share(FAR)
    await house.asks()
    await house.unshare(FAR)

    cards = await house.cards(FAR)

    assert {name: paths(card) for name, card in cards.items()} == {
        "anchor": [],
        "card": [],
        "approval": [],
    }
    assert all("It is no longer followed here" in words(card) for card in cards.values())
    assert "approval allow" in paths((await house.cards(HOME))["approval"])


async def test_a_question_that_was_decided_meanwhile_shows_how_it_was_decided(
    house: House,
) -> None:
    await house.share(FAR)
    await house.asks()

    def end_both(use: UseCases) -> None:
        use.shares.unshare("web-1", FAR, by=ANN)
        [approval] = use.approvals.open()
        close_approval(use.desk, approval, ApprovalTrigger.EXPIRE, by=None)

    await house.ground.do(end_both)
    await house.tell()

    assert (await house.cards(FAR))["approval"].title == "Approval web-1.1 is expired"


async def test_nothing_is_told_or_heard_any_more_after_unsharing(house: House) -> None:
    await house.share(FAR)
    await house.deliver()
    far = await house.thread(FAR)
    before = await house.posts(FAR)
    await house.unshare(FAR)

    await house.ends_turn()

    assert await house.posts(FAR) == before
    assert await house.ground.do(lambda use: use.sessions.in_thread(far)) is None


async def test_what_is_unshared_before_anybody_was_told_leaves_no_trace(house: House) -> None:
    def both(use: UseCases) -> None:
        use.shares.share("web-1", FAR, by=ANN)
        use.shares.unshare("web-1", FAR, by=ANN)

    await house.ground.do(both)
    await house.tell()

    assert await house.deliveries(FAR) == []


async def test_shared_again_it_begins_anew_in_another_thread(house: House) -> None:
    await house.share(FAR)
    await house.deliver()
    old = await house.thread(FAR)
    await house.unshare(FAR)

    await house.share(FAR)
    await house.deliver()
    new = await house.thread(FAR)

    assert new != old
    assert await house.ground.do(lambda use: use.sessions.in_thread(old)) is None
    assert await house.ground.do(lambda use: use.sessions.in_thread(new)) is not None


async def test_what_happened_before_is_not_told_even_if_the_telling_lags(house: House) -> None:
    def said_then_shared(use: UseCases) -> None:
        use.sessions.say("web-1", "Before", now=False, by=ANN)
        use.shares.share("web-1", FAR, by=ANN)

    await house.ground.do(said_then_shared)
    await house.tell()

    assert await house.posts(FAR) == []


async def test_a_mirror_hears_as_much_as_its_own_channel(house: House) -> None:
    await house.ground.do(lambda use: use.channels.set(FAR, Verbosity.TEXT))

    await house.share(FAR)
    await house.ends_turn()

    assert set(await house.cards(FAR)) == {"anchor"}
    assert "card" in await house.cards(HOME)


async def test_what_everybody_says_is_looked_for_in_the_threads_of_mirrors(house: House) -> None:
    await house.share(FAR)
    assert await house.ground.do(lambda use: use.sessions.talked_in("far")) == []
    await house.deliver()
    far = await house.thread(FAR)
    assert await house.ground.do(lambda use: use.sessions.talked_in("far")) == [far]

    await house.unshare(FAR)

    assert await house.ground.do(lambda use: use.sessions.talked_in("far")) == []


async def test_a_task_of_which_nobody_knows_is_asked_about_on_all_sides(house: House) -> None:
    def lose(desk: Desk) -> None:
        session = desk.tx.sessions.newest(project=None, limit=1)[0]
        task = move_task(desk, desk.tx.tasks.of(session.id)[0], TaskTrigger.SEND)
        move_task(desk, task, TaskTrigger.LOSE, why="It was cut off.")

    await house.do(lose)
    await house.share(FAR)
    assert "task done" in paths((await house.cards(FAR))["unknown"])

    await house.unshare(FAR)
    assert paths((await house.cards(FAR))["unknown"]) == []
    assert "task done" in paths((await house.cards(HOME))["unknown"])


async def test_a_channel_of_another_project_cannot_be_shared_with(house: House) -> None:
    elsewhere = "plain:acme/other"

    message, outcome = await house.tried("session share", session="web-1", to=elsewhere)

    assert outcome is Outcome.REFUSED
    assert "project bind project=web channel=plain:acme/other" in words(message)


async def test_sharing_takes_the_right_to_manage(house: House) -> None:
    far = name_of(FAR)
    tried = [
        await house.tried("session share", by=BOB, session="web-1", to=far),
        await house.tried("session unshare", by=BOB, session="web-1", from_=far),
    ]

    for message, outcome in tried:
        assert outcome is Outcome.REFUSED
        assert "it takes the permission manage" in words(message)


async def test_a_session_that_is_not_shared_there_cannot_be_unshared(house: House) -> None:
    message, outcome = await house.tried("session unshare", session="web-1", from_=name_of(FAR))

    assert outcome is Outcome.REFUSED
    assert "is not shared with far:team/web" in words(message)


async def test_unsharing_means_here_if_no_channel_is_named(house: House) -> None:
    await house.share(FAR)

    await house.call("session unshare", at=replace(FAR, thread="t1"), session="web-1")

    assert await house.ground.do(lambda use: use.views.session("web-1").mirrors) == []


async def test_session_show_tells_where_it_is_shared(house: House) -> None:
    await house.share(FAR)

    shown = await house.call("session show", session="web-1")

    assert isinstance(shown.data, Mapping)
    assert shown.data["shared"] == [name_of(FAR)]


async def test_the_answer_to_who_asked_in_private_goes_to_no_thread(house: House) -> None:
    await house.share(FAR)
    before = await house.posts(FAR), await house.posts(HOME)

    await house.call("session show", session="web-1")
    await house.call("approval list")

    assert (await house.posts(FAR), await house.posts(HOME)) == before


@pytest.mark.parametrize("by", [CAT, ActorId("far:9")])
async def test_what_a_job_made_is_given_to_all_who_follow(house: House, by: ActorId) -> None:
    await house.share(FAR)

    await house.pushes(by)

    assert [(await house.posts(place))[-1:] for place in (HOME, FAR)] == [[PUSHED], [PUSHED]]


async def test_what_a_job_made_for_the_local_api_goes_to_no_thread(house: House) -> None:
    await house.share(FAR)

    await house.pushes(ANN)

    assert PUSHED not in [*await house.posts(FAR), *await house.posts(HOME)]


async def test_a_session_without_a_thread_of_its_own_can_be_shared(house: House) -> None:
    local = Conversation("local", "", "local:1000", "")
    start = StartRequest(actor=ANN, conversation=local, project=WEB, task="Tidy.")
    await house.ground.do(lambda use: use.sessions.start(start))

    await house.call("session share", session="web-2", to=name_of(FAR))
    await house.call("session say", at=local, session="web-2", text="Faster")

    assert "Shared from the local API" in words((await house.cards(FAR))["anchor"])
    assert await house.posts(FAR) == [f"@{ANN} on the local API said: “Faster”"]


async def test_time_alone_changes_nothing_in_a_mirror(house: House) -> None:
    await house.share(FAR)
    before = await house.deliveries(FAR)

    house.ground.clock.move(timedelta(hours=1).total_seconds())
    await house.tell()

    assert await house.deliveries(FAR) == before
