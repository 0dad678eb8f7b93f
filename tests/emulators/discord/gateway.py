"""The gateway: who is connected, and what they are told."""

import asyncio
import itertools
from collections import deque
from datetime import datetime, timedelta

from tests.emulators.discord.connection import Connection, Session, encode
from tests.emulators.discord.events import ALL_BITS, PRIVILEGED, Event, Intent, application_flags
from tests.emulators.discord.faults import Dropped, Faults
from tests.emulators.discord.payloads import guild_payload, member_payload, user_payload
from tests.emulators.discord.values import Json
from tests.emulators.discord.world import World
from tests.emulators.faults import Doubled, Late, Swapped

HEARTBEAT, IDENTIFY, PRESENCE, VOICE, RESUME, RECONNECT, MEMBERS, INVALID, HELLO, ACK = (
    1, 2, 3, 4, 6, 7, 8, 9, 10, 11,
)  # fmt: skip
SWAP_AT_LATEST_S = 0.05


class Gateway:
    """All sessions and connections of the bot."""

    def __init__(self, world: World, faults: Faults, token: str) -> None:
        self._world = world
        self._faults = faults
        self.token = token
        self._allowed = PRIVILEGED
        self.connections: list[Connection] = []
        """Those that are open."""
        self.identifies = 0
        """Sessions begun so far."""
        self.resumes = 0
        """Sessions taken up again so far."""
        self._identified: deque[datetime] = deque()
        self._sessions: dict[str, Session] = {}
        self._numbers = itertools.count(1)
        self._held: list[Event] = []
        world.publish_to = self.publish

    @property
    def is_connected(self) -> bool:
        """Whether the bot hears what happens."""
        return any(session.is_connected for session in self._sessions.values())

    # --- what a test does ------------------------------------------------------------------------

    def allow_intents(self, allowed: Intent) -> None:
        """Let the application have only these of the privileged intents; others close with 4014."""
        self._allowed = allowed
        self._world.application_flags = application_flags(allowed)

    def drop(self) -> None:
        """Cut every socket, without a word; sessions can be resumed."""
        for connection in list(self.connections):
            connection.cut(self._world.now())

    def reconnect(self) -> None:
        """Ask every client to connect again (op 7); sessions can be resumed."""
        self._say(RECONNECT, None)

    def invalidate(self, *, resumable: bool) -> None:
        """Tell every client that its session is invalid (op 9)."""
        if not resumable:
            self._sessions.clear()
        self._say(INVALID, resumable)

    def close(self, code: int) -> None:
        """Close every connection with a code; some of them end the session."""
        for connection in list(self.connections):
            connection.close(code)

    def _say(self, op: int, data: object) -> None:
        for connection in list(self.connections):
            connection.send(encode(op=op, d=data))

    # --- events -----------------------------------------------------------------------------------

    def publish(self, event: Event) -> None:
        """Tell an event to who may hear it, unless a fault comes between."""
        match self._faults.events.pick(event.name):
            case Doubled():
                self._tell(event)
                self._tell(event)
            case Late(seconds=seconds):
                asyncio.get_running_loop().call_later(seconds, self._tell, event)
            case Swapped():
                self._held.append(event)
                asyncio.get_running_loop().call_later(SWAP_AT_LATEST_S, self._release, None)
            case Dropped():
                self.drop()
                self._tell(event)
            case None:
                self._release(event)

    def _release(self, event: Event | None) -> None:
        """Tell an event, and after it those that were held back."""
        held, self._held = self._held, []
        for each in ([event] if event else []) + held:
            self._tell(each)

    def _tell(self, event: Event) -> None:
        for session in self._sessions.values():
            self._tell_one(session, event)

    def _tell_one(self, session: Session, event: Event) -> None:
        data = event.heard_with(session.intents, self._world.bot.id)
        if data is not None:
            session.tell(event.name, data)

    # --- what a client says -----------------------------------------------------------------------

    def hear(self, connection: Connection, op: int, data: Json) -> None:
        """Do what a client asks for; what it may not ask closes the connection."""
        if op == HEARTBEAT:
            self._beat(connection)
        elif op in {IDENTIFY, RESUME}:
            self._enter(connection, op, data)
        elif connection.session is None:
            connection.close(4003)
        elif op == MEMBERS:
            self._members(connection.session, data)
        elif op not in {PRESENCE, VOICE}:
            connection.close(4001)

    def _beat(self, connection: Connection) -> None:
        if not self._faults.swallow_heartbeats:
            connection.send(encode(op=ACK, d=None))

    def _enter(self, connection: Connection, op: int, data: Json) -> None:
        if connection.session is not None:
            connection.close(4005)
        elif op == IDENTIFY:
            self._identify(connection, data)
        else:
            self._resume(connection, data)

    def _identify(self, connection: Connection, data: Json) -> None:
        intents = data.get("intents")
        is_over = self._is_over_identifies()
        if data.get("token") != self.token or is_over:
            connection.close(4004)
        elif not isinstance(intents, int) or not 0 <= intents <= ALL_BITS:
            connection.close(4013)
        elif Intent(intents) & PRIVILEGED & ~self._allowed:
            connection.close(4014)
        elif len(self._world.guilds) > self._world.limits.guilds_per_shard:
            connection.close(4011)
        elif self._is_too_soon():
            connection.send(encode(op=INVALID, d=False))
        else:
            self._begin(connection, Intent(intents))

    def _is_over_identifies(self) -> bool:
        day_ago = self._world.now() - timedelta(days=1)
        while self._identified and self._identified[0] < day_ago:
            self._identified.popleft()
        self._world.identifies_today = len(self._identified)
        return len(self._identified) >= self._world.limits.identifies_per_day

    def _is_too_soon(self) -> bool:
        if not self._identified:
            return False
        free_at = self._identified[-1] + timedelta(seconds=self._world.limits.identify_every_s)
        return self._world.now() < free_at

    def _begin(self, connection: Connection, intents: Intent) -> None:
        self._identified.append(self._world.now())
        self.identifies += 1
        keep = self._world.limits.resume_log
        session = Session(f"session-{next(self._numbers)}", intents, keep)
        # Who begins anew resumes none of the old ones.
        self._sessions = {id_: old for id_, old in self._sessions.items() if old.is_connected}
        self._sessions[session.id] = session
        connection.take(session)
        session.tell("READY", self._ready(session))
        for guild in self._world.guilds.values():
            self._tell_one(
                session, Event(name="GUILD_CREATE", data=guild_payload(guild), guild=guild)
            )
        self._world.changes.notify()

    def _ready(self, session: Session) -> Json:
        guilds = [{"id": str(id_), "unavailable": True} for id_ in self._world.guilds]
        application = {
            "id": str(self._world.application_id),
            "flags": self._world.application_flags,
        }
        return {
            "v": 10,
            "user": {
                **user_payload(self._world.bot),
                "verified": True,
                "mfa_enabled": True,
                "email": None,
            },
            "guilds": guilds,
            "session_id": session.id,
            "session_type": "normal",
            "resume_gateway_url": self._world.resume_url,
            "shard": [0, 1],
            "application": application,
        }

    def _resume(self, connection: Connection, data: Json) -> None:
        session = self._sessions.get(data.get("session_id") or "")
        after = data.get("seq") or 0
        if data.get("token") != self.token:
            connection.close(4004)
        elif session is None or self._is_gone(session) or not session.can_replay(after):
            connection.send(encode(op=INVALID, d=False))
        else:
            self.resumes += 1
            connection.take(session)
            session.replay(after)
            self._world.changes.notify()

    def _is_gone(self, session: Session) -> bool:
        if session.left_at is None:
            return False
        within = timedelta(seconds=self._world.limits.resume_within_s)
        return self._world.now() > session.left_at + within

    def _members(self, session: Session, data: Json) -> None:
        """REQUEST_GUILD_MEMBERS: answer with all that fit, in one chunk."""
        guild = self._world.guilds.get(int(data.get("guild_id") or 0))
        if guild is None:
            return
        wanted = {int(user) for user in data.get("user_ids") or ()}
        prefix = data.get("query") or ""
        found = [
            member
            for member in guild.members.values()
            if member.id in wanted or (not wanted and member.name.startswith(prefix))
        ]
        told: Json = {
            "guild_id": str(guild.id),
            "members": [member_payload(member) for member in found],
            "chunk_index": 0,
            "chunk_count": 1,
            "not_found": [],
        }
        session.tell("GUILD_MEMBERS_CHUNK", {**told, "nonce": data.get("nonce")})

    # --- connections ------------------------------------------------------------------------------

    def opened(self, connection: Connection) -> None:
        """Greet a new connection."""
        self.connections.append(connection)
        interval_ms = self._world.limits.heartbeat_s * 1000
        connection.send(encode(op=HELLO, d={"heartbeat_interval": interval_ms}))

    def closed(self, connection: Connection, code: int | None) -> None:
        """Forget a connection; 1000 and 1001 from the client end its session."""
        self.connections.remove(connection)
        session = connection.session
        if session is not None:
            session.leave(connection.send, self._world.now())
            if code in {1000, 1001} and not session.is_connected:
                self._sessions.pop(session.id, None)
        self._world.changes.notify()
