"""The system below the base image: the packages of a recipe, and no more."""

import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

from deploy.images.engine import Engine
from deploy.images.mirror import Mirror, own_mirror
from deploy.images.recipe import AGENTS, BuildFailed, Recipe

SLIM = "debian:bookworm-slim"
LIMIT_S = 900
NO_TREE = (
    "No image registry answers, and this machine cannot make a Debian system by itself: as root on"
    " Debian or Ubuntu, install debootstrap and run this again."
)


def root_image(engine: Engine, name: str, recipe: Recipe) -> None:
    """Make the image `name` from a registry's Debian, or from packages if no registry answers.

    The packages are those that `recipe` lists.

    Raises:
        BuildFailed: neither can be had.
    """
    if engine.has(SLIM) or engine.pull(*SLIM.split(":")):
        built = engine.build(recipe, dockerfile="Dockerfile.slim", network_mode="bridge")
        engine.tag(built, name)
    else:
        _bootstrap(engine, name, own_mirror(), recipe.files["packages"].decode().split())


def _bootstrap(engine: Engine, name: str, mirror: Mirror, packages: Sequence[str]) -> None:
    debootstrap = shutil.which("debootstrap", path="/usr/sbin:/sbin:/usr/bin")
    if debootstrap is None:
        raise BuildFailed(NO_TREE)
    # Not below /tmp, which may be mounted so that no device file can be made in it.
    with tempfile.TemporaryDirectory(dir="/var/tmp", prefix="halyard-base-") as folder:
        tree = Path(folder)
        wanted = f"--include={','.join(packages)}"
        # What it mounts below the folder it may leave there; so it mounts for itself alone.
        apart = ["unshare", "--mount", debootstrap]
        _run([*apart, "--variant=minbase", wanted, mirror.suite, folder, mirror.address])
        _run(["sh", str(AGENTS / "base" / "trim"), folder])
        _load(engine, tree, name)


def _load(engine: Engine, tree: Path, name: str) -> None:
    argv = ["tar", "--numeric-owner", "-C", str(tree), "-c", "."]
    with subprocess.Popen(argv, stdout=subprocess.PIPE) as tar:  # noqa: S603 - our own words
        if tar.stdout is None:
            raise BuildFailed("There is no way to read what tar packs.")
        engine.load(tar.stdout, name)
    if tar.returncode:
        raise BuildFailed(f"tar ended with {tar.returncode}.")


def _run(argv: Sequence[str]) -> None:
    done = subprocess.run(argv, capture_output=True, text=True, timeout=LIMIT_S, check=False)  # noqa: S603 - our own words
    if done.returncode:
        raise BuildFailed(f"{argv[0]} ended with {done.returncode}:\n{done.stdout[-2000:]}")
