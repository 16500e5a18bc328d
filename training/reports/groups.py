"""The contact sheet of `photos sort`: the groups with some of their faces, and the command that names each."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from actions.groups.groups import FaceGroup
from data.files.library import readable
from data.sorting.sorted_faces import SortedFace
from foundation.whole_file import write_whole
from inference.faces.finding import Pixels
from training import wording
from training.reports import plots
from training.reports.page import page

_GROUPS: Final = 300
_FACES: Final = 8


def write_groups(
    file: Path, groups: Sequence[FaceGroup], face_of: Callable[[SortedFace], Pixels], shown: Callable[[str], str]
) -> None:
    """Write the page, readable by its owner only. Raises `OSError`."""
    sections = [
        {
            "title": wording.group_of_faces(group.id, len(group.faces), shown(group.cousin) if group.cousin else None),
            "command": wording.naming_command(group.id, group.cousin),
            "faces": [
                {"picture": plots.picture(face_of(face)), "photo": readable(face.path.name)}
                for face in group.faces[:_FACES]
            ],
        }
        for group in groups[:_GROUPS]
    ]
    rest = len(groups) - _GROUPS
    write_whole(file, page("groups.html", groups=sections, rest=wording.groups_left(rest) if rest > 0 else None))
