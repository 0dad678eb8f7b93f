"""Hand posts and cards to the platforms, each once, in order."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from engine.app.alerts import channel_fingerprint, close_alert, open_alert
from engine.app.approvals import Approvals
from engine.app.desk import Desk
from engine.domain.alert import Severity
from engine.domain.delivery import Delivery, DeliveryState, Priority
from engine.domain.values import (
    ApprovalId,
    Conversation,
    DeliveryId,
    InboxKey,
    SessionId,
)
from engine.ports.talk import Received

ID_CHARS = 20
AT_REST = frozenset({DeliveryState.QUEUED, DeliveryState.SENT})
"""States in which nobody is sending it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDelivery:
    """A message of ours, before it is on its way; see `Delivery` for the fields."""

    conversation: Conversation
    draft: str
    priority: Priority
    card: str = ""
    anchor: DeliveryId | None = None
    opens: SessionId | None = None
    answers: InboxKey | None = None
    approval: ApprovalId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Errand:
    """A delivery with all that its platform needs to know."""

    delivery: Delivery
    thread: str
    """The thread that it goes into: its anchor's receipt, or the conversation's own."""
    said: Received | None
    """What it is the answer to."""

    @property
    def origin(self) -> Mapping[str, str]:
        """Where what it answers was said, for the face."""
        return self.said.origin if self.said else {}


class Deliveries:
    """What faces and their pump ask of deliveries."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def add(self, new: NewDelivery) -> DeliveryId:
        """Put a message on its way; of a card that is there already, this is the newest version."""
        found = self._desk.tx.deliveries.card(new.card) if new.card else None
        if found is not None:
            revised = found.revised(new.draft, new.priority, at=self._now)
            if revised != found:
                self._desk.tx.deliveries.save(revised)
            return found.id
        delivery = self._made(new)
        self._desk.tx.deliveries.add(delivery)
        return delivery.id

    def card(self, name: str) -> Delivery | None:
        """Return the card of this name, if there is one."""
        return self._desk.tx.deliveries.card(name)

    def due(self, platform: str, *, limit: int, each: int) -> Sequence[Errand]:
        """Return what may be sent now, by priority; nothing is claimed by looking.

        Of one kind in one channel there are no more than `each`.
        """
        found = self._desk.tx.deliveries.due(platform, self._now, limit=limit, each=each)
        return self._errands(found)

    def claim(self, ids: Sequence[DeliveryId]) -> Sequence[Errand]:
        """Claim those that are still queued; after a crash, what was claimed is in doubt."""
        claimed = []
        for id_ in ids:
            delivery = self._desk.tx.deliveries.get(id_)
            if delivery.state is DeliveryState.QUEUED:
                claimed.append(delivery.claimed(at=self._now))
                self._desk.tx.deliveries.save(claimed[-1])
        return self._errands(claimed)

    def taken(self, id_: DeliveryId, receipt: str) -> None:
        """Note that the platform has it; a question on it counts as seen from now."""
        delivery = self._desk.tx.deliveries.get(id_).taken(receipt, at=self._now)
        self._desk.tx.deliveries.save(delivery)
        close_alert(self._desk, channel_fingerprint(delivery.conversation))
        if delivery.opens is not None:
            self._open_thread(id_, delivery.opens, receipt)
        if delivery.approval is not None:
            Approvals(self._desk).shown([delivery.approval])
        if delivery.answers is not None:
            self._desk.tx.inbox.forget_origin(delivery.answers)

    def again(self, id_: DeliveryId, why: str, *, after: timedelta | None = None) -> None:
        """Note that the platform surely does not have it; it is tried again later."""
        delivery = self._desk.tx.deliveries.get(id_)
        self._desk.tx.deliveries.save(delivery.again(why, at=self._now, after=after))

    def absent(self, id_: DeliveryId) -> None:
        """Note that it was looked for in vain; it is sent as if for the first time."""
        delivery = self._desk.tx.deliveries.get(id_)
        self._desk.tx.deliveries.save(delivery.absent(at=self._now))

    def missing(self, id_: DeliveryId) -> None:
        """Note that the platform has lost a card's message; it is posted anew.

        An anchor is left as it is: its thread hangs on that very message.
        """
        delivery = self._desk.tx.deliveries.get(id_)
        if delivery.opens is not None and not delivery.lacks_thread:
            self.taken(id_, delivery.receipt)
        else:
            self._desk.tx.deliveries.save(delivery.missing(at=self._now))

    def expired(self, id_: DeliveryId, draft: str | None) -> None:
        """Give up an answer that came too late; `draft` is posted in its place, if there is one."""
        delivery = self._desk.tx.deliveries.get(id_)
        why = "It was too late to answer there."
        self._desk.tx.deliveries.save(delivery.refused(why, at=self._now))
        if draft is not None:
            place, priority = delivery.conversation, delivery.priority
            self.add(NewDelivery(conversation=place, draft=draft, priority=priority))

    def lost(self, id_: DeliveryId, why: str) -> None:
        """Note that nobody can tell whether the platform has it."""
        delivery = self._desk.tx.deliveries.get(id_)
        self._desk.tx.deliveries.save(delivery.lost(why, at=self._now))

    def refused(self, id_: DeliveryId, why: str) -> None:
        """Give it up: the platform will never have it; an alert says why."""
        delivery = self._desk.tx.deliveries.get(id_).refused(why, at=self._now)
        self._desk.tx.deliveries.save(delivery)
        self._warn(delivery, why)

    def blocked(self, id_: DeliveryId, why: str, *, after: timedelta) -> None:
        """Put it off: the platform forbids it now; an alert says what to do."""
        delivery = self._desk.tx.deliveries.get(id_).again(why, at=self._now, after=after)
        self._desk.tx.deliveries.save(delivery)
        self._warn(delivery, why)

    def recover(self, platform: str) -> None:
        """Take what was claimed before a crash as being in doubt."""
        for delivery in self._desk.tx.deliveries.in_states(platform, {DeliveryState.CLAIMED}):
            why = "Halyard was cut off while it sent this."
            self._desk.tx.deliveries.save(delivery.lost(why, at=self._now))

    def doubtful(self, platform: str) -> Sequence[Errand]:
        """Return what may or may not have arrived and is to be settled now, oldest first."""
        found = self._desk.tx.deliveries.in_states(platform, {DeliveryState.DOUBT})
        return self._errands([delivery for delivery in found if delivery.due_at <= self._now])

    def is_doubtful(self, id_: DeliveryId) -> bool:
        """Whether it is in doubt at this moment."""
        return self._desk.tx.deliveries.get(id_).state is DeliveryState.DOUBT

    def hidden(self, id_: DeliveryId, why: str, *, after: timedelta) -> None:
        """Leave it in doubt: the platform does not let us look; an alert says what to do."""
        delivery = self._desk.tx.deliveries.get(id_).doubted(why, at=self._now, after=after)
        self._desk.tx.deliveries.save(delivery)
        self._warn(delivery, why)

    def unopened(self, id_: DeliveryId, receipt: str, why: str, *, after: timedelta) -> None:
        """Note that an anchor is there and its thread is not; an alert says why."""
        delivery = self._desk.tx.deliveries.get(id_)
        moved = delivery.unopened(receipt, why, at=self._now, after=after)
        self._desk.tx.deliveries.save(moved)
        self._warn(moved, why)

    def receipts(self, conversation: Conversation, since: datetime) -> frozenset[str]:
        """Return the ids of our messages in a channel and its threads that appeared since then."""
        return frozenset(self._desk.tx.deliveries.receipts(conversation, since))

    def repost(self, card: str) -> None:
        """Post a sent card anew, and delete its old message after that; any other is left alone."""
        delivery = self._desk.tx.deliveries.card(card)
        is_at_rest = delivery is not None and delivery.state in AT_REST
        # One old message is remembered; until it is gone, the present one is edited.
        if delivery is not None and is_at_rest and delivery.is_edit and not delivery.old_receipt:
            self._desk.tx.deliveries.save(delivery.reposted(at=self._now))

    def replaced(self, platform: str, *, limit: int) -> Sequence[Errand]:
        """Return cards whose old message is still to be deleted."""
        found = self._desk.tx.deliveries.replaced(platform, limit=limit)
        return self._errands(found)

    def deleted(self, id_: DeliveryId, old_receipt: str) -> None:
        """Note that this old message of a card is gone."""
        delivery = self._desk.tx.deliveries.get(id_)
        if delivery.old_receipt == old_receipt:
            self._desk.tx.deliveries.save(replace(delivery, old_receipt=""))

    @property
    def _now(self) -> datetime:
        return self._desk.now

    def _made(self, new: NewDelivery) -> Delivery:
        return Delivery(
            id=DeliveryId(self._desk.world.new_id()[:ID_CHARS]),
            conversation=new.conversation,
            lane=_lane(new),
            priority=new.priority,
            draft=new.draft,
            created_at=self._now,
            changed_at=self._now,
            due_at=self._now,
            card=new.card,
            anchor=new.anchor,
            opens=new.opens,
            answers=new.answers,
            approval=new.approval,
        )

    def _errands(self, deliveries: Sequence[Delivery]) -> Sequence[Errand]:
        tx = self._desk.tx
        receipts = tx.deliveries.receipts_of({d.anchor for d in deliveries if d.anchor})
        said = tx.inbox.find_all({d.answers for d in deliveries if d.answers})
        return [
            Errand(
                delivery=delivery,
                thread=(
                    receipts[delivery.anchor] if delivery.anchor else delivery.conversation.thread
                ),
                said=said.get(delivery.answers) if delivery.answers else None,
            )
            for delivery in deliveries
        ]

    def _open_thread(self, anchor: DeliveryId, id_: SessionId, receipt: str) -> None:
        """Note that a thread hangs on an anchor: a mirror's, or else the session's own."""
        mirror = self._desk.tx.mirrors.anchored(anchor)
        if mirror is not None:
            there = replace(mirror.conversation, thread=receipt)
            self._desk.tx.mirrors.save(replace(mirror, conversation=there))
            return
        session = self._desk.tx.sessions.get(id_)
        if session.conversation.thread != receipt:
            there = replace(session.conversation, thread=receipt)
            self._desk.tx.sessions.save(replace(session, conversation=there))

    def _warn(self, delivery: Delivery, why: str) -> None:
        open_alert(
            self._desk,
            fingerprint=channel_fingerprint(delivery.conversation),
            severity=Severity.WARNING,
            text=why,
        )


def _lane(new: NewDelivery) -> str:
    """Return what keeps its order: posts of one thread; a card and an answer stand alone."""
    if new.card:
        return f"card:{new.card}"
    if new.answers is not None:
        return f"answer:{new.answers}"
    place = new.conversation
    where = (place.platform, place.space, place.channel, place.thread)
    return f"thread:{new.anchor}" if new.anchor else "/".join(where)
