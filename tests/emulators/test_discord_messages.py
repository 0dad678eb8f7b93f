"""Facts about messages, each held by the unmodified discord.py (chat.md, 1a and 3)."""

import io
from dataclasses import replace

import discord
import pytest

from tests.emulators.bot import Office, office
from tests.emulators.discord import Limits
from tests.emulators.discord.values import Flag
from tests.fakes.clock import FakeClock

FREE = Limits().without_rates()


def button(number: int) -> "discord.ui.Button[discord.ui.View]":
    return discord.ui.Button(label=str(number), custom_id=f"b{number}")


def rows(number: int) -> discord.ui.View:
    """A view of so many rows of five buttons."""
    view = discord.ui.View()
    for index in range(number * 5):
        view.add_item(button(index))
    return view


def embed(description: int = 0, fields: int = 0) -> discord.Embed:
    made = discord.Embed(description="d" * description)
    for _ in range(fields):
        made.add_field(name="n", value="v")
    return made


def embeds_of(*lengths: int) -> list[discord.Embed]:
    return [embed(description=length) for length in lengths]


LONG_FIELD = discord.Embed().add_field(name="n", value="v" * 1025)
TOO_MUCH = {
    "content-2001": {"content": "x" * 2001},
    "embeds-6001-in-all": {"embeds": embeds_of(4000, 2001)},
    "embed-title-257": {"embed": discord.Embed(title="t" * 257)},
    "embed-description-4097": {"embed": embed(description=4097)},
    "embed-footer-2049": {"embed": discord.Embed(title="t").set_footer(text="f" * 2049)},
    "embed-author-257": {"embed": discord.Embed(title="t").set_author(name="a" * 257)},
    "embed-26-fields": {"embed": embed(fields=26)},
    "embed-field-1025": {"embed": LONG_FIELD},
}
JUST_ENOUGH = {
    "content-2000": {"content": "x" * 2000},
    "embeds-6000-in-all": {"embeds": embeds_of(4000, 2000)},
    "embeds-10": {"embeds": embeds_of(*[1] * 10)},
    "embed-25-fields": {"embed": embed(fields=25)},
    "embed-is-trimmed-before-counting": {"embed": discord.Embed(title="t" * 256 + " " * 9)},
    "rows-5": {"view": rows(5)},
}


@pytest.mark.parametrize("name", TOO_MUCH)
async def test_a_message_over_a_limit_is_refused_with_50035(name: str) -> None:
    async with office(may_have_problems=True) as it:
        with pytest.raises(discord.HTTPException) as error:
            await it.web.send(**TOO_MUCH[name])  # type: ignore[arg-type]

        assert (error.value.status, error.value.code) == (400, 50035)
        assert it.server.messages(it.channel) == []
        assert it.server.problems()


@pytest.mark.parametrize("name", JUST_ENOUGH)
async def test_a_message_at_a_limit_is_made(name: str) -> None:
    async with office() as it:
        await it.web.send(**JUST_ENOUGH[name])  # type: ignore[arg-type]

        assert len(it.server.messages(it.channel)) == 1


RAW = {
    "six-rows": [{"type": 1, "components": [button(n).to_component_dict()]} for n in range(6)],
    "six-buttons-in-a-row": [
        {"type": 1, "components": [button(n).to_component_dict() for n in range(6)]}
    ],
    "the-same-custom-id-twice": [
        {"type": 1, "components": [button(1).to_component_dict(), button(1).to_component_dict()]}
    ],
    "a-custom-id-of-101": [
        {"type": 1, "components": [{"type": 2, "style": 1, "label": "x", "custom_id": "c" * 101}]}
    ],
    "a-label-of-81": [
        {"type": 1, "components": [{"type": 2, "style": 1, "label": "x" * 81, "custom_id": "c"}]}
    ],
    "a-link-of-513": [
        {"type": 1, "components": [{"type": 2, "style": 5, "label": "x", "url": "h:" * 257}]}
    ],
    "26-options": [
        {
            "type": 1,
            "components": [
                {
                    "type": 3,
                    "custom_id": "c",
                    "options": [{"label": str(n), "value": str(n)} for n in range(26)],
                }
            ],
        }
    ],
    "a-placeholder-of-151": [
        {
            "type": 1,
            "components": [
                {
                    "type": 3,
                    "custom_id": "c",
                    "placeholder": "p" * 151,
                    "options": [{"label": "a", "value": "a"}],
                }
            ],
        }
    ],
    "a-menu-and-a-button-in-a-row": [
        {
            "type": 1,
            "components": [
                {"type": 3, "custom_id": "c", "options": [{"label": "a", "value": "a"}]},
                button(1).to_component_dict(),
            ],
        }
    ],
}


async def post_raw(it: Office, body: dict[str, object]) -> None:
    route = discord.http.Route("POST", "/channels/{channel_id}/messages", channel_id=it.channel.id)
    await it.bot.http.request(route, json=body)


@pytest.mark.parametrize("name", RAW)
async def test_components_over_a_limit_are_refused_with_50035(name: str) -> None:
    async with office(may_have_problems=True) as it:
        with pytest.raises(discord.HTTPException) as error:
            await post_raw(it, {"content": "x", "components": RAW[name]})

        assert error.value.code == 50035


TEXT = {"type": 10, "content": "x"}
V2 = {
    "a-section-of-4-texts": [
        {
            "type": 9,
            "components": [TEXT] * 4,
            "accessory": button(1).to_component_dict(),
        }
    ],
    "41-components": [{"type": 17, "components": [TEXT] * 40}],
    "4001-characters": [{"type": 10, "content": "x" * 2001}, {"type": 10, "content": "x" * 2000}],
    "a-gallery-of-11": [{"type": 12, "items": [{"media": {"url": "https://e.example/x"}}] * 11}],
}


@pytest.mark.parametrize("name", V2)
async def test_components_v2_over_a_limit_are_refused_with_50035(name: str) -> None:
    async with office(may_have_problems=True) as it:
        with pytest.raises(discord.HTTPException) as error:
            await post_raw(it, {"flags": 1 << 15, "components": V2[name]})

        assert error.value.code == 50035


async def test_components_v2_go_with_no_content() -> None:
    async with office(may_have_problems=True) as it:
        with pytest.raises(discord.HTTPException):
            await post_raw(it, {"flags": 1 << 15, "components": [TEXT], "content": "too"})
        await post_raw(it, {"flags": 1 << 15, "components": [TEXT]})

        assert len(it.server.messages(it.channel)) == 1


async def test_components_v2_cannot_be_left_again() -> None:
    async with office() as it:
        await post_raw(it, {"flags": 1 << 15, "components": [TEXT]})
        message = it.server.messages(it.channel)[0]
        path = "/channels/{channel_id}/messages/{message_id}"
        route = discord.http.Route("PATCH", path, channel_id=it.channel.id, message_id=message.id)
        await it.bot.http.request(route, json={"flags": 0})

        assert Flag.COMPONENTS_V2 in it.server.messages(it.channel)[0].flags


async def test_an_empty_message_is_refused_with_50006() -> None:
    async with office() as it:
        with pytest.raises(discord.HTTPException) as error:
            await it.web.send("  ")

        assert error.value.code == 50006


async def test_a_field_that_the_contract_does_not_know_is_a_problem_though_it_is_taken() -> None:
    async with office(may_have_problems=True) as it:
        await post_raw(it, {"content": "x", "colour": 1})

        assert len(it.server.messages(it.channel)) == 1
        assert "colour" in it.server.problems()[0]


# --- nonces ------------------------------------------------------------------------------------


async def test_an_enforced_nonce_returns_the_message_that_it_made_first() -> None:
    async with office() as it:
        first = await it.web.send("once", nonce="n1")
        again = await it.web.send("twice", nonce="n1")
        other = await it.web.send("other", nonce="n2")

        assert again.id == first.id != other.id
        assert [m.content for m in it.server.messages(it.channel)] == ["once", "other"]


async def test_a_nonce_is_forgotten() -> None:
    clock = FakeClock()
    async with office(replace(FREE, nonce_memory_s=120), clock=clock.now) as it:
        first = await it.web.send("once", nonce="n1")
        clock.move(121)
        again = await it.web.send("twice", nonce="n1")

        assert again.id != first.id


async def test_a_nonce_is_at_most_25_characters() -> None:
    async with office(may_have_problems=True) as it:
        with pytest.raises(discord.HTTPException):
            await it.web.send("once", nonce="n" * 26)


# --- editing, deleting, history ----------------------------------------------------------------


async def test_an_edit_changes_what_it_names_and_is_seen_as_one() -> None:
    async with office() as it:
        message = await it.web.send("before", embed=embed(5))
        await message.edit(content="after")
        seen = it.server.messages(it.channel)[0]

        assert (seen.content, seen.edited, len(seen.embeds)) == ("after", True, 1)


async def test_a_message_older_than_an_hour_takes_only_so_many_edits() -> None:
    clock = FakeClock()
    limits = replace(FREE, edits_of_old=2, old_edit_retry_s=0.001)
    async with office(limits, clock=clock.now) as it:
        message = await it.web.send("0")
        for number in range(5):
            await message.edit(content=str(number))
        clock.move(3601)
        await message.edit(content="a")
        await message.edit(content="b")
        with pytest.raises(discord.HTTPException) as error:
            await message.edit(content="c")

        assert error.value.code == 30046
        assert it.server.messages(it.channel)[0].content == "b"


async def test_only_ones_own_messages_can_be_edited() -> None:
    async with office() as it:
        theirs = await it.server.say(it.ann, it.channel, "mine")
        with pytest.raises(discord.Forbidden) as error:
            await it.web.get_partial_message(theirs.id).edit(content="yours")

        assert error.value.code == 50005


async def test_a_message_that_is_gone_is_10008() -> None:
    async with office() as it:
        message = await it.web.send("x")
        await message.delete()

        for again in (message.delete, lambda: it.web.fetch_message(message.id)):
            with pytest.raises(discord.NotFound) as error:
                await again()
            assert error.value.code == 10008


async def test_edits_and_deletions_of_people_are_heard() -> None:
    async with office() as it:
        edited: list[str] = []
        deleted: list[int] = []

        @it.bot.event
        async def on_message_edit(before: discord.Message, after: discord.Message) -> None:
            edited.append(f"{before.content} -> {after.content}")

        @it.bot.event
        async def on_raw_message_delete(event: discord.RawMessageDeleteEvent) -> None:
            deleted.append(event.message_id)

        message = await it.server.say(it.ann, it.channel, "one")
        await it.server.until(lambda: it.bot.heard)
        await it.server.edit(message, "two")
        await it.server.delete(message)
        await it.server.until(lambda: deleted)

        assert edited == ["one -> two"]
        assert deleted == [message.id]


async def history(it: Office, **options: object) -> list[str]:
    found = it.web.history(**options)  # type: ignore[arg-type]
    return [message.content async for message in found]


async def test_history_is_read_after_before_and_around_a_message() -> None:
    async with office() as it:
        said = [await it.server.say(it.ann, it.channel, str(n)) for n in range(5)]
        middle = discord.Object(said[2].id)

        assert await history(it) == list("43210")
        assert await history(it, after=middle) == list("34")
        assert await history(it, before=middle) == list("10")
        assert await history(it, around=middle, limit=2) == list("21")
        assert await history(it, limit=2) == list("43")


async def test_more_than_a_page_of_history_is_read_page_by_page() -> None:
    async with office() as it:
        said = [await it.server.say(it.ann, it.channel, str(n)) for n in range(250)]

        found = await history(it, after=discord.Object(said[0].id), limit=None)

        assert found == [str(n) for n in range(1, 250)]


async def test_a_post_may_show_late_in_the_history() -> None:
    clock = FakeClock()
    async with office(replace(FREE, history_delay_s=3), clock=clock.now) as it:
        message = await it.web.send("x")
        at_first = await history(it)
        fetched = await it.web.fetch_message(message.id)
        clock.move(3)

        assert at_first == []
        assert fetched.content == "x"
        assert await history(it) == ["x"]


# --- files, reactions, replies, mentions -------------------------------------------------------


async def test_a_file_is_kept_and_served_by_the_cdn() -> None:
    async with office() as it:
        file = discord.File(io.BytesIO(b"+1\n"), "work.diff", description="what changed")
        sent = await it.web.send("done", file=file)
        seen = it.server.messages(it.channel)[0]

        assert (seen.files[0].name, seen.files[0].data) == ("work.diff", b"+1\n")
        assert seen.files[0].description == "what changed"
        assert sent.attachments[0].url.startswith(it.server.cdn_base)
        assert await sent.attachments[0].read() == b"+1\n"


async def test_an_edit_keeps_the_files_that_it_names_and_adds_new_ones() -> None:
    async with office() as it:
        files = [discord.File(io.BytesIO(b"x"), name) for name in ("a", "b")]
        sent = await it.web.send("x", files=files)
        new = discord.File(io.BytesIO(b"z"), "c")
        await sent.edit(attachments=[sent.attachments[1], new])

        assert [file.name for file in it.server.messages(it.channel)[0].files] == ["b", "c"]


async def test_files_that_are_too_large_are_refused_with_40005() -> None:
    async with office(Limits(file_bytes=10)) as it:
        with pytest.raises(discord.HTTPException) as error:
            await it.web.send(file=discord.File(io.BytesIO(b"x" * 11), "a"))

        assert (error.value.status, error.value.code) == (413, 40005)


async def test_files_of_people_can_be_read() -> None:
    async with office() as it:
        await it.server.say(it.ann, it.channel, "see", files={"plan.md": b"# Plan"})
        await it.server.until(lambda: it.bot.heard)

        assert await it.bot.heard[0].attachments[0].read() == b"# Plan"


async def test_reactions_are_added_taken_back_and_heard() -> None:
    async with office() as it:
        heard: list[str] = []

        @it.bot.event
        async def on_raw_reaction_add(event: discord.RawReactionActionEvent) -> None:
            heard.append(f"{event.user_id} {event.emoji}")

        message = await it.server.say(it.ann, it.channel, "x")
        partial = it.web.get_partial_message(message.id)
        await partial.add_reaction("\N{EYES}")
        await it.server.react(it.ann, message, "\N{EYES}")
        await it.server.until(lambda: len(heard) == 2)
        fetched = await it.web.fetch_message(message.id)
        await partial.remove_reaction("\N{EYES}", discord.Object(it.server.application_id))

        assert [(r.count, r.me) for r in fetched.reactions] == [(2, True)]
        seen = it.server.messages(it.channel)[0].reactions
        assert seen == {"\N{EYES}": frozenset({it.ann.id})}


async def test_a_reply_refers_to_what_it_answers() -> None:
    async with office() as it:
        message = await it.server.say(it.ann, it.channel, "question")
        await it.server.until(lambda: it.bot.heard)
        reply = await it.bot.heard[0].reply("answer", mention_author=True)
        seen = it.server.messages(it.channel)[1]

        assert reply.type is discord.MessageType.reply
        assert seen.reply_to == message.id
        assert seen.pinged == {it.ann.id}


NONE = discord.AllowedMentions.none()
MENTIONS: dict[str, tuple[str, discord.AllowedMentions | None, str]] = {
    "a-user": ("<@ann>", None, "ann"),
    "a-role": ("<@&devs>", None, "bob"),
    "everyone": ("@everyone", None, "owner Halyard ann bob"),
    "nobody-where-nothing-is-allowed": ("<@ann> <@&devs> @everyone", NONE, ""),
    "only-who-is-allowed": ("<@ann> @everyone", discord.AllowedMentions(everyone=False), "ann"),
    "nobody-in-code": ("`<@ann>` ```\n@everyone\n```", None, ""),
}


@pytest.mark.parametrize("name", MENTIONS)
async def test_a_message_pings_whom_it_mentions_and_may(name: str) -> None:
    text, allowed, expected = MENTIONS[name]
    async with office() as it:
        devs = it.guild.add_role("devs")
        it.guild.add_member("bob", roles=[devs])
        text = text.replace("<@ann>", it.ann.mention).replace("<@&devs>", f"<@&{devs.id}>")
        await it.web.send(text, allowed_mentions=allowed or discord.AllowedMentions.all())
        pinged = it.server.messages(it.channel)[0].pinged

        assert {it.guild.members[id_].name for id_ in pinged} == set(expected.split())


# --- places that are gone or forbidden ---------------------------------------------------------


async def test_a_channel_that_is_gone_is_10003() -> None:
    async with office() as it:
        web = it.web
        it.channel.remove()
        with pytest.raises(discord.NotFound) as error:
            await web.send("x")

        assert error.value.code == 10003


FORBIDDEN: dict[str, tuple[str, int]] = {
    "hidden": ("view_channel", 50001),
    "silent": ("send_messages", 50013),
}


@pytest.mark.parametrize("name", FORBIDDEN)
async def test_a_channel_that_is_forbidden_is_50001_or_50013(name: str) -> None:
    permission, code = FORBIDDEN[name]
    async with office() as it:
        it.channel.deny(permission)
        with pytest.raises(discord.Forbidden) as error:
            await it.web.send("x")
        it.channel.allow(permission)
        await it.web.send("y")

        assert error.value.code == code


async def test_what_the_bot_may_do_can_be_read_off_the_channel() -> None:
    async with office() as it:
        it.channel.deny("send_messages")
        await it.server.until(lambda: not it.web.permissions_for(it.web.guild.me).send_messages)

        assert it.web.permissions_for(it.web.guild.me).add_reactions


async def test_nothing_is_heard_from_a_channel_that_is_hidden() -> None:
    async with office() as it:
        hidden = it.guild.add_channel("hidden")
        hidden.deny("view_channel")
        await it.server.say(it.ann, hidden, "secret")
        await it.server.say(it.ann, it.channel, "open")
        await it.server.until(lambda: it.bot.heard)

        assert [message.content for message in it.bot.heard] == ["open"]


async def test_a_member_is_told_with_their_roles() -> None:
    async with office() as it:
        devs = it.guild.add_role("devs")
        it.ann.give(devs)
        guild = it.bot.get_guild(it.guild.id)
        assert guild is not None
        member = await guild.fetch_member(it.ann.id)
        with pytest.raises(discord.NotFound) as error:
            await guild.fetch_member(1)

        assert [role.id for role in member.roles] == [it.guild.id, devs.id]
        assert error.value.code == 10007


async def test_the_guilds_that_the_bot_is_in_are_listed_in_pages() -> None:
    async with office() as it:
        other = it.server.add_guild("Other")
        every = [guild.id async for guild in it.bot.fetch_guilds(with_counts=False)]
        first = [guild.name async for guild in it.bot.fetch_guilds(limit=1, with_counts=False)]
        behind = it.bot.fetch_guilds(after=discord.Object(it.guild.id), with_counts=False)

        assert every == [it.guild.id, other.id]
        assert first == [it.guild.name]
        assert [guild.id async for guild in behind] == [other.id]


async def test_what_a_webhook_or_another_bot_says_is_told_apart() -> None:
    async with office() as it:
        robot = it.guild.add_member("robot", is_bot=True)
        await it.server.say_by_webhook("deploys", it.channel, "done")
        await it.server.say(robot, it.channel, "beep")
        await it.server.until(lambda: len(it.bot.heard) == 2)

        assert [bool(message.webhook_id) for message in it.bot.heard] == [True, False]
        assert [message.author.bot for message in it.bot.heard] == [True, True]
