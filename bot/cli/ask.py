"""Commands of the registry, made through the local API."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

from bot.cli.results import Results
from bot.cli.words import Spoken, Wishes
from bot.console.render import show
from bot.console.terminal import err, out, print_json
from bot.core.answer import Answer, Outcome
from bot.core.call import Call
from bot.core.command import Command
from bot.core.option import NO_FILE, Attachment, Attachments
from bot.web.client import Client
from engine.api import Event, EventKind, FileId, InvalidInput, JobState

OVER = frozenset({JobState.DONE, JobState.FAILED})


@dataclass(frozen=True, slots=True)
class Asking:
    """One call from the command line, from its words to its exit code."""

    client: Client
    wishes: Wishes

    def run(self, spoken: Spoken) -> int:
        """Make the call, print its answer, and wait for its job if it has one."""
        command = spoken.command
        results = Results(self.client, self.wishes)
        if command.path == "session get":
            results.require_free(spoken.values)
        values = attached(command, spoken.values, self.client.upload)
        key = self.wishes.key or uuid4().hex
        answer = self.client.call(Call(command.path, values), key=key)
        if answer.outcome is Outcome.DONE and answer.message.job is not None:
            return results.show(self._ended(answer), spoken.values)
        return self._show(answer)

    def _show(self, answer: Answer) -> int:
        is_done = answer.outcome is Outcome.DONE
        if self.wishes.json:
            print_json(answer.message.data)
        else:
            show(out() if is_done else err(), answer.message)
        return 0 if is_done else 1

    def _ended(self, answer: Answer) -> Event:
        """Wait for the job's end. All its events are behind the call's head."""
        events = self.client.events(answer.head, session=answer.message.session)
        return next(
            told
            for told in events
            if isinstance(told, Event)
            and told.kind is EventKind.JOB
            and told.data.get("job") == answer.message.job
            and told.data.get("state") in OVER
        )


def check(spoken: Spoken) -> None:
    """Find what is wrong with the words before anything is asked.

    Raises:
        InvalidInput: a value is missing, malformed or unknown, or a file is not there.
    """
    spoken.command.bind(attached(spoken.command, spoken.values, lambda _path: NO_FILE))


def attached(
    command: Command[Any], values: Mapping[str, str], store: Callable[[Path], FileId]
) -> dict[str, str]:
    """Store the files that are named, and name them as the service does."""
    named = dict(values)
    for option in command.options:
        value = values.get(option.name, "")
        if option.type is Attachment and value:
            named[option.name] = _stored(value, store).encode()
        elif option.type is Attachments and value:
            files = tuple(_stored(name, store) for name in value.split(","))
            named[option.name] = Attachments(files).encode()
    return named


def _stored(name: str, store: Callable[[Path], FileId]) -> Attachment:
    path = Path(name)
    if not path.is_file():
        raise InvalidInput(f"There is no file {path}.")
    return Attachment(store(path), path.name)
