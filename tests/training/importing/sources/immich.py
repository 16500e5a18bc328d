"""An Immich of our own: speaks as much of its API as is asked of it."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import httpx

from tests.training.importing.sources.made import HEIGHT, WIDTH, box_of, jpeg

KEY = "a-key"
PAGE = 2


@dataclass
class LittleImmich:
    """People by number, and who is on which photo. `answers` are given before its own; `previews` counts how often all
    previews were made anew; `has_checksums`: it tells them, as it should."""

    people: dict[str, str]
    photos: dict[str, list[str]]
    answers: list[Callable[[httpx.Request], httpx.Response]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    previews: int = 0
    has_checksums: bool = True

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(f"{request.method} {request.url.path}")
        if self.answers:
            return self.answers.pop(0)(request)
        if request.headers.get("x-api-key") != KEY:
            return httpx.Response(401, json={"message": "Invalid API key"})
        query, path = request.url.params, request.url.path.removeprefix("/api/")
        if path == "people":
            return httpx.Response(200, json=self._people(int(query["page"])))
        if path == "search/metadata":
            return httpx.Response(200, json=self._search(json.loads(request.content)))
        if path == "faces":
            return httpx.Response(200, json=[self._face(one) for one in self.photos[query["id"]]])
        if path.startswith("assets/") and query["size"] == "preview":
            number = path.split("/")[1]
            names = [self.people[one] for one in self.photos[number] if self.people[one]]
            return httpx.Response(200, content=jpeg(names, seed=int(number) + 100 * self.previews))
        return httpx.Response(404)

    @contextmanager
    def listening(self) -> Iterator[str]:
        """The same at an address of this machine."""
        answer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                size = int(self.headers.get("content-length") or 0)
                url = f"http://{self.headers['host']}{self.path}"
                asked = httpx.Request(self.command, url, headers=dict(self.headers), content=self.rfile.read(size))
                said = answer(asked)
                self.send_response(said.status_code)
                self.send_header("content-length", str(len(said.content)))
                self.end_headers()
                self.wfile.write(said.content)

            do_POST = do_GET  # noqa: N815  as http.server calls it

            def log_message(self, *_: object) -> None:
                pass

        with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
            thread = Thread(target=server.serve_forever)
            thread.start()
            try:
                yield f"http://127.0.0.1:{server.server_port}"
            finally:
                server.shutdown()
                thread.join()

    def _people(self, page: int) -> dict[str, Any]:
        every = [{"id": number, "name": name, "isHidden": False} for number, name in self.people.items()]
        start = (page - 1) * PAGE
        return {"people": every[start : start + PAGE], "hasNextPage": start + PAGE < len(every), "total": len(every)}

    def _search(self, wanted: dict[str, Any]) -> dict[str, Any]:
        assert wanted["type"] == "IMAGE"
        (person,) = wanted["personIds"]
        every = [number for number, people in self.photos.items() if person in people]
        start = (int(wanted["page"]) - 1) * PAGE
        following = str(int(wanted["page"]) + 1) if start + PAGE < len(every) else None
        items = [
            {
                "id": number,
                "originalFileName": f"IMG_{number}.HEIC",
                "type": "IMAGE",
                "localDateTime": "2014-05-03T12:00:00",
                **({"checksum": f"sha1 of {number}="} if self.has_checksums else {}),
            }
            for number in every[start : start + PAGE]
        ]
        return {"assets": {"items": items, "nextPage": following, "total": len(items)}, "albums": {}}

    def _face(self, person: str) -> dict[str, Any]:
        name = self.people[person]
        box = box_of(name or "Eve")
        return {
            "id": f"face-{person}",
            "imageWidth": WIDTH * 10,
            "imageHeight": HEIGHT * 10,
            "boundingBoxX1": round(box.left * WIDTH * 10),
            "boundingBoxY1": round(box.top * HEIGHT * 10),
            "boundingBoxX2": round(box.right * WIDTH * 10),
            "boundingBoxY2": round(box.bottom * HEIGHT * 10),
            "person": {"id": person, "name": name} if name else None,
        }
