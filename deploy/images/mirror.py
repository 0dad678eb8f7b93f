"""Which Debian mirror this machine installs from."""

import platform
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from deploy.images.recipe import BuildFailed

APT = Path("/etc/apt")


@dataclass(frozen=True, slots=True)
class Source:
    """One place that packages come from."""

    address: str
    suites: frozenset[str]
    components: frozenset[str]


@dataclass(frozen=True, slots=True)
class Mirror:
    """Where to get a base system, and which release."""

    address: str
    suite: str


def own_mirror() -> Mirror:
    """Return the mirror of the machine's own packages.

    Any mirror of Debian has bookworm, so all Debian machines give the same base.

    Raises:
        BuildFailed: this is no Debian or Ubuntu, or its package sources name no mirror.
    """
    release = platform.freedesktop_os_release()
    codename = release.get("VERSION_CODENAME", "")
    address = address_of(sources(APT), codename)
    return Mirror(address, "bookworm" if release["ID"] == "debian" else codename)


def address_of(found: Iterable[Source], codename: str) -> str:
    """Return the mirror of the release itself, not of one who packages something for it.

    Raises:
        BuildFailed: there is none.
    """
    own = [
        source
        for source in found
        if {codename, "stable"} & source.suites and "main" in source.components
    ]
    # Only the distribution itself also publishes updates of the release.
    own.sort(key=lambda source: not any(name.endswith("-updates") for name in source.suites))
    if not own:
        raise BuildFailed(f"The package sources in {APT} name no mirror of {codename}.")
    return own[0].address


def sources(apt: Path) -> Iterator[Source]:
    """Yield what both forms of apt's source files name."""
    for path in sorted((apt / "sources.list.d").glob("*.sources")):
        for stanza in path.read_text().split("\n\n"):
            yield from _of_stanza(_fields(stanza))
    for path in [apt / "sources.list", *sorted((apt / "sources.list.d").glob("*.list"))]:
        if path.is_file():
            for line in path.read_text().splitlines():
                yield from _of_line(line)


def _fields(stanza: str) -> Mapping[str, str]:
    """Read `Name: value` lines; a line that begins with a space goes on with the one before."""
    lines = [line for line in stanza.splitlines() if not line.startswith("#")]
    joined = "\n".join(lines).replace("\n ", " ").replace("\n\t", " ")
    pairs = (line.partition(":") for line in joined.splitlines())
    return {name.strip().lower(): value.strip() for name, _, value in pairs}


def _of_stanza(fields: Mapping[str, str]) -> Iterator[Source]:
    if "deb" not in fields.get("types", "").split() or fields.get("enabled", "yes") == "no":
        return
    suites = frozenset(fields.get("suites", "").split())
    components = frozenset(fields.get("components", "").split())
    for address in fields.get("uris", "").split():
        yield Source(address, suites, components)


def _of_line(line: str) -> Iterator[Source]:
    """Read `deb [options] address suite component ...`."""
    kind, _, rest = line.strip().partition(" ")
    if kind != "deb":
        return
    words = (rest.partition("]")[2] if rest.lstrip().startswith("[") else rest).split()
    if len(words) >= 3:
        yield Source(words[0], frozenset(words[1:2]), frozenset(words[2:]))
