"""What the figures were measured on, without any name of it."""

import os
import platform
import subprocess

import psutil

from tests.docker_host import ROOT, docker_client

GIT = ("git",)


def commit() -> str:
    """Return the commit that is checked out, or say that there is none, or more than it."""
    head = _git("rev-parse", "--short", "HEAD")
    if not head:
        return "uncommitted"
    return f"{head} with changes" if _git("status", "--porcelain") else head


def machine() -> str:
    """Return what decides how fast things are."""
    memory_gib = psutil.virtual_memory().total / 2**30
    with docker_client() as client:
        engine = client.version()["Version"]
    return (
        f"{os.cpu_count()} cores, {memory_gib:.0f} GiB, Linux {platform.release()},"
        f" Docker Engine {engine}, Python {platform.python_version()}"
    )


def load() -> str:
    """Return how many processes wanted to run in the last minute; more than cores is noise."""
    return f"{os.getloadavg()[0]:.1f}"


def _git(*words: str) -> str:
    done = subprocess.run(  # noqa: S603 - our own words
        [*GIT, *words], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )
    return done.stdout.strip() if done.returncode == 0 else ""
