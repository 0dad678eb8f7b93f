"""The scripts that make a machine ready: what they do where all is there, and where it is not."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import psutil
import pytest

ROOT = Path(__file__).parents[2]
NOBODY = 65534
LIMIT_S = 50


def run(argv: Sequence[str | Path], **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - our own scripts
        argv,
        env={**os.environ, **env},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=LIMIT_S,
        check=False,
    )


@pytest.mark.docker
def test_where_all_is_there_it_does_nothing_and_says_nothing() -> None:
    script = ROOT / "deploy" / "bootstrap.sh"
    run([script])
    made = (ROOT / ".venv" / "halyard-inputs").stat().st_mtime_ns

    again = run([script])

    assert (again.returncode, again.stdout, again.stderr) == (0, "", "")
    assert (ROOT / ".venv" / "halyard-inputs").stat().st_mtime_ns == made


@pytest.fixture
def clone() -> Iterator[Path]:
    """A copy of the scripts, in a folder that every user may read."""
    with tempfile.TemporaryDirectory(prefix="halyard-test-") as folder:
        root = Path(folder)
        root.chmod(0o755)
        for name in ("deploy", "requirements"):
            shutil.copytree(ROOT / name, root / name)
        shutil.copy(ROOT / "pyproject.toml", root)
        yield root


@pytest.fixture
def bare_path(clone: Path) -> str:
    """A path with the few programs of a small Debian, whose Python cannot make an environment."""
    folder = clone / "bin"
    folder.mkdir()
    for name in ("bash", "cat", "cmp", "dirname", "echo", "xargs"):
        (folder / name).symlink_to(shutil.which(name) or name)
    script(folder / "python3", "exit 1")
    script(folder / "apt-get", f'echo "$*" >>{clone}/apt.log; [ "$1" = update ] || exit 7')
    return str(folder)


def script(path: Path, text: str) -> None:
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)


def test_who_may_not_install_is_told_the_line(clone: Path, bare_path: str) -> None:
    bootstrap = f"exec {clone}/deploy/bootstrap.sh --no-engine"
    drop = ["setpriv", f"--reuid={NOBODY}", "--clear-groups"] if os.geteuid() == 0 else []

    done = run([*drop, "env", f"PATH={bare_path}", "bash", "-c", bootstrap])

    assert done.returncode == 1
    assert done.stderr.splitlines() == [
        "Run: sudo apt-get update && sudo apt-get install --yes python3-venv"
    ]
    assert not (clone / "apt.log").exists()


def test_where_apt_is_not_there_is_a_sentence(clone: Path, bare_path: str) -> None:
    (Path(bare_path) / "apt-get").unlink()

    done = run([f"{clone}/deploy/bootstrap.sh", "--no-engine"], PATH=bare_path)

    assert done.returncode == 1
    assert done.stderr.startswith("Halyard needs Python 3.11 or newer with venv")


def test_root_has_only_what_is_missing_installed(clone: Path, bare_path: str) -> None:
    for name in ("dockerd", "iptables"):
        script(Path(bare_path) / name, "exit 1")

    done = run([f"{clone}/deploy/bootstrap.sh", "--no-engine"], PATH=bare_path)

    assert done.returncode == 7
    assert (clone / "apt.log").read_text().splitlines() == [
        "update --quiet --quiet",
        "install --quiet --quiet --yes --no-install-recommends python3-venv",
    ]


def test_a_browser_is_installed_where_it_is_asked_for(clone: Path, bare_path: str) -> None:
    done = run([f"{clone}/deploy/bootstrap.sh", "--no-engine", "--browser"], PATH=bare_path)

    assert done.returncode == 7
    installed = (clone / "apt.log").read_text().splitlines()[-1]
    assert " python3-venv chromium chromium-driver" in installed


class Engine:
    """A second dockerd beside the machine's own, started by a copy of the script."""

    def __init__(self, clone: Path) -> None:
        self.started = clone / "var" / "dockerd.started"
        self._script = clone / "deploy" / "engine.sh"
        self._env = {
            "DOCKER_HOST": f"unix://{clone}/docker.sock",
            "PATH": f"{clone}/bin:{os.environ['PATH']}",
        }

    def __call__(self, word: str, **env: str) -> subprocess.CompletedProcess[str]:
        return run([self._script, word], **{**self._env, **env})

    @property
    def pid(self) -> int:
        return int(self.started.read_text().split()[0])


@pytest.fixture
def engine(clone: Path) -> Iterator[Engine]:
    """An Engine that the script would start; a machine need not have one."""
    (clone / ".venv").symlink_to(ROOT / ".venv")
    (clone / "bin").mkdir()
    engine = Engine(clone)
    yield engine
    engine("stop")


@pytest.fixture
def second(clone: Path, engine: Engine) -> Engine:
    """One that can be started."""
    real = shutil.which("dockerd", path="/usr/sbin:/usr/bin:/usr/local/bin")
    assert real is not None, "the test starts a dockerd of its own"
    own = f"--data-root {clone}/data --exec-root {clone}/exec --pidfile {clone}/pid"
    apart = "--bridge=none --iptables=false --ip6tables=false --storage-driver=vfs"
    # Its own network, or else it would take the machine's default bridge away.
    script(clone / "bin" / "dockerd", f'exec unshare --net {real} "$@" {own} {apart}')
    return engine


def is_running(pid: int) -> bool:
    """Whether there is such a process; a dead one that nobody waited for is none."""
    return psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE


@pytest.mark.docker
def test_an_engine_is_started_once_and_only_that_one_is_stopped(second: Engine) -> None:
    first = second("start")
    pid = second.pid
    again = second("start")
    runs = psutil.Process(pid).name()
    session = os.getsid(pid)
    stopped = second("stop")
    at_last = second("stop")

    codes = [done.returncode for done in (first, again, stopped, at_last)]
    assert codes == [0, 0, 0, 0], first.stderr
    assert runs == "dockerd"
    assert session == pid
    assert not is_running(pid)
    assert not second.started.exists()


def test_a_process_that_has_the_number_by_chance_is_left_alone(engine: Engine) -> None:
    engine.started.parent.mkdir()
    other = subprocess.Popen(["sleep", "60"])  # noqa: S607 - any program will do
    try:
        engine.started.write_text(f"{other.pid} 1\n")
        done = engine("stop")
        runs = other.poll() is None
    finally:
        other.kill()
        other.wait()

    assert done.returncode == 0
    assert runs
    assert not engine.started.exists()


@pytest.mark.docker
def test_an_engine_that_does_not_come_up_is_told_with_its_log(second: Engine, clone: Path) -> None:
    script(clone / "bin" / "dockerd", "echo no cgroups here >&2; exit 1")

    done = second("start")

    assert done.returncode == 1
    assert "no cgroups here" in done.stderr
    assert done.stderr.splitlines()[-1].startswith("dockerd does not answer at unix://")


def test_an_engine_elsewhere_is_not_started_here(engine: Engine) -> None:
    done = engine("start", DOCKER_HOST="tcp://127.0.0.1:1")

    assert done.returncode == 1
    assert done.stderr.startswith("No Docker Engine answers at tcp://127.0.0.1:1: start one")
    assert not engine.started.exists()


STARTED = "var/dockerd.started"
STARTS = f"""
sleep 60 </dev/null >/dev/null 2>&1 &
echo "$! $(cut -d ' ' -f 22 /proc/$!/stat)" | tee {STARTED} >new
"""
"""What the script does where no Engine answers, with a program that lives as long."""


@pytest.fixture
def whole_run(clone: Path) -> Path:
    """The run of everything, which ends as soon as the machine is ready."""
    shutil.copytree(ROOT / ".ci", clone / ".ci")
    (clone / "var").mkdir()
    script(clone / "deploy" / "bootstrap.sh", "exit 9")
    return clone / ".ci" / "run"


@pytest.fixture
def earlier(clone: Path, whole_run: Path) -> Iterator[int]:
    """The number of an Engine that was started here before."""
    script(clone / "earlier", STARTS)
    subprocess.run([clone / "earlier"], cwd=clone, check=True)  # noqa: S603 - our own script
    pid = int((clone / STARTED).read_text().split()[0])
    yield pid
    if is_running(pid):
        psutil.Process(pid).kill()


def test_the_whole_run_leaves_an_engine_alone_that_ran_before(
    clone: Path, whole_run: Path, earlier: int
) -> None:
    done = run([whole_run])

    assert done.returncode == 9
    assert is_running(earlier)
    assert (clone / STARTED).exists()


@pytest.mark.parametrize("before", ["", "1 1\n"], ids=["none before", "a dead one before"])
def test_the_whole_run_stops_the_engine_that_it_has_started(
    clone: Path, whole_run: Path, before: str
) -> None:
    if before:
        (clone / STARTED).write_text(before)
    script(clone / "deploy" / "bootstrap.sh", f"{STARTS}\nexit 9")

    done = run([whole_run])

    assert done.returncode == 9
    assert not is_running(int((clone / "new").read_text().split()[0]))
    assert not (clone / STARTED).exists()
