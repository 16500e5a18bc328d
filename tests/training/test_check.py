import json
import shutil
from pathlib import Path

from PIL import Image

from inference.faces import Hog
from tests.training.conftest import CPU, labelled
from training.check import check_photos
from training.progress import silent


def test_a_good_family_has_nothing_wrong(trained_home: Path) -> None:
    findings = check_photos(labelled(trained_home / "photos"), Hog(), CPU, silent)
    assert findings.usable == {"amelia": 5, "ben": 5, "clara": 5, "diego": 5}
    assert findings.left_out == []
    assert findings.doubtful == []
    assert findings.several_faces == 0


def test_what_is_wrong_is_found_and_nothing_is_changed(trained_home: Path, tmp_path: Path) -> None:
    folder = tmp_path / "photos"
    shutil.copytree(trained_home / "photos", folder)
    # Two labels swapped, a copy at lower quality, a wall, and a torn file.
    amelia, ben = folder / "amelia" / "amelia_1.jpg", folder / "ben" / "ben_1.jpg"
    amelia.rename(folder / "ben" / "swapped.jpg")
    ben.rename(folder / "amelia" / "swapped.jpg")
    Image.open(folder / "clara" / "clara_1.jpg").save(folder / "clara" / "again.jpg", quality=60)
    Image.new("RGB", (200, 200), "grey").save(folder / "clara" / "wall.jpg")
    (folder / "clara" / "torn.jpg").write_bytes((folder / "clara" / "clara_2.jpg").read_bytes()[:2000])
    before = {path: path.read_bytes() for path in folder.rglob("*.jpg")}

    findings = check_photos(labelled(folder), Hog(), CPU, silent)

    doubts = {(f"{doubt.cousin}/{doubt.photo.name}", doubt.looks_like) for doubt in findings.doubtful}
    assert doubts == {("amelia/swapped.jpg", "ben"), ("ben/swapped.jpg", "amelia")}
    assert any({path.name for path in group} >= {"clara_1.jpg", "again.jpg"} for group in findings.near_duplicates)
    assert {skipped.photo for skipped in findings.left_out} == {"clara/wall.jpg", "clara/torn.jpg"}
    assert findings.usable == {"amelia": 5, "ben": 5, "clara": 6, "diego": 5}
    assert {path: path.read_bytes() for path in folder.rglob("*.jpg")} == before
    assert json.loads(json.dumps(findings.as_json()))["usable"] == findings.usable
