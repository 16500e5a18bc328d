"""Delivery of updates to the bot's own web address, tried again until it says 2xx."""

import asyncio
import contextlib
import json
from dataclasses import dataclass

import httpx

from demo.telegram.chats.clock import Clock
from demo.telegram.chats.types import Json
from demo.telegram.chats.updates import UpdateQueue

FIRST_RETRY = 0.5
LONGEST_RETRY = 30.0
ANSWER_WITHIN = 60.0


@dataclass(frozen=True, slots=True)
class Webhook:
    url: str
    secret: str


class WebhookDelivery:
    """One update after the other: the next is sent when the one before was accepted."""

    def __init__(self, updates: UpdateQueue, clock: Clock) -> None:
        self._updates = updates
        self._clock = clock
        self._task: asyncio.Task[None] | None = None
        self._error: tuple[int, str] | None = None
        self.webhook: Webhook | None = None

    async def set(self, webhook: Webhook | None) -> None:
        await self.stop()
        self.webhook, self._error = webhook, None
        if webhook:
            self._task = asyncio.create_task(self._deliver(webhook))

    async def stop(self) -> None:
        if self._task:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
            self._task = None

    def info(self) -> Json:
        seen: Json = {
            "url": self.webhook.url if self.webhook else "",
            "has_custom_certificate": False,
            "pending_update_count": len(self._updates.pending()),
        }
        if self._updates.allowed:
            seen["allowed_updates"] = self._updates.allowed
        if self._error:
            seen["last_error_date"], seen["last_error_message"] = self._error
        return seen

    async def _deliver(self, webhook: Webhook) -> None:
        headers = {"Content-Type": "application/json"}
        if webhook.secret:
            headers["X-Telegram-Bot-Api-Secret-Token"] = webhook.secret
        pause = FIRST_RETRY
        async with httpx.AsyncClient(verify=False, trust_env=False, timeout=ANSWER_WITHIN) as client:
            while not self._updates.closed:
                pending = self._updates.pending()
                if not pending:
                    await self._updates.arrival(ANSWER_WITHIN)
                    continue
                if await self._post(client, webhook.url, headers, pending[0]):
                    self._updates.acknowledge(pending[0]["update_id"] + 1)
                    pause = FIRST_RETRY
                else:
                    await asyncio.sleep(pause)
                    pause = min(pause * 2, LONGEST_RETRY)

    async def _post(self, client: httpx.AsyncClient, url: str, headers: dict[str, str], update: Json) -> bool:
        try:
            answer = await client.post(url, content=json.dumps(update), headers=headers)
        except httpx.HTTPError as error:
            self._error = int(self._clock.now()), str(error) or type(error).__name__
            return False
        if not answer.is_success:
            what = f"Wrong response from the webhook: {answer.status_code} {answer.reason_phrase}"
            self._error = int(self._clock.now()), what
        return answer.is_success
