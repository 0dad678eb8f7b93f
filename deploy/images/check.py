"""Whether a Docker Engine does what Halyard builds on."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from docker.models.containers import Container

from deploy.images.base import base_image
from deploy.images.engine import Engine
from deploy.images.recipe import BuildFailed

BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
MEMORY_BYTES = 64 * 1024 * 1024
ENTRY = ["timeout", "--foreground", "20", "/usr/local/bin/halyard-entry"]
"""Ends also if no line ever comes through stdin."""
PROBE = """
IFS= read -r word
limit=$(cat /sys/fs/cgroup/memory.max /sys/fs/cgroup/memory/memory.limit_in_bytes 2>/dev/null)
if [ "$word" != hello ]; then echo 'it does not carry stdin into a container'
elif touch /probe 2>/dev/null; then echo 'a read-only root can be written to'
elif ! touch /tmp/probe; then echo 'a tmpfs cannot be written to'
elif [ "$limit" != MEMORY ]; then echo 'it sets no memory limit'
else echo ok
fi
""".replace("MEMORY", str(MEMORY_BYTES))
NO_LINE = "no line came through stdin and back through the log"


def check(engine: Engine, remembered: Path) -> None:
    """Try the Engine, once per Engine and boot of this machine.

    Raises:
        BuildFailed: it breaks a promise; the text says which.
    """
    boot = BOOT_ID.read_text().strip() if BOOT_ID.exists() else ""
    tried = f"{engine.client.info()['ID']} {boot}\n"
    if remembered.exists() and remembered.read_text() == tried:
        return
    answer = _answer(engine)
    if answer != "ok":
        raise BuildFailed(f"Halyard cannot use this Docker Engine: {answer or NO_LINE}.")
    remembered.parent.mkdir(parents=True, exist_ok=True)
    remembered.write_text(tried)


def _answer(engine: Engine) -> str:
    """Send a word through stdin to a hardened container and read what its log says."""
    with _container(engine) as container:
        container.start()
        _send(container, b"@halyard-secrets\nhello\n")
        container.wait()
        return container.logs(stdout=True, stderr=False).decode().strip()


@contextmanager
def _container(engine: Engine) -> Iterator[Container]:
    name = f"halyard-check-{uuid.uuid4().hex[:8]}"
    network = engine.client.networks.create(name, internal=True)
    try:
        container = engine.client.containers.create(
            base_image(engine),
            ["sh", "-c", PROBE],
            entrypoint=ENTRY,
            name=name,
            network=name,
            stdin_open=True,
            read_only=True,
            tmpfs={"/tmp": "size=1m", "/run/secrets": "uid=10001,gid=10001"},  # noqa: S108 - the container's
            mem_limit=MEMORY_BYTES,
        )
        try:
            yield container
        finally:
            container.remove(force=True)
    finally:
        network.remove()


def _send(container: Container, data: bytes) -> None:
    attached = container.attach_socket(params={"stdin": 1, "stream": 1})
    # On most carriers the library wraps the socket, for reading only.
    raw: Any = getattr(attached, "_sock", attached)
    raw.sendall(data)
    raw.close()
    attached.close()
