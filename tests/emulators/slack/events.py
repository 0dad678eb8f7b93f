"""Events that the app subscribed to, in their wrapping."""

from tests.emulators.slack.delivery import Sort
from tests.emulators.slack.payloads import message_payload, seconds, usergroup_payload
from tests.emulators.slack.places import Channel, Kind, Person, Usergroup
from tests.emulators.slack.values import Json, Message
from tests.emulators.slack.world import World

SUBSCRIPTIONS = {
    Kind.PUBLIC: "message.channels",
    Kind.PRIVATE: "message.groups",
    Kind.DIRECT: "message.im",
    Kind.GROUP_DIRECT: "message.mpim",
}


def publish(world: World, subscription: str, event: Json, channel: Channel | None = None) -> None:
    """Tell the app of an event, if it subscribed to it and the bot is where it happened."""
    if channel is not None and world.bot.id not in channel.members:
        return
    if subscription not in world.app.events:
        return
    if world.may_send_event():
        _deliver(world, event)
    elif world.should_tell_limited():
        minute = seconds(world.now()) // 60 * 60
        told = {"type": "app_rate_limited", "token": world.verification, "team_id": world.team_id}
        _deliver(world, {**told, "minute_rate_limited": minute, "api_app_id": world.app_id})


def _deliver(world: World, event: Json) -> None:
    authorization = {
        "enterprise_id": None,
        "team_id": world.team_id,
        "user_id": world.bot.id,
        "is_bot": True,
        "is_enterprise_install": False,
    }
    payload = {
        "token": world.verification,
        "team_id": world.team_id,
        "api_app_id": world.app_id,
        "event": event,
        "type": "event_callback",
        "event_id": world.new_id("Ev"),
        "event_time": seconds(world.now()),
        "authorizations": [authorization],
        "is_ext_shared_channel": False,
        "event_context": f"context-{world.new_number()}",
    }
    world.deliver(Sort.EVENT, str(event["type"]), payload)


def message_event(world: World, channel: Channel, **event: object) -> None:
    """Tell of something that became of a message."""
    told = {"type": "message", "channel": channel.id, "channel_type": str(channel.kind), **event}
    publish(world, SUBSCRIPTIONS[channel.kind], told, channel)


def said(world: World, channel: Channel, message: Message) -> None:
    """Tell that a message was made, the bot's own too; and once more if it mentions the bot."""
    payload = message_payload(world, message)
    message_event(world, channel, **payload, event_ts=message.ts)
    if world.bot.mention in message.text and not message.is_bot:
        _mentioned(world, channel, payload)


def _mentioned(world: World, channel: Channel, message: Json) -> None:
    names = ("user", "text", "ts", "team", "client_msg_id", "blocks", "thread_ts")
    told = {name: message[name] for name in names if name in message}
    event = {"type": "app_mention", "channel": channel.id, "event_ts": message["ts"], **told}
    publish(world, "app_mention", event, channel)


def changed(world: World, channel: Channel, before: Message, after: Message) -> None:
    """Tell that a message is another now."""
    ts = world.new_ts()
    message_event(
        world,
        channel,
        subtype="message_changed",
        hidden=True,
        message=message_payload(world, after),
        previous_message=message_payload(world, before),
        ts=ts,
        event_ts=ts,
    )


def deleted(world: World, channel: Channel, before: Message) -> None:
    """Tell that a message is gone."""
    ts = world.new_ts()
    message_event(
        world,
        channel,
        subtype="message_deleted",
        hidden=True,
        deleted_ts=before.ts,
        previous_message=message_payload(world, before),
        ts=ts,
        event_ts=ts,
    )


def joined(world: World, channel: Channel, person: Person, inviter: Person | None) -> None:
    """Tell that somebody is in a channel now, who may be the bot."""
    event: Json = {
        "type": "member_joined_channel",
        "user": person.id,
        "channel": channel.id,
        "channel_type": "C" if channel.kind is Kind.PUBLIC else "G",
        "team": world.team_id,
        "event_ts": world.new_ts(),
    }
    if inviter is not None:
        event["inviter"] = inviter.id
    publish(world, "member_joined_channel", event, channel)


def archived(world: World, channel: Channel, person: Person) -> None:
    """Tell that a channel is closed."""
    event = {
        "type": "channel_archive",
        "channel": channel.id,
        "user": person.id,
        "event_ts": world.new_ts(),
    }
    publish(world, "channel_archive", event, channel)


def group_changed(world: World, group: Usergroup, added: list[str], removed: list[str]) -> None:
    """Tell that a user group has other members."""
    changed = {
        "type": "subteam_members_changed",
        "subteam_id": group.id,
        "team_id": world.team_id,
        "date_previous_update": seconds(group.made_at),
        "date_update": seconds(world.now()),
        "added_users": added,
        "added_users_count": str(len(added)),
        "removed_users": removed,
        "removed_users_count": str(len(removed)),
        "event_ts": world.new_ts(),
    }
    publish(world, "subteam_members_changed", changed)
    subteam = {**usergroup_payload(world, group), "users": group.members}
    updated = {"type": "subteam_updated", "subteam": subteam, "event_ts": world.new_ts()}
    publish(world, "subteam_updated", updated)


def reacted(world: World, message: Message, user_id: str, name: str) -> None:
    """Tell that somebody gave a reaction."""
    item = {"type": "message", "channel": message.channel_id, "ts": message.ts}
    event = {
        "type": "reaction_added",
        "user": user_id,
        "item": item,
        "reaction": name,
        "item_user": message.user_id,
        "event_ts": world.new_ts(),
    }
    publish(world, "reaction_added", event, world.channels[message.channel_id])
