"""What Slack answers when it refuses, and what a person cannot do."""

from typing import Any


class ApiError(Exception):
    """A request that Slack refuses; `more` stands beside the error in the answer."""

    def __init__(self, error: str, *messages: str, **more: Any) -> None:
        super().__init__(": ".join([error, *messages]))
        self.error = error
        self.more: dict[str, Any] = dict(more)
        if messages:
            self.more["response_metadata"] = {"messages": [f"[ERROR] {m}" for m in messages]}

    def body(self) -> dict[str, Any]:
        """The JSON of the answer."""
        return {"ok": False, "error": self.error, **self.more}


class InvalidRequest(ApiError):
    """A request that breaks a rule; a bot should never send one."""


class CannotBeDone(Exception):
    """A person cannot do that in Slack's client: the command, button or value is not there."""
