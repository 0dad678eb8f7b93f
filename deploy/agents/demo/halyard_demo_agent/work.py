"""The honest work: look at the repository, and keep a file of notes about it."""

import asyncio
from pathlib import Path

from acp import tool_diff_content

from halyard_demo_agent.git import GitFailed, git
from halyard_demo_agent.notes import FILE, notes
from halyard_demo_agent.survey import Survey, survey
from halyard_demo_agent.turn import Turn

STEPS = (
    "Read the files",
    "Look at the history",
    f"Write {FILE}",
    "Check the change with git",
)
COMMITS = ("log", "--max-count=5", "--format=%h %s")


async def work(turn: Turn) -> None:
    """Do all the steps; without the person's leave to edit, tell so and leave it at that."""
    await turn.plan(STEPS, done=0)
    found = await _read(turn)
    await turn.plan(STEPS, done=1)
    commits = await _history(turn)
    await turn.plan(STEPS, done=2)
    text = notes(turn.conversation.tasks, found, commits)
    if not await _write(turn, text):
        await turn.say(f"You said no, so I leave {FILE} as it is.")
        return
    await turn.plan(STEPS, done=3)
    await _review(turn)
    await turn.plan(STEPS, done=4)
    await turn.say(f"{FILE} is written; I leave the commit to you.")


async def _read(turn: Turn) -> Survey:
    call = await turn.start("List and read the files", "read")
    listed = await git(turn.folder, "ls-files", "-z", "--cached", "--others", "--exclude-standard")
    names = {name for name in listed.split("\0") if name and name != FILE}
    found = await asyncio.to_thread(survey, turn.folder, names)
    turn.has_read(found.characters)
    total = f"{found.files.total()} files, {found.lines.total()} lines"
    await turn.finish(call, total)
    await turn.say(f"I read {total}.")
    for kind, files in found.files.most_common(3):
        await turn.say(f"{kind}: {files} files, {found.lines[kind]} lines.")
    await turn.say(f"{len(found.undocumented)} public names in Python have no docstring.")
    return found


async def _history(turn: Turn) -> list[str]:
    call = await turn.start("git log", "execute", command="git log --max-count=5")
    try:
        commits = (await git(turn.folder, *COMMITS)).splitlines()
    except GitFailed:
        commits = []  # A repository without a commit has no history, and git calls that an error.
    await turn.finish(call, "\n".join(commits))
    await turn.say(f"The last commit is {commits[0]}." if commits else "There is no commit yet.")
    return commits


async def _write(turn: Turn, text: str) -> bool:
    """Show the change, ask for it, and make it."""
    path = turn.folder / FILE
    before = path.read_text(errors="replace") if path.is_file() else None
    change = tool_diff_content(str(path), text, before)
    call = await turn.start(f"Write {FILE}", "edit", path=path, change=change)
    if not await turn.may(call):
        await turn.finish(call, "The person said no.", failed=True)
        return False
    _replace(path, text)
    await turn.finish(call)
    return True


def _replace(path: Path, text: str) -> None:
    """Put a new file in place of what is there, even if that is a link to somewhere else."""
    draft = path.with_name(f".{path.name}.new")
    draft.write_text(text)
    draft.replace(path)


async def _review(turn: Turn) -> None:
    call = await turn.start("git status", "execute", command="git status --short")
    changed = await git(turn.folder, "status", "--short")
    await turn.finish(call, changed)
    await turn.say(f"git says that {len(changed.splitlines())} files changed.")
