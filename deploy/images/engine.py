"""What the builds ask of a Docker Engine."""

from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from typing import IO

import docker
from docker.errors import APIError, BuildError, DockerException, ImageNotFound

from deploy.images.recipe import BuildFailed, Recipe

INPUTS_LABEL = "halyard.inputs"
ANSWER_S = 300
"""The longest silence of the Engine in the middle of a build or an import."""
PULL_S = 10
"""A registry that answers at all begins to within this."""


class Engine:
    """The Engine that the environment names, by DOCKER_HOST or as the local socket."""

    def __init__(self) -> None:
        self.client = docker.from_env(timeout=ANSWER_S)
        self.architecture: str = self.client.version()["Arch"]

    def has(self, image: str) -> bool:
        """Whether it has `image`."""
        return self.inputs(image) is not None

    def inputs(self, image: str) -> str | None:
        """Return what `image` was built from; empty if it is none of ours, none if not there."""
        try:
            labels: Mapping[str, str] = self.client.images.get(image).labels
        except ImageNotFound:
            return None
        return labels.get(INPUTS_LABEL, "")

    def pull(self, repository: str, tag: str) -> bool:
        """Whether a registry gave the image, within a short time."""
        with closing(docker.from_env(timeout=PULL_S)) as client:
            try:
                client.images.pull(repository, tag)
            except (APIError, OSError):
                return False
        return True

    def build(self, recipe: Recipe, *, dockerfile: str = "Dockerfile", **options: str) -> str:
        """Build without a network, or with the one that `network_mode` names; return the id.

        What is left of `options` are build arguments.

        Raises:
            BuildFailed: a step failed; the text ends with what it said.
        """
        network = options.pop("network_mode", "none")
        labels = {INPUTS_LABEL: options.pop("inputs", "")}
        try:
            image, _log = self.client.images.build(
                fileobj=recipe.tar(),
                custom_context=True,
                dockerfile=dockerfile,
                network_mode=network,
                labels=labels,
                buildargs=options,
                rm=True,
                forcerm=True,
            )
        except BuildError as error:
            raise BuildFailed(f"{error.msg}\n{_said(error)}") from error
        return str(image.id)

    def load(self, tree: IO[bytes], name: str) -> None:
        """Make an image of one layer out of a tar stream."""
        repository, _, tag = name.partition(":")
        self.client.api.import_image_from_stream(tree, repository=repository, tag=tag)

    def tag(self, image: str, name: str) -> None:
        """Give an image a name, which another one loses."""
        repository, _, tag = name.partition(":")
        self.client.images.get(image).tag(repository, tag)

    def remove(self, image: str) -> None:
        """Remove an image, or only the name if others stand on it."""
        self.client.images.remove(image)

    def run(self, image: str, *argv: str) -> str:
        """Return what a program prints in a container of its own, without network or input."""
        output = self.client.containers.run(
            image, list(argv[1:]), entrypoint=argv[0], network_mode="none", remove=True
        )
        return bytes(output).decode().strip()


@contextmanager
def engine() -> Iterator[Engine]:
    """Open the Engine.

    Raises:
        BuildFailed: it does not answer.
    """
    try:
        opened = Engine()
    except (DockerException, OSError) as error:
        raise BuildFailed(f"The Docker Engine does not answer: {error}") from error
    with closing(opened.client):
        yield opened


def _said(error: BuildError) -> str:
    return "".join(str(entry.get("stream", "")) for entry in error.build_log)[-2000:]
