"""Images of agents: the base, a program, and the Python packages that it needs."""

import subprocess
import sys
import tempfile
from pathlib import Path

from deploy.images.base import base_image
from deploy.images.engine import Engine
from deploy.images.recipe import AGENTS, BuildFailed, Recipe

WHEELS = {"amd64": "x86_64", "arm64": "aarch64"}
"""The Engine's word for a machine -> the one in a wheel's name."""
MANYLINUX = ("manylinux_2_28", "manylinux_2_17", "manylinux2014")
OWNER = "10001:10001"
LIMIT_S = 300


def agent_image(engine: Engine, name: str) -> str:
    """Return the name of an agent's image, built anew if its inputs changed.

    The name is stable, for profiles name it; a label tells what the image was built from.

    Raises:
        BuildFailed: there is no such agent, a package cannot be had, or the image breaks a rule.
    """
    folder = AGENTS / name
    recipe = Recipe.of(folder)
    version = (folder / "version").read_text().strip()
    image = f"halyard-agent-{name}:{version}"
    base = base_image(engine)
    inputs = recipe.digest(base)
    if engine.inputs(image) != inputs:
        built = _build(engine, recipe, folder, base, inputs)
        _check(engine, built, name)
        engine.tag(built, image)
    return image


def _build(engine: Engine, recipe: Recipe, folder: Path, base: str, inputs: str) -> str:
    with tempfile.TemporaryDirectory(prefix="halyard-site-") as site:
        _fetch(folder / "requirements.txt", Path(site), engine, base)
        return engine.build(recipe.beside(Path(site), "site"), BASE=base, inputs=inputs)


def _fetch(requirements: Path, site: Path, engine: Engine, base: str) -> None:
    """Unpack the wheels of `requirements` for the base's Python and the Engine's machine."""
    tell = "import sys; sys.stdout.write('%d.%d' % sys.version_info[:2])"
    python = engine.run(base, "python3", "-c", tell)
    machine = WHEELS.get(engine.architecture, engine.architecture)
    argv = [
        *[sys.executable, "-m", "pip", "install", "--quiet", "--no-compile", "--no-deps"],
        *["--require-hashes", "--only-binary=:all:", "--implementation=cp"],
        *[f"--python-version={python}", f"--target={site}", f"--requirement={requirements}"],
        *[f"--platform={glibc}_{machine}" for glibc in MANYLINUX],
    ]
    done = subprocess.run(argv, capture_output=True, text=True, timeout=LIMIT_S, check=False)  # noqa: S603 - our own words
    if done.returncode:
        raise BuildFailed(f"The agent's packages cannot be had:\n{done.stderr[-2000:]}")


def _check(engine: Engine, image: str, name: str) -> None:
    """Refuse an image in which the agent would not own its folders: volumes take over the owner."""
    owners = engine.run(image, "stat", "-c", "%u:%g", "/home/agent", "/work").split()
    if owners != [OWNER, OWNER]:
        engine.remove(image)
        raise BuildFailed(f"In the image of {name}, /home/agent and /work must belong to {OWNER}.")
