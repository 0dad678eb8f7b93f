"""What Discord answers when it refuses, by its code."""

from typing import Any

FormErrors = dict[str, str]
"""Dotted path of a field to what is wrong with it."""


class ApiError(Exception):
    """A request that Discord refuses."""

    def __init__(self, status: int, code: int, message: str) -> None:
        super().__init__(f"{status} {code}: {message}")
        self.status = status
        self.code = code
        self.message = message

    def body(self) -> dict[str, Any]:
        """The JSON of the answer."""
        return {"code": self.code, "message": self.message}


class InvalidForm(ApiError):
    """A body that breaks a rule; a bot should never send one."""

    def __init__(self, errors: FormErrors) -> None:
        super().__init__(400, 50035, "Invalid Form Body")
        self.errors = errors

    def body(self) -> dict[str, Any]:
        tree: dict[str, Any] = {}
        for path, message in self.errors.items():
            node = tree
            for name in path.split("."):
                node = node.setdefault(name, {})
            node["_errors"] = [{"code": "INVALID", "message": message}]
        return {**super().body(), "errors": tree}

    def __str__(self) -> str:
        return "; ".join(f"{path}: {message}" for path, message in self.errors.items())


class CannotBeDone(Exception):
    """A person cannot do that in Discord's client: the command, button or value is not there."""


def unauthorized() -> ApiError:
    return ApiError(401, 0, "401: Unauthorized")


def unknown(noun: str, code: int) -> ApiError:
    return ApiError(404, code, f"Unknown {noun}")


def unknown_channel() -> ApiError:
    return unknown("Channel", 10003)


def unknown_guild() -> ApiError:
    return unknown("Guild", 10004)


def unknown_member() -> ApiError:
    return unknown("Member", 10007)


def unknown_message() -> ApiError:
    return unknown("Message", 10008)


def unknown_webhook() -> ApiError:
    return unknown("Webhook", 10015)


def unknown_interaction() -> ApiError:
    return unknown("interaction", 10062)


def unknown_command() -> ApiError:
    return unknown("application command", 10063)


def already_acknowledged() -> ApiError:
    return ApiError(400, 40060, "Interaction has already been acknowledged.")


def too_many_creates() -> ApiError:
    return ApiError(400, 30034, "Max number of daily application command creates has been reached")


def missing_access() -> ApiError:
    return ApiError(403, 50001, "Missing Access")


def not_your_message() -> ApiError:
    return ApiError(403, 50005, "Cannot edit a message authored by another user")


def empty_message() -> ApiError:
    return ApiError(400, 50006, "Cannot send an empty message")


def missing_permissions() -> ApiError:
    return ApiError(403, 50013, "Missing Permissions")


def invalid_token() -> ApiError:
    return ApiError(401, 50027, "Invalid Webhook Token")


def thread_is_archived() -> ApiError:
    return ApiError(400, 50083, "Thread is archived")


def too_many_old_edits() -> ApiError:
    return ApiError(
        429,
        30046,
        "Maximum number of edits to messages older than 1 hour reached. Try again later.",
    )


def thread_exists() -> ApiError:
    return ApiError(400, 160004, "A thread has already been created for this message")
