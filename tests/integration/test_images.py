"""The images that agents run in: what is in them, when they are made anew, and their entrypoint."""

import base64
import json
import re
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from docker.models.containers import Container

from deploy.images import check as checking
from deploy.images.agent import agent_image
from deploy.images.base import base_image
from deploy.images.check import check
from deploy.images.engine import Engine, engine
from deploy.images.recipe import AGENTS, BuildFailed, Recipe
from engine.ports.hosts import UNLOCK_PREFIX, UNLOCKED_LINE

pytestmark = pytest.mark.docker

HARDENED: dict[str, Any] = {
    "network_mode": "none",
    "read_only": True,
    "cap_drop": ["ALL"],
    "security_opt": ["no-new-privileges"],
    "tmpfs": {"/run/secrets": "uid=10001,gid=10001,mode=0700,size=1m"},
    "stdin_open": True,
}
WITH_HOME = {**HARDENED["tmpfs"], "/home/agent": "uid=10001,gid=10001,size=16m"}


@pytest.fixture
def opened() -> Iterator[Engine]:
    with engine() as opened:
        yield opened


@contextmanager
def container(opened: Engine, image: str, *argv: str, **more: Any) -> Iterator[Container]:
    made = opened.client.containers.create(image, list(argv), **{**HARDENED, **more})
    try:
        made.start()
        yield made
    finally:
        made.remove(force=True, v=True)


@contextmanager
def stdin(container: Container) -> Iterator[Callable[[bytes], None]]:
    attached = container.attach_socket(params={"stdin": 1, "stream": 1})
    raw: Any = getattr(attached, "_sock", attached)
    yield raw.sendall
    raw.close()
    attached.close()


def ended(container: Container, data: bytes) -> tuple[int, bytes, bytes]:
    """Send `data`, wait for the end, and return the exit code and both outputs."""
    with stdin(container) as send:
        send(data)
        code = container.wait(timeout=30)["StatusCode"]
    return code, container.logs(stderr=False), container.logs(stdout=False)


def secret_line(**values: bytes) -> bytes:
    words = [f"{name}={base64.b64encode(value).decode()}" for name, value in values.items()]
    return UNLOCK_PREFIX + b" " + " ".join(words).encode() + b"\n"


def test_the_same_inputs_make_nothing_new(opened: Engine) -> None:
    def made() -> list[str | None]:
        names = (base_image(opened), agent_image(opened, "demo"))
        return [opened.client.images.get(name).id for name in names]

    assert made() == made()


def test_the_base_has_the_name_that_settings_know(opened: Engine) -> None:
    ids = [opened.client.images.get(name).id for name in (base_image(opened), "halyard-base")]

    assert ids[0] == ids[1]


def test_the_base_has_the_agents_user_and_its_folders(opened: Engine) -> None:
    config = opened.client.images.get(base_image(opened)).attrs["Config"]
    owners = opened.run(base_image(opened), "stat", "-c", "%U %u:%g %a", "/home/agent", "/work")

    assert config["User"] == "10001:10001"
    assert config["WorkingDir"] == "/work"
    assert config["Entrypoint"] == ["/usr/local/bin/halyard-entry"]
    assert owners.splitlines() == ["agent 10001:10001 755"] * 2


def test_the_base_has_git_and_a_python_that_is_new_enough(opened: Engine) -> None:
    image = base_image(opened)

    assert opened.run(image, "git", "--version").startswith("git version 2.")
    assert (
        opened.run(image, "python3", "-c", "import sys, ssl; assert sys.version_info > (3, 11)")
        == ""
    )
    assert opened.run(image, "sh", "-c", "wc -c </etc/ssl/certs/ca-certificates.crt") > "0"


def test_the_base_has_what_git_needs_for_ssh(opened: Engine) -> None:
    found = opened.run(base_image(opened), "sh", "-c", "ls /usr/bin/ssh* /usr/sbin/sshd || true")

    assert {"/usr/bin/ssh", "/usr/bin/ssh-keygen"} <= set(found.splitlines())
    assert "/usr/sbin/sshd" not in found


def test_the_entrypoint_knows_the_words_of_the_host_port() -> None:
    entry = (AGENTS / "base" / "halyard-entry").read_bytes()

    assert b"in '%s' | '%s '*)" % (UNLOCK_PREFIX, UNLOCK_PREFIX) in entry
    assert b"echo '%s' >&2" % UNLOCKED_LINE in entry


def test_the_entrypoint_unlocks_and_leaves_the_rest_of_stdin_to_the_agent(opened: Engine) -> None:
    secret = b"line one\nline two \xff"
    sent = b"\nhalf a line\n" + secret_line(key=secret, **{"a.b-c_1": b"x"}) + b"{rest}\nmore\n"
    shown = "umask; stat -c %a /run/secrets/*; od -An -w99 -tx1 /run/secrets/key; head -n 2"
    with container(opened, base_image(opened), "sh", "-c", shown) as made:
        code, output, errors = ended(made, sent)

    assert code == 0
    assert errors == UNLOCKED_LINE + b"\n"
    assert output.decode().replace("\n", " ").startswith("0022 600 600 ")
    assert secret.hex(" ") in output.decode()
    assert output.endswith(b"{rest}\nmore\n")


def test_the_entrypoint_takes_half_a_mebibyte(opened: Engine) -> None:
    line = secret_line(key=b"k" * 380_000)
    with container(opened, base_image(opened), "wc", "-c", "/run/secrets/key") as made:
        code, output, _errors = ended(made, line)

    assert len(line) > 500_000
    assert (code, output) == (0, b"380000 /run/secrets/key\n")


@pytest.mark.parametrize(
    "line",
    [
        pytest.param(UNLOCK_PREFIX + b" ../x=eA==\n", id="path"),
        pytest.param(UNLOCK_PREFIX + b" ..=eA==\n", id="parent"),
        pytest.param(UNLOCK_PREFIX + b" =eA==\n", id="no-name"),
        pytest.param(UNLOCK_PREFIX + b" a=%%%\n", id="no-base64"),
    ],
)
def test_the_entrypoint_refuses_a_bad_word_and_does_not_print_it(
    opened: Engine, line: bytes
) -> None:
    with container(opened, base_image(opened), "echo", "ran") as made:
        code, output, errors = ended(made, line)

    assert code == 65
    assert output == b""
    assert UNLOCKED_LINE not in errors
    assert line.split()[1] not in errors


def test_the_entrypoint_ends_with_its_input(opened: Engine) -> None:
    entry = [*["sh", "-c", "exec /usr/local/bin/halyard-entry echo ran </dev/null"]]
    with container(opened, base_image(opened), entrypoint=entry) as made:
        code, output, _errors = ended(made, b"")

    assert (code, output) == (64, b"")


def first_line(container: Container) -> dict[str, Any]:
    """Wait for the first message of an agent."""
    log: Any = container.logs(stream=True, follow=True, stderr=False)
    message: dict[str, Any] = json.loads(next(iter(log)))
    log._response.close()
    return message


def request(method: str, **params: Any) -> bytes:
    return (
        json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": params}).encode() + b"\n"
    )


def test_the_demo_agent_answers_in_a_hardened_container(opened: Engine) -> None:
    image = agent_image(opened, "demo")
    with container(opened, image, tmpfs=WITH_HOME) as made, stdin(made) as send:
        send(secret_line() + request("initialize", protocolVersion=1))
        answer = first_line(made)

    assert answer["result"]["agentInfo"]["name"] == "halyard-demo"


def test_memory_without_a_value_is_killed_for_it(opened: Engine) -> None:
    limit = {"mem_limit": "160m", "memswap_limit": "160m"}
    with container(opened, agent_image(opened, "demo"), tmpfs=WITH_HOME, **limit) as made:
        with stdin(made) as send:
            send(secret_line() + request("session/new", cwd="/work", mcpServers=[]))
            session = first_line(made)["result"]["sessionId"]
            block = {"type": "text", "text": "memory"}
            send(request("session/prompt", sessionId=session, prompt=[block]))
            code = made.wait(timeout=30)["StatusCode"]
        made.reload()

    assert code == 137
    assert made.attrs["State"]["OOMKilled"] is True


@pytest.fixture
def probe(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, opened: Engine) -> Iterator[Path]:
    """The folder of an agent that only the test has."""
    folder = tmp_path / f"probe-{uuid.uuid4().hex[:8]}"
    folder.mkdir()
    pins = (AGENTS / "demo" / "requirements.txt").read_text()
    one = re.search(r"^typing-inspection==(?:.*\\\n)*.*\n", pins, re.MULTILINE)
    assert one is not None
    (folder / "requirements.txt").write_text(one[0])
    (folder / "version").write_text("1\n")
    (folder / "Dockerfile").write_text("ARG BASE\nFROM ${BASE}\nCOPY site /opt/site\n")
    monkeypatch.setattr("deploy.images.agent.AGENTS", tmp_path)
    yield folder
    if opened.has(f"halyard-agent-{folder.name}:1"):
        opened.remove(f"halyard-agent-{folder.name}:1")


def test_a_changed_input_makes_the_image_anew_under_the_same_name(
    probe: Path, opened: Engine
) -> None:
    name = agent_image(opened, probe.name)
    first = opened.client.images.get(name).id
    (probe / "Dockerfile").write_text((probe / "Dockerfile").read_text() + "ENV A=b\n")
    again = agent_image(opened, probe.name)
    second = opened.client.images.get(name).id
    opened.remove(str(first))

    assert again == name
    assert second != first
    assert opened.run(name, "ls", "/opt/site/typing_inspection/__init__.py")


def test_an_image_in_which_the_agent_does_not_own_its_folders_is_refused(
    probe: Path, opened: Engine
) -> None:
    (probe / "Dockerfile").write_text(
        "ARG BASE\nFROM ${BASE}\nUSER root\nRUN chown root /work\nUSER 10001\n"
    )

    with pytest.raises(BuildFailed, match="/work must belong to 10001:10001"):
        agent_image(opened, probe.name)

    assert not opened.has(f"halyard-agent-{probe.name}:1")


def test_a_step_that_fails_is_told_with_what_it_said(probe: Path, opened: Engine) -> None:
    (probe / "Dockerfile").write_text("ARG BASE\nFROM ${BASE}\nRUN echo the-reason && exit 9\n")

    with pytest.raises(BuildFailed, match="the-reason"):
        agent_image(opened, probe.name)


def test_a_build_has_no_network(opened: Engine) -> None:
    dockerfile = b"ARG BASE\nFROM ${BASE}\nUSER root\nRUN ls /sys/class/net >/net\n"
    image = opened.build(Recipe({"Dockerfile": dockerfile}), BASE=base_image(opened))
    devices = opened.run(image, "cat", "/net").split()
    opened.remove(image)

    assert devices == ["lo"]


def test_an_agent_that_is_not_there_is_told(opened: Engine) -> None:
    with pytest.raises(BuildFailed, match="There is no agent nobody"):
        agent_image(opened, "nobody")


def test_an_engine_that_passed_is_not_tried_again(
    opened: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    remembered = tmp_path / "var" / "checked"
    check(opened, remembered)
    monkeypatch.setattr(checking, "_answer", pytest.fail)

    check(opened, remembered)

    assert remembered.read_text().split()[0] == opened.client.info()["ID"]


def test_an_engine_is_tried_again_after_a_boot(opened: Engine, tmp_path: Path) -> None:
    remembered = tmp_path / "checked"
    other_boot = f"{opened.client.info()['ID']} another-boot\n"
    remembered.write_text(other_boot)

    check(opened, remembered)

    assert remembered.read_text() != other_boot


@pytest.mark.parametrize(
    ("found", "instead", "told"),
    [
        ("!= hello", "= hello", "stdin"),
        ("touch /probe", "touch /tmp/probe", "read-only root"),
        ("touch /tmp/probe", "touch /probe", "tmpfs"),
        (str(checking.MEMORY_BYTES), "1", "memory limit"),
    ],
)
def test_an_engine_that_breaks_a_promise_is_told_which(
    opened: Engine,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    found: str,
    instead: str,
    told: str,
) -> None:
    monkeypatch.setattr(checking, "PROBE", checking.PROBE.replace(found, instead))

    with pytest.raises(BuildFailed, match=f"cannot use this Docker Engine: .*{told}"):
        check(opened, tmp_path / "checked")

    assert not (tmp_path / "checked").exists()
