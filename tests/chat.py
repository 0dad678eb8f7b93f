"""A platform as plain as can be, so that what is said on it can be read back."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.commands import registry
from bot.core.answer import Answer, message_of, plain_message
from bot.core.call import Call
from bot.core.message import Message
from bot.dispatch import Heard, answer
from engine.api import ActorId, Conversation, Engine
from tests.ground import ANN

PLATFORM = "plain"
CHANNEL = Conversation(PLATFORM, "acme", "web", "")
THREAD = Conversation(PLATFORM, "acme", "web", "t1")


@dataclass(frozen=True, slots=True)
class PlainVoice:
    """Puts a message as its own JSON, in one piece."""

    platform: str = PLATFORM

    def draft(self, message: Message) -> str:
        return json.dumps({"message": plain_message(message)})

    def posts(self, message: Message) -> Sequence[str]:
        return [self.draft(message)]

    def thread(self, message: Message, name: str) -> str:
        return json.dumps({"message": plain_message(message), "thread": name})


def drafted(draft: str) -> Message:
    """Return the message that a draft was made of."""
    plain: dict[str, Any] = json.loads(draft)
    return message_of(plain["message"])


async def said(
    engine: Engine,
    path: str,
    /,
    *,
    key: str,
    actor: ActorId = ANN,
    values: Mapping[str, str] | None = None,
    conversation: Conversation = CHANNEL,
) -> Answer:
    """Make a call in a conversation of the platform."""
    heard = Heard(
        key=key,
        actor=actor,
        conversation=conversation,
        is_local=False,
        call=Call(path, values or {}),
    )
    return await answer(engine, registry, heard)
