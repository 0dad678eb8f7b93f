"""What the Slack face is told."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.settings import schema
from engine.api import InvalidInput


@dataclass(frozen=True, slots=True, kw_only=True)
class SlackSettings:
    """Where Slack is, who we are there, how it tells us things, and what is taken from it."""

    bot_token: str = field(repr=False)
    way: "Socket | Http"
    workspace: str = ""
    """Tokens of another one are refused; of any if empty."""
    api_base: str
    """With a slash at its end."""
    file_max_bytes: int
    """Of a file that comes along with a message or a form."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Socket:
    """Halyard connects to Slack."""

    app_token: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Http:
    """Slack connects to Halyard, and signs what it says."""

    signing_secret: str = field(repr=False)
    host: str
    port: int


def slack_settings(
    section: schema.Slack, credentials: Mapping[str, bytes], *, file_max_bytes: int
) -> SlackSettings:
    """Return what the section says, with secrets in place of their names.

    Raises:
        InvalidInput: a secret cannot be one of Slack's.
    """

    def secret(setting: str) -> str:
        name = getattr(section, setting)
        return _text(credentials[name], f"slack.{setting}: the credential {name}")

    return SlackSettings(
        bot_token=secret("bot_token"),
        way=_http(section, secret("signing_secret"))
        if section.mode is schema.SlackMode.HTTP
        else Socket(app_token=secret("app_token")),
        workspace=section.workspace,
        api_base=f"{str(section.api_base).rstrip('/')}/",
        file_max_bytes=file_max_bytes,
    )


def _http(section: schema.Slack, signing_secret: str) -> Http:
    host, _, port = section.listen.rpartition(":")
    return Http(signing_secret=signing_secret, host=host, port=int(port))


def _text(value: bytes, where: str) -> str:
    try:
        return value.decode("ascii").strip()
    except UnicodeDecodeError:
        raise InvalidInput(
            f"{where} is no secret of Slack; copy it anew from the pages of the app at"
            " api.slack.com/apps."
        ) from None
