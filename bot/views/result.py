"""What jobs made."""

from collections.abc import Callable, Mapping

from bot.core.message import Block, File, Message, Mono, Tone, text
from bot.views.words import size
from engine.api import FileId, Job, JobKind, JobState, Json


def ended(session: str, job: Job) -> Message:
    """A job that was asked for and is over."""
    is_done = job.state is JobState.DONE
    blocks = _DONE[job.kind](job.result) if is_done else (text(job.why),)
    return Message(
        title=_TITLES[job.kind].format(session) if is_done else f"{job.kind} of {session} failed",
        blocks=blocks,
        tone=Tone.NEUTRAL if is_done else Tone.BAD,
        data={"job": job.id, "kind": job.kind, "state": job.state, **job.result},
        session=session,
    )


def _diff(result: Mapping[str, Json]) -> tuple[Block, ...]:
    file = _file(result)
    if not file.size_bytes:
        return (text("Nothing has changed since the start."),)
    count = result.get("files_changed")
    files = "1 file" if count == 1 else f"{count} files"
    cut = " It is cut: more did not fit." if result.get("is_cut") else ""
    return (text(f"{files} changed, {size(file.size_bytes)}.{cut}"), file)


def _push(result: Mapping[str, Json]) -> tuple[Block, ...]:
    branch, commit = str(result.get("branch")), str(result.get("commit"))
    return (text("Branch ", Mono(branch), " is at ", Mono(commit), "."),)


def _put(result: Mapping[str, Json]) -> tuple[Block, ...]:
    return (text(Mono(str(result.get("path"))), " is in the work folder."),)


def _get(result: Mapping[str, Json]) -> tuple[Block, ...]:
    return (_file(result),)


def _file(result: Mapping[str, Json]) -> File:
    count = result.get("bytes")
    size_bytes = count if isinstance(count, int) else 0
    return File(FileId(str(result.get("file"))), str(result.get("name")), size_bytes)


_DONE: Mapping[JobKind, Callable[[Mapping[str, Json]], tuple[Block, ...]]] = {
    JobKind.DIFF: _diff,
    JobKind.PUSH: _push,
    JobKind.PUT: _put,
    JobKind.GET: _get,
}
_TITLES: Mapping[JobKind, str] = {
    JobKind.DIFF: "What {} has changed",
    JobKind.PUSH: "The work of {} is pushed",
    JobKind.PUT: "A file came to {}",
    JobKind.GET: "A file of {}",
}
