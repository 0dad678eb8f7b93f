"""Commands, buttons and forms: what Slack wants acknowledged."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from bot.core.call import Call
from bot.core.registry import Registry
from bot.core.typed import split_command, values_of
from bot.dispatch import Heard
from bot.hearing.asking import Asking
from bot.hearing.complete import Completion
from bot.hearing.cursors import Cursors
from bot.hearing.downloads import unfetched
from bot.hearing.forms import Form, fields_of, without_files
from bot.hearing.hearing import Hearing
from bot.hearing.origin import FILE, of_answer
from bot.hearing.utterance import heard_as
from bot.hearing.work import Work
from bot.slack.client import Me
from bot.slack.forms import OFFER, Submitted, can_ask, offers, submitted
from bot.slack.markup import Element
from bot.slack.members import Members
from bot.slack.origin import Asked
from bot.slack.people import actor_of
from bot.slack.places import stamp_at
from bot.slack.shown import shown_in
from bot.slack.windows import Windows
from bot.slack.words import Told, typed
from bot.views import errors
from engine.api import Asker, Clock, InvalidInput, Refused, UseCases

SAY = "session say"
TOO_LONG = (
    "That message has more characters than a form of Slack takes. Copy it into the thread of the"
    " session instead."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Interactions:
    """Turns interactions into calls, and lets each be done once.

    Whatever is asked for is kept when a method returns: then it can be acknowledged.
    """

    me: Me
    registry: Registry
    hearing: Hearing
    asking: Asking
    completion: Completion
    members: Members
    cursors: Cursors
    clock: Clock
    windows: Windows
    work: Work

    async def command(self, asked: Asked, text: str, trigger: str) -> None:
        """Do a slash command, or ask for what it lacks."""
        text = typed(text, self.registry)
        try:
            command, rest = split_command(text or "help", self.registry)
            values = values_of(command, rest, {})
        except Refused as error:
            intention = Call(" ".join(text.split()[:2])[:40])
            await self._keep(asked, intention, _by(trigger), failed=error)
            return
        lacks = any(o.required and o.name not in values for o in command.options)
        if not (lacks and self._ask(self._form(command.path, values), asked, trigger)):
            await self._keep(asked, Call(command.path, values), _by(trigger), is_typed=True)

    async def press(self, asked: Asked, call: Call, trigger: str) -> None:
        """Do what a button says, or ask for what it leaves open."""
        is_known = call.path in self.registry
        if not (is_known and self._ask(self._form(call.path, call.values), asked, trigger)):
            await self._keep(asked, call, _by(trigger))

    async def send(self, asked: Asked, message: Told, trigger: str) -> None:
        """Let somebody choose the session that a message is sent to."""
        form = replace(self._form(SAY, {}), suggested={"text": shown_in(message)})
        asking = without_files(form) if message.get("files") else form
        if not self._ask(asking, asked, trigger):
            self.work.begin(self.windows.tell, asked, errors.refused(InvalidInput(TOO_LONG)))

    async def submit(self, view: Told, user: str) -> None:
        """Do what a form says that somebody has filled in: once, however often it is sent.

        Where Slack had no acknowledgement, the form stays open and can be sent again.
        """
        form = submitted(view, user)
        await self._keep(form.asked, _call_of(form), f"view:{view['id']}", files=form.files)

    async def offer(self, user: str, action: str, typed: str) -> list[Element]:
        """Return names that somebody may want to choose."""
        actor = actor_of(self.me.team, user)
        asker = Asker(actor, self.members.known(actor))
        kind = action.removeprefix(OFFER)
        return offers(list(await self.completion.offered(asker, kind, typed)))

    def _form(self, path: str, values: Mapping[str, str]) -> Form:
        command = self.registry.find(path)
        return Form(command=command, values=values, fields=fields_of(command, values))

    def _ask(self, form: Form, asked: Asked, trigger: str) -> bool:
        """Begin to open a form, if there is something to ask; nothing is kept until it is back."""
        if not form.fields or not can_ask(form, asked):
            return False
        self.work.begin(self.windows.open, form, asked, trigger)
        return True

    async def _keep(
        self,
        asked: Asked,
        call: Call,
        key: str,
        *,
        is_typed: bool = False,
        files: Mapping[str, tuple[str, str]] | None = None,
        failed: Refused | None = None,
    ) -> None:
        heard = self._heard(asked, call, key)

        def notes(use: UseCases) -> Mapping[str, str]:
            self.cursors.note(use, asked.conversation, stamp_at(self.clock.now()))
            # What a button does shows on its card, and to all; how it went is for who pressed it.
            return of_answer(is_public=is_typed and self.asking.is_public(use, heard))

        sources = {f"{FILE}{name}": url for name, (_, url) in (files or {}).items()}
        whole = replace(heard, origin={**asked.origin(), **sources}, failed=failed)
        if failed is not None:
            await self.hearing.refuse(whole)
            return
        received = await self.hearing.keep(whole, notes)
        if received is not None:
            self.cursors.noted(asked.conversation)
            self.work.begin(self.hearing.follow, received)

    def _heard(self, asked: Asked, call: Call, key: str) -> Heard:
        actor = actor_of(self.me.team, asked.user)
        heard = heard_as(key, actor, asked.conversation, call)
        return replace(heard, groups=self.members.known(actor))


def _by(trigger: str) -> str:
    """Return what a command or a click is kept under: each has a trigger of its own."""
    return f"trigger:{trigger}"


def _call_of(form: Submitted) -> Call:
    files = {name: unfetched(filename) for name, (filename, _) in form.files.items()}
    return Call(form.call.path, {**form.call.values, **files})
