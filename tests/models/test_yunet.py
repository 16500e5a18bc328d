"""Fetching YuNet's weights, from a real HTTP server on this machine."""

import hashlib
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from models import yunet
from models.weights import WeightsMissing

CONTENT = bytes(range(256)) * 1000


class Source:
    """What the server answers."""

    status = 200
    promised = len(CONTENT)
    asked = 0
    address = ""

    def fetch(self, folder: Path, progress: Callable[[str, int, int], None], expected: bytes = CONTENT) -> None:
        yunet.fetch_yunet(folder, progress, self.address, hashlib.sha256(expected).hexdigest())


@pytest.fixture
def source(monkeypatch: pytest.MonkeyPatch) -> Iterator[Source]:
    source = Source()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            source.asked += 1
            self.send_response(source.status)
            self.send_header("Content-Length", str(source.promised))
            self.end_headers()
            self.wfile.write(CONTENT)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        monkeypatch.setenv("no_proxy", "127.0.0.1")
        source.address = f"http://127.0.0.1:{server.server_port}/{yunet.FILE}"
        yield source
        server.shutdown()


def no_progress(doing: str, done: int, total: int) -> None:
    pass


def test_fetched_whole_with_progress(source: Source, tmp_path: Path) -> None:
    steps: list[tuple[int, int]] = []
    source.fetch(tmp_path / "weights", lambda _, done, total: steps.append((done, total)))
    assert (tmp_path / "weights" / yunet.FILE).read_bytes() == CONTENT
    assert len(steps) > 1
    assert steps == sorted(steps)
    assert steps[-1] == (len(CONTENT), len(CONTENT))


def test_fetched_only_once(source: Source, tmp_path: Path) -> None:
    for _ in range(2):
        source.fetch(tmp_path, no_progress)
    assert source.asked == 1


def test_something_else_is_refused(source: Source, tmp_path: Path) -> None:
    with pytest.raises(WeightsMissing, match="arrived damaged, so fewer faces are found"):
        source.fetch(tmp_path, no_progress, expected=b"the real one")
    assert list(tmp_path.iterdir()) == []


def test_a_connection_that_breaks_off_leaves_nothing(source: Source, tmp_path: Path) -> None:
    source.promised = 2 * len(CONTENT)
    with pytest.raises(WeightsMissing):
        source.fetch(tmp_path, no_progress, expected=CONTENT * 2)
    assert list(tmp_path.iterdir()) == []


def test_not_found_there_any_more(source: Source, tmp_path: Path) -> None:
    source.status = 404
    with pytest.raises(WeightsMissing, match=r"could not be downloaded \(Not Found\)\."):
        source.fetch(tmp_path, no_progress)


def test_no_network_is_one_clear_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    with pytest.raises(WeightsMissing) as caught:
        yunet.fetch_yunet(tmp_path, no_progress, "http://127.0.0.1:9/yunet")  # the discard port: nobody listens
    sentence = str(caught.value)
    assert "could not be downloaded" in sentence
    assert "“cousinbot doctor” says where" in sentence  # and the demo, whose folder passes, can say it too
    assert "\n" not in sentence


def test_a_damaged_file_counts_as_missing(tmp_path: Path) -> None:
    (tmp_path / yunet.FILE).write_bytes(b"half of it")

    assert yunet.yunet_file(tmp_path) is None
