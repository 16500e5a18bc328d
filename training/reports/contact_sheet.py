"""The contact sheet of `photos check`: every finding with its faces, why, and what to do, in one file."""

from collections.abc import Sequence
from pathlib import Path

from data.files.library import readable
from foundation.whole_file import write_whole
from training import wording
from training.evaluation.label_check import Alike, Doubt, Findings, UnclearFaces
from training.reports import plots
from training.reports.left_out import each_once
from training.reports.page import page


def write_contact_sheet(file: Path, findings: Findings) -> None:
    """Write the page, readable by its owner only: it shows the family's faces. Raises `OSError`."""
    sections = [
        (wording.wrong_names() if findings.whole else wording.wrong_cousins(), _doubts(findings.doubtful)),
        (wording.wrong_faces(), _doubts(findings.mixed_up)),
        (wording.unclear_faces(), [_numbered(photo) for photo in findings.unclear]),
        (wording.copies(), [_alike(group) for group in findings.alike if group.kind == "copies"]),
        (
            wording.alike() if findings.whole else wording.bursts(),
            [_alike(group) for group in findings.alike if group.kind == "burst"],
        ),
    ]
    write_whole(
        file,
        page(
            "contact_sheet.html",
            sections=sections,
            whole=findings.whole,
            too_early=[readable(one.sentence) for one in findings.too_early],
            left_out=each_once(findings.left_out),
        ),
    )


def _doubts(doubts: Sequence[Doubt]) -> list[list[dict[str, str]]]:
    shown = [
        {
            "picture": plots.picture(doubt.face),
            "photo": readable(doubt.where),
            "looks_like": readable(doubt.looks_like),
        }
        for doubt in doubts
    ]
    return [shown] if shown else []


def _numbered(photo: UnclearFaces) -> list[dict[str, str]]:
    return [
        {
            "picture": plots.picture(face),
            "photo": wording.numbered_face(number, photo.photo, readable(photo.cousin)),
        }
        for number, face in enumerate(photo.faces, 1)
    ]


def _alike(group: Alike) -> list[dict[str, str]]:
    return [
        {"picture": plots.picture(face), "photo": f"{readable(group.cousin)}/{readable(path.name)}"}
        for path, face in zip(group.photos, group.faces, strict=True)
    ]
