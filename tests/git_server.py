"""A git server over TLS that asks for a password, on an address that the test owns."""

import base64
import os
import ssl
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import trustme


@dataclass
class GitServer:
    """What it serves, to whom, and what it was asked."""

    root: Path
    authority: Path
    """The certificate of the one authority that vouches for it."""
    port: int
    user: str
    password: str
    paths: list[str] = field(default_factory=list)
    redirect: str = ""
    """Where every request is sent instead, if not empty."""

    @property
    def authorization(self) -> str:
        """Return the header of a request that is let in."""
        pair = f"{self.user}:{self.password}".encode()
        return f"Basic {base64.b64encode(pair).decode()}"


@contextmanager
def git_server(
    folder: Path, address: str, *names: str, user: str = "robot", password: str
) -> Iterator[GitServer]:
    """Serve the repositories below `folder` by `address`, with a certificate for `names`."""
    issuer = trustme.CA()
    authority = folder / "authority.pem"
    issuer.cert_pem.write_to_path(authority)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    issuer.issue_cert(address, *names).configure_cert(context)
    listening = ThreadingHTTPServer((address, 0), _Handler)
    listening.socket = context.wrap_socket(listening.socket, server_side=True)
    server = GitServer(folder, authority, listening.server_port, user, password)
    _Handler.served[listening.server_port] = server
    thread = threading.Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield server
    finally:
        listening.shutdown()
        thread.join()
        listening.server_close()
        del _Handler.served[listening.server_port]


class _Handler(BaseHTTPRequestHandler):
    served: dict[int, GitServer] = {}  # noqa: RUF012 - the library makes a handler per request
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
        """Stay silent."""

    def do_GET(self) -> None:
        server = self.served[self.server.server_address[1]]  # type: ignore[index]
        server.paths.append(self.path)
        if server.redirect:
            self._answer(302, [("Location", server.redirect + self.path)], b"")
        elif self.headers["Authorization"] != server.authorization:
            self._answer(401, [("WWW-Authenticate", 'Basic realm="git"')], b"")
        else:
            self._serve(server)

    do_POST = do_GET  # noqa: N815 - the library's name

    def _serve(self, server: GitServer) -> None:
        path, _, query = self.path.partition("?")
        environment = {
            "PATH": os.environ["PATH"],
            "GIT_PROJECT_ROOT": str(server.root),
            "GIT_HTTP_EXPORT_ALL": "1",
            "GIT_CONFIG_COUNT": "2",
            "GIT_CONFIG_KEY_0": "http.receivepack",
            "GIT_CONFIG_VALUE_0": "true",
            "GIT_CONFIG_KEY_1": "safe.directory",
            "GIT_CONFIG_VALUE_1": "*",
            "REQUEST_METHOD": self.command,
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "REMOTE_USER": server.user,
            "REMOTE_ADDR": self.client_address[0],
            "CONTENT_TYPE": self.headers.get("Content-Type", ""),
            "HTTP_CONTENT_ENCODING": self.headers.get("Content-Encoding", ""),
            "GIT_PROTOCOL": self.headers.get("Git-Protocol", ""),
        }
        done = subprocess.run(
            ["git", "http-backend"],  # noqa: S607 - the machine's own
            input=self._body(),
            env=environment,
            capture_output=True,
            check=True,
            timeout=30,
        )
        head, _, body = done.stdout.partition(b"\r\n\r\n")
        headers = [tuple(line.split(": ", 1)) for line in head.decode().split("\r\n")]
        status = next((value for key, value in headers if key == "Status"), "200")
        self._answer(
            int(status.split()[0]), [pair for pair in headers if pair[0] != "Status"], body
        )

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding") != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length", 0)))
        body = b""
        while size := int(self.rfile.readline(), 16):
            body += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return body

    def _answer(self, status: int, headers: list[tuple[str, ...]], body: bytes) -> None:
        self.send_response(status)
        for key, value in headers:
            self.send_header(key, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
