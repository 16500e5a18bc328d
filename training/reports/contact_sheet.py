"""The contact sheet of `photos check`: every finding with its faces, why, and what to do, in one file."""

from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path

from jinja2 import Environment

from data.files.library import readable
from training.evaluation.label_check import Alike, Doubt, Findings
from training.reports import plots

_PRIVATE = 0o600


def write_contact_sheet(file: Path, findings: Findings) -> None:
    """Write the page, readable by its owner only: it shows the family's faces. Raises `OSError`."""
    sections = [
        {
            "title": "Likely wrong labels",
            "why": "The face looks more like another cousin's other photos than like its own cousin's.",
            "advice": "if the name is wrong, move the photo to the right cousin's folder; if it is right, leave it.",
            "groups": _doubts(findings.doubtful),
        },
        {
            "title": "Mixed-up faces",
            "why": "The photo shows several faces, and the one taken for the cousin looks more like somebody else.",
            "advice": "cut the photo down to the cousin's face, or take it out of the folder.",
            "groups": _doubts(findings.mixed_up),
        },
        {
            "title": "Copies of one picture",
            "why": "Several files hold nearly the same picture, and teach nothing more than one.",
            "advice": "keep the best of each row; leaving them does no harm.",
            "groups": [_alike(group) for group in findings.alike if group.kind == "copies"],
        },
        {
            "title": "Bursts",
            "why": "The photos of a row show one moment.",
            "advice": "keep them if you like; photos of other days help more.",
            "groups": [_alike(group) for group in findings.alike if group.kind == "burst"],
        },
    ]
    template = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True).from_string(
        files("training.reports").joinpath("contact_sheet.html").read_text("utf-8")
    )
    page = template.render(sections=sections, left_out=findings.left_out)
    file.touch(_PRIVATE)
    file.chmod(_PRIVATE)
    file.write_text(page, "utf-8")


def _doubts(doubts: Sequence[Doubt]) -> list[list[dict[str, str]]]:
    shown = [
        {
            "picture": plots.picture(doubt.face),
            "photo": f"{readable(doubt.cousin)}/{readable(doubt.photo.name)}",
            "looks_like": readable(doubt.looks_like),
        }
        for doubt in doubts
    ]
    return [shown] if shown else []


def _alike(group: Alike) -> list[dict[str, str]]:
    return [
        {"picture": plots.picture(face), "photo": f"{readable(group.cousin)}/{readable(path.name)}"}
        for path, face in zip(group.photos, group.faces, strict=True)
    ]
