"""Photos and people of an Immich that is running: https://immich.app.

Its API is asked for people, for the photos of each, for the faces on each photo, and for a preview of each photo, which
is large enough to learn from and a tenth of the original.
"""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from math import isfinite
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self, TypeVar
from urllib.parse import quote, urlsplit

import httpx

from data.tags.xmp import clean
from foundation.box import Box
from foundation.region import Region
from inference.decoding.limits import MAX_BYTES
from inference.decoding.photo import PhotoError
from training.errors import TrainingError
from training.importing.sources import wording
from training.importing.tags.matching import AS_STORED, View

_PAGE: Final = 250
_MOST_PAGES: Final = 100_000
"""A server that always has one page more is no Immich."""
_TRIES: Final = 3
_TIMEOUT: Final = 30.0
_BUSY: Final = frozenset({429, 500, 502, 503, 504})
_MOST_ANSWER: Final = 2**26
Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Asset:
    """A photo of Immich's.

    Attributes:
        name: as its owner knows it.
        original: what the photo is known by, 64 hex digits: its previews are made anew with every other setting.
        year: when it was taken, as Immich has it.
        people: the names of those on it.
    """

    id: str
    name: str
    original: str
    year: int | None
    people: tuple[str, ...]


def is_address(source: str) -> bool:
    return source.casefold().startswith(("http://", "https://"))


class Immich:
    """An Immich at an address. Use it as a context manager; may be asked from several threads.

    Every method raises TrainingError where it can't be reached, or does not let us in.
    """

    def __init__(self, address: str, key: str, transport: httpx.BaseTransport | None = None) -> None:
        parts = urlsplit(address)
        if not parts.hostname:
            raise TrainingError(wording.no_immich_address(address))
        path = parts.path.rstrip("/").removesuffix("/api")
        self.address = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{path}"
        try:
            self._client = httpx.Client(
                base_url=f"{self.address}/api", headers={"x-api-key": key}, timeout=_TIMEOUT, transport=transport
            )
        except (UnicodeEncodeError, httpx.InvalidURL):
            raise TrainingError(wording.no_immich_key(self.address)) from None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._client.close()

    def assets(self) -> list[Asset]:
        """Every photo on which somebody is named, by name."""
        try:
            return self._assets()
        except ValueError:
            raise TrainingError(wording.not_immich(self.address)) from None

    def _assets(self) -> list[Asset]:
        found: dict[str, Asset] = {}
        for number, name in self._people():
            for asset in self._photos_of(number):
                before = found.get(asset.id, asset)
                found[asset.id] = replace(before, people=(*before.people, name))
        return sorted(found.values(), key=lambda asset: (asset.name, asset.id))

    def faces(self, asset: Asset) -> tuple[View, list[Region]]:
        """How large the photo is on which Immich has seen faces, and those with a name."""
        answer = self._ask("GET", "faces", _list, params={"id": asset.id})
        regions, view = [], AS_STORED
        for face in map(_structure, answer):
            name = clean(str(_structure(face.get("person")).get("name") or ""))
            width, height = _number(face.get("imageWidth")), _number(face.get("imageHeight"))
            if not name or width <= 0 or height <= 0:
                continue
            left, top, right, bottom = (_number(face.get(f"boundingBox{side}")) for side in ("X1", "Y1", "X2", "Y2"))
            box = Box.clipped(left, top, right, bottom, round(width), round(height))
            view = View(width, height)
            regions.append(Region(name, "immich", box if box.area > 0 else None, (width, height)))
        return view, regions

    def preview(self, asset: Asset) -> bytes:
        """The photo. Raises `PhotoError` for one that is too big, and `OSError` where it can't be had."""

        def read(response: httpx.Response) -> bytes:
            return _bounded(response, MAX_BYTES)

        try:
            return self._ask("GET", f"assets/{quote(asset.id, safe='')}/thumbnail", read, params={"size": "preview"})
        except _TooMuch:
            raise PhotoError("too_big") from None
        except _Missing:
            raise OSError(0, wording.no_preview()) from None

    def link(self, asset: Asset) -> str:
        return f"{self.address}/photos/{asset.id}"

    def path(self, asset: Asset) -> Path:
        """The name its owner knows it by."""
        return Path(clean(asset.name).replace("/", "_") or asset.id)

    def _people(self) -> Iterator[tuple[str, str]]:
        """Number and name of everybody who has one."""
        for page in range(1, _MOST_PAGES):
            answer = self._ask("GET", "people", _object, params={"page": page, "size": _PAGE, "withHidden": "false"})
            people = _list_in(answer, "people")
            for person in map(_structure, people):
                if name := clean(str(person.get("name") or "")):
                    yield str(person.get("id")), name
            if not answer.get("hasNextPage") or not people:
                return

    def _photos_of(self, person: str) -> Iterator[Asset]:
        page: Any = 1
        for _ in range(_MOST_PAGES):
            wanted = {"personIds": [person], "page": page, "size": _PAGE, "type": "IMAGE"}
            assets = _structure(self._ask("POST", "search/metadata", _object, json=wanted).get("assets"))
            for asset in map(_structure, _list_in(assets, "items")):
                if asset.get("id") and asset.get("type", "IMAGE") == "IMAGE":
                    taken = str(asset.get("localDateTime") or "")[:4]
                    year = int(taken) if taken.isascii() and taken.isdecimal() else None
                    number, name = str(asset["id"]), str(asset.get("originalFileName") or asset["id"])
                    known_by = f"immich {asset.get('checksum') or f'{self.address} {number}'}"
                    yield Asset(number, name, hashlib.sha256(known_by.encode()).hexdigest(), year, ())
            following = str(assets.get("nextPage") or "")
            if not following.isdecimal() or int(following) <= int(page):
                return
            page = int(following)

    def _ask(self, method: str, path: str, read: Callable[[httpx.Response], Answer], **request: Any) -> Answer:
        """An answer, asked for again where the server was slow or busy."""
        reason = ""
        for _ in range(_TRIES):
            try:
                with self._client.stream(method, path, **request) as response:
                    if response.status_code in (401, 403):
                        raise TrainingError(wording.key_not_accepted(self.address))
                    if response.status_code in _BUSY:
                        reason = str(response.status_code)
                        continue
                    if response.status_code == 404 and path.startswith("assets/"):
                        raise _Missing
                    if not response.is_success:
                        raise TrainingError(wording.not_immich(self.address))
                    return read(response)
            except httpx.TimeoutException:
                reason = wording.too_slow()
            except httpx.HTTPError as error:
                reason = str(error) or type(error).__name__
            except ValueError:  # what is no JSON, or not what Immich says
                raise TrainingError(wording.not_immich(self.address)) from None
        raise TrainingError(wording.immich_gone(self.address, reason))


def _bounded(response: httpx.Response, most: int) -> bytes:
    content = bytearray()
    for chunk in response.iter_bytes():
        content += chunk
        if len(content) > most:
            raise _TooMuch
    return bytes(content)


def _json(response: httpx.Response) -> Any:
    try:
        return json.loads(_bounded(response, _MOST_ANSWER))
    except (_TooMuch, RecursionError):
        raise ValueError from None


def _object(response: httpx.Response) -> dict[str, Any]:
    answer = _json(response)
    if not isinstance(answer, dict):
        raise ValueError
    return answer


def _list(response: httpx.Response) -> list[Any]:
    answer = _json(response)
    if not isinstance(answer, list):
        raise ValueError
    return answer


def _list_in(answer: Mapping[str, Any], name: str) -> list[Any]:
    found = answer.get(name)
    if not isinstance(found, list):
        raise ValueError
    return found


def _structure(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _number(value: Any) -> float:
    return float(value) if isinstance(value, int | float) and isfinite(value) else 0.0


class _TooMuch(Exception):
    """More bytes than a preview has."""


class _Missing(Exception):
    """Immich has no preview of it."""
