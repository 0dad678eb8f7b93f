"""All that people can ask for: one file per noun, merged here."""

from bot.commands import access, agent, approval, host, project, session, status, task
from bot.commands.help import with_help
from bot.core.registry import Registry

registry = with_help(
    Registry(
        status.commands,
        session.commands,
        task.commands,
        approval.commands,
        project.commands,
        host.commands,
        agent.commands,
        access.commands,
    )
)
