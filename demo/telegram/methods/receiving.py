"""The Bot API's methods that receive: polls and webhooks, and answers to presses."""

import re

from demo.telegram.chats.errors import ApiError, bad_request
from demo.telegram.chats.messenger import Messenger
from demo.telegram.chats.people import People
from demo.telegram.chats.types import Json
from demo.telegram.methods.arguments import Arguments
from demo.telegram.methods.webhook import Webhook, WebhookDelivery

ANSWER_LIMIT = 200


class Receiving:
    def __init__(self, messenger: Messenger, people: People) -> None:
        self._people = people
        self._updates = messenger.updates
        self.delivery = WebhookDelivery(messenger.updates, messenger.clock)

    async def get_updates(self, messenger: Messenger, arguments: Arguments) -> list[Json]:
        if self.delivery.webhook:
            raise ApiError(
                409,
                "Conflict: can't use getUpdates method while webhook is active; "
                "use deleteWebhook to delete the webhook first",
            )
        limit = arguments.integer("limit", 100)
        self._updates.allow(arguments.listed("allowed_updates"))
        return await self._updates.poll(
            arguments.integer("offset"),
            limit if 1 <= limit <= 100 else 100,
            max(arguments.integer("timeout"), 0),
        )

    async def set_webhook(self, messenger: Messenger, arguments: Arguments) -> bool:
        url, secret = arguments.text("url"), arguments.text("secret_token")
        if not url:
            return await self.delete_webhook(messenger, arguments)
        if not url.startswith(("http://", "https://")):
            raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
        if not re.fullmatch(r"[A-Za-z0-9_-]{0,256}", secret):
            raise bad_request("secret token contains unallowed characters")
        self._updates.allow(arguments.listed("allowed_updates"))
        self._updates.end_poll("terminated by setWebhook request")
        await self.delivery.set(Webhook(url, secret))
        return True

    async def delete_webhook(self, messenger: Messenger, arguments: Arguments) -> bool:
        await self.delivery.set(None)
        return True

    async def get_webhook_info(self, messenger: Messenger, arguments: Arguments) -> Json:
        return self.delivery.info()

    async def answer_callback_query(self, messenger: Messenger, arguments: Arguments) -> bool:
        if len(arguments.text("text")) > ANSWER_LIMIT:
            raise bad_request("MESSAGE_TOO_LONG")
        answer = {"text": arguments.text("text"), "show_alert": arguments.boolean("show_alert")}
        self._people.answer(arguments.text("callback_query_id"), answer)
        return True
