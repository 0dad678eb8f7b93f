"""Hosts as messages."""

from collections.abc import Sequence

from bot.core.call import Call
from bot.core.message import Button, Buttons, Fields, Message, Table, Tone
from bot.views.words import moment, size
from engine.api import HostState, HostView, Json

HEAD = ("name", "state", "slots used", "free", "last answer", "why")


def listed(hosts: Sequence[HostView]) -> Message:
    """Hosts, one a row."""
    return Message(title="Hosts", blocks=(table(hosts),), data=[plain(host) for host in hosts])


def shown(view: HostView) -> Message:
    """Everything about one host, as last observed."""
    settings, status = view.settings, view.status
    facts = (
        ("State", status.state),
        ("Why", status.why),
        ("Socket", settings.socket),
        ("Slots", f"{view.used} of {settings.slots} in use"),
        ("Labels", ", ".join(settings.labels)),
        ("Engine", status.engine_version),
        ("Free", f"{size(status.free_bytes)}; paused under {size(settings.free_min_bytes)}"),
        ("Volumes", f"{size(view.volumes_bytes)} of sessions that live or were kept"),
        ("Last answer", moment(status.seen_at)),
    )
    return Message(
        title=f"Host {settings.name} is {status.state}",
        blocks=(
            Fields(tuple((name, value) for name, value in facts if value)),
            Buttons((Button("Check now", Call("host check", {"host": settings.name})),)),
        ),
        tone=tone_of(status.state),
        data=plain(view),
    )


def table(hosts: Sequence[HostView]) -> Table:
    """Hosts as rows."""
    return Table(HEAD, tuple(_row(host) for host in hosts))


def tone_of(state: HostState) -> Tone:
    """How a host's state feels."""
    tones = {HostState.UP: Tone.GOOD, HostState.NEW: Tone.NEUTRAL}
    return tones.get(state, Tone.BAD)


def plain(view: HostView) -> dict[str, Json]:
    """A host for programs."""
    settings, status = view.settings, view.status
    return {
        "name": settings.name,
        "state": status.state,
        "why": status.why,
        "socket": settings.socket,
        "slots": settings.slots,
        "used": view.used,
        "labels": settings.labels,
        "engine_version": status.engine_version,
        "free_bytes": status.free_bytes,
        "volumes_bytes": view.volumes_bytes,
        "seen_at": status.seen_at.isoformat() if status.seen_at else None,
    }


def _row(view: HostView) -> tuple[str, ...]:
    status = view.status
    return (
        view.settings.name,
        status.state,
        f"{view.used} of {view.settings.slots}",
        size(status.free_bytes),
        moment(status.seen_at),
        status.why or "-",
    )
