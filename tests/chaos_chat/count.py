"""Counts what people said and see against what Halyard holds.

Every function yields one sentence for each difference; where all is right, none.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import timedelta

from tests.chaos_chat.books import (
    RUN,
    SHOW,
    Asked,
    Books,
    Spoken,
    is_late,
    mark_in,
    mark_of,
    moment,
    text_in,
    values_of,
)
from tests.chaos_chat.reported import reported
from tests.halyard import Row

LEFT, SAY = "left", "session say"
ATTEMPTS_MAX = 2
STALE = timedelta(minutes=2)
SETTLED = frozenset({"done", "refused"})
UNDER_WAY = frozenset({"queued", "claimed", "doubt"})


def differences(books: Books) -> list[str]:
    """Return all that is not as it must be."""
    said = (asked, spoken, not_run, late, effects, edits, kept_up)
    held = (sessions, deliveries, shown, reported, order, at_rest)
    return [sentence for count in (*said, *held) for sentence in count(books)]


def asked(books: Books) -> Iterator[str]:
    """What was acknowledged was answered once; what was not had no effect."""
    received, ran = books.received, _ran(books)
    late = set(_late(books))
    for one in books.asked:
        row = received.get(one.key)
        name = f"{one.key} ({one.path})"
        if one.is_form:
            if row is not None:
                yield f"{name} opened a form and was kept as {row['outcome']}."
        elif one.is_acknowledged or (one.is_cut and row is not None):
            yield from _acknowledged(name, one, row, is_late=one.key in late)
        elif row is not None and row["outcome"] != LEFT and row["seq"] not in ran:
            yield f"{name} was not acknowledged and is {row['outcome'] or 'unanswered'}."


def _acknowledged(name: str, one: Asked, row: Row | None, *, is_late: bool) -> Iterator[str]:
    if row is None:
        yield f"{name} was acknowledged and never kept."
        return
    is_left = is_late and row["outcome"] == LEFT
    if row["outcome"] not in SETTLED and not (is_left or _was_given_up(row)):
        yield f"{name} was acknowledged and is {row['outcome'] or 'unanswered'}."
    if row["path"] != one.path or values_of(row) != one.values:
        yield f"{name} {one.values} was taken as {row['path']} {row['values']}."
    if one.is_thinking or len(one.answers) != 1:
        yield f"{name} was acknowledged and has {len(one.answers)} answers."


def _was_given_up(row: Row) -> bool:
    """Whether it was under way at several kills; what seems to bring us down is left undone."""
    return str(row["outcome"]) == "broken" and int(row["attempts"]) >= ATTEMPTS_MAX


def _late(books: Books) -> Iterator[str]:
    """Yield the keys of what was settled after a crash, and too late to be run unasked."""
    received = books.received
    for row in books.deliveries:
        if row["answers"] in received:
            heard_at = moment(received[row["answers"]]["received_at"])
            if moment(row["created_at"]) - heard_at > STALE:
                yield row["answers"]


def spoken(books: Books) -> Iterator[str]:
    """Every plain message that is for us was heard; whoever may not was refused."""
    received = books.received
    open_ = books.open_threads
    listened_to = open_ | set(books.channels)
    for one in books.spoken:
        row = received.get(one.key)
        if row is None:
            # In the thread of a session that has ended nobody listens after a while.
            if one.is_for_us and not one.is_deleted and one.place in listened_to:
                yield f"{one.key} ({one.mark}) was said and never heard."
            continue
        yield from _heard(one, row, is_open=one.place in open_)


def _heard(one: Spoken, row: Row, *, is_open: bool) -> Iterator[str]:
    name, outcome = f"{one.key} ({one.mark})", row["outcome"]
    if not one.is_for_us:
        yield f"{name} was not for us and was taken as {row['path']}."
    elif outcome not in SETTLED and not (outcome == LEFT and _was_late(one, row)):
        yield f"{name} was heard and is {outcome or 'unanswered'}."
    elif outcome == "done" and not one.is_allowed:
        yield f"{name} was done for somebody who may not."
    elif outcome == "refused" and one.is_allowed and is_open:
        yield f"{name} was refused to somebody who may."


def _was_late(one: Spoken, row: Row) -> bool:
    """Whether a command that was typed was read too late to be run unasked."""
    return row["path"] != SAY and moment(row["received_at"]) - one.said_at > STALE


def not_run(books: Books) -> Iterator[str]:
    """What was left was told of once, and nothing else was."""
    ran = _ran(books)
    left = {row["seq"] for row in books.inbox if row["outcome"] == LEFT}
    told = Counter(number for message in books.shown for number in message.look.numbers(RUN))
    for number in sorted(left | ran | set(told)):
        if number not in left | ran:
            yield f"Call {number} was told of as not run, and it was."
        elif told[number] != 1:
            yield f"Call {number} was not run, and was told of {told[number]} times."


def late(books: Books) -> Iterator[str]:
    """In the place of an answer that came too late there is one line that shows it."""
    received = books.received
    told = Counter(number for message in books.shown for number in message.look.numbers(SHOW))
    for row in filter(is_late, books.deliveries):
        count = told[received[row["answers"]]["seq"]]
        if count != 1:
            yield f"{_name(row)} came too late, and {count} lines show it."


def _ran(books: Books) -> set[int]:
    """Return the numbers of calls that somebody ran who pressed `Run it`."""
    done = (row for row in books.inbox if row["path"] == RUN and row["outcome"] == "done")
    return {int(values_of(row)["call"]) for row in done}


def effects(books: Books) -> Iterator[str]:
    """Each thing that was done had one effect, and nothing else had any."""
    wanted = Counter(
        mark for row in books.inbox if row["outcome"] == "done" and (mark := _mark(row))
    )
    there = Counter(mark_of(row["text"]) for row in books.tasks)
    for mark in sorted(wanted.keys() | there.keys()):
        if wanted[mark] != there[mark]:
            yield f"{mark} was done {wanted[mark]} times, and there are {there[mark]} tasks of it."
        if there[mark] > 1:
            yield f"{mark} was said once, and there are {there[mark]} tasks of it."
        if mark not in books.texts:
            yield f"{mark} was never said, and there is a task of it."


def _mark(row: Row) -> str:
    return mark_in(row["path"], values_of(row))


def edits(books: Books) -> Iterator[str]:
    """A task says what was last made of it, and is dropped if and only if somebody dropped it."""
    names = {row["id"]: f"{row['project']}-{row['number']}" for row in books.sessions}
    done = [row for row in books.inbox if row["outcome"] == "done"]
    edited = {
        values_of(row)["task"]: values_of(row)["text"] for row in done if row["path"] == "task edit"
    }
    made = {mark: text_in(row["path"], values_of(row)) for row in done if (mark := _mark(row))}
    edits_of = Counter(values_of(row)["task"] for row in done if row["path"] == "task edit")
    dropped = Counter(values_of(row)["task"] for row in done if row["path"] == "task drop")
    told = Counter(row["task"] for row in books.told)
    for task in books.tasks:
        name, text = f"{names[task['session']]}.{task['number']}", task["text"]
        mark = mark_of(text)
        right = edited.get(name, made.get(mark, ""))
        if text != right:
            yield f"{mark} ({name}) says {text!r}, and is to say {right!r}."
        if text not in books.texts.get(mark, ()):
            yield f"{mark} ({name}) says {text!r}, which nobody said."
        if told[task["id"]] != 1 + edits_of[name]:
            yield f"{mark} ({name}) was told of {told[task['id']]} times, with its changes."
        if dropped[name] != (task["state"] == "dropped" and not _is_cut(task)):
            yield f"{mark} ({name}) is {task['state']} and was dropped {dropped[name]} times."


def kept_up(books: Books) -> Iterator[str]:
    """A task that waits says what its message says by now, and waits no more if that is gone."""
    waiting = {mark_of(task["text"]): task for task in books.tasks if task["state"] == "queued"}
    for one in books.spoken:
        task = waiting.get(one.mark)
        if task is None:
            continue
        is_last = one.text == books.texts[one.mark][-1]
        if one.is_deleted:
            yield f"{one.key} ({one.mark}) was deleted, and its task waits."
        elif is_last and task["text"] != one.text:
            yield f"{one.key} ({one.mark}) says {one.text!r}, and its task {task['text']!r}."


def _is_cut(task: Row) -> bool:
    """Whether it was dropped with its session, and not by a person."""
    return str(task["why"]) != "Dropped by a person."


def sessions(books: Books) -> Iterator[str]:
    """Each start made one session with one thread; a session ended if somebody stopped it."""
    done = [row for row in books.inbox if row["outcome"] == "done"]
    starts = sum(row["path"] == "session start" for row in done)
    if starts != len(books.sessions):
        yield f"{starts} sessions were started, and there are {len(books.sessions)}."
    stopped = {values_of(row)["session"] for row in done if row["path"] == "session stop"}
    for row in books.sessions:
        name = f"{row['project']}-{row['number']}"
        if (row["state"] == "ended") != (name in stopped):
            yield f"{name} is {row['state']} and was {'' if name in stopped else 'not '}stopped."
        if not row["thread"]:
            yield f"{name} has no thread."
    threads = {row["thread"] for row in (*books.sessions, *books.mirrors)}
    for thread in books.threads:
        if thread not in threads:
            yield f"Thread {thread} belongs to no session."


def deliveries(books: Books) -> Iterator[str]:
    """All that we have as sent is there as it is to be; each answer is on its way once."""
    there = {message.id: message for message in books.shown}
    for row in books.deliveries:
        name = _name(row)
        if row["state"] == "failed" and not is_late(row):
            yield f"{name} was given up: {row['why']}"
        elif row["state"] == "sent" and row["receipt"] not in there:
            yield f"{name} was sent as {row['receipt']}, which is not there."
        elif row["state"] == "sent" and there[row["receipt"]].look != row["look"]:
            yield f"{name} was sent as {row['receipt']}, which shows something else."
        if row["old_receipt"]:
            yield f"{name} still has its old message {row['old_receipt']}."
    answers = Counter(row["answers"] for row in books.deliveries if row["answers"])
    for key, count in answers.items():
        if count != 1:
            yield f"{key} has {count} answers on their way."


def shown(books: Books) -> Iterator[str]:
    """Every message of ours is known to us, as one thing."""
    receipts: defaultdict[str, list[Row]] = defaultdict(list)
    for row in books.deliveries:
        if row["receipt"]:
            receipts[row["receipt"]].append(row)
    for message in books.shown:
        if not receipts[message.id]:
            yield f"Message {message.id} in {message.place} is known to nobody: {message.look}"
    for receipt, rows in receipts.items():
        if len(rows) > 1:
            names = ", ".join(map(_name, rows))
            yield f"Message {receipt} is taken for {len(rows)} things: {names}."


def order(books: Books) -> Iterator[str]:
    """Posts of one lane are in the order in which they were put there."""
    places = {message.id: place for place, message in enumerate(books.shown)}
    lanes: defaultdict[str, list[int]] = defaultdict(list)
    for row in books.deliveries:
        if row["state"] == "sent" and not (row["card"] or row["answers"]):
            lanes[row["lane"]].append(places.get(row["receipt"], -1))
    for lane, order_ in lanes.items():
        known = [place for place in order_ if place >= 0]
        if known != sorted(known):
            yield f"The posts of {lane} are in another order than they were put there."


def at_rest(books: Books) -> Iterator[str]:
    """Nothing is left under way."""
    for row in books.deliveries:
        if row["state"] in UNDER_WAY:
            yield f"{_name(row)} is still {row['state']}: {row['why']}"
    for row in books.inbox:
        if row["answer"] is None:
            yield f"{row['key']} ({row['path']}) is still unanswered."


def _name(row: Row) -> str:
    kind = row["card"] or (f"the answer to {row['answers']}" if row["answers"] else "a post")
    return f"Delivery {row['id']} ({kind})"
