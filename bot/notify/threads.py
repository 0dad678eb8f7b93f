"""Where a session talks: in its own conversation, and in its mirrors."""

from collections.abc import Sequence

from bot.core.voice import Voice
from bot.notify.thread import Thread
from engine.api import Mirror, Session, UseCases


def threads_of(use: UseCases, voice: Voice, session: Session) -> Sequence[Thread]:
    """Return the threads of a session on one platform, its own first; often none."""
    mirrors = use.shares.of(session.id)
    home = [None] if session.conversation.platform == voice.platform else []
    here = [mirror for mirror in mirrors if mirror.conversation.platform == voice.platform]
    is_shared = bool(mirrors)
    return [thread_at(use, voice, session, one, is_shared=is_shared) for one in (*home, *here)]


def thread_at(
    use: UseCases,
    voice: Voice,
    session: Session,
    mirror: Mirror | None,
    *,
    is_shared: bool = True,
) -> Thread:
    """Return the thread of a mirror, or else the session's own."""
    place = mirror.conversation if mirror else session.conversation
    verbosity = use.channels.at(place).verbosity
    return Thread(use, voice, session, verbosity, mirror, is_shared)
