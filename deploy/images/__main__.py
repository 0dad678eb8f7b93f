"""`python -m deploy.images base | agent NAME | check FILE`: see the scripts that call it."""

import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from docker.errors import DockerException

from deploy.images.agent import agent_image
from deploy.images.base import base_image
from deploy.images.check import check
from deploy.images.engine import engine
from deploy.images.recipe import BuildFailed

USAGE = "Usage: python -m deploy.images base | agent NAME | check FILE\n"
ACTIONS: Mapping[str, tuple[int, Callable[..., str | None]]] = {
    "base": (0, base_image),
    "agent": (1, agent_image),
    "check": (1, lambda opened, file: check(opened, Path(file))),
}
"""Word -> how many more words it takes, and what it does with an Engine and them."""


def main(argv: Sequence[str]) -> int:
    """Do what the words say, print the image's name, and return 0; else 1, or 2 for wrong words."""
    action, *words = argv or [""]
    count, act = ACTIONS.get(action, (-1, None))
    if act is None or len(words) != count:
        sys.stderr.write(USAGE)
        return 2
    try:
        with engine() as opened:
            image = act(opened, *words)
    except (BuildFailed, DockerException) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write(f"{image}\n" if image else "")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
