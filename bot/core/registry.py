"""All commands by path."""

from collections.abc import Awaitable, Callable, Iterator
from difflib import get_close_matches
from typing import Any, TypeAlias

from bot.core.command import ArgsT, Command
from bot.core.context import Context
from bot.core.message import Message
from engine.api import Engine, NotFound, Permission

Handler: TypeAlias = Callable[[Context, ArgsT], Message]


class Registry:
    """Commands by path. Each file of `bot.commands` fills one; the bot uses them merged."""

    def __init__(self, *parts: "Registry") -> None:
        self._commands: dict[str, Command[Any]] = {}
        for part in parts:
            for command in part:
                self._add(command)

    def command(
        self,
        path: str,
        args: type[ArgsT],
        *,
        doc: str,
        permission: Permission | None,
        public: bool = False,
        look: Callable[[Engine, ArgsT], Awaitable[object]] | None = None,
    ) -> Callable[[Handler[ArgsT]], Handler[ArgsT]]:
        """Declare the decorated function as the handler of the command at `path`."""

        def declare(handler: Handler[ArgsT]) -> Handler[ArgsT]:
            self._add(
                Command(
                    path=path,
                    doc=doc,
                    permission=permission,
                    args=args,
                    handler=handler,
                    public=public,
                    look=look,
                )
            )
            return handler

        return declare

    def find(self, path: str) -> Command[Any]:
        """Return the command at `path`.

        Raises:
            NotFound: there is none; the text names the nearest.
        """
        command = self._commands.get(path)
        if command is None:
            raise NotFound(self._unknown(path))
        return command

    def __contains__(self, path: str) -> bool:
        return path in self._commands

    def __iter__(self) -> Iterator[Command[Any]]:
        return iter(self._commands.values())

    def _unknown(self, path: str) -> str:
        shown = path[:40]
        if not path:
            return "Which command? `help` lists them all."
        verbs = [known for known in self._commands if known.startswith(f"{path} ")]
        if verbs:
            return f"{shown} needs a verb: {', '.join(verb.split()[1] for verb in verbs)}."
        nouns = {known.split()[0] for known in self._commands}
        near = get_close_matches(path[:80], sorted(nouns.union(self._commands)), n=1)
        if near:
            return f"There is no command {shown!r}; did you mean `{near[0]}`?"
        return f"There is no command {shown!r}; `help` lists them all."

    def _add(self, command: Command[Any]) -> None:
        if command.path in self._commands:
            raise ValueError(f"two commands at {command.path!r}")
        self._commands[command.path] = command
