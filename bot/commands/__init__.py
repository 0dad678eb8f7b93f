"""All that people can ask for: one file per noun, merged here."""

from bot.commands import (
    access,
    agent,
    approval,
    channel,
    host,
    project,
    session,
    share,
    status,
    task,
)
from bot.commands.call import with_calls
from bot.commands.help import with_help
from bot.core.registry import Registry

registry = with_help(
    with_calls(
        Registry(
            status.commands,
            session.commands,
            share.commands,
            task.commands,
            approval.commands,
            project.commands,
            host.commands,
            agent.commands,
            channel.commands,
            access.commands,
        )
    )
)
