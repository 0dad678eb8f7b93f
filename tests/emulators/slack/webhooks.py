"""HTTP mode: deliveries as signed requests to the app's own address."""

import asyncio
import hashlib
import hmac
import json
from collections.abc import Mapping
from urllib.parse import urlencode

import aiohttp

from tests.emulators.slack.delivery import HTTP, Attempt, Deliveries, Delivery, Sort
from tests.emulators.slack.values import Json
from tests.emulators.slack.world import World

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"


class Webhooks:
    """Posts every delivery to one address."""

    def __init__(self, world: World, deliveries: Deliveries, url: str, secret: str) -> None:
        self._world = world
        self._deliveries = deliveries
        self._url = url
        self._secret = secret

    def send(self, delivery: Delivery, attempt: Attempt) -> bool:
        attempt.way = HTTP
        self._deliveries.spawn(self._post(delivery, attempt))
        return True

    def drop_one(self) -> None:
        """Nothing: there is no connection that stays."""

    async def verify(self) -> bool:
        """Ask the address to repeat a challenge, and return whether it did."""
        asked = {
            "token": self._world.verification,
            "challenge": f"challenge-{self._world.new_number()}",
            "type": "url_verification",
        }
        body = json.dumps(asked).encode()
        headers = self.headers(body, JSON)
        async with (
            aiohttp.ClientSession() as http,
            http.post(self._url, data=body, headers=headers) as answer,
        ):
            text = await answer.text()
        return answer.status == 200 and str(asked["challenge"]) in text

    async def replay(self, delivery: Delivery) -> int:
        """Post a delivery once more, with a signature of now, and return the status."""
        body, kind = _body(delivery)
        async with (
            aiohttp.ClientSession() as http,
            http.post(self._url, data=body, headers=self.headers(body, kind)) as answer,
        ):
            return answer.status

    def headers(self, body: bytes, kind: str) -> dict[str, str]:
        """What a request with this body carries, signed now."""
        at = str(int(self._world.now().timestamp()))
        text = b":".join((b"v0", at.encode(), body))
        signature = hmac.new(self._secret.encode(), text, hashlib.sha256).hexdigest()
        return {
            "Content-Type": kind,
            "X-Slack-Request-Timestamp": at,
            "X-Slack-Signature": f"v0={signature}",
        }

    async def _post(self, delivery: Delivery, attempt: Attempt) -> None:
        body, kind = _body(delivery)
        headers = {**self.headers(body, kind), **_retry_headers(attempt)}
        try:
            async with (
                asyncio.timeout(self._world.limits.answer_within_s),
                aiohttp.ClientSession() as http,
                http.post(self._url, data=body, headers=headers) as answer,
            ):
                attempt.status = answer.status
                self._judge(delivery, attempt, answer.headers, await answer.text())
        except TimeoutError:
            self._deliveries.missed(delivery, attempt, "http_timeout")
        except aiohttp.ClientError:
            self._deliveries.missed(delivery, attempt, "connection_failed")

    def _judge(
        self, delivery: Delivery, attempt: Attempt, headers: Mapping[str, str], text: str
    ) -> None:
        if attempt.status == 200:
            self._deliveries.acked(delivery.id, _answer(headers, text))
        elif headers.get("X-Slack-No-Retry") == "1":
            self._deliveries.give_up(delivery)
        else:
            self._deliveries.missed(delivery, attempt, "http_error")


def _retry_headers(attempt: Attempt) -> dict[str, str]:
    if not attempt.number:
        return {}
    return {"X-Slack-Retry-Num": str(attempt.number), "X-Slack-Retry-Reason": attempt.reason}


def _body(delivery: Delivery) -> tuple[bytes, str]:
    match delivery.sort:
        case Sort.EVENT:
            return json.dumps(delivery.payload).encode(), JSON
        case Sort.COMMAND:
            return urlencode(delivery.payload).encode(), FORM
        case Sort.INTERACTIVE:
            return urlencode({"payload": json.dumps(delivery.payload)}).encode(), FORM


def _answer(headers: Mapping[str, str], text: str) -> Json:
    if not text:
        return {}
    if headers.get("Content-Type", "").startswith(JSON):
        told: Json = json.loads(text)
        return told
    return {"text": text}
