"""What plain words mean, where they are said."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.core.answer import Answer, Outcome
from bot.core.call import Call
from bot.core.command import Command
from bot.core.option import Attachment, Attachments
from bot.core.registry import Registry
from bot.core.typed import split_command, values_of
from engine.api import (
    Conversation,
    InboxKey,
    InvalidInput,
    ProjectName,
    Received,
    Refused,
    Session,
    Target,
    Task,
    TaskState,
    UseCases,
)

START, SAY = "session start", "session say"
ASIDE, COMMAND, NOW = "//", "!", "!now"
"""Before words that are for people; before a command; before what interrupts the agent."""
UNBOUND = (
    "This channel is about no project, so there is nothing to work on. Bind it first, with"
    " `project bind project=NAME`, or name one: `session start project=NAME task=...`."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """Plain words that a person said where we listen."""

    text: str
    """Without a mention of us."""
    conversation: Conversation
    is_mentioned: bool = False
    files: tuple[Attachment, ...] = ()
    """What came along, stored already."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What words were taken as."""

    call: Call
    is_typed: bool = False
    """Whether they type a command, so that its answer is wanted."""
    failed: Refused | None = None
    """Why they cannot be read after all, for the person; the call then only tells the intention."""


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads words on one open transaction."""

    use: UseCases
    registry: Registry
    words: Words

    def in_thread(self, session: Session) -> Reading | None:
        """Read what is said in a session's thread: its next task, unless it is a command."""
        text = self._text
        if text.split(maxsplit=1)[:1] == [NOW]:
            return self._told(session, text.removeprefix(NOW).strip(), now="yes")
        if self._is_command:
            return self._typed({"session": session.name})
        if self._verb:
            return self._typed({"session": session.name}, f"session {self._text[1:]}")
        return self._told(session, text) if text or self.words.files else None

    def mentioned(self, project: ProjectName | None) -> Reading:
        """Read what is said to us: a command, or else a task to begin with."""
        if self._is_command:
            return self._typed({})
        if not self._text and not self.words.files:
            return Reading(call=Call("help"), is_typed=True)
        values = self._with_files(START, {"task": self._text or self._names})
        if project is None:
            return Reading(call=Call(START, values), failed=InvalidInput(UNBOUND))
        return Reading(call=Call(START, {"project": project, **values}))

    def command(self) -> Reading | None:
        """Read what is said to nobody in a bound channel: only what begins like a command."""
        return self._typed({}) if self._is_command else None

    def _told(self, session: Session, text: str, **values: str) -> Reading:
        given = {"session": session.name, "text": text or self._names, **values}
        return Reading(call=Call(SAY, self._with_files(SAY, given)))

    def _typed(self, assumed: Mapping[str, str], said: str = "") -> Reading:
        text = said or self._text.removeprefix(COMMAND)
        try:
            command, rest = split_command(text, self.registry)
            values = values_of(command, rest, self._assumed(command, rest, assumed))
        except Refused as error:
            intention = " ".join(text.split()[:2])[:40]
            return Reading(call=Call(intention), is_typed=True, failed=error)
        return Reading(call=Call(command.path, values), is_typed=True)

    def _assumed(
        self, command: Command[object], rest: str, assumed: Mapping[str, str]
    ) -> dict[str, str]:
        """Return what need not be said, as it follows from the place or came along."""
        first = rest.split(maxsplit=1)[0] if rest else ""
        # By its form alone: whether there is such a session is not for everybody to know.
        named = {} if Target.of_session(first) is not None else assumed
        return self._with_files(command.path, named)

    def _with_files(self, path: str, values: Mapping[str, str]) -> dict[str, str]:
        types = {option.name: option.type for option in self.registry.find(path).options}
        files = self.words.files
        encoded = {Attachments: Attachments(files).encode(), Attachment: _first(files)}
        came = {n: encoded[type_] for n, type_ in types.items() if files and type_ in encoded}
        return {**values, **came}

    @property
    def _is_command(self) -> bool:
        """Whether the words begin like a command.

        With `!` a noun is enough; after a mention a task may begin with the same word, so that it
        takes a verb as well, or nothing else behind.
        """
        words = self._text.removeprefix(COMMAND).lower().split(maxsplit=3)
        nouns = {command.path.split()[0] for command in self.registry}
        if not words or words[0] not in nouns:
            return False
        if self._text.startswith(COMMAND):
            return True
        is_short = len(words) <= 2 or (words[0] in self.registry and len(words) == 3)
        return self.words.is_mentioned and (" ".join(words[:2]) in self.registry or is_short)

    @property
    def _verb(self) -> str:
        """The verb of `!stop` and the like: in a session's thread it needs no noun."""
        first = self._text.lower().split(maxsplit=1)[:1]
        verb = first[0].removeprefix(COMMAND) if first and first[0].startswith(COMMAND) else ""
        return verb if verb and f"session {verb}" in self.registry else ""

    @property
    def _text(self) -> str:
        return self.words.text.strip()

    @property
    def _names(self) -> str:
        return ", ".join(file.name for file in self.words.files)


def read_words(use: UseCases, registry: Registry, words: Words) -> Reading | None:
    """Return what is to be done about words; none if they are not for us."""
    if words.text.lstrip().startswith(ASIDE):
        return None
    reader = _Reader(use, registry, words)
    session = use.sessions.in_thread(words.conversation)
    if session is not None:
        return reader.in_thread(session)
    project = use.channels.at(words.conversation).project
    if words.is_mentioned:
        return reader.mentioned(project)
    is_command = project is not None and words.text.lstrip().startswith(COMMAND)
    return reader.command() if is_command else None


def edited(use: UseCases, registry: Registry, key: InboxKey, words: Words) -> Call | None:
    """Return what the new words of a message ask for that made a task; none if nothing.

    `key` is what the message was heard under. What is only shown differently asks for nothing.
    """
    made = _made(use, key)
    if made is None:
        return None
    name, task = made
    if words.text.lstrip().startswith(ASIDE):
        return deleted(use, key)
    reading = read_words(use, registry, words)
    values = reading.call.values if reading else {}
    text = values.get("text") or values.get("task") or ""
    is_same = text.strip() == task.text.strip()
    return Call("task edit", {"task": name, "text": text}) if text and not is_same else None


def deleted(use: UseCases, key: InboxKey) -> Call | None:
    """Return what the deletion of a message asks for: to drop the task that it made.

    None if it made none, or one that was sent: what an agent has read cannot be unsaid.
    """
    made = _made(use, key)
    if made is None or made[1].state is not TaskState.QUEUED:
        return None
    return Call("task drop", {"task": made[0]})


def _made(use: UseCases, key: InboxKey) -> tuple[str, Task] | None:
    received = use.said.find(key)
    name = task_made_by(received) if received else None
    return None if name is None else (name, use.tasks.find(name))


def task_made_by(received: Received) -> str | None:
    """Return the name of the task that something made; the answer to it tells which."""
    if received.answer is None or received.outcome != Outcome.DONE:
        return None
    data = Answer.decode(received.answer).message.data
    told = data if isinstance(data, Mapping) else {}
    name = {SAY: told.get("task"), START: f"{told.get('name')}.1"}.get(received.path)
    return name if isinstance(name, str) else None


def _first(files: tuple[Attachment, ...]) -> str:
    return files[0].encode() if files else ""
