"""Projects as messages."""

from collections.abc import Sequence

from bot.core.call import Call
from bot.core.message import Button, Buttons, Fields, Message, Mono, Table, Tone, text
from bot.views.words import moment
from engine.api import Json, Project


def added(project: Project) -> Message:
    """A project that sessions can now work on."""
    start = f'session start {project.name} "what is to be done"'
    return Message(
        title=f"Project {project.name} is added",
        blocks=(
            text("Start a session on it: ", Mono(start)),
            text("Whether its source can be cloned shows when the first session is prepared."),
            _show(project),
        ),
        tone=Tone.GOOD,
        data=plain(project),
    )


def listed(projects: Sequence[Project]) -> Message:
    """Projects, one a row."""
    if not projects:
        return Message(
            title="There is no project yet",
            blocks=(text("Add one: ", Mono("project add NAME source=https://...")),),
            data=[],
        )
    rows = tuple((p.name, p.source, p.ref or "default", p.agent, p.host or "any") for p in projects)
    return Message(
        title="Projects",
        blocks=(Table(("name", "source", "ref", "agent", "host"), rows),),
        data=[plain(project) for project in projects],
    )


def shown(project: Project) -> Message:
    """Everything about one project."""
    facts = (
        ("Source", project.source),
        ("Ref", project.ref or "the source's default"),
        ("Credential", project.credential or "none"),
        ("Agent", project.agent),
        ("Environment", project.environment),
        ("Host", project.host or "any"),
        ("Added", moment(project.created_at)),
    )
    sessions = Button("Sessions", Call("session list", {"project": project.name}))
    return Message(
        title=f"Project {project.name}",
        blocks=(Fields(facts), Buttons((sessions,))),
        data=plain(project),
    )


def removed(project: Project) -> Message:
    """A project that no new session can be started on."""
    return Message(
        title=f"Project {project.name} is removed",
        blocks=(
            text("Its sessions go on and keep their work; stop those that are not needed."),
            Buttons((Button("All sessions", Call("session list")),)),
        ),
        tone=Tone.GOOD,
        data=plain(project),
    )


def plain(project: Project) -> dict[str, Json]:
    """A project for programs."""
    return {
        "name": project.name,
        "source": project.source,
        "kind": project.kind,
        "ref": project.ref,
        "credential": project.credential,
        "agent": project.agent,
        "environment": project.environment,
        "host": project.host,
        "created_at": project.created_at.isoformat(),
    }


def _show(project: Project) -> Buttons:
    return Buttons((Button("Show", Call("project show", {"project": project.name})),))
