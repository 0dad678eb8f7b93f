"""Files, which come in two steps, then a message that shares them."""

import mimetypes
from collections.abc import Mapping

from tests.emulators.slack import posting
from tests.emulators.slack.errors import ApiError, InvalidRequest
from tests.emulators.slack.payloads import file_payload
from tests.emulators.slack.places import Person
from tests.emulators.slack.posting import Draft
from tests.emulators.slack.routing import Answer, Method, Request
from tests.emulators.slack.values import File, Json
from tests.emulators.slack.world import Pending, World

WRITE = ("files:write",)
UNKNOWN = "application/octet-stream"


def get_upload_url(world: World, request: Request) -> Json:
    length = request.number("length", 0)
    if not 0 < length <= world.limits.file_bytes:
        raise InvalidRequest("invalid_arguments", "length must be that of the file")
    id_ = world.new_id("F")
    world.pending_files[id_] = Pending(
        name=request.text("filename"), length=length, alt_text=request.maybe("alt_txt") or ""
    )
    return {"ok": True, "upload_url": f"{world.base}/upload/{id_}", "file_id": id_}


def upload(world: World, request: Request) -> Answer:
    """Take the bytes of a file that was announced."""
    pending = world.pending_files.get(request.text("id"))
    if pending is None:
        return Answer(status=404, body="no such upload")
    if len(request.data) != pending.length:
        return Answer(status=400, body="the length is another")
    pending.data = request.data
    return Answer(body=f"OK - {pending.length}")


def complete_upload(world: World, request: Request) -> Json:
    told = request.json("files") or []
    if not told or any(_pending(world, each).data is None for each in told):
        raise ApiError("file_not_found")
    channel_id = request.maybe("channel_id")
    channel = world.channel(channel_id) if channel_id else None
    if channel is not None and world.bot.id not in channel.members:
        raise ApiError("not_in_channel")
    files = [_finish(world, each) for each in told]
    if channel is not None:
        text = request.maybe("initial_comment") or ""
        thread_ts = request.maybe("thread_ts")
        draft = Draft(
            channel=channel, author=world.bot, text=text, files=files, thread_ts=thread_ts
        )
        posting.post(world, draft)
    return {"ok": True, "files": [file_payload(file) for file in files]}


def _pending(world: World, told: Json) -> Pending:
    try:
        return world.pending_files[told["id"]]
    except KeyError:
        raise ApiError("file_not_found") from None


def _finish(world: World, told: Json) -> File:
    pending = world.pending_files.pop(told["id"])
    title = told.get("title") or pending.name
    file = make_file(world, world.bot, pending.name, pending.data or b"", id_=told["id"])
    named = File(
        id=file.id, name=file.name, title=title, data=file.data, mimetype=file.mimetype,
        user_id=file.user_id, made_at=file.made_at, url=file.url, alt_text=pending.alt_text,
    )  # fmt: skip
    world.files[named.id] = named
    return named


def make_file(
    world: World, owner: Person, name: str, data: bytes, *, id_: str | None = None
) -> File:
    """A file of somebody, which can be downloaded with a token from now on."""
    id_ = id_ or world.new_id("F")
    file = File(
        id=id_,
        name=name,
        title=name,
        data=data,
        mimetype=mimetypes.guess_type(name)[0] or UNKNOWN,
        user_id=owner.id,
        made_at=world.now(),
        url=f"{world.base}/files/{id_}/{name}",
    )
    world.files[id_] = file
    return file


def info(world: World, request: Request) -> Json:
    file = world.files.get(request.text("file"))
    if file is None:
        raise ApiError("file_not_found")
    return {"ok": True, "file": file_payload(file)}


def delete(world: World, request: Request) -> Json:
    file = world.files.get(request.text("file"))
    if file is None:
        raise ApiError("file_not_found")
    if file.user_id != world.bot.id:
        raise ApiError("cant_delete_file")
    del world.files[file.id]
    return {"ok": True}


def download(world: World, request: Request) -> Answer:
    """The bytes of a file; a page to sign in, where no token of the app is given."""
    file = world.files.get(request.text("id"))
    if file is None:
        return Answer(status=404, body="no such file")
    return Answer(body=file.data, headers={"Content-Type": file.mimetype})


METHODS: Mapping[str, Method] = {
    "files.getUploadURLExternal": Method(handler=get_upload_url, scopes=WRITE),
    "files.completeUploadExternal": Method(handler=complete_upload, scopes=WRITE),
    "files.info": Method(handler=info, scopes=("files:read",)),
    "files.delete": Method(handler=delete, scopes=WRITE),
}
