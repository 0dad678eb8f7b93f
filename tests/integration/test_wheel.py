"""Halyard as people install it: the wheel, in an environment of its own."""

import json
import subprocess
import sys
import zipfile
from collections.abc import Sequence
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SHIPPED = ("bot", "engine", "migrations", "deploy")
LIMIT_S = 240


def run(argv: Sequence[str | Path], folder: Path) -> str:
    """Run a program elsewhere than in the checkout and return its output."""
    done = subprocess.run(  # noqa: S603 - our own words
        argv,
        cwd=folder,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=LIMIT_S,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-4000:]
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation"]
    run([*build, "--outdir", folder, ROOT], folder)
    (built,) = folder.glob("*.whl")
    return built


def test_the_wheel_carries_every_file_of_the_program(wheel: Path) -> None:
    carried = set(zipfile.ZipFile(wheel).namelist())
    files = {
        path.relative_to(ROOT).as_posix()
        for name in SHIPPED
        for path in (ROOT / name).rglob("*")
        if path.is_file() and path.suffix != ".pyc"
    }

    assert {"deploy/agents/base/halyard-entry", "deploy/agents/demo/Dockerfile"} < files
    assert files - carried == set()


def test_the_wheel_carries_nothing_else(wheel: Path) -> None:
    tops = {name.partition("/")[0] for name in zipfile.ZipFile(wheel).namelist()}

    assert {top for top in tops if not top.endswith(".dist-info")} == set(SHIPPED)


@pytest.mark.docker
@pytest.mark.timeout(2 * LIMIT_S)
def test_the_demo_runs_from_an_installed_wheel_in_another_folder(
    wheel: Path, tmp_path: Path
) -> None:
    python = tmp_path / "venv" / "bin" / "python"
    install = [str(python), "-m", "pip", "install", "--quiet", "--no-deps"]
    pins = ROOT / "requirements" / "runtime.txt"
    run([sys.executable, "-m", "venv", tmp_path / "venv"], tmp_path)
    run([*install, "--require-hashes", "--requirement", pins], tmp_path)
    run([*install, wheel], tmp_path)

    output = run([tmp_path / "venv" / "bin" / "halyard", "demo"], tmp_path)
    imported = run([python, "-c", "import engine; print(engine.__file__)"], tmp_path)

    told = json.loads(output.splitlines()[-1])
    assert imported.startswith(str(tmp_path))
    assert (told["state"], told["reason"]) == ("ended", "done")
    assert told["approvals"] >= 1
    assert told["files_changed"] > 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["venv"]
