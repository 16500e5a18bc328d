"""Fetching weights that no package carries, from a real HTTP server on this machine."""

import hashlib
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from foundation.progress import silent
from models.architectures import DOWNLOADS, best_face_network
from models.downloads import Download, fetch_missing
from models.mobilefacenet_weights import MOBILEFACENET
from models.weights import WeightsMissing
from models.yunet import YUNET

CONTENT = bytes(range(256)) * 1000


class Source:
    """What the server answers, and what it was asked for."""

    status = 200
    promised = len(CONTENT)
    address = ""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def file(
        self,
        name: str = "net.onnx",
        expected: bytes = CONTENT,
        what: str = "the better face finder",
        cost: str = "Fewer faces are found.",
    ) -> Download:
        digest = hashlib.sha256(expected).hexdigest()
        return Download(name, f"{self.address}/{name}", digest, lambda: what, lambda: cost)


@pytest.fixture
def source(monkeypatch: pytest.MonkeyPatch) -> Iterator[Source]:
    source = Source()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            source.asked.append(self.path.removeprefix("/"))
            self.send_response(source.status)
            self.send_header("Content-Length", str(source.promised))
            self.end_headers()
            self.wfile.write(CONTENT)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        monkeypatch.setenv("no_proxy", "127.0.0.1")
        source.address = f"http://127.0.0.1:{server.server_port}"
        yield source
        server.shutdown()


@pytest.fixture
def nowhere(monkeypatch: pytest.MonkeyPatch) -> Source:
    """The discard port: nobody listens."""
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    source = Source()
    source.address = "http://127.0.0.1:9"
    return source


def test_fetched_whole_with_progress(source: Source, tmp_path: Path) -> None:
    steps: list[tuple[str, int, int]] = []
    fetch_missing([source.file()], tmp_path / "weights", lambda *step: steps.append(step))
    assert (tmp_path / "weights" / "net.onnx").read_bytes() == CONTENT
    assert source.file().file(tmp_path / "weights") == tmp_path / "weights" / "net.onnx"
    assert source.file().read(tmp_path / "weights") == CONTENT
    assert len(steps) > 1
    assert steps == sorted(steps)
    assert steps[-1] == ("Downloading: the better face finder", len(CONTENT), len(CONTENT))


def test_fetched_only_once_and_only_what_is_missing(source: Source, tmp_path: Path) -> None:
    (tmp_path / "there.bin").write_bytes(CONTENT)
    files = [source.file("there.bin"), source.file("a.bin"), source.file("b.bin")]
    for _ in range(2):
        fetch_missing(files, tmp_path, silent)
    assert source.asked == ["a.bin", "b.bin"]


def test_something_else_is_refused(source: Source, tmp_path: Path) -> None:
    with pytest.raises(WeightsMissing) as caught:
        fetch_missing([source.file(expected=b"the real one")], tmp_path, silent)
    assert "(the file arrived damaged). Fewer faces are found." in str(caught.value)
    assert list(tmp_path.iterdir()) == []


def test_a_connection_that_breaks_off_leaves_nothing(source: Source, tmp_path: Path) -> None:
    source.promised = 2 * len(CONTENT)
    with pytest.raises(WeightsMissing):
        fetch_missing([source.file(expected=CONTENT * 2)], tmp_path, silent)
    assert list(tmp_path.iterdir()) == []


def test_not_found_there_any_more(source: Source, tmp_path: Path) -> None:
    source.status = 404
    with pytest.raises(WeightsMissing, match=r"Missing: the better face finder\. The download failed \(Not Found\)\."):
        fetch_missing([source.file()], tmp_path, silent)


def test_no_network_is_one_clear_sentence(nowhere: Source, tmp_path: Path) -> None:
    with pytest.raises(WeightsMissing) as caught:
        fetch_missing([nowhere.file()], tmp_path, silent)
    sentence = str(caught.value)
    assert sentence.startswith("Missing: the better face finder. The download failed (")
    assert "“cousinbot doctor” says where" in sentence  # and the demo, whose folder passes, can say it too
    assert "\n" not in sentence


def test_whatever_does_not_come_is_named_together_with_what_each_costs(nowhere: Source, tmp_path: Path) -> None:
    second = ("the second network", "Relatives are told apart a little less well.")
    files = [nowhere.file(), nowhere.file("m.bin", b"m", *second), nowhere.file("m.json", b"{}", *second)]
    with pytest.raises(WeightsMissing) as caught:
        fetch_missing(files, tmp_path, silent)
    sentence = str(caught.value)
    assert sentence.startswith("Missing: the better face finder and the second network. The download failed (")
    assert "Fewer faces are found. Relatives are told apart a little less well." in sentence
    assert sentence.count("Missing") == 1
    assert "\n" not in sentence


def test_the_familys_own_downloads_are_told_in_one_sentence(tmp_path: Path, no_network: None) -> None:
    with pytest.raises(WeightsMissing) as caught:
        fetch_missing(DOWNLOADS, tmp_path / "weights", silent)
    sentence = str(caught.value)
    for said in ("YuNet", "MobileFaceNet", "fewer faces are found", "tell relatives apart a little less well"):
        assert sentence.count(said) == 1, sentence
    assert "\n" not in sentence


def test_after_the_first_that_does_not_come_no_other_is_tried(source: Source, tmp_path: Path) -> None:
    """Without a network each further try would take as long as the first."""
    source.status = 500
    with pytest.raises(WeightsMissing):
        fetch_missing([source.file("a.bin"), source.file("b.bin"), source.file("c.bin")], tmp_path, silent)
    assert source.asked == ["a.bin"]


def test_what_came_before_the_failure_is_kept_and_not_spoken_of(source: Source, tmp_path: Path) -> None:
    files = [source.file("a.bin"), source.file("b.bin", b"else", "the second network", "Relatives look alike.")]
    with pytest.raises(WeightsMissing) as caught:
        fetch_missing(files, tmp_path, silent)
    assert [file.name for file in tmp_path.iterdir()] == ["a.bin"]
    assert "face finder" not in str(caught.value)
    assert "Missing: the second network. The download failed (the file arrived damaged). Relatives look alike." in str(
        caught.value
    )


def test_a_damaged_file_counts_as_missing_and_is_fetched_again(source: Source, tmp_path: Path) -> None:
    download = source.file()
    (tmp_path / download.name).write_bytes(CONTENT[:-1])
    assert download.file(tmp_path) is None
    with pytest.raises(
        WeightsMissing, match=r"net.onnx is missing or damaged. What it holds: the better face finder\."
    ):
        download.read(tmp_path)
    fetch_missing([download], tmp_path, silent)
    assert download.read(tmp_path) == CONTENT


@pytest.mark.parametrize("download", DOWNLOADS, ids=lambda download: download.name)
def test_half_of_a_real_one_is_none(download: Download, tmp_path: Path) -> None:
    (tmp_path / download.name).write_bytes(b"half of it")
    assert download.file(tmp_path) is None


def test_a_folder_that_can_not_be_written_is_said(source: Source, tmp_path: Path) -> None:
    (tmp_path / "weights").write_bytes(b"a file where the folder should be")
    with pytest.raises(WeightsMissing) as caught:
        fetch_missing([source.file(), source.file("b.bin")], tmp_path / "weights", silent)
    sentence = str(caught.value)
    assert f"the file can't be saved in {tmp_path / 'weights'}: " in sentence
    assert "Fewer faces are found." in sentence
    assert source.asked == ["net.onnx"]


def test_the_real_ones_are_pinned_by_commit_and_digest() -> None:
    assert len({download.name for download in DOWNLOADS}) == len(DOWNLOADS) == 3
    for download in DOWNLOADS:
        assert len(bytes.fromhex(download.sha256)) == 32
        assert any(len(part) == 40 and bytes.fromhex(part) for part in download.source.split("/") if len(part) == 40)
        assert download.source.endswith(f"/{download.name}")


def test_the_weights_beside_the_repository_are_those_that_are_fetched(shared: Path) -> None:
    for download in DOWNLOADS:
        assert download.file(shared / "weights"), download.name
    assert YUNET.is_it((shared / "weights" / YUNET.name).read_bytes())


def test_the_default_is_the_two_together_only_where_all_of_the_second_is_there(shared: Path, tmp_path: Path) -> None:
    assert best_face_network(shared / "weights").name == "fused"
    assert best_face_network(tmp_path).name == "face"
    for download in MOBILEFACENET:  # one file alone is no network
        assert best_face_network(tmp_path).name == "face"
        (tmp_path / download.name).write_bytes(download.read(shared / "weights"))
    assert best_face_network(tmp_path).name == "fused"
    layout = json.loads((tmp_path / MOBILEFACENET[1].name).read_bytes())
    (tmp_path / MOBILEFACENET[1].name).write_text(json.dumps(layout))  # the same, but not the same bytes
    assert best_face_network(tmp_path).name == "face"
