"""A person who writes to the bot, presses its buttons and reads what it answers, over the HTTP control API."""

from collections.abc import Sequence
from typing import Any, Self

from demo.telegram.phone import Answer, Message, Phone, RefusedError, ask, client

__all__ = ["Message", "Person", "RefusedError"]

REPLY_WITHIN = 30.0


class Person:
    """One person in one chat: the private chat with the bot, or a group.

    Everything raises RefusedError, with a sentence, when the local Telegram does not allow it.

    Attributes:
        id: Telegram user id.
        chat: id of the chat; the same as `id` for the private one.
        topic: of the chat, if this is about one; what comes in its topics is read there.
    """

    def __init__(self, name: str, chat: int, phone: Phone, *, topic: int | None = None, as_chat: bool = False) -> None:
        self.id = phone.user_id
        self.name = name
        self.chat = chat
        self.topic = topic
        self._phone = phone
        self._as_chat = as_chat
        self._last_press: str | None = None

    @classmethod
    async def join(cls, url: str, name: str, user_id: int | None = None, language: str | None = None) -> Self:
        """Gets a phone, set to a language. Someone who joins again with their id sees what comes from then on."""
        joined = await ask(url, "POST", "/people", json={"name": name, "user_id": user_id, "language": language})
        return cls(name, joined["chat_id"], Phone(url, joined["id"], joined["cursor"]))

    async def create_group(
        self, title: str, members: Sequence["Person"] = (), *, is_forum: bool = False, bot_is_admin: bool = False
    ) -> int:
        """Creates a group with these people and the bot; returns its (negative) id. A forum has topics."""
        asked = {
            "title": title,
            "creator": self.id,
            "members": [member.id for member in members],
            "is_forum": is_forum,
            "bot_is_admin": bot_is_admin,
        }
        return int((await self._ask("POST", "/groups", json=asked))["id"])

    async def in_group(self, group_id: int) -> Self:
        """The same person in that group, which they enter if they are not in yet."""
        await self._ask("PUT", f"/groups/{group_id}/members/{self.id}")
        return type(self)(self.name, group_id, self._phone)

    def anonymously(self) -> Self:
        """The same person in this group, as an admin who writes as the group."""
        return type(self)(self.name, self.chat, self._phone, topic=self.topic, as_chat=True)

    async def leave(self) -> None:
        """Leaves this group."""
        await self._ask("DELETE", f"/groups/{self.chat}/members/{self.id}")

    async def open_topic(self, name: str) -> Self:
        """A new topic in this forum, or in the private chat; returns the same person in it."""
        opened = await self._my("topics", json={"chat_id": self.chat, "name": name})
        return self.in_topic(int(opened["topic"]))

    def in_topic(self, topic: int | None) -> Self:
        """The same person in a topic of this chat; None is what lies outside of all topics."""
        return type(self)(self.name, self.chat, self._phone, topic=topic, as_chat=self._as_chat)

    async def end_topic(self, *, only_close: bool = False) -> None:
        """Deletes this topic with all that was said in it, or closes it."""
        params = {"chat_id": self.chat, **({"only_close": "1"} if only_close else {})}
        await self._ask("DELETE", f"/people/{self.id}/topics/{self.topic}", params=params)

    async def protect(self, protected: bool = True) -> None:
        """Lets nobody save or forward what is in this chat, or lets them again."""
        await self._my("protection", json={"chat_id": self.chat, "protected": protected})

    async def migrate(self) -> Self:
        """Makes this group a supergroup; returns the same person in it."""
        grown = await self._ask("POST", f"/groups/{self.chat}/migrate")
        return await self.in_group(int(grown["id"]))

    async def say(self, text: str, reply_to: Message | int | None = None) -> int:
        """Returns the id of the message."""
        asked = {
            "text": text,
            "chat_id": self.chat,
            "reply_to": _number(reply_to),
            "as_chat": self._as_chat,
            "topic": self.topic,
        }
        return _sent(await self._my("messages", json=asked))[0]

    async def send_photo(
        self, photo: bytes, caption: str | None = None, *, spoiler: bool = False, protected: bool = False
    ) -> int:
        """Sends it the way phones do: recompressed, without its metadata. Returns the id of the message."""
        kind = {name: "1" for name, given in (("spoiler", spoiler), ("protected", protected)) if given}
        return (await self._send([("photo", ("photo.jpg", photo))], caption, **kind))[0]

    async def send_album(self, photos: Sequence[bytes], caption: str | None = None) -> list[int]:
        """Two to ten photos at once. Returns the ids of the messages."""
        return await self._send([("photo", ("photo.jpg", photo)) for photo in photos], caption)

    async def send_file(
        self, content: bytes, filename: str, mime: str | None = None, caption: str | None = None
    ) -> int:
        """Sends it byte for byte. Returns the id of the message."""
        return (await self._send([("document", (filename, content, mime or ""))], caption))[0]

    async def edit(self, message: Message | int, text: str) -> None:
        """Gives a message of one's own another text, or caption."""
        await self._my("edits", json={"chat_id": self.chat, "message_id": _number(message), "text": text})

    async def delete(self, message: Message | int) -> None:
        """Deletes a message of one's own, in private the bot's too; the bot hears nothing of it."""
        await self._my("deletions", json={"chat_id": self.chat, "message_id": _number(message)})

    async def press(self, message: Message, button_text_or_data: str) -> None:
        """Raises LookupError if the message has no such button; RefusedError if it has none any more."""
        button = message.button(button_text_or_data)
        asked = {"chat_id": message.chat, "message_id": message.id, "data": button.data}
        self._last_press = str((await self._my("presses", json=asked))["callback_query_id"])

    async def react(self, message: Message | int, *reaction: str) -> None:
        """Puts these emoji on a message, in place of what this person has put there; without any takes those back."""
        asked = {"message_id": _number(message), "reaction": reaction, "as_chat": self._as_chat}
        await self._my("reactions", json={"chat_id": self.chat, **asked})

    async def answer_to_press(self, timeout: float = REPLY_WITHIN) -> Answer:  # noqa: ASYNC109
        """What the bot answered to the latest press. Raises TimeoutError."""
        query_id, answers = self._last_press or "", self._phone.answers
        if not await self._phone.read_until(lambda: query_id in answers, timeout):
            raise TimeoutError(f"{self.name}'s press was not answered within {timeout:g} s")
        return answers.pop(query_id)

    async def next(self, timeout: float = REPLY_WITHIN) -> Message:  # noqa: ASYNC109
        """The next message or edit from the bot in this chat, or topic, that was not read yet. Raises TimeoutError."""
        unread = self._phone.unread[self.chat, self.topic]
        if not await self._phone.read_until(lambda: bool(unread), timeout):
            raise TimeoutError(f"nothing came from the bot for {self.name} within {timeout:g} s")
        return unread.popleft()

    async def download(self, address: str) -> bytes:
        """The content of a message's `photo`."""
        async with client() as http:
            return (await http.get(address)).raise_for_status().content

    async def block(self, blocked: bool = True) -> None:
        """Blocks the bot, or lets it write again."""
        await self._my("block", json={"blocked": blocked})

    async def _send(self, parts: list[tuple[str, Any]], caption: str | None, **kind: str) -> list[int]:
        shared = "yes" if self._as_chat else ""
        fields = {"chat_id": self.chat, "caption": caption or "", "topic": self.topic or "", "as_chat": shared, **kind}
        return _sent(await self._my("messages", files=parts, data=fields))

    async def _my(self, what: str, **content: Any) -> dict[str, Any]:
        return await self._ask("POST", f"/people/{self.id}/{what}", **content)

    async def _ask(self, method: str, path: str, **content: Any) -> dict[str, Any]:
        return await ask(self._phone.url, method, path, **content)


def _number(message: Message | int | None) -> int | None:
    return message.id if isinstance(message, Message) else message


def _sent(answer: dict[str, Any]) -> list[int]:
    return [message["message_id"] for message in answer["messages"]]
