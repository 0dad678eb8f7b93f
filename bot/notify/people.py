"""People as their own platform knows them."""

from dataclasses import replace

from bot.core.message import Block, Message, Person, Span, Text
from engine.api import UseCases


def for_platform(use: UseCases, platform: str, message: Message) -> Message:
    """Return the message with each person under the account that they have on a platform.

    Only that can be mentioned and notified there; who has none there stays as they are.
    """
    return replace(
        message,
        pings=tuple(use.links.on(platform, actor) for actor in message.pings),
        blocks=tuple(_block(use, platform, block) for block in message.blocks),
    )


def _block(use: UseCases, platform: str, block: Block) -> Block:
    if not isinstance(block, Text) or not any(isinstance(span, Person) for span in block.spans):
        return block
    return Text(tuple(_span(use, platform, span) for span in block.spans))


def _span(use: UseCases, platform: str, span: Span) -> Span:
    return Person(use.links.on(platform, span.actor)) if isinstance(span, Person) else span
