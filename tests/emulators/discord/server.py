"""The HTTP side: reads requests, lets them go wrong if so asked, answers, records and validates."""

import asyncio
import json
from typing import Any

from aiohttp import BodyPartReader, web

from tests.emulators import faults
from tests.emulators.discord import errors
from tests.emulators.discord.buckets import BANNED, Rates, too_many
from tests.emulators.discord.contract import Contract
from tests.emulators.discord.faults import Limited, RestFault
from tests.emulators.discord.posting import Upload
from tests.emulators.discord.rest import callbacks, commands, guilds, messages, places
from tests.emulators.discord.routing import Answer, Recorded, Request, Router
from tests.emulators.discord.world import World
from tests.emulators.left_out import LEFT_OUT

BASE = "/api/v10"
TABLES = (callbacks.ROUTES, messages.ROUTES, places.ROUTES, commands.ROUTES, guilds.ROUTES)


class Server:
    """Answers the REST API."""

    def __init__(
        self,
        world: World,
        plan: faults.Plan[RestFault],
        token: str,
        *,
        validate: bool,
        contract: Contract | None,
    ) -> None:
        self._world = world
        self._plan = plan
        self._token = token
        self._validate = validate
        self._contract = contract
        self._router = Router(TABLES)
        self._rates = Rates(world.limits, world.now)
        self.requests: list[Recorded] = []
        self.problems: list[str] = []

    async def handle(self, incoming: web.Request) -> web.StreamResponse:
        """Answer one request, as its fault has it."""
        request = await self._read(incoming)
        fault = self._plan.pick(request.route)
        try:
            answer = await self._answer_with(fault, request)
        except Exception as error:
            self.problems.append(f"the emulator broke: {request.route}: {error!r}")
            raise
        cut = isinstance(fault, faults.CutBefore | faults.CutAfter)
        shown = Recorded(request=request, status=None if cut else answer.status, answer=answer.body)
        self.requests.append(shown)
        if cut and incoming.transport is not None:
            incoming.transport.abort()
        return _response(answer)

    async def _answer_with(self, fault: RestFault | None, request: Request) -> Answer:
        if isinstance(fault, faults.CutBefore | faults.Failed | Limited):
            return self._refused_by(fault)
        if isinstance(fault, faults.Slow):
            await asyncio.sleep(fault.seconds)
        answer = self.answer(request)
        if isinstance(fault, faults.SlowAnswer):
            await asyncio.sleep(fault.seconds)
        return _broken(fault.status) if isinstance(fault, faults.FailedAfter) else answer

    def _refused_by(self, fault: faults.CutBefore | faults.Failed | Limited) -> Answer:
        match fault:
            case Limited(retry_after_s=retry_after_s, scope=scope):
                answer = too_many(retry_after_s, scope)
                self._rates.note(answer)
                return answer
            case faults.Failed(status=status):
                return _broken(status)
            case faults.CutBefore():
                return _broken(502)

    def answer(self, request: Request) -> Answer:
        """Do what is asked, within the limits and the contract."""
        if not request.route:
            self.problems.append(f"unknown route: {request.method} {request.path}")
            # 501, as discord.py tries 500 five times before it tells of it.
            return Answer(status=501, body={"message": "The emulator has no such route", "code": 0})
        verdict = self._rates.take(request)
        answer = verdict.refusal or self._perform(request)
        self._rates.note(answer)
        self._check_answer(request, answer)
        if not verdict.headers:
            return answer
        headers = {**verdict.headers, **answer.headers}
        return Answer(status=answer.status, body=answer.body, headers=headers)

    def _perform(self, request: Request) -> Answer:
        found = self._router.find(request.method, request.path)
        if found is None:
            raise LookupError(request.route)
        try:
            if not request.is_bot and request.route not in callbacks.EXEMPT:
                raise errors.unauthorized()
            self._check_request(request)
            return found.handler(self._world, request)
        except errors.InvalidForm as error:
            self.problems.append(f"invalid request: {request.route}: {error}")
            return Answer(status=error.status, body=error.body())
        except errors.ApiError as error:
            return self._refusal(error)

    def _refusal(self, error: errors.ApiError) -> Answer:
        if error.status != 429:
            return Answer(status=error.status, body=error.body())
        limited = too_many(self._world.limits.old_edit_retry_s, "user")
        return Answer(status=429, body={**limited.body, **error.body()}, headers=limited.headers)

    def _check_request(self, request: Request) -> None:
        if sum(len(upload.data) for upload in request.uploads) > self._world.limits.file_bytes:
            raise errors.ApiError(413, 40005, "Request entity too large")
        if self._contract is None or not self._validate:
            LEFT_OUT.count += self._validate
            return
        if problem := self._contract.request_problem(request):
            raise errors.InvalidForm({"body": problem})
        if field := self._contract.unknown_field(request):
            self.problems.append(f"unknown field: {request.route}: {field}")

    def _check_answer(self, request: Request, answer: Answer) -> None:
        if self._contract is None or not self._validate:
            LEFT_OUT.count += self._validate
        elif answer is BANNED:
            return  # It comes from before Discord.
        elif problem := self._contract.answer_problem(request.route, answer):
            self.problems.append(f"invalid answer: {request.route}: {problem}")

    async def _read(self, incoming: web.Request) -> Request:
        path = incoming.rel_url.raw_path.removeprefix(BASE)
        body, uploads = await _body(incoming)
        found = self._router.find(incoming.method, path)
        return Request(
            method=incoming.method,
            path=path,
            route=found.route if found else "",
            params=found.params if found else {},
            query=incoming.query,
            body=body,
            uploads=uploads,
            is_bot=incoming.headers.get("Authorization") == f"Bot {self._token}",
            at=self._world.now(),
        )


async def _body(incoming: web.Request) -> tuple[Any, list[Upload]]:
    if incoming.content_type != "multipart/form-data":
        text = await incoming.read()
        return (json.loads(text) if text else None), []
    body: Any = None
    files: dict[int, tuple[str, bytes, str]] = {}
    async for part in await incoming.multipart():
        if not isinstance(part, BodyPartReader):
            continue
        data = bytes(await part.read())
        if part.name == "payload_json":
            body = json.loads(data)
        else:
            kind = part.headers.get("Content-Type", "application/octet-stream")
            files[_index(part.name)] = (part.filename or "", data, kind)
    told = _named(body)
    return body, [_upload(told.get(n, {}), *files[n]) for n in sorted(files)]


def _index(name: str | None) -> int:
    return int((name or "files[0]").removeprefix("files[").removesuffix("]"))


def _named(body: Any) -> dict[int, dict[str, Any]]:
    """What the body tells of its files, by their number."""
    form = body if isinstance(body, dict) else {}
    inner = form.get("data") or form
    return {int(item["id"]): item for item in inner.get("attachments") or ()}


def _upload(told: dict[str, Any], name: str, data: bytes, kind: str) -> Upload:
    name = told.get("filename") or name
    return Upload(name=name, data=data, content_type=kind, description=told.get("description"))


def _broken(status: int) -> Answer:
    return Answer(status=status, body={"message": "The server is broken", "code": 0})


def _response(answer: Answer) -> web.Response:
    if answer.body is None:
        return web.Response(status=answer.status, headers=answer.headers)
    # Exactly so, without a charset: discord.py reads nothing else as JSON.
    headers = {**answer.headers, "Content-Type": "application/json"}
    text = json.dumps(answer.body, separators=(",", ":"))
    return web.Response(status=answer.status, body=text.encode(), headers=headers)
