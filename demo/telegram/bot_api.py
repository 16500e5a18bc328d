"""The Bot API over HTTP: /bot<token>/<method> and /file/bot<token>/<path>; and what was asked of it, for benchmarks."""

import dataclasses
import json
import re
from collections.abc import Awaitable, Callable
from email.utils import formatdate
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from demo.telegram.calls import Call, CallLog
from demo.telegram.chats.clock import Bell
from demo.telegram.chats.errors import ApiError
from demo.telegram.chats.messenger import Messenger
from demo.telegram.chats.people import People
from demo.telegram.connections import Cut
from demo.telegram.faults import Fault, Faults
from demo.telegram.methods import about, editing, sending
from demo.telegram.methods.arguments import Arguments, read_arguments
from demo.telegram.methods.receiving import Receiving

Method = Callable[[Messenger, Arguments], Awaitable[Any]]
GATEWAY_PAGE = "<html><head><title>{0}</title></head><body><center><h1>{0}</h1></center><hr>nginx</body></html>"


class BotApi:
    def __init__(self, token: str, messenger: Messenger, people: People) -> None:
        self._token = token
        self._messenger = messenger
        self._closing = Bell()
        self.receiving = Receiving(messenger, people)
        self.faults = Faults()
        self.calls = CallLog()
        functions: list[Method] = [
            self.receiving.get_updates,
            self.receiving.set_webhook,
            self.receiving.delete_webhook,
            self.receiving.get_webhook_info,
            self.receiving.answer_callback_query,
            sending.send_message,
            sending.send_photo,
            sending.send_document,
            sending.send_chat_action,
            editing.edit_message_text,
            editing.edit_message_caption,
            editing.edit_message_reply_markup,
            editing.delete_message,
            about.get_me,
            about.get_chat,
            about.get_chat_member,
            about.set_my_commands,
            about.get_my_commands,
            about.delete_my_commands,
            about.set_my_description,
            about.get_my_description,
            about.set_my_short_description,
            about.get_my_short_description,
            about.set_chat_menu_button,
            about.get_chat_menu_button,
            about.get_file,
        ]
        self._methods = {function.__name__.replace("_", ""): function for function in functions}

    def routes(self) -> list[Route]:
        return [
            Route("/bot{token}/{method}", self._call, methods=["GET", "POST"]),
            Route("/file/bot{token}/{path:path}", self._download, methods=["GET"]),
            Route("/control/calls", self._finished),
        ]

    def close(self) -> None:
        self._closing.close()

    async def _call(self, request: Request) -> Response:
        method = request.path_params["method"]
        fault = self.faults.take(method)
        if fault and fault.kind in ("hang", "delay") and not fault.after:
            await self._closing.wait(fault.seconds)
        arguments = Arguments()
        result: Any = None
        failed: ApiError | None = None
        try:
            arguments = await read_arguments(request)
            if fault and fault.kind == "fail":
                raise _ordered(fault)
            if _carried_out(fault):
                result = await self._function(request.path_params["token"], method)(self._messenger, arguments)
        except ApiError as error:
            failed = error
        if fault and fault.kind == "delay" and fault.after:
            await self._closing.wait(fault.seconds)
        response = _response(request, fault, result, failed)
        response.headers["Date"] = formatdate(self._messenger.clock.now(), usegmt=True)
        lost = isinstance(response, Cut)
        self.calls.add(
            Call(
                method,
                arguments.recorded(),
                0 if lost else response.status_code,
                result,
                failed.description if failed else None,
                self._messenger.clock.now(),
            )
        )
        return response

    async def _finished(self, request: Request) -> Response:
        calls = self.calls.of(request.query_params.get("method"))
        return JSONResponse({"calls": [dataclasses.asdict(call) for call in calls]})

    def _function(self, token: str, method: str) -> Method:
        self._check(token)
        function = self._methods.get(method.lower())
        if function is None and _exists(method):
            raise ApiError(400, f"Bad Request: this local Telegram does not offer {method}")
        if function is None:
            raise ApiError(404, "Not Found: method not found")
        return function

    def _check(self, token: str) -> None:
        if token != self._token:
            raise ApiError(401, "Unauthorized")

    async def _download(self, request: Request) -> Response:
        fault = self.faults.take("file")
        if fault and fault.kind in ("hang", "delay"):
            await self._closing.wait(fault.seconds)
        try:
            if fault and fault.kind == "fail":
                raise _ordered(fault)
            self._check(request.path_params["token"])
            file = self._messenger.files.download(request.path_params["path"])
            if file is None:
                raise ApiError(404, "Not Found")
        except ApiError as error:
            return _response(request, fault, None, error)
        if fault and fault.kind != "delay":
            return _response(request, fault, None, None)
        return Response(file.data, media_type="application/octet-stream")


def _carried_out(fault: Fault | None) -> bool:
    return fault is None or fault.kind == "delay" or fault.after


def _ordered(fault: Fault) -> ApiError:
    if fault.retry_after is not None:
        what = f"Too Many Requests: retry after {fault.retry_after}"
        return ApiError(429, fault.description or what, {"retry_after": fault.retry_after})
    return ApiError(fault.status, fault.description or "Internal Server Error")


def _response(request: Request, fault: Fault | None, result: Any, failed: ApiError | None) -> Response:
    match fault.kind if fault else None:
        case "drop" | "hang":
            return Cut(request)
        case "html":
            status = fault.status if fault else 502
            return HTMLResponse(GATEWAY_PAGE.format(f"{status} Bad Gateway"), status)
        case "garbage":
            return Response('{"ok": true, "result": [{"upd', media_type="application/json")
    if failed is None:
        return Response(json.dumps({"ok": True, "result": result}), media_type="application/json")
    body: dict[str, Any] = {"ok": False, "error_code": failed.code, "description": failed.description}
    headers = {}
    if failed.parameters:
        body["parameters"] = failed.parameters
        if "retry_after" in failed.parameters:
            headers["Retry-After"] = str(failed.parameters["retry_after"])
    return Response(json.dumps(body), failed.code, headers, "application/json")


def _exists(method: str) -> bool:
    """Whether the real Bot API has this method, by what python-telegram-bot knows of it."""
    import telegram

    return bool(re.fullmatch(r"[A-Za-z]+", method)) and method.lower() in {
        name.lower() for name in vars(telegram.Bot) if name != name.lower()
    }
