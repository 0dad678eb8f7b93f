"""What the command line asks of the Slack face."""

import sys
from collections.abc import Sequence

import yaml

from bot.commands import registry
from bot.hearing.finding import Finding
from bot.settings.load import Loaded
from bot.slack.doctor import Doctor
from bot.slack.manifest import manifest
from bot.slack.settings import SlackSettings, slack_settings
from engine.api import Conversation, InvalidInput, Settings

NOT_THERE = (
    "There is no section `slack:` in halyard.yaml. As `bot_token:` and `app_token:` it takes names"
    " of credentials."
)
NO_ADDRESS = (
    "In mode http Slack has to know where Halyard is: `halyard slack manifest --url"
    " https://halyard.example.org`."
)


def settings_of(loaded: Loaded, settings: Settings) -> SlackSettings:
    """Return what the settings say of Slack.

    Raises:
        InvalidInput: they say nothing of it, or a secret cannot be one.
    """
    section = loaded.config.slack
    if section is None:
        raise InvalidInput(NOT_THERE)
    return slack_settings(section, settings.credentials, file_max_bytes=settings.sizes.file_bytes)


def print_manifest(loaded: Loaded, url: str) -> int:
    """Print the manifest of the app, as Slack takes it when one is made or changed.

    It needs no token: there is none before the app is made.

    Raises:
        InvalidInput: Slack is to call Halyard, and `url` does not say where.
    """
    section = loaded.config.slack
    is_called = section is not None and section.mode == "http"
    if is_called and not url:
        raise InvalidInput(NO_ADDRESS)
    made = manifest(registry, url=url if is_called else "")
    sys.stdout.write(yaml.safe_dump(made, sort_keys=False, allow_unicode=True))
    return 0


async def looked_at(
    loaded: Loaded, settings: Settings, bound: Sequence[Conversation]
) -> list[Finding]:
    """Return what was found in Slack and in its channels."""
    return await Doctor(settings_of(loaded, settings)).look(bound)
