"""Small git repositories, for tests."""

import subprocess
from pathlib import Path

WHO = ("-c", "user.name=Test", "-c", "user.email=test@localhost", "-c", "init.defaultBranch=main")


def git(folder: Path, *args: str) -> str:
    """Run git in a folder and return what it printed."""
    done = subprocess.run(  # noqa: S603 - arguments of ours
        ["git", *WHO, *args],  # noqa: S607 - the machine's own
        cwd=folder,
        check=True,
        capture_output=True,
        text=True,
        timeout=30,
        env={"PATH": "/usr/bin:/bin", "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_NOSYSTEM": "1"},
    )
    return done.stdout.strip()


def a_repository(folder: Path) -> Path:
    """Make a repository with a file, an ignored name and two commits on main; return its folder."""
    folder.mkdir(parents=True)
    git(folder, "init", "-q")
    commit(folder, "first.txt", "one\n")
    commit(folder, ".gitignore", "*.ignored\n")
    return folder


def commit(folder: Path, name: str, text: str) -> str:
    """Commit a file and return the commit."""
    (folder / name).write_text(text)
    git(folder, "add", name)
    git(folder, "commit", "-q", "-m", f"Write {name}")
    return git(folder, "rev-parse", "HEAD")
