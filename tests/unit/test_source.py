"""Whom a source's address names."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as some

from engine.domain.errors import InvalidInput
from engine.domain.source import Transport, remote_of


@pytest.mark.parametrize(
    ("source", "transport", "host", "port"),
    [
        ("https://git.example/a/b.git", Transport.HTTPS, "git.example", 443),
        ("https://git.example:8443/a", Transport.HTTPS, "git.example", 8443),
        ("https://[::1]:8443/a", Transport.HTTPS, "::1", 8443),
        ("https://[::1]/a", Transport.HTTPS, "::1", 443),
        ("ssh://git@git.example/a.git", Transport.SSH, "git.example", 22),
        ("ssh://git@git.example:2222/a.git", Transport.SSH, "git.example", 2222),
        ("ssh://git@git.example/~ann/a.git", Transport.SSH, "git.example", 22),
        ("git@git.example:a/b.git", Transport.SSH, "git.example", 22),
        ("git@git.example:/srv/b.git", Transport.SSH, "git.example", 22),
        ("git@git.example:2222/b.git", Transport.SSH, "git.example", 22),
    ],
)
def test_an_address_names(source: str, transport: Transport, host: str, port: int) -> None:
    remote = remote_of(source)

    assert (remote.transport, remote.host, remote.port) == (transport, host, port)


@given(some.text(alphabet=string.printable, max_size=40), some.sampled_from(["", "ssh://", "git@"]))
def test_nothing_that_git_or_ssh_could_read_as_an_option_is_taken(text: str, before: str) -> None:
    try:
        remote = remote_of(before + text)
    except InvalidInput:
        return
    assert not (before + text).startswith("-")
    assert not remote.host.startswith("-")
    assert 0 < remote.port < 65_536
