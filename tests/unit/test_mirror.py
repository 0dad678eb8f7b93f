"""Which mirror the base image's packages come from, by the package sources of a machine."""

from pathlib import Path

import pytest

from deploy.images.mirror import Mirror, own_mirror
from deploy.images.recipe import BuildFailed

DEBIAN = {"ID": "debian", "VERSION_CODENAME": "bookworm"}
STANZAS = """
# The distribution's own.
Types: deb deb-src
URIs: http://own.example/debian
Suites: bookworm
 bookworm-updates
Components: main
Signed-By: /usr/share/keyrings/x.gpg

Types: deb
URIs: http://own.example/debian-security
Suites: bookworm-security
Components: main
"""
OFF = "Types: deb\nURIs: http://off.example\nSuites: bookworm\nComponents: main\nEnabled: no\n"
ONLY_SOURCES = "Types: deb-src\nURIs: http://s.example\nSuites: bookworm\nComponents: main\n"


@pytest.mark.parametrize(
    ("files", "address"),
    [
        pytest.param({"sources.list.d/debian.sources": STANZAS}, "http://own.example/debian"),
        pytest.param(
            {"sources.list": "deb [arch=amd64 signed-by=/k] http://a.example/d bookworm main\n"},
            "http://a.example/d",
            id="options",
        ),
        pytest.param(
            {"sources.list": "# deb http://no.example bookworm main\ndeb http://a stable main\n"},
            "http://a",
            id="stable-and-a-comment",
        ),
        pytest.param(
            {
                "sources.list.d/a.list": "deb http://vendor.example bookworm main\n",
                "sources.list.d/debian.sources": STANZAS.replace("Suites: bookworm-sec", "X: y"),
            },
            "http://own.example/debian",
            id="a-vendor-publishes-no-updates",
        ),
        pytest.param(
            {
                "sources.list.d/a.sources": f"{OFF}\n{ONLY_SOURCES}",
                "sources.list": "deb http://a.example bookworm main contrib\n",
            },
            "http://a.example",
            id="off-and-source-only",
        ),
    ],
)
def test_the_mirror_is_the_one_of_the_release(
    files: dict[str, str], address: str, machine: Path, tmp_path: Path
) -> None:
    for name, text in files.items():
        (machine / name).write_text(text)

    assert own_mirror() == Mirror(address, "bookworm")


@pytest.mark.parametrize(
    "text", ["", "deb http://x.example nodistro main\n", "deb http://x.example bookworm stable\n"]
)
def test_without_a_mirror_there_is_a_sentence(text: str, machine: Path) -> None:
    (machine / "sources.list").write_text(text)

    with pytest.raises(BuildFailed, match="no mirror of bookworm"):
        own_mirror()


def test_ubuntu_gives_its_own_release(machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ubuntu = {"ID": "ubuntu", "VERSION_CODENAME": "noble"}
    monkeypatch.setattr("platform.freedesktop_os_release", lambda: ubuntu)
    (machine / "sources.list").write_text("deb http://u.example/ubuntu noble main universe\n")

    assert own_mirror() == Mirror("http://u.example/ubuntu", "noble")


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder in place of /etc/apt, on Debian."""
    (tmp_path / "sources.list.d").mkdir()
    monkeypatch.setattr("deploy.images.mirror.APT", tmp_path)
    monkeypatch.setattr("platform.freedesktop_os_release", lambda: DEBIAN)
    return tmp_path
