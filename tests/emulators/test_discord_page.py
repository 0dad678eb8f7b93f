"""The page, in a browser, with a bot of discord.py behind it."""

import asyncio
import io
from collections.abc import Callable
from typing import TypeVar

import discord
import pytest
from discord import app_commands

from tests.emulators.bot import Bot, Office, office
from tests.emulators.browser import Page, a_page

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]
ResultT = TypeVar("ResultT")


class Card(discord.ui.View):
    """A button that edits its message, and one that asks why."""

    @discord.ui.button(label="Allow once", style=discord.ButtonStyle.success)
    async def allow(self, interaction: discord.Interaction, _: object) -> None:
        await interaction.response.edit_message(content="Allowed.", view=None)

    @discord.ui.button(label="Say why")
    async def why(self, interaction: discord.Interaction, _: object) -> None:
        await interaction.response.send_modal(Why())


class Why(discord.ui.Modal, title="Why?"):
    """A form of one field."""

    reason: discord.ui.TextInput["Why"] = discord.ui.TextInput(label="Reason")

    async def on_submit(self, interaction: discord.Interaction) -> None:
        await interaction.response.send_message(f"Because {self.reason.value}.", ephemeral=True)


def teach(bot: Bot) -> None:
    group = app_commands.Group(name="session", description="Sessions")

    @group.command(description="Start one")
    async def start(interaction: discord.Interaction, task: str) -> None:
        embed = discord.Embed(title="Session started", description=f"for `{task}`", colour=0x248046)
        embed.add_field(name="Host", value="local").set_footer(text="web \N{MIDDLE DOT} main")
        await interaction.response.send_message("May I run **this**?", embed=embed, view=Card())

    bot.tree.add_command(group)


async def use(it: Office, acts: Callable[[Page], ResultT]) -> ResultT:
    """Let somebody use the page, while the bot goes on."""

    def with_page() -> ResultT:
        with a_page(it.server.base) as page:
            return acts(page)

    return await asyncio.to_thread(with_page)


async def test_a_person_types_a_command_sees_the_answer_and_clicks_its_button() -> None:
    def acts(page: Page) -> None:
        page.choose("#as", "ann")
        page.type("/session start")
        page.find("#options [name=task]").send_keys("fix it")
        page.click("#send")
        shown = page.shows("Session started")
        assert "ann used /session start" in shown
        assert "May I run this?" in shown
        assert [code.text for code in page.all("#messages code")] == ["fix it"]
        assert "web \N{MIDDLE DOT} main" in shown
        page.press("Allow once")
        assert "Allow once" not in page.shows("Allowed.")

    async with office(teach=teach) as it:
        await use(it, acts)

        assert it.server.messages(it.channel)[0].content == "Allowed."


async def test_a_form_is_filled_in_and_its_answer_is_marked_as_seen_by_one_only() -> None:
    def acts(page: Page) -> None:
        page.choose("#as", "ann")
        page.press("Say why")
        page.find("#modal input").send_keys("I may")
        page.click("#modal button[value=submit]")
        assert "Only you can see this" in page.shows("Because I may.")
        page.choose("#as", "owner")
        page.shows_not("Because I may.")

    async with office() as it:
        await it.web.send("May I?", view=Card())
        await use(it, acts)


async def test_what_is_said_shows_at_once_as_text_in_channels_and_threads() -> None:
    async with office() as it:

        @it.bot.event
        async def on_message(message: discord.Message) -> None:
            if message.author != it.bot.user:
                thread = await message.create_thread(name="work")
                diff = discord.File(io.BytesIO(b"+ a line"), "work.diff")
                await thread.send("```diff\n+ <b>x</b>\n```", file=diff)

        def acts(page: Page) -> None:
            page.choose("#as", "ann")
            page.type("hello <b>bot</b> ~~not~~ __so__ @everyone")
            page.shows("hello <b>bot</b> not so @everyone")
            page.shows("work", within="#places")
            page.click("#places a.thread")
            page.shows("+ <b>x</b>")
            page.shows("+ a line", within=".file")
            assert page.all("#messages b") == []

        await use(it, acts)


async def test_an_act_that_cannot_be_done_is_told_in_a_sentence() -> None:
    def acts(page: Page) -> None:
        page.type("/nothing")
        page.click("#send")
        page.shows("announced no command 'nothing'", within="#notice")

    async with office() as it:
        await use(it, acts)
