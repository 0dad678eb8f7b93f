"""Facts about interactions, each held by the unmodified discord.py (chat.md, 1a, 1d and 3)."""

import io
from collections.abc import Awaitable, Callable

import discord
import pytest
from discord import app_commands

from tests.emulators.bot import Bot, Office, office
from tests.emulators.discord import CannotBeDone, Limits
from tests.emulators.discord.typed import Value
from tests.fakes.clock import FakeClock

Answer = Callable[[discord.Interaction], Awaitable[object]]


def hello(answer: Answer) -> Callable[[Bot], object]:
    """A bot's command `hello` that is answered so."""

    def teach(bot: Bot) -> None:
        @bot.tree.command(description="Say hello")
        async def hello(interaction: discord.Interaction) -> None:
            await answer(interaction)

    return teach


class Errors:
    """What discord.py was told, by its code, where an answer was refused."""

    def __init__(self, *answers: Answer) -> None:
        self._answers = answers
        self.codes: list[int] = []

    async def __call__(self, interaction: discord.Interaction) -> None:
        for answer in self._answers:
            try:
                await answer(interaction)
            except discord.HTTPException as error:
                self.codes.append(error.code)


async def say_hello(interaction: discord.Interaction) -> None:
    await interaction.response.send_message("hello")


async def think(interaction: discord.Interaction) -> None:
    await interaction.response.defer()


async def test_an_answer_is_seen_by_all_with_whom_it_answers() -> None:
    async with office(teach=hello(say_hello)) as it:
        asked = await it.server.run(it.ann, it.channel, "hello")
        answer = await asked.answered()

        assert answer.content == "hello"
        assert answer in it.server.messages(it.channel)
        assert asked.acknowledged
        assert asked.acknowledged_after_s < 3
        assert answer.interaction is not None
        assert answer.interaction["user"]["id"] == str(it.ann.id)


async def test_discord_py_asks_for_a_body_and_is_told_the_message() -> None:
    told: list[discord.InteractionCallbackResponse[discord.Client]] = []

    async def answer(interaction: discord.Interaction) -> None:
        told.append(await interaction.response.send_message("hello"))

    async with office(teach=hello(answer)) as it:
        asked = await it.server.run(it.ann, it.channel, "hello")
        await it.server.until(lambda: told)
        callback = it.server.requests[-1]

    assert callback.request.query["with_response"] == "1"
    assert told[0].message_id == asked.answers[0].id


async def test_an_ephemeral_answer_is_seen_only_by_who_asked_and_fetched_only_by_token() -> None:
    errors = Errors(lambda it: it.channel.fetch_message(originals[0].id))  # type: ignore[union-attr]
    originals: list[discord.InteractionMessage] = []

    async def answer(interaction: discord.Interaction) -> None:
        await interaction.response.send_message("secret", ephemeral=True)
        originals.append(await interaction.original_response())
        await errors(interaction)

    async with office(teach=hello(answer)) as it:
        bob = it.guild.add_member("bob")
        asked = await it.server.run(it.ann, it.channel, "hello")
        await it.server.until(lambda: errors.codes)

        assert originals[0].content == "secret"
        assert errors.codes == [10008]
        assert asked.is_ephemeral
        assert [m.content for m in it.server.messages(it.channel, seen_by=it.ann)] == ["secret"]
        assert it.server.messages(it.channel, seen_by=bob) == []
        assert [message async for message in it.web.history()] == []


async def test_the_first_follow_up_after_deferring_edits_the_original() -> None:
    async def answer(interaction: discord.Interaction) -> None:
        await interaction.response.defer()
        await interaction.followup.send("first")
        await interaction.followup.send("second")

    async with office(teach=hello(answer)) as it:
        asked = await it.server.run(it.ann, it.channel, "hello")
        await it.server.until(lambda: len(asked.answers) == 2)

        assert [message.content for message in asked.answers] == ["first", "second"]
        assert asked.answers[0].id == asked.interaction.original_id
        assert not asked.answers[0].edited


async def test_only_the_flag_ephemeral_set_while_deferring_counts() -> None:
    async def answer(interaction: discord.Interaction) -> None:
        await interaction.response.defer(ephemeral=True)
        await interaction.followup.send("still a secret", ephemeral=False)

    async with office(teach=hello(answer)) as it:
        asked = await it.server.run(it.ann, it.channel, "hello")
        message = await asked.answered()

        assert message.ephemeral
        assert it.server.messages(it.channel) == []


async def test_a_deferred_answer_is_shown_as_thinking_until_it_is_edited() -> None:
    async def answer(interaction: discord.Interaction) -> None:
        await interaction.response.defer()
        flags.append((await interaction.original_response()).flags.loading)
        edited = await interaction.edit_original_response(content="done")
        flags.append(edited.flags.loading)

    flags: list[bool] = []
    async with office(teach=hello(answer)) as it:
        asked = await it.server.run(it.ann, it.channel, "hello")
        await it.server.until(lambda: len(flags) == 2)

        assert flags == [True, False]
        assert asked.answers[0].content == "done"


async def test_the_original_answer_can_be_deleted() -> None:
    async def answer(interaction: discord.Interaction) -> None:
        await interaction.response.send_message("hello")
        await interaction.delete_original_response()

    async with office(teach=hello(answer)) as it:
        asked = await it.server.run(it.ann, it.channel, "hello")
        await asked.settled()
        await it.server.until(lambda: not asked.answers)

        assert it.server.messages(it.channel) == []


async def test_an_answer_after_three_seconds_is_refused_with_10062() -> None:
    clock = FakeClock()

    async def late(interaction: discord.Interaction) -> None:
        clock.move(3.1)
        await interaction.response.send_message("too late")

    errors = Errors(late)
    async with office(teach=hello(errors), clock=clock.now) as it:
        asked = await it.server.run(it.ann, it.channel, "hello")
        await it.server.until(lambda: errors.codes)

        assert errors.codes == [10062]
        assert asked.has_failed
        assert not asked.acknowledged
        assert it.server.messages(it.channel) == []


async def test_a_second_answer_is_refused_with_40060() -> None:
    async def again(interaction: discord.Interaction) -> None:
        interaction.response._response_type = None
        await interaction.response.send_message("twice")

    errors = Errors(say_hello, again)
    async with office(teach=hello(errors)) as it:
        asked = await it.server.run(it.ann, it.channel, "hello")
        await it.server.until(lambda: errors.codes)

        assert errors.codes == [40060]
        assert [message.content for message in asked.answers] == ["hello"]


async def test_a_token_lives_for_fifteen_minutes() -> None:
    clock = FakeClock()

    async def much_later(interaction: discord.Interaction) -> None:
        clock.move(15 * 60)
        await interaction.followup.send("late")
        clock.move(1)
        await interaction.followup.send("too late")

    errors = Errors(think, much_later)
    async with office(teach=hello(errors), clock=clock.now) as it:
        asked = await it.server.run(it.ann, it.channel, "hello")
        await it.server.until(lambda: errors.codes)

        assert errors.codes == [50027]
        assert [message.content for message in asked.answers] == ["late"]


async def test_before_the_first_answer_the_token_is_good_for_nothing() -> None:
    errors = Errors(
        lambda it: it.original_response(),
        lambda it: it.followup.send("too early"),
    )
    async with office(teach=hello(errors)) as it:
        await it.server.run(it.ann, it.channel, "hello")
        await it.server.until(lambda: len(errors.codes) == 2)

        assert errors.codes == [10015, 10015]


async def test_an_interaction_nobody_hears_of_simply_fails() -> None:
    async with office(Limits(answer_within_s=0.05), teach=hello(say_hello)) as it:
        await it.bot.close()
        asked = await it.server.run(it.ann, it.channel, "hello")
        await asked.settled()

        assert asked.has_failed


# --- what comes with a command -----------------------------------------------------------------


async def test_options_come_typed_and_resolved() -> None:
    got: list[object] = []

    def teach(bot: Bot) -> None:
        group = app_commands.Group(name="session", description="Sessions")

        @group.command(description="Start one")
        async def start(  # noqa: PLR0917 - one of each type
            interaction: discord.Interaction,
            task: str,
            count: int,
            cost: float,
            once: bool,
            who: discord.Member,
            where: discord.TextChannel,
            role: discord.Role,
            plan: discord.Attachment,
        ) -> None:
            got.extend((task, count, cost, once, who.name, where.name, role.name))
            got.append(await plan.read())
            await interaction.response.send_message("started")

        bot.tree.add_command(group)

    async with office(teach=teach) as it:
        values: dict[str, Value] = {
            "task": "fix it",
            "count": 3,
            "cost": 0.5,
            "once": True,
            "who": it.ann,
            "where": it.channel,
            "role": it.guild.add_role("devs"),
            "plan": ("plan.txt", b"first this"),
        }
        asked = await it.server.run(it.ann, it.channel, "session start", values)
        await asked.answered()

    assert got == ["fix it", 3, 0.5, True, "ann", "web", "devs", b"first this"]


@pytest.mark.parametrize(
    ("path", "values", "why"),
    [
        pytest.param("bye", {}, "no command 'bye'", id="not-announced"),
        pytest.param("size", {}, "'of' is required", id="missing"),
        pytest.param("size", {"of": "small", "x": "y"}, "no option", id="unknown"),
        pytest.param("size", {"of": "huge"}, "no choice", id="not-among-the-choices"),
        pytest.param("size", {"of": "small", "n": "1"}, "takes no str", id="wrong-type"),
        pytest.param("size", {"of": "small", "n": 11}, "from 1 to 10", id="out-of-range"),
        pytest.param("size more", {"of": "small"}, "nothing 'more'", id="no-subcommand"),
    ],
)
async def test_a_person_types_only_what_was_announced(
    path: str, values: dict[str, str | int], why: str
) -> None:
    def teach(bot: Bot) -> None:
        @bot.tree.command(description="Size")
        @app_commands.choices(of=[app_commands.Choice(name="Small", value="small")])
        async def size(
            interaction: discord.Interaction,
            of: app_commands.Choice[str],
            n: app_commands.Range[int, 1, 10] = 1,
        ) -> None:
            await interaction.response.send_message(of.name)

    async with office(teach=teach) as it:
        with pytest.raises(CannotBeDone, match=why):
            await it.server.run(it.ann, it.channel, path, values)
        asked = await it.server.run(it.ann, it.channel, "size", {"of": "Small"})

        assert (await asked.answered()).content == "Small"


async def test_autocomplete_offers_choices_for_what_is_half_typed() -> None:
    def teach(bot: Bot) -> None:
        @bot.tree.command(description="Start")
        async def start(interaction: discord.Interaction, project: str, task: str) -> None:
            await interaction.response.send_message(project)

        @start.autocomplete("project")
        async def projects(
            interaction: discord.Interaction, current: str
        ) -> list[app_commands.Choice[str]]:
            return [
                app_commands.Choice(name=name.title(), value=name)
                for name in ("web", "wiki", "api")
                if name.startswith(current)
            ]

    async with office(teach=teach) as it:
        offered = await it.server.complete(
            it.ann, it.channel, "start", {"project": "w"}, focused="project"
        )

    assert [(choice.name, choice.value) for choice in offered] == [("Web", "web"), ("Wiki", "wiki")]


async def test_autocomplete_takes_25_choices() -> None:
    def teach(bot: Bot) -> None:
        @bot.tree.command(description="Start")
        async def start(interaction: discord.Interaction, project: str) -> None:
            await interaction.response.send_message(project)

        @start.autocomplete("project")
        async def projects(
            interaction: discord.Interaction, current: str
        ) -> list[app_commands.Choice[str]]:
            return [app_commands.Choice(name=str(n), value=str(n)) for n in range(26)]

    async with office(teach=teach, may_have_problems=True) as it:
        with pytest.raises(TimeoutError):
            await it.server.complete(
                it.ann, it.channel, "start", {"project": "w"}, focused="project", timeout_s=0.5
            )

        assert "callback" in it.server.problems()[0]


async def test_a_command_on_a_message_comes_with_the_message() -> None:
    def teach(bot: Bot) -> None:
        @bot.tree.context_menu(name="Send to session")
        async def send(interaction: discord.Interaction, message: discord.Message) -> None:
            await interaction.response.send_message(f"sent: {message.content}", ephemeral=True)

    async with office(teach=teach) as it:
        message = await it.server.say(it.ann, it.channel, "this one")
        asked = await it.server.run_on_message(it.ann, message, "Send to session")

        assert (await asked.answered()).content == "sent: this one"


# --- buttons, menus and forms ------------------------------------------------------------------


class Buttons(discord.ui.View):
    """A button that edits, one that thinks, one that opens a form, and a menu."""

    def __init__(self) -> None:
        super().__init__(timeout=None)
        self.chosen: list[str] = []

    @discord.ui.button(label="Allow", custom_id="allow")
    async def allow(self, interaction: discord.Interaction, _: object) -> None:
        await interaction.response.edit_message(content="allowed", view=None)

    @discord.ui.button(label="Later", custom_id="later")
    async def later(self, interaction: discord.Interaction, _: object) -> None:
        await interaction.response.defer()
        await interaction.edit_original_response(content="later")
        await interaction.followup.send("for you", ephemeral=True)

    @discord.ui.button(label="Say why", custom_id="why")
    async def why(self, interaction: discord.Interaction, _: object) -> None:
        await interaction.response.send_modal(Form())

    @discord.ui.button(label="Not now", custom_id="off", disabled=True)
    async def off(self, interaction: discord.Interaction, _: object) -> None:
        raise AssertionError("it is disabled")

    @discord.ui.select(
        custom_id="pick",
        options=[discord.SelectOption(label="One", value="1"), discord.SelectOption(label="Two")],
    )
    async def pick(
        self, interaction: discord.Interaction, menu: "discord.ui.Select[Buttons]"
    ) -> None:
        self.chosen += menu.values
        await interaction.response.defer()


class Form(discord.ui.Modal, title="Why?"):
    """Asks for a reason."""

    reason: discord.ui.TextInput["Form"] = discord.ui.TextInput(label="Reason", max_length=20)

    async def on_submit(self, interaction: discord.Interaction) -> None:
        await interaction.response.send_message(f"because {self.reason.value}")


async def with_buttons(it: Office) -> Buttons:
    view = Buttons()
    await it.web.send("May I?", view=view)
    return view


async def test_a_button_that_updates_edits_its_message() -> None:
    async with office() as it:
        await with_buttons(it)
        card = it.server.messages(it.channel)[0]
        asked = await it.server.press(it.ann, card, "Allow")
        edited = await asked.answered()

        assert edited.id == card.id
        assert (edited.content, edited.buttons, edited.edited) == ("allowed", (), True)


async def test_after_a_deferred_update_the_original_is_the_message_of_the_button() -> None:
    async with office() as it:
        await with_buttons(it)
        card = it.server.messages(it.channel)[0]
        asked = await it.server.press(it.ann, card, "Later")
        follow_up = await asked.answered()

        assert (follow_up.content, follow_up.ephemeral) == ("for you", True)
        assert it.server.messages(it.channel)[0].content == "later"
        assert it.server.messages(it.channel)[0].buttons


async def test_a_menu_gives_the_values_that_were_chosen() -> None:
    async with office() as it:
        view = await with_buttons(it)
        card = it.server.messages(it.channel)[0]
        asked = await it.server.select(it.ann, card, ["One"])
        await asked.settled()

        assert view.chosen == ["1"]
        with pytest.raises(CannotBeDone, match="1 to 1"):
            await it.server.select(it.ann, card, ["One", "Two"])


async def test_a_menu_of_members_gives_them_resolved() -> None:
    chosen: list[str] = []

    class People(discord.ui.View):
        @discord.ui.select(cls=discord.ui.UserSelect, max_values=2)
        async def pick(
            self, interaction: discord.Interaction, menu: "discord.ui.UserSelect[People]"
        ) -> None:
            chosen.extend(user.name for user in menu.values)
            await interaction.response.defer()

    async with office() as it:
        await it.web.send("Who?", view=People())
        card = it.server.messages(it.channel)[0]
        bob = it.guild.add_member("bob")
        asked = await it.server.select(it.ann, card, [it.ann, bob])
        await asked.settled()

        assert chosen == ["ann", "bob"]


async def test_a_form_is_opened_filled_in_and_sent() -> None:
    async with office() as it:
        await with_buttons(it)
        card = it.server.messages(it.channel)[0]
        modal = await (await it.server.press(it.ann, card, "Say why")).opened()
        asked = await it.server.submit(it.ann, modal, {"Reason": "I may"})

        assert modal.title == "Why?"
        assert (await asked.answered()).content == "because I may"


async def test_a_person_cannot_press_what_is_not_there() -> None:
    async with office() as it:
        await with_buttons(it)
        card = it.server.messages(it.channel)[0]

        for label in ("Deny", "Not now"):
            with pytest.raises(CannotBeDone):
                await it.server.press(it.ann, card, label)


async def test_a_form_cannot_be_the_answer_to_a_form() -> None:
    class Second(Form):
        async def on_submit(self, interaction: discord.Interaction) -> None:
            await errors(interaction)

    errors = Errors(lambda it: it.response.send_modal(Form()))

    async def answer(interaction: discord.Interaction) -> None:
        await interaction.response.send_modal(Second())

    async with office(teach=hello(answer), may_have_problems=True) as it:
        modal = await (await it.server.run(it.ann, it.channel, "hello")).opened()
        await it.server.submit(it.ann, modal, {"Reason": "x"})
        await it.server.until(lambda: errors.codes)

        assert errors.codes == [50035]


async def test_an_answer_may_carry_files() -> None:
    async def answer(interaction: discord.Interaction) -> None:
        await interaction.response.defer()
        await interaction.followup.send(file=discord.File(io.BytesIO(b"+1"), "work.diff"))

    async with office(teach=hello(answer)) as it:
        asked = await it.server.run(it.ann, it.channel, "hello")
        message = await asked.answered()

        assert [(file.name, file.data) for file in message.files] == [("work.diff", b"+1")]


FORMS: dict[str, Callable[[], discord.ui.Modal]] = {
    "a-title-of-46": lambda: Form(title="t" * 46),
    "a-label-of-46": lambda: labelled("l" * 46, "d"),
    "a-description-of-101": lambda: labelled("l", "d" * 101),
}


def labelled(text: str, description: str) -> discord.ui.Modal:
    modal = discord.ui.Modal(title="Why?")
    field: discord.ui.TextInput[discord.ui.Modal] = discord.ui.TextInput()
    return modal.add_item(discord.ui.Label(text=text, description=description, component=field))


@pytest.mark.parametrize("name", FORMS)
async def test_a_form_over_a_limit_is_refused_with_50035(name: str) -> None:
    errors = Errors(lambda it: it.response.send_modal(FORMS[name]()))
    async with office(teach=hello(errors), may_have_problems=True) as it:
        asked = await it.server.run(it.ann, it.channel, "hello")
        await it.server.until(lambda: errors.codes)

        assert errors.codes == [50035]
        assert asked.modal is None


async def test_a_first_answer_that_asks_for_no_body_gets_a_204() -> None:
    async def answer(interaction: discord.Interaction) -> None:
        path = "/interactions/{webhook_id}/{webhook_token}/callback"
        route = discord.http.Route(
            "POST", path, webhook_id=interaction.id, webhook_token=interaction.token
        )
        body = {"type": 4, "data": {"content": "hello"}}
        await it.bot.http.request(route, json=body)

    async with office(teach=hello(answer)) as it:
        asked = await it.server.run(it.ann, it.channel, "hello")
        await asked.answered()
        await it.server.until(lambda: it.server.requests[-1].status == 204)
