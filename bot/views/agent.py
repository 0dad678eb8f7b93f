"""Agents as messages."""

from collections.abc import Sequence

from bot.core.message import Fields, Message, Table
from engine.api import Agent, Json


def listed(agents: Sequence[Agent]) -> Message:
    """Agents, one a row."""
    rows = tuple((agent.name, agent.image, agent.doc or "-") for agent in agents)
    return Message(
        title="Agents",
        blocks=(Table(("name", "image", "what it is"), rows),),
        data=[plain(agent) for agent in agents],
    )


def shown(agent: Agent) -> Message:
    """Everything about one agent; of secrets and settings only the names."""
    facts = (
        ("What it is", agent.doc),
        ("Image", agent.image),
        ("Program", " ".join(agent.argv)),
        ("Environment", ", ".join(sorted(agent.env))),
        ("Secrets", ", ".join(f"{file} from {name}" for file, name in agent.secrets.items())),
    )
    return Message(
        title=f"Agent {agent.name}",
        blocks=(Fields(tuple((name, value) for name, value in facts if value)),),
        data=plain(agent),
    )


def plain(agent: Agent) -> dict[str, Json]:
    """An agent for programs."""
    return {
        "name": agent.name,
        "image": agent.image,
        "argv": agent.argv,
        "env": sorted(agent.env),
        "secrets": dict(agent.secrets),
        "doc": agent.doc,
    }
