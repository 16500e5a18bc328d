"""What goes wrong, in the words of the real server."""

from typing import Any


class ApiError(Exception):
    """An answer with ``ok: false``.

    Attributes:
        code: the HTTP status and ``error_code``.
        description: the sentence the real server would say.
        parameters: ``retry_after`` or ``migrate_to_chat_id``, if any.
    """

    def __init__(self, code: int, description: str, parameters: dict[str, Any] | None = None) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters


def bad_request(what: str) -> ApiError:
    return ApiError(400, f"Bad Request: {what}")


def forbidden(what: str) -> ApiError:
    return ApiError(403, f"Forbidden: {what}")
