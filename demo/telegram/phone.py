"""One person's phone, over the HTTP control API: what came in, chat by chat."""

import asyncio
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx

POLL_SECONDS = 25.0


class RefusedError(Exception):
    """The local Telegram did not do what a person asked; the text says why."""


@dataclass(frozen=True, slots=True)
class Button:
    text: str
    data: str | None


@dataclass(frozen=True, slots=True)
class Message:
    """A message as a person sees it.

    Attributes:
        text: the text or the caption, without markup.
        buttons: rows of inline buttons.
        photo: address of the picture in its largest size, if there is one.
        edited: this is a new state of a message that was there before.
        raw: the Bot API's Message.
    """

    id: int
    chat: int
    text: str
    buttons: tuple[tuple[Button, ...], ...]
    photo: str | None
    edited: bool
    reply_to: int | None
    raw: dict[str, Any]

    def button(self, wanted: str) -> Button:
        """By its text, else by its data. Raises LookupError, naming the buttons there are."""
        there = [button for row in self.buttons for button in row]
        for button in [*(one for one in there if one.text == wanted), *(one for one in there if one.data == wanted)]:
            return button
        raise LookupError(f"no button {wanted!r} under {self.text[:60]!r}; there are {[one.text for one in there]}")


@dataclass(frozen=True, slots=True)
class Answer:
    """The toast, or the alert, after a press; without text the button only stops waiting."""

    text: str
    alert: bool


@dataclass(slots=True)
class Phone:
    """Shared by all chats of one person, so that reading one chat loses nothing of another."""

    url: str
    user_id: int
    cursor: int
    unread: dict[tuple[int, int | None], deque[Message]] = field(default_factory=lambda: defaultdict(deque))
    answers: dict[str, Answer] = field(default_factory=dict)

    async def read_until(self, ready: Callable[[], bool], seconds: float) -> bool:
        """Takes in what comes until `ready`; False if `seconds` pass first."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + seconds
        while not ready():
            remaining = deadline - loop.time()
            if remaining <= 0:
                return False
            params = {"after": self.cursor, "timeout": min(remaining, POLL_SECONDS)}
            news = await ask(self.url, "GET", f"/people/{self.user_id}/events", params=params)
            for event in news["events"]:
                if event["cursor"] > self.cursor:  # two chats of this phone may be read at the same time
                    self.cursor = event["cursor"]
                    self._take(event)
        return True

    def _take(self, event: dict[str, Any]) -> None:
        match event["kind"]:
            case "answer":
                self.answers[event["callback_query_id"]] = Answer(event["text"], event["show_alert"])
            case "message" | "edit" if event["message"]["from"]["is_bot"] and "sender_chat" not in event["message"]:
                topic = event["message"].get("message_thread_id")
                self.unread[event["chat_id"], topic].append(_message(self.url, event))


def _message(url: str, event: dict[str, Any]) -> Message:
    raw = event["message"]
    rows = raw.get("reply_markup", {}).get("inline_keyboard", [])
    photo = raw.get("photo")
    return Message(
        id=raw["message_id"],
        chat=event["chat_id"],
        text=raw.get("text") or raw.get("caption") or "",
        buttons=tuple(tuple(Button(b["text"], b.get("callback_data")) for b in row) for row in rows),
        photo=f"{url}/control/files/{photo[-1]['file_id']}" if photo else None,
        edited=event["kind"] == "edit",
        reply_to=raw.get("reply_to_message", {}).get("message_id"),
        raw=raw,
    )


async def ask(url: str, method: str, path: str, **content: Any) -> dict[str, Any]:
    """One request to the control API. Raises RefusedError, or httpx.HTTPError if nobody is there."""
    async with client() as http:
        answer = await http.request(method, f"{url}/control{path}", **content)
    answered: dict[str, Any] = answer.json()
    if not answer.is_success:
        raise RefusedError(answered["description"].removeprefix("Bad Request: "))
    return answered


def client() -> httpx.AsyncClient:
    # One for each request: a Person has nothing to close. The server is on loopback, without TLS or proxies.
    return httpx.AsyncClient(verify=False, trust_env=False, timeout=POLL_SECONDS + 35)
