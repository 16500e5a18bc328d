import json
import shutil
from pathlib import Path

import numpy as np
from PIL import Image

from foundation.progress import silent
from inference.faces.detectors import Hog
from models.architectures import architecture
from models.card import Skipped
from tests.training.conftest import CPU, labelled
from tests.training.evaluation.planting import plant
from training.evaluation.label_check import Alike, Doubt, Findings, check_photos
from training.evaluation.label_doubts import lead
from training.reports.contact_sheet import write_contact_sheet


def test_a_good_family_has_nothing_wrong(trained_home: Path) -> None:
    findings = check_photos(labelled(trained_home / "photos"), architecture("face"), Hog(), CPU, silent)
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

    findings = check_photos(labelled(folder), architecture("face"), Hog(), CPU, silent)

    doubts = {(f"{doubt.cousin}/{doubt.photo.name}", doubt.looks_like) for doubt in findings.doubtful}
    assert doubts == {("amelia/swapped.jpg", "ben"), ("ben/swapped.jpg", "amelia")}
    assert any({path.name for path in group.photos} >= {"clara_1.jpg", "again.jpg"} for group in findings.alike)
    assert {skipped.photo for skipped in findings.left_out} == {"clara/wall.jpg", "clara/torn.jpg"}
    assert findings.usable == {"amelia": 5, "ben": 5, "clara": 6, "diego": 5}
    assert {path: path.read_bytes() for path in folder.rglob("*.jpg")} == before
    assert json.loads(json.dumps(findings.as_json()))["usable"] == findings.usable


def test_the_contact_sheet_shows_faces_and_escapes_names(tmp_path: Path) -> None:
    face = np.zeros((150, 150, 3), np.uint8)
    doubt = Doubt(Path("amelia/<b>.jpg"), "amelia", "ben & co", 3.0, face)
    copies = Alike("copies", "clara", [Path("c/1.jpg"), Path("c/2.jpg")], [face, face])
    findings = Findings({"amelia": 3}, 0, [Skipped(photo="<i>", reason="torn")], [copies], [doubt], [], [])
    write_contact_sheet(tmp_path / "sheet.html", findings)
    page = (tmp_path / "sheet.html").read_text("utf-8")
    assert page.count('src="data:image/jpeg;base64,') == 3
    assert page.count("src=") == 3
    assert "amelia/&lt;b&gt;.jpg" in page
    assert "ben &amp; co" in page
    assert "<bdi>&lt;i&gt;</bdi>: torn" in page
    assert "Probably the wrong face" not in page
    assert (tmp_path / "sheet.html").stat().st_mode & 0o777 == 0o600


def test_a_doubt_names_the_file_that_is_there() -> None:
    """A photo of two cousins lies in the folder of one: there is no such file in the other's."""
    doubt = Doubt(Path("ben/7.jpg"), "amelia", "ben", 3.0, np.zeros((1, 1, 3), np.uint8))
    assert doubt.where == "ben/7.jpg (also under amelia)"


def test_a_face_that_fits_its_label_clears_the_photo() -> None:
    stranger, own = [0.0, 3.0, 1.0], [5.0, 1.0, 0.0]
    assert lead(np.array([stranger], np.float32), 0) == (3.0, 1)
    assert lead(np.array([stranger, own], np.float32), 0) == (-2.0, 1)


def test_planted_labels_are_wrong(trained_home: Path) -> None:
    files = labelled(trained_home / "photos")
    planted, truth = plant(files, 0.2, seed=1)
    wrong = {after.path: before.cousin for before, after in zip(files, planted, strict=True) if before != after}
    assert wrong == truth
    assert len(wrong) == 4
