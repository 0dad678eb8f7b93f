"""Containers, one call of the Engine each."""

from collections.abc import Mapping
from typing import Any

from engine.adapters.docker.config import Plan, body_of
from engine.adapters.docker.control import Absent, Control, InTheWay
from engine.adapters.docker.names import is_ours
from engine.adapters.docker.weaknesses import weaknesses
from engine.domain.errors import ContainerLost, Failed, HostUnavailable
from engine.domain.values import ContainerId
from engine.ports.hosts import ContainerFacts, ContainerState

STATES = {
    "created": ContainerState.CREATED,
    "running": ContainerState.RUNNING,
    "restarting": ContainerState.RUNNING,
    "paused": ContainerState.PAUSED,
}
"""What is not here has ended: exited, dead, or about to be removed."""
KILLED = 128 + 9
OVER = (ContainerState.EXITED, ContainerState.GONE)


class Containers:
    """The containers of one Engine."""

    def __init__(self, control: Control) -> None:
        self._control = control

    async def create(self, name: str, plan: Plan) -> ContainerId:
        """Make a container, or return the one of this name that is there.

        Raises:
            Failed: the host has no such image, or cannot make what is asked for.
            InTheWay: the one that is there is not ours.
        """
        body = body_of(plan)
        try:
            made = await self._control.call(
                lambda docker: docker.create_container_from_config(body, name)  # type: ignore[no-untyped-call]
            )
        except InTheWay:
            return await self._adopted(name, plan.labels)
        except Absent:
            if await self.has_image(plan.image):
                raise
            raise Failed(f"The host has no image {plan.image}.") from None
        return ContainerId(made["Id"])

    async def has_image(self, image: str) -> bool:
        """Whether the Engine holds it."""
        try:
            await self._control.call(
                lambda docker: docker.inspect_image(image)  # type: ignore[no-untyped-call]
            )
        except Absent:
            return False
        return True

    async def start(self, container: ContainerId, plan: Plan | None) -> None:
        """Start a container that never ran; what has no plan may only run already.

        Raises:
            ContainerLost: it is gone, or has ended.
            Failed: it is not as hardened as planned.
        """
        found = await self._inspected(container)
        state = state_of(found["State"]["Status"]) if found else ContainerState.GONE
        if state in OVER:
            raise ContainerLost("The container is gone or has ended.")
        if state is not ContainerState.CREATED:
            return
        if plan is None:
            raise Failed("The container was not made by this run of Halyard, so it is not started.")
        if weak := weaknesses(found, plan):
            raise Failed(f"The container is not hardened: {', '.join(weak)}.")
        try:
            await self._control.call(lambda docker: docker.start(container))
        except Absent as error:
            raise ContainerLost("The container is gone.") from error

    async def observe(self, container: ContainerId) -> ContainerFacts:
        """Return what the Engine says of it."""
        found = await self._inspected(container)
        state = state_of(found["State"]["Status"]) if found else ContainerState.GONE
        if state is not ContainerState.EXITED:
            return ContainerFacts(state=state)
        exit_code = found["State"]["ExitCode"]
        # The Engine also says so of one that lost a child to its limit and ended much later.
        out_of_memory = found["State"]["OOMKilled"] and exit_code == KILLED
        return ContainerFacts(state=state, exit_code=exit_code, out_of_memory=out_of_memory)

    async def signal(self, container: ContainerId, signal: str) -> None:
        """Send a signal; gone or ended is no error."""
        try:
            await self._control.call(lambda docker: docker.kill(container, signal))
        except HostUnavailable:
            if not await self.is_over(container):
                raise

    async def pause(self, container: ContainerId, *, paused: bool) -> None:
        """Freeze it or thaw it; it may be so already, and gone or ended is no error."""
        wanted = ContainerState.PAUSED if paused else ContainerState.RUNNING
        if await self._is_any_of(container, wanted, *OVER):
            return
        try:
            await self._control.call(
                lambda docker: docker.pause(container) if paused else docker.unpause(container)
            )
        except HostUnavailable:
            if not await self._is_any_of(container, wanted, *OVER):
                raise

    async def remove(self, container: str) -> None:
        """Remove it, running or not, with what has no name of its own; gone is no error."""
        try:
            await self._control.call(
                lambda docker: docker.remove_container(container, v=True, force=True)
            )
        except (Absent, InTheWay):
            return  # The second means that it is being removed already.

    async def is_over(self, container: ContainerId) -> bool:
        """Whether it is gone or has ended."""
        return await self._is_any_of(container, *OVER)

    async def _is_any_of(self, container: ContainerId, *states: ContainerState) -> bool:
        return (await self.observe(container)).state in states

    async def _adopted(self, name: str, labels: Mapping[str, str]) -> ContainerId:
        found = await self._control.call(lambda docker: docker.inspect_container(name))
        if not is_ours(labels, found["Config"]["Labels"]):
            raise InTheWay(f"A container {name} is there that this Halyard did not make.")
        return ContainerId(found["Id"])

    async def _inspected(self, container: str) -> Mapping[str, Any]:
        try:
            return await self._control.call(lambda docker: docker.inspect_container(container))
        except Absent:
            return {}


def state_of(status: str) -> ContainerState:
    """Return the Engine's word for a state as ours."""
    return STATES.get(status, ContainerState.EXITED)
