import sqlite3
import stat
from pathlib import Path

import pytest

from data.files.face_cache import FaceCache, delete_face_cache, forget_faces

ENTRY = ("ab12", "", b"what was seen", [b"first face", b"second face"])


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "cache" / "faces.db"


def kept(file: Path, *entries: tuple[str, str, bytes, list[bytes]]) -> FaceCache:
    cache = FaceCache(file)
    cache.keep("v1", entries or [ENTRY])
    cache.close()
    return FaceCache(file)


def test_what_was_seen_is_remembered_by_the_next_process(file: Path) -> None:
    cache = kept(file)
    assert cache.get("ab12", "", "v1") == b"what was seen"
    assert [cache.portrait("ab12", "", number) for number in range(3)] == [b"first face", b"second face", None]
    assert cache.get("ab12", "[0, 0, 1, 1]", "v1") is None
    assert cache.get("cd34", "", "v1") is None


def test_nobody_else_can_read_it(file: Path) -> None:
    kept(file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700


def test_without_a_file_it_lasts_as_long_as_the_process(tmp_path: Path) -> None:
    cache = FaceCache()
    cache.keep("v1", [ENTRY])
    assert cache.get("ab12", "", "v1") == b"what was seen"
    assert FaceCache().get("ab12", "", "v1") is None
    assert not list(tmp_path.iterdir())


def test_another_pipeline_sees_anew(file: Path) -> None:
    cache = kept(file)
    assert cache.get("ab12", "", "v2") is None
    cache.keep("v2", [("ab12", "", b"seen otherwise", [b"one face"])])
    assert cache.get("ab12", "", "v2") == b"seen otherwise"
    assert cache.portrait("ab12", "", 1) is None


def test_a_damaged_entry_is_looked_at_again(file: Path, caplog: pytest.LogCaptureFixture) -> None:
    kept(file).close()
    with sqlite3.connect(file) as database:
        database.execute("UPDATE seen SET content = ?", (b"what was never seen",))
    assert FaceCache(file).get("ab12", "", "v1") is None
    assert "damaged" in caplog.text


@pytest.mark.parametrize("garbage", [b"", b"no database at all" * 100, b"SQLite format 3\0" + b"\xff" * 5000])
def test_a_damaged_file_is_started_anew(file: Path, garbage: bytes, caplog: pytest.LogCaptureFixture) -> None:
    kept(file).close()
    file.write_bytes(garbage)
    cache = FaceCache(file)
    assert cache.get("ab12", "", "v1") is None
    cache.keep("v1", [ENTRY])
    assert cache.get("ab12", "", "v1") == b"what was seen"
    assert ("can't be used" in caplog.text) == bool(garbage)
    assert kept(file).get("ab12", "", "v1") == b"what was seen"


def test_a_file_that_breaks_while_it_is_used_hinders_nobody(file: Path) -> None:
    cache = kept(file, *((f"{number:04d}", "", bytes(9000), []) for number in range(30)))
    file.write_bytes(b"\xff" * file.stat().st_size)
    assert cache.get("0007", "", "v1") is None
    cache.keep("v1", [ENTRY])
    assert cache.get("ab12", "", "v1") == b"what was seen"


def test_a_folder_that_can_not_be_written_hinders_nobody(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file where the folder should be")
    cache = FaceCache(tmp_path / "cache" / "faces.db")
    cache.keep("v1", [ENTRY])
    assert cache.get("ab12", "", "v1") == b"what was seen"


def test_a_forgotten_photo_leaves_no_trace(file: Path) -> None:
    kept(file, ENTRY, ("cd34", "", b"another", [b"somebody else's face"])).close()
    assert b"second face" in file.read_bytes()
    forget_faces(file, ["ab12"])
    cache = FaceCache(file)
    assert cache.get("ab12", "", "v1") is None
    assert cache.portrait("ab12", "", 0) is None
    assert cache.portrait("cd34", "", 0) == b"somebody else's face"
    for trace in (b"ab12", b"what was seen", b"second face"):
        assert trace not in file.read_bytes()
    assert {path.name for path in file.parent.iterdir()} == {"faces.db"}


def test_forgetting_makes_no_file(file: Path) -> None:
    forget_faces(file, ["ab12"])
    assert not file.parent.exists()


def test_what_a_run_did_not_ask_for_goes_at_its_end(file: Path) -> None:
    cache = kept(file, ENTRY, ("cd34", "", b"deleted since", []), ("ef56", "", b"deleted meanwhile", []))
    cache.get("ab12", "", "v1")
    cache.get("ef56", "", "v1")
    cache.drop_untouched("v1", gone=["ef56"])
    cache.close()
    left = FaceCache(file)
    assert [left.get(name, "", "v1") is None for name in ("ab12", "cd34", "ef56")] == [False, True, True]
    left.drop_untouched("v2")
    assert left.get("ab12", "", "v1") is None


def test_what_is_to_be_spared_stays(file: Path) -> None:
    kept(file, ENTRY, ("cd34", "", b"sorted, and not named yet", [])).close()
    cache = FaceCache(file, spared=["cd34"])
    cache.drop_untouched("v1")
    cache.close()
    left = FaceCache(file)
    assert [left.get(name, "", "v1") is None for name in ("ab12", "cd34")] == [True, False]


def test_everybody_can_be_forgotten(file: Path) -> None:
    kept(file).close()
    delete_face_cache(file)
    delete_face_cache(file)
    assert not list(file.parent.iterdir())
