"""OpenSSH's own server in a container, at an address that the test owns."""

import base64
import hashlib
import os
import shutil
import socket
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from socketserver import BaseRequestHandler, ThreadingTCPServer

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from deploy.images.engine import Engine, engine
from deploy.images.recipe import AGENTS, Recipe
from deploy.images.root import root_image
from tests.docker_host import docker_client

START_S = 20.0
PIECE_BYTES = 64 * 1024
PACKAGES = b"git\nopenssh-client\nopenssh-server\n"
INSIDE = 2222
"""Its port in its own network; who connects knows only the one of the relay."""
SERVER = """
useradd -o -u "$OWNER" -p '*' -d / -s /bin/sh git
mkdir -p /run/sshd
exec /usr/sbin/sshd -D -e -f /dev/null -p "$PORT" -h /keys/host -o AuthorizedKeysFile=/keys/let-in \
    -o StrictModes=no -o UsePAM=no -o PasswordAuthentication=no -o PermitRootLogin=prohibit-password
"""


@dataclass(frozen=True, slots=True)
class SshServer:
    """What it serves, by which keys, and how often somebody connected."""

    root: Path
    """Where its repositories are; the server has the folder under the same path."""
    keys: Path
    host: str
    address: str
    port: int
    connections: list[str]
    """From where somebody connected."""

    @property
    def private_key(self) -> bytes:
        """Return the key that is let in, without its last newline, as settings are read."""
        return (self.keys / "client").read_bytes().rstrip(b"\n")

    @property
    def known_hosts(self) -> str:
        """Return what vouches for it."""
        return self.known_as(self.keys / "host.pub")

    def known_as(self, public_key: Path) -> str:
        """Return the line by which this server is known under a key."""
        kind, key = public_key.read_text().split()[:2]
        return f"[{self.host}]:{self.port} {kind} {key}\n"

    @property
    def fingerprint(self) -> str:
        """Return what people compare of its key."""
        digest = hashlib.sha256(base64.b64decode((self.keys / "host.pub").read_text().split()[1]))
        return "SHA256:" + base64.b64encode(digest.digest()).decode().rstrip("=")

    def url(self, path: str) -> str:
        """Return the address of a repository below its root."""
        return f"ssh://git@{self.host}:{self.port}{self.root}/{path}"


@contextmanager
def ssh_server(folder: Path, address: str, network: str, host: str) -> Iterator[SshServer]:
    """Serve the repositories below `folder` at a free port of `address`, which is in `network`."""
    # Not below the test's own folder, for what is let in must not be read as a repository.
    with tempfile.TemporaryDirectory(prefix="halyard-keys-") as made:
        keys = Path(made)
        make_key(keys / "host")
        make_key(keys / "client")
        shutil.copy(keys / "client.pub", keys / "let-in")
        with (
            _container(folder, keys, network) as inside,
            _relay(address, inside) as (port, connections),
        ):
            yield SshServer(folder, keys, host, address, port, connections)


def make_key(path: Path, passphrase: bytes = b"") -> Path:
    """Make a pair of keys, and return the private one."""
    key = Ed25519PrivateKey.generate()
    private = key.private_bytes(
        Encoding.PEM,
        PrivateFormat.PKCS8 if passphrase else PrivateFormat.OpenSSH,
        BestAvailableEncryption(passphrase) if passphrase else NoEncryption(),
    )
    path.touch(mode=0o600)
    path.write_bytes(private)
    public = key.public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH)
    path.with_suffix(".pub").write_bytes(public + b"\n")
    return path


def server_image(opened: Engine) -> str:
    """Return an image with the server, made the way that the base's system is."""
    recipe = Recipe({**Recipe.of(AGENTS / "base").files, "packages": PACKAGES})
    name = f"halyard-test-sshd:{recipe.digest(opened.architecture)[:12]}"
    if not opened.has(name):
        root_image(opened, name, recipe)
    return name


@contextmanager
def _container(folder: Path, keys: Path, network: str) -> Iterator[tuple[str, int]]:
    with engine() as opened:
        image = server_image(opened)
    with docker_client() as client:
        made = client.create_container(
            image,
            ["sh", "-euc", SERVER],
            environment={"OWNER": str(os.getuid()), "PORT": str(INSIDE)},
            host_config=client.create_host_config(
                binds=[f"{keys}:/keys", f"{folder}:{folder}"], network_mode=network
            ),
        )
        try:
            client.start(made["Id"])
            found = client.inspect_container(made["Id"])["NetworkSettings"]["Networks"][network]
            inside = (found["IPAddress"], INSIDE)
            _wait_for(inside)
            yield inside
        finally:
            client.remove_container(made["Id"], v=True, force=True)


def _wait_for(inside: tuple[str, int]) -> None:
    """Wait until it greets; it tells nobody when it begins to listen."""
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline:
        with suppress(OSError), socket.create_connection(inside, timeout=1) as connection:
            if connection.recv(4) == b"SSH-":
                return
        time.sleep(0.05)
    raise AssertionError("sshd does not answer.")


@contextmanager
def _relay(address: str, inside: tuple[str, int]) -> Iterator[tuple[int, list[str]]]:
    """Pass on what comes to a free port of `address`, which other containers can reach."""
    connections: list[str] = []

    class Pass(BaseRequestHandler):
        def handle(self) -> None:
            connections.append(self.client_address[0])
            # Not by a name: tests may have changed how names are found.
            with socket.socket() as server:
                server.connect(inside)
                back = threading.Thread(target=_copy, args=(server, self.request))
                back.start()
                _copy(self.request, server)
                back.join()

    with ThreadingTCPServer((address, 0), Pass) as relay:
        thread = threading.Thread(target=relay.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield relay.server_address[1], connections
        finally:
            relay.shutdown()
            thread.join()


def _copy(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while piece := source.recv(PIECE_BYTES):
            target.sendall(piece)
    with suppress(OSError):
        target.shutdown(socket.SHUT_WR)
