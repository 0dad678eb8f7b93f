"""What Slack answers in place of what was asked for, as what it means for a delivery."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from http import HTTPStatus

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError

from bot.delivery.chat import Busy, ChatError, Expired, Forbidden, Gone, Missing, Uncertain

RETRY_S = 5.0
NETWORK = (OSError, aiohttp.ClientError, TimeoutError)
"""What is raised where nobody answers, or not in time."""
TOKEN_REFUSED = frozenset(
    {
        "invalid_auth",
        "not_authed",
        "account_inactive",
        "token_revoked",
        "token_expired",
        "not_allowed_token_type",
        "org_login_required",
        "team_access_not_granted",
        "user_removed_from_team",
    }
)
BUSY = frozenset({"ratelimited", "rate_limited", "message_limit_exceeded"})
NOT_IN = frozenset({"not_in_channel", "channel_not_found", "not_in_conversation"})
"""Of a private channel Slack does not tell whether Halyard is not in it or it is gone."""
MISSING = frozenset(
    {"message_not_found", "cant_update_message", "edit_window_closed", "cant_delete_message"}
)
LATE = frozenset({"expired_url", "used_url", "user_not_in_channel", "no_permission_for_user"})
OWN_TROUBLE = frozenset(
    {"internal_error", "fatal_error", "service_unavailable", "request_timeout", "team_added_to_org"}
)
FORBIDDEN: Mapping[str, str] = {
    "missing_scope": "it lacks a permission; install the app anew with what `halyard slack"
    " manifest` prints",
    "is_archived": "it is archived; unarchive it, or bind the project to another channel",
    "messages_tab_disabled": "its messages tab is off; turn it on, on the page App Home of the app",
    "restricted_action": "the workspace does not let apps write there; ask its owner",
    "restricted_action_thread_only_channel": "only threads may be written there; ask its owner",
    "restricted_action_read_only_channel": "nobody may write there; ask its owner",
    "ekm_access_denied": "the workspace's keys are withdrawn; ask its owner",
    "access_denied": "it is not allowed there; ask the workspace's owner",
    "no_permission": "it is not allowed there; ask the workspace's owner",
    "file_upload_size_restricted": "files of this size may not be uploaded; ask the owner",
    "storage_limit_reached": "the workspace has no room for files; ask its owner",
}
"""Error -> what is the case, and what to do; it may succeed later."""
_LOST: Mapping[type[ChatError], frozenset[str]] = {Missing: MISSING, Expired: LATE}
_SENTENCES: Mapping[type[ChatError], str] = {
    Missing: "Slack knows the message in {where} no longer",
    Expired: "Slack takes this answer in {where} no longer",
    Gone: "Slack can never take this message in {where}",
}
REFUSED = (
    "Slack refuses the token. Install the app anew, store its bot token as the credential of"
    " `slack.bot_token`, and restart Halyard."
)


@asynccontextmanager
async def sorted_out(where: str, *, limit_s: float) -> AsyncIterator[None]:
    """Allow what is in the block some time, and tell what goes wrong in it as a `ChatError`.

    `where` says what it was about, as a part of a sentence: `channel C123`.
    """
    try:
        async with asyncio.timeout(limit_s):
            yield
    except SlackApiError as error:
        raise meaning_of(error, where) from error
    except (SlackClientError, *NETWORK) as error:
        raise Uncertain(f"Slack did not answer about {where} in time.") from error


def meaning_of(error: SlackApiError, where: str) -> ChatError:
    """Return what an answer of Slack means for what was to be sent, edited or read."""
    status, code = status_of(error), code_of(error)
    if status == HTTPStatus.TOO_MANY_REQUESTS or code in BUSY:
        return Busy(f"Slack takes no more about {where} for the moment.", after_s=_after_s(error))
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR or code in OWN_TROUBLE or not code:
        return Uncertain(f"Slack has trouble of its own with {where}: {_said(error)}.")
    return meaning_of_code(code, where)


def meaning_of_code(code: str, where: str) -> ChatError:
    """Return what a word of Slack means that says why it did not take something."""
    if code in TOKEN_REFUSED:
        return Forbidden(REFUSED)
    if code in NOT_IN:
        return Forbidden(
            f"Halyard is not in {where}, or there is none any more. Type `/invite @Halyard` there,"
            " or bind the project to another channel."
        )
    if code in FORBIDDEN:
        return Forbidden(f"Halyard may not use {where}: {FORBIDDEN[code]}.")
    meaning = next((kind for kind, codes in _LOST.items() if code in codes), Gone)
    return meaning(f"{_SENTENCES[meaning].format(where=where)}: {code}.")


def status_of(error: SlackApiError) -> int:
    """Return the status of the answer; 0 if there was none."""
    return int(getattr(error.response, "status_code", 0) or getattr(error.response, "status", 0))


def code_of(error: SlackApiError) -> str:
    """Return Slack's word for what is wrong; empty if it was no answer of its API."""
    data = getattr(error.response, "data", error.response)
    return str(data.get("error", "")) if isinstance(data, Mapping) else ""


def _said(error: SlackApiError) -> str:
    return f"{code_of(error) or 'no reason given'} (HTTP {status_of(error)})"


def _after_s(error: SlackApiError) -> float:
    headers: Mapping[str, str] = getattr(error.response, "headers", {}) or {}
    told = next((value for name, value in headers.items() if name.lower() == "retry-after"), "")
    try:
        return max(float(told), 0.1)
    except ValueError:
        return RETRY_S
