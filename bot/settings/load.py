"""Find, read and check halyard.yaml."""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml
from pydantic import ValidationError

from bot.settings import schema
from bot.settings.faults import Place, dotted, lines_of, sentence_of
from engine.api import InvalidInput

FILE = "halyard.yaml"
FILE_MAX_BYTES = 1024 * 1024
FAULTS_SHOWN = 10


@dataclass(frozen=True, slots=True)
class Loaded:
    """A halyard.yaml that holds together, or the defaults without one."""

    config: schema.Config
    folder: Path
    """What relative paths in it are relative to."""
    file: Path | None
    """None if there is no file."""


def find_file(given: Path | None, environ: Mapping[str, str]) -> Path | None:
    """Return the file to read: the one given, of HALYARD_CONFIG, or of the current folder.

    Raises:
        InvalidInput: one was named that is not there.
    """
    named = given or (Path(environ["HALYARD_CONFIG"]) if environ.get("HALYARD_CONFIG") else None)
    if named is not None and not named.is_file():
        raise InvalidInput(f"There is no file {named}; `halyard init` writes one.")
    here = Path.cwd() / FILE
    return named or (here if here.is_file() else None)


def load(file: Path | None) -> Loaded:
    """Read and check a file, or return the defaults if there is none.

    Raises:
        InvalidInput: it is damaged; the text names each line, key and what is expected.
    """
    if file is None:
        return Loaded(schema.Config(), Path.cwd(), None)
    file = file.absolute()
    return Loaded(parse(_text(file), name=str(file)), file.parent, file)


def parse(text: str, *, name: str = FILE) -> schema.Config:
    """Read and check the text of a file that is called `name`.

    Raises:
        InvalidInput: see `load`.
    """
    try:
        loader = yaml.SafeLoader(text)
        node = loader.get_single_node()
        lines = lines_of(node)
        plain = loader.construct_document(node) if node else {}
        config = schema.Config.model_validate(plain if plain is not None else {})
    except yaml.YAMLError as error:
        raise InvalidInput(f"{name} cannot be read: {_damage(error)}") from error
    except ValidationError as error:
        faults = [sentence_of(e, lines, schema.Config) for e in error.errors()[:FAULTS_SHOWN]]
        raise InvalidInput("\n".join([f"{name} is not right:", *faults])) from None
    except ValueError as error:
        raise InvalidInput(f"{name} is not right:\n{error}") from error
    _require_credentials(config, lines, name)
    return config


def socket_path(loaded: Loaded) -> Path:
    """Return where the local API listens."""
    named = loaded.config.api.socket
    return loaded.folder / named.expanduser() if named else data_dir(loaded) / "halyard.sock"


def data_dir(loaded: Loaded) -> Path:
    """Return the folder of the database and of files."""
    if loaded.config.data_dir is not None:
        return loaded.folder / loaded.config.data_dir.expanduser()
    state = os.environ.get("XDG_STATE_HOME") or "~/.local/state"
    return Path(state).expanduser() / "halyard"


def _text(file: Path) -> str:
    try:
        content = file.read_bytes()
    except OSError as error:
        raise InvalidInput(f"{file} cannot be read: {error.strerror}.") from error
    if len(content) > FILE_MAX_BYTES:
        raise InvalidInput(f"{file} is larger than {FILE_MAX_BYTES:,} bytes.")
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise InvalidInput(f"{file} is not right:\nline {line}: it is not UTF-8 text.") from error


def _damage(error: yaml.YAMLError) -> str:
    mark = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None) or "it is no YAML"
    if mark is None:
        return f"{problem}."
    return f"line {mark.line + 1}, column {mark.column + 1}: {problem}."


def _require_credentials(config: schema.Config, lines: Mapping[Place, int], name: str) -> None:
    for place, credential in _named_credentials(config):
        if credential not in config.credentials:
            known = ", ".join(config.credentials) or "none"
            raise InvalidInput(
                f"{name} is not right:\nline {lines[place]}: {dotted(place)} names the"
                f" credential {credential}, which is not under `credentials:`; there are:"
                f" {known}."
            )


def _named_credentials(config: schema.Config) -> Iterator[tuple[Place, str]]:
    """Every credential that something names, with where it does."""
    for agent, section in config.agents.items():
        for file, credential in section.secrets.items():
            yield ("agents", agent, "secrets", file), credential
    if config.discord is not None:
        yield ("discord", "token"), config.discord.token
    if config.slack is not None:
        for name in schema.SLACK_SECRETS:
            credential = getattr(config.slack, name)
            if credential is not None:
                yield ("slack", name), credential
