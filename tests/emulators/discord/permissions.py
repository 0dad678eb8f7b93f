"""What the bot must be allowed to do, before it does it."""

from discord import Permissions

from tests.emulators.discord import errors
from tests.emulators.discord.places import Place, Thread
from tests.emulators.discord.routing import Request
from tests.emulators.discord.world import World

VIEW = Permissions(view_channel=True).value
SEND = Permissions(send_messages=True).value
SEND_IN_THREADS = Permissions(send_messages_in_threads=True).value
HISTORY = Permissions(read_message_history=True).value
REACT = Permissions(add_reactions=True).value
ATTACH = Permissions(attach_files=True).value
EMBED = Permissions(embed_links=True).value
THREADS = Permissions(create_public_threads=True).value
MANAGE_THREADS = Permissions(manage_threads=True).value
MANAGE_MESSAGES = Permissions(manage_messages=True).value
MANAGE_CHANNELS = Permissions(manage_channels=True).value


def place_for(world: World, request: Request, *needed: int) -> Place:
    """The channel or thread of the path, where the bot may do what is needed.

    Raises:
        ApiError: 10003 if it is gone, 50001 if it is hidden, 50013 if something is not allowed.
    """
    place = world.place(request.id("channel_id"))
    demand(place, *needed)
    return place


def demand(place: Place, *needed: int) -> None:
    """Refuse the bot what it may not do.

    Raises:
        ApiError: 50001 if the place is hidden from it, 50013 if something is not allowed there.
    """
    allowed = place.bot_permissions
    if not allowed & VIEW:
        raise errors.missing_access()
    if not all(allowed & bit for bit in needed):
        raise errors.missing_permissions()


def demand_speech(place: Place, request: Request) -> None:
    """Refuse the bot a message that it may not send; embeds it may not make are dropped by Discord.

    Raises:
        ApiError: 50001 or 50013.
    """
    demand(place, SEND_IN_THREADS if isinstance(place, Thread) else SEND)
    if request.uploads:
        demand(place, ATTACH)
