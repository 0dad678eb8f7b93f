"""The HTTP side: reads requests, lets them go wrong if so asked, answers, records and validates."""

import asyncio
import json
from collections.abc import Callable
from typing import Any

from aiohttp import BodyPartReader, web

from tests.emulators import faults
from tests.emulators.left_out import LEFT_OUT
from tests.emulators.slack import response_urls
from tests.emulators.slack.contract import Contract
from tests.emulators.slack.errors import ApiError, InvalidRequest
from tests.emulators.slack.faults import ApiFault, Limited, Refused
from tests.emulators.slack.methods import chat, conversations, files, marks, people, views
from tests.emulators.slack.rates import Rates
from tests.emulators.slack.routing import Answer, Method, Recorded, Request
from tests.emulators.slack.world import World

OPEN = "apps.connections.open"
TABLES = (
    chat.METHODS,
    conversations.METHODS,
    files.METHODS,
    marks.METHODS,
    people.METHODS,
    views.METHODS,
)
OTHERS: dict[str, Callable[[World, Request], Answer]] = {
    "response_url": response_urls.respond,
    "upload": files.upload,
    "download": files.download,
}
"""What is asked for at addresses of its own."""


class Server:
    """Answers the Web API, response addresses, uploads and downloads."""

    def __init__(
        self,
        world: World,
        plan: faults.Plan[ApiFault],
        *,
        bot_token: str,
        app_token: str,
        open_url: Callable[[], str],
        contract: Contract | None,
        validate: bool,
    ) -> None:
        self._world = world
        self._plan = plan
        self._bot_token = bot_token
        self._app_token = app_token
        self._open_url = open_url
        self._contract = contract
        self._validate = validate
        self._rates = Rates(world.limits, world.now)
        self._methods: dict[str, Method] = {
            name: method for table in TABLES for name, method in table.items()
        }
        self.is_revoked = False
        """Whether the app was taken out of the workspace, so that its tokens are good no more."""
        self.requests: list[Recorded] = []
        self.problems: list[str] = []

    def add_to(self, app: web.Application) -> None:
        """Serve all of it."""
        app.router.add_route("*", "/api/{method}", self._handle_method)
        app.router.add_post("/response/{id}", self._handle_other("response_url"))
        app.router.add_post("/upload/{id}", self._handle_other("upload"))
        app.router.add_get("/files/{id}/{name}", self._handle_other("download"))

    async def _handle_method(self, incoming: web.Request) -> web.StreamResponse:
        args = await _args(incoming)
        return await self._handle(incoming, incoming.match_info["method"], args)

    def _handle_other(self, method: str) -> Callable[[web.Request], Any]:
        async def handle(incoming: web.Request) -> web.StreamResponse:
            args = {"id": incoming.match_info["id"]}
            if method == "response_url":
                args |= await _args(incoming)
            return await self._handle(incoming, method, args)

        return handle

    async def _handle(
        self, incoming: web.Request, method: str, args: dict[str, Any]
    ) -> web.StreamResponse:
        token = incoming.headers.get("Authorization", "").removeprefix("Bearer ")
        request = Request(
            method=method,
            token=token or str(args.pop("token", "")),
            args=args,
            at=self._world.now(),
            data=await _uploaded(incoming) if method == "upload" else b"",
        )
        fault = self._plan.pick(method)
        try:
            answer = await self._answer_with(fault, request)
        except Exception as error:
            self.problems.append(f"the emulator broke: {method}: {error!r}")
            raise
        cut = isinstance(fault, faults.CutBefore | faults.CutAfter)
        status = None if cut else answer.status
        self.requests.append(Recorded(request=request, status=status, answer=answer.body))
        self._world.changes.notify()
        if cut and incoming.transport is not None:
            incoming.transport.abort()
        return _response(answer)

    async def _answer_with(self, fault: ApiFault | None, request: Request) -> Answer:
        if isinstance(fault, Limited | Refused | faults.Failed | faults.CutBefore):
            return _refused_by(fault)
        if isinstance(fault, faults.Slow):
            await asyncio.sleep(fault.seconds)
        answer = self.answer(request)
        if isinstance(fault, faults.SlowAnswer):
            await asyncio.sleep(fault.seconds)
        return _broken(fault.status) if isinstance(fault, faults.FailedAfter) else answer

    def answer(self, request: Request) -> Answer:
        """Do what is asked, within the limits and the contract."""
        if request.method not in {*OTHERS, OPEN, *self._methods}:
            self.problems.append(f"unknown method: {request.method}")
            return Answer(body={"ok": False, "error": "unknown_method"})
        try:
            answer = self._perform(request)
        except ApiError as error:
            if isinstance(error, InvalidRequest):
                self.problems.append(f"invalid request: {request.method}: {error}")
            answer = Answer(body=error.body())
        self._check(request.method, answer)
        return answer

    def _perform(self, request: Request) -> Answer:
        if request.method == "download" and request.token != self._bot_token:
            return Answer(body="<html>Sign in</html>", headers={"Content-Type": "text/html"})
        if request.method in OTHERS:
            return OTHERS[request.method](self._world, request)
        self._authorize(request)
        wait_s = self._rates.take(request.method, request.args)
        if wait_s:
            return _limited(wait_s)
        if request.method == OPEN:
            return Answer(body={"ok": True, "url": self._open_url()})
        body = self._methods[request.method].handler(self._world, request)
        return Answer(body=body, headers={"X-OAuth-Scopes": ",".join(self._world.app.scopes)})

    def _authorize(self, request: Request) -> None:
        if not request.token:
            raise ApiError("not_authed")
        if request.token not in {self._bot_token, self._app_token}:
            raise ApiError("invalid_auth")
        if self.is_revoked:
            raise ApiError("token_revoked")
        is_app = request.token == self._app_token
        if is_app is not (request.method == OPEN):
            raise ApiError("not_allowed_token_type")
        if is_app:
            return
        wanted, provided = self._methods[request.method].scopes, self._world.app.scopes
        if wanted and not set(wanted) & set(provided):
            raise ApiError("missing_scope", needed=wanted[0], provided=",".join(provided))

    def _check(self, method: str, answer: Answer) -> None:
        if method in OTHERS:
            return
        if self._contract is None or not self._validate:
            LEFT_OUT.count += self._validate
        elif problem := self._contract.answer_problem(method, answer.body):
            self.problems.append(f"invalid answer: {method}: {problem}")


async def _args(incoming: web.Request) -> dict[str, Any]:
    """What was given in the address, and in the form or the JSON."""
    args: dict[str, Any] = dict(incoming.query)
    if incoming.method != "POST":
        return args
    if incoming.content_type == "application/json":
        text = await incoming.text()
        body = json.loads(text) if text else {}
        return {**args, **body}
    return {**args, **{name: str(value) for name, value in (await incoming.post()).items()}}


async def _uploaded(incoming: web.Request) -> bytes:
    if incoming.content_type != "multipart/form-data":
        return await incoming.read()
    async for part in await incoming.multipart():
        if isinstance(part, BodyPartReader):
            return bytes(await part.read())
    return b""


def _refused_by(fault: Limited | Refused | faults.Failed | faults.CutBefore) -> Answer:
    match fault:
        case Limited(retry_after_s=retry_after_s):
            return _limited(retry_after_s)
        case Refused(error=error):
            return Answer(body=ApiError(error).body())
        case faults.Failed(status=status):
            return _broken(status)
        case faults.CutBefore():
            return _broken(502)


def _limited(retry_after_s: int) -> Answer:
    return Answer(
        status=429,
        body={"ok": False, "error": "ratelimited"},
        headers={"Retry-After": str(retry_after_s)},
    )


def _broken(status: int) -> Answer:
    return Answer(status=status, body="The server is broken")


def _response(answer: Answer) -> web.Response:
    if isinstance(answer.body, dict):
        text = json.dumps(answer.body, separators=(",", ":"))
        kind = {"Content-Type": "application/json; charset=utf-8"}
        return web.Response(
            status=answer.status, body=text.encode(), headers={**kind, **answer.headers}
        )
    body = answer.body if isinstance(answer.body, bytes) else answer.body.encode()
    return web.Response(status=answer.status, body=body, headers=answer.headers)
