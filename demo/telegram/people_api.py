"""The control API for people: what a phone can do, over HTTP."""

from pathlib import Path

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from demo.telegram.chats.errors import ApiError, bad_request
from demo.telegram.chats.files import Document, PhotoSize
from demo.telegram.chats.groups import Groups
from demo.telegram.chats.messenger import Messenger
from demo.telegram.chats.people import People
from demo.telegram.chats.types import Json, User
from demo.telegram.household import GROUP, PEOPLE
from demo.telegram.methods.about import commands_for
from demo.telegram.mini_app import launch_address

PICTURES = {".jpg", ".jpeg", ".png", ".webp"}
LONGEST_WAIT = 60.0


class PeopleApi:
    """`token` is the bot's, which signs who opens its Mini App."""

    def __init__(
        self, token: str, messenger: Messenger, people: People, examples: Path | None, invite: str | None
    ) -> None:
        self._token = token
        self._messenger = messenger
        self._people = people
        self._groups = Groups(messenger)
        self._examples = examples
        self._invite = invite

    def routes(self) -> list[Route]:
        return [
            Route("/bot", self._bot),
            Route("/people", self._join, methods=["POST"]),
            Route("/people/{user_id:int}/events", self._events),
            Route("/people/{user_id:int}/messages", self._send, methods=["POST"]),
            Route("/people/{user_id:int}/edits", self._edit, methods=["POST"]),
            Route("/people/{user_id:int}/deletions", self._delete, methods=["POST"]),
            Route("/people/{user_id:int}/presses", self._press, methods=["POST"]),
            Route("/people/{user_id:int}/reactions", self._react, methods=["POST"]),
            Route("/people/{user_id:int}/block", self._block, methods=["POST"]),
            Route("/people/{user_id:int}/commands", self._commands),
            Route("/people/{user_id:int}/mini_app", self._open_mini_app),
            Route("/groups", self._create_group, methods=["POST"]),
            Route("/groups/{chat_id}/members/{user_id:int}", self._admit, methods=["PUT"]),
            Route("/groups/{chat_id}/members/{user_id:int}", self._leave, methods=["DELETE"]),
            Route("/groups/{chat_id}/migrate", self._migrate, methods=["POST"]),
            Route("/people/{user_id:int}/topics", self._open_topic, methods=["POST"]),
            Route("/people/{user_id:int}/topics/{topic:int}", self._end_topic, methods=["DELETE"]),
            Route("/people/{user_id:int}/protection", self._protect, methods=["POST"]),
            Route("/files/{file_id}", self._file),
            Route("/examples/{name}", self._example),
        ]

    def _example_files(self) -> dict[str, Path]:
        if self._examples is None:
            return {}
        found = sorted(path for path in self._examples.iterdir() if path.suffix.lower() in PICTURES)
        return {path.name: path for path in found}

    def _user(self, request: Request) -> User:
        return self._people.user(request.path_params["user_id"])

    async def _bot(self, request: Request) -> Response:
        """For the chat page: whom it shows, and the pictures it offers."""
        return JSONResponse(
            {
                "bot": self._messenger.bot.api(),
                "people": PEOPLE,
                "group": {"id": GROUP},
                "examples": list(self._example_files()),
                "invite": self._invite,
            }
        )

    async def _join(self, request: Request) -> Response:
        asked = await _read_json(request)
        user = self._people.join(asked["name"], asked.get("user_id"), asked.get("language"))
        shown = self._messenger.shown_button(user.id)
        now = {"chat_id": user.id, "cursor": self._messenger.feed.cursor, "menu_button": shown}
        return JSONResponse(user.api() | now)

    async def _events(self, request: Request) -> Response:
        cursor = int(request.query_params.get("after", 0))
        seconds = min(float(request.query_params.get("timeout", 0)), LONGEST_WAIT)
        events = await self._messenger.feed.after(cursor, self._user(request).id, seconds)
        return JSONResponse({"events": events, "cursor": max([cursor, *(event["cursor"] for event in events)])})

    async def _send(self, request: Request) -> Response:
        user = self._user(request)
        if request.headers.get("content-type", "").startswith("application/json"):
            asked = await _read_json(request)
            chat = self._people.chat(user, asked.get("chat_id"))
            sent = self._people.write(
                user,
                chat,
                asked["text"],
                reply_to=asked.get("reply_to"),
                as_chat=bool(asked.get("as_chat")),
                topic=asked.get("topic"),
            )
            return JSONResponse({"messages": [message.api() for message in sent]})
        async with request.form() as form:
            parts = form.multi_items()
            contents = [await self._content(name, part) for name, part in parts if isinstance(part, UploadFile)]
            fields = {name: value for name, value in parts if isinstance(value, str)}
        sent = self._people.write(
            user,
            self._people.chat(user, _integer(fields.get("chat_id"))),
            fields.get("caption", ""),
            contents,
            reply_to=_integer(fields.get("reply_to")),
            as_chat=bool(fields.get("as_chat")),
            topic=_integer(fields.get("topic")),
            spoiler=bool(fields.get("spoiler")),
            protected=bool(fields.get("protected")),
        )
        return JSONResponse({"messages": [message.api() for message in sent]})

    async def _content(self, kind: str, part: UploadFile) -> tuple[PhotoSize, ...] | Document:
        """A photo, recompressed, or a document, byte for byte."""
        files, data = self._messenger.files, await part.read()
        try:
            if kind == "photo":
                return await files.add_photo(data)
            return await files.add_document(data, part.filename, part.content_type or None)
        except ValueError as error:
            raise bad_request(f"{error}; send it as a file instead") from None

    async def _edit(self, request: Request) -> Response:
        user, asked = self._user(request), await _read_json(request)
        self._people.edit(user, self._people.chat(user, asked.get("chat_id")), asked["message_id"], asked["text"])
        return JSONResponse({})

    async def _delete(self, request: Request) -> Response:
        user, asked = self._user(request), await _read_json(request)
        self._people.delete(user, self._people.chat(user, asked.get("chat_id")), asked["message_id"])
        return JSONResponse({})

    async def _press(self, request: Request) -> Response:
        user, asked = self._user(request), await _read_json(request)
        chat = self._people.chat(user, asked.get("chat_id"))
        query_id = self._people.press(user, chat, asked["message_id"], asked["data"])
        return JSONResponse({"callback_query_id": query_id})

    async def _react(self, request: Request) -> Response:
        user, asked = self._user(request), await _read_json(request)
        chat = self._people.chat(user, asked.get("chat_id"))
        self._people.react(user, chat, asked["message_id"], asked["reaction"], as_chat=bool(asked.get("as_chat")))
        return JSONResponse({})

    async def _block(self, request: Request) -> Response:
        self._people.block(self._user(request), blocked=bool((await _read_json(request))["blocked"]))
        return JSONResponse({})

    async def _commands(self, request: Request) -> Response:
        user = self._user(request)
        chat = self._people.chat(user, _integer(request.query_params.get("chat_id")))
        return JSONResponse({"commands": commands_for(self._messenger, chat, user.language)})

    async def _open_mini_app(self, request: Request) -> Response:
        """Lead this person to what the bot's menu button opens, and say there who they are."""
        user = self._user(request)
        button = self._messenger.shown_button(user.id)
        if button["type"] != "web_app":
            raise bad_request("the bot has no button that opens a page")
        address = launch_address(str(button["web_app"]["url"]), user, self._token, self._messenger.date())
        return RedirectResponse(address, 302, headers={"Cache-Control": "no-store"})

    async def _create_group(self, request: Request) -> Response:
        asked = await _read_json(request)
        members = [self._people.user(user_id) for user_id in asked.get("members", [])]
        creator = self._people.user(asked["creator"])
        group = self._groups.create(
            asked["title"],
            creator,
            members,
            asked.get("id"),
            is_forum=bool(asked.get("is_forum")),
            bot_is_admin=bool(asked.get("bot_is_admin")),
        )
        return JSONResponse(group.api())

    async def _open_topic(self, request: Request) -> Response:
        user, asked = self._user(request), await _read_json(request)
        chat = self._people.chat(user, asked.get("chat_id"))
        return JSONResponse({"topic": self._groups.open_topic(chat, user, asked["name"])})

    async def _end_topic(self, request: Request) -> Response:
        """Close it, or delete it with all that was said in it."""
        user, topic = self._user(request), request.path_params["topic"]
        chat = self._people.chat(user, _integer(request.query_params.get("chat_id")))
        if request.query_params.get("only_close"):
            chat.closed.add(topic)
        else:
            self._groups.delete_topic(chat, topic)
        return JSONResponse({})

    async def _protect(self, request: Request) -> Response:
        """Nothing in a chat may be saved or forwarded from now on, or may again."""
        user, asked = self._user(request), await _read_json(request)
        self._people.chat(user, asked.get("chat_id")).protected = bool(asked["protected"])
        return JSONResponse({})

    async def _admit(self, request: Request) -> Response:
        group = self._groups.group(int(request.path_params["chat_id"]))
        self._groups.admit(group, self._user(request))
        return JSONResponse(group.api())

    async def _leave(self, request: Request) -> Response:
        group = self._groups.group(int(request.path_params["chat_id"]))
        self._groups.leave(group, self._user(request))
        return JSONResponse(group.api())

    async def _migrate(self, request: Request) -> Response:
        grown = self._groups.migrate(self._groups.group(int(request.path_params["chat_id"])))
        return JSONResponse(grown.api())

    async def _file(self, request: Request) -> Response:
        file = self._messenger.files.file(request.path_params["file_id"])
        if file is None:
            raise ApiError(404, "there is no such file")
        # A family's file is shown as a picture or saved, never run as a page of this server.
        kind = file.mime if file.mime in ("image/jpeg", "image/png", "image/webp") else "application/octet-stream"
        return Response(file.data, media_type=kind, headers={"Cache-Control": "private, max-age=3600"})

    async def _example(self, request: Request) -> Response:
        path = self._example_files().get(request.path_params["name"])
        if path is None:
            raise ApiError(404, "there is no such example")
        return FileResponse(path)


def _integer(value: str | None) -> int | None:
    return int(value) if value else None


async def _read_json(request: Request) -> Json:
    """Raises ApiError 400 if the body is no JSON object."""
    try:
        asked = await request.json()
    except ValueError:
        raise bad_request("the body must be JSON") from None
    if not isinstance(asked, dict):
        raise bad_request("the body must be a JSON object")
    return asked
