"""What a request says: parameters from the query, a form or nothing at all, and uploaded files."""

import json
import re
from dataclasses import dataclass, field
from typing import Any

from starlette.datastructures import UploadFile
from starlette.requests import Request

from demo.telegram.chats.errors import ApiError, bad_request
from demo.telegram.chats.types import Json

UPLOAD_LIMIT = 50 * 2**20


@dataclass(frozen=True, slots=True)
class Upload:
    name: str
    mime: str | None
    data: bytes


@dataclass(frozen=True, slots=True)
class Arguments:
    """A method's parameters as they came over the wire, with readers that raise ApiError 400."""

    fields: dict[str, str] = field(default_factory=dict)
    uploads: dict[str, Upload] = field(default_factory=dict)

    def recorded(self) -> Json:
        """The parameters with ("FILE", name) for each upload."""
        return {**self.fields, **{name: ("FILE", upload.name) for name, upload in self.uploads.items()}}

    def text(self, name: str) -> str:
        return self.fields.get(name, "")

    def integer(self, name: str, default: int = 0) -> int:
        try:
            return int(self.fields.get(name, default))
        except ValueError:
            raise bad_request(f"invalid {name} specified: must be an integer") from None

    def boolean(self, name: str) -> bool:
        return self.text(name).lower() in ("true", "1", "yes")

    def json(self, name: str) -> Any:
        """A parameter that is JSON; None if absent."""
        try:
            return json.loads(self.text(name) or "null")
        except ValueError:
            raise bad_request(f"can't parse {name} JSON object") from None

    def mapping(self, name: str) -> Json | None:
        value = self.json(name)
        if value is not None and not isinstance(value, dict):
            raise bad_request(f"object expected as {name.replace('_', ' ')}")
        return value

    def listed(self, name: str) -> list[Any] | None:
        value = self.json(name)
        if value is not None and not isinstance(value, list):
            raise bad_request(f"can't parse {name}: expected an Array")
        return value

    def mappings(self, name: str) -> list[Json]:
        """A list of objects; empty if absent."""
        values = self.listed(name) or []
        if not all(isinstance(value, dict) for value in values):
            raise bad_request(f"can't parse {name}: expected an Array of Object")
        return values

    def chat_id(self) -> int:
        value = self.text("chat_id").strip()
        if not value:
            raise bad_request("chat_id is empty")
        if not re.fullmatch(r"-?[0-9]{1,18}", value):
            raise bad_request("chat not found")
        return int(value)


async def read_arguments(request: Request) -> Arguments:
    """Raises ApiError 400 or 413."""
    fields: dict[str, str] = dict(request.query_params)
    uploads: dict[str, Upload] = {}
    async with request.form(max_part_size=2**20) as form:  # empty where there is no form
        for name, value in form.multi_items():
            if isinstance(value, UploadFile):
                uploads[name] = Upload(value.filename or name, value.content_type, await value.read())
            else:
                fields[name] = value
    if any(len(upload.data) > UPLOAD_LIMIT for upload in uploads.values()):
        raise ApiError(413, "Request Entity Too Large")
    return Arguments(fields, uploads)
