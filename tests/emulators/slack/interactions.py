"""Commands, clicks, forms and shortcuts on their way to the app, and what their answer does."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random

from tests.emulators.slack import response_urls, views
from tests.emulators.slack.asked import Asked, Interaction
from tests.emulators.slack.block_rules import check_options
from tests.emulators.slack.delivery import OnAck, Sort
from tests.emulators.slack.errors import ApiError
from tests.emulators.slack.payloads import message_payload, view_payload
from tests.emulators.slack.places import Channel, Kind, Person
from tests.emulators.slack.values import Json, Message, View
from tests.emulators.slack.world import World


class Asking:
    """Lets people ask, and what they asked be answered."""

    def __init__(self, world: World, random: Random) -> None:
        self._world = world
        self._random = random
        self.problems: list[str] = []
        """Acknowledgements that carried what Slack would not take."""

    # --- the kinds of it -------------------------------------------------------------------------

    def command(self, person: Person, channel: Channel, command: str, text: str) -> Asked:
        asked = self._new(person, channel)
        payload = {
            **self._common(),
            "team_id": self._world.team_id,
            "team_domain": self._world.team_name.lower(),
            "channel_id": channel.id,
            "channel_name": "directmessage" if channel.kind is Kind.DIRECT else channel.name,
            "user_id": person.id,
            "user_name": person.name,
            "command": command,
            "text": text,
            "response_url": self._response_url(asked),
            "trigger_id": asked.trigger_id,
            # A form over HTTP: its truth values are words.
            "is_enterprise_install": "false",
        }
        return self._send(
            asked, Sort.COMMAND, "slash_commands", payload, lambda told: self._said(asked, told)
        )

    def shortcut(self, person: Person, message: Message, callback_id: str) -> Asked:
        channel = self._world.channels[message.channel_id]
        asked = self._new(person, channel, about=message)
        payload = {
            **self._who("message_action", person),
            "callback_id": callback_id,
            "trigger_id": asked.trigger_id,
            "action_ts": self._world.new_ts(),
            "message_ts": message.ts,
            "message": message_payload(self._world, message),
            "channel": self._where(channel),
            "response_url": self._response_url(asked),
        }
        return self._send(asked, Sort.INTERACTIVE, "message_action", payload)

    def action(self, person: Person, message: Message, action: Json, state: Json) -> Asked:
        """A click or a choice in a message."""
        channel = self._world.channels[message.channel_id]
        asked = self._new(person, channel, about=message)
        is_ephemeral = message.seen_only_by is not None
        container = {
            "type": "message",
            "message_ts": message.ts,
            "channel_id": channel.id,
            "is_ephemeral": is_ephemeral,
        }
        if message.thread_ts is not None:
            container["thread_ts"] = message.thread_ts
        payload = {
            **self._who("block_actions", person),
            "container": container,
            "trigger_id": asked.trigger_id,
            "channel": self._where(channel),
            "state": {"values": state},
            "response_url": self._response_url(asked),
            "actions": [action],
        }
        if not is_ephemeral:
            payload["message"] = message_payload(self._world, message)
        return self._send(asked, Sort.INTERACTIVE, "block_actions", payload)

    def view_action(self, person: Person, view: View, action: Json, state: Json) -> Asked:
        """A click or a choice in a view."""
        asked = self._new(person, None)
        payload = {
            **self._who("block_actions", person),
            "container": {"type": "view", "view_id": view.id},
            "trigger_id": asked.trigger_id,
            "view": view_payload(self._world, view, state),
            "actions": [action],
        }
        return self._send(asked, Sort.INTERACTIVE, "block_actions", payload)

    def submission(self, person: Person, view: View, state: Json) -> Asked:
        asked = self._new(person, None)
        asked.submitted = view
        payload = {
            **self._who("view_submission", person),
            "trigger_id": asked.trigger_id,
            "view": view_payload(self._world, view, state),
        }
        return self._send(
            asked,
            Sort.INTERACTIVE,
            "view_submission",
            payload,
            lambda told: self._submitted(asked, view, told),
        )

    def suggestion(self, person: Person, where: Message | View, menu: Json, typed: str) -> Asked:
        """What was typed into a menu whose options the app gives."""
        asked = self._new(person, None)
        payload = {
            **self._who("block_suggestion", person),
            "action_id": menu["action_id"],
            "block_id": menu["block_id"],
            "value": typed,
            **self._around(where),
        }
        return self._send(
            asked,
            Sort.INTERACTIVE,
            "block_suggestion",
            payload,
            lambda told: self._offered(asked, told),
        )

    def _around(self, where: Message | View) -> Json:
        if isinstance(where, View):
            container = {"type": "view", "view_id": where.id}
            return {"container": container, "view": view_payload(self._world, where)}
        channel = self._world.channels[where.channel_id]
        container = {"type": "message", "message_ts": where.ts, "channel_id": channel.id}
        message = message_payload(self._world, where)
        return {"container": container, "channel": self._where(channel), "message": message}

    def closing(self, person: Person, view: View) -> Asked:
        asked = self._new(person, None)
        payload = {
            **self._who("view_closed", person),
            "view": view_payload(self._world, view),
            "is_cleared": False,
        }
        return self._send(asked, Sort.INTERACTIVE, "view_closed", payload)

    # --- what an acknowledgement does ------------------------------------------------------------

    def _said(self, asked: Interaction, told: Json) -> None:
        try:
            response_urls.answer_by_ack(self._world, asked, told)
        except ApiError as error:
            self.problems.append(f"invalid acknowledgement of a command: {error}")

    def _offered(self, asked: Interaction, told: Json) -> None:
        groups = told.get("option_groups") or ()
        options = [*(told.get("options") or ()), *(o for g in groups for o in g["options"])]
        try:
            check_options(options)
        except ApiError as error:
            self.problems.append(f"invalid options: {error}")
        asked.offered = options

    def _submitted(self, asked: Interaction, view: View, told: Json) -> None:
        try:
            self._act(asked, view, told)
        except ApiError as error:
            self.problems.append(f"invalid acknowledgement of a form: {error}")

    def _act(self, asked: Interaction, view: View, told: Json) -> None:
        world = self._world
        match told.get("response_action"):
            case None:
                views.close_view(world, view)
            case "clear":
                views.close_all(world, view.user_id)
            case "errors":
                asked.form_errors = dict(told["errors"])
                self._check_errors(view, told["errors"])
                views.show_errors(world, view, asked.form_errors)
            case "update":
                asked.view_id = views.update_view(world, view, told["view"], None).id
            case "push":
                views.push_view(world, asked, told["view"])
            case other:
                self.problems.append(f"unknown response_action {other!r}")

    def _check_errors(self, view: View, errors: Mapping[str, str]) -> None:
        known = {block["block_id"] for block in view.inputs}
        if not errors or set(errors) - known:
            self.problems.append(f"errors of no input: {sorted(errors)}")

    # --- parts -----------------------------------------------------------------------------------

    def _new(
        self, person: Person, channel: Channel | None, about: Message | None = None
    ) -> Interaction:
        world = self._world
        secret = f"{self._random.getrandbits(128):032x}"
        asked = Interaction(
            id=f"{world.new_number()}-{secret}",
            asker=person,
            at=world.now(),
            channel=channel,
            about=about,
            trigger_id=f"{world.new_number()}.{world.new_number()}.{secret}",
        )
        world.interactions[asked.id] = asked
        world.by_trigger[asked.trigger_id] = asked
        return asked

    def _send(
        self, asked: Interaction, sort: Sort, name: str, payload: Json, on_ack: OnAck | None = None
    ) -> Asked:
        asked.delivery = self._world.deliver(sort, name, payload, on_ack)
        return Asked(self._world, asked)

    def _response_url(self, asked: Interaction) -> str:
        return f"{self._world.base}/response/{asked.id}"

    def _common(self) -> Json:
        return {"token": self._world.verification, "api_app_id": self._world.app_id}

    def _who(self, type_: str, person: Person) -> Json:
        user = {"id": person.id, "name": person.name, "team_id": self._world.team_id}
        told = {
            **self._common(),
            "type": type_,
            "team": {"id": self._world.team_id, "domain": self._world.team_name.lower()},
            "user": {**user, "username": person.name},
            "is_enterprise_install": False,
        }
        if type_ == "message_action":  # It is of an older kind, and tells less.
            del told["api_app_id"]
            told["user"] = user
        return told

    def _where(self, channel: Channel) -> Json:
        is_direct = channel.kind is Kind.DIRECT
        return {"id": channel.id, "name": "directmessage" if is_direct else channel.name}
