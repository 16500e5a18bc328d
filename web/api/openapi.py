"""The OpenAPI document, made of the operations and their models; and the routes of all of them."""

import inspect
import re
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from typing import Any, Final

from pydantic import TypeAdapter
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from actions.cousins import Cousins
from foundation.languages import ENGLISH
from web.api.corrections import CorrectionsApi
from web.api.family import FamilyApi
from web.api.image import Image
from web.api.models import Problem
from web.api.operations import Operation
from web.api.pace import PhotoPace
from web.api.recognition import Recognition
from web.api.uploads import Uploads

PATH: Final = "/api/openapi.json"
_SCHEMAS: Final = "#/components/schemas/{model}"
_PARAMETER: Final = re.compile(r"\{(\w+)(?::\w+)?\}")
_RETRIED: Final = {429, 503}


def api_routes(
    recognition: Recognition, cousins: Cousins, pace: PhotoPace, familys_language: str = ENGLISH
) -> list[Route]:
    """All that programs can ask for. The OpenAPI document is open to everybody: it says nothing of the family."""
    operations = [
        Image(recognition, pace, Uploads(), familys_language).operation,
        CorrectionsApi(recognition).operation,
        *FamilyApi(cousins).operations,
    ]
    described = document(operations)

    async def openapi(request: Request) -> Response:
        return JSONResponse(described)

    return [Route(PATH, openapi, methods=["GET"]), *(operation.route for operation in operations)]


def document(operations: Sequence[Operation]) -> dict[str, Any]:
    """The operations as OpenAPI 3.1 has them."""
    bodies: list[Any] = [content["schema"] for one in operations for content in one.body.values()]
    models: dict[int, TypeAdapter[Any]] = {id(body): _adapter(body) for body in bodies if not isinstance(body, dict)}
    answers: list[Any] = [*(one.answer for one in operations), Problem]
    adapters: list[tuple[Any, Any, TypeAdapter[Any]]] = [
        *((key, "validation", adapter) for key, adapter in models.items()),
        *((model, "serialization", _adapter(model)) for model in answers),
    ]
    schemas, shared = TypeAdapter.json_schemas(adapters, ref_template=_SCHEMAS)
    paths: dict[str, dict[str, Any]] = {}
    for one in operations:
        words = inspect.cleandoc(one.handler.__doc__ or "").partition("\n\n")
        described: dict[str, Any] = {
            "operationId": f"{one.method.lower()}{one.path.partition('{')[0].replace('/', '_').rstrip('_')}"
            + ("_one" if "{" in one.path else ""),
            "summary": words[0],
            **({"description": " ".join(words[2].split())} if words[2] else {}),
            "responses": {
                "200": _response("Answer", schemas[one.answer, "serialization"]),
                **{
                    str(int(status)): _response(
                        status.phrase, schemas[Problem, "serialization"], is_retried=status in _RETRIED
                    )
                    for status in one.statuses
                },
            },
        }
        if one.body:
            described["requestBody"] = {
                "required": True,
                "content": {
                    kind: {
                        **content,
                        "schema": content["schema"]
                        if isinstance(content["schema"], dict)
                        else schemas[id(content["schema"]), "validation"],
                    }
                    for kind, content in one.body.items()
                },
            }
        parameters = [
            {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
            for name in _PARAMETER.findall(one.path)
        ]
        if parameters:
            described["parameters"] = parameters
        paths.setdefault(_PARAMETER.sub(r"{\1}", one.path), {})[one.method.lower()] = described
    return {
        "openapi": "3.1.0",
        "info": {"title": "cousinbot", "version": _version()},
        "security": [{"key": []}],
        "paths": paths,
        "components": {
            "schemas": shared.get("$defs", {}),
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}},
        },
    }


def _adapter(model: Any) -> TypeAdapter[Any]:
    return TypeAdapter(model)


def _response(description: str, schema: dict[str, Any], *, is_retried: bool = False) -> dict[str, Any]:
    response: dict[str, Any] = {"description": description, "content": {"application/json": {"schema": schema}}}
    if is_retried:
        response["headers"] = {"Retry-After": {"schema": {"type": "integer", "minimum": 1}, "required": True}}
    return response


def _version() -> str:
    try:
        return version("cousinbot")
    except PackageNotFoundError:  # a copy that was not installed
        return "0"
