"""What other programs suffer: many more photos of one cousin, and the others are named worse than before."""

from pathlib import Path
from typing import Final

import numpy as np

from data.files.library import PhotoLibrary
from foundation.progress import silent
from inference.decoding.photo import decode
from inference.faces.detectors import load_detector
from inference.recognizer import Recognizer
from models.architectures import architecture
from models.registry import Registry
from training.dataset.labelled import LabelledFile
from training.evaluation.champion import Comparison
from training.run import train

CPU: Final = "cpu"
EACH, MORE, JUDGED = 8, 24, 9


def test_more_photos_of_one_cousin_do_not_cost_the_others(shared: Path, tmp_path: Path) -> None:
    """Relatives of one family: the others are named no worse than chance may have it, or the version stays below."""
    photos = PhotoLibrary(shared / "photos" / "relatives").photos()
    own = {name: [photo for photo in photos if photo.cousin == name] for name in {photo.cousin for photo in photos}}
    many = max(own, key=lambda name: len(own[name]))
    detector, registry = load_detector(shared / "weights"), Registry(tmp_path)
    few = [LabelledFile(photo.path, name) for name, theirs in sorted(own.items()) for photo in theirs[:EACH]]
    more = [LabelledFile(photo.path, many) for photo in own[many][EACH : EACH + MORE]]
    assert len(more) == MORE

    before = train(few, registry, architecture("face"), detector, CPU, silent)
    after = train([*few, *more], registry, architecture("face"), detector, CPU, silent)

    others = [photo for name, theirs in sorted(own.items()) if name != many for photo in theirs[-JUDGED:]]
    assert not {photo.path for photo in others} & {file.path for file in few}
    old, new = (Recognizer.load(version.folder, detector, CPU) for version in (before, after))
    assert old.network == new.network  # both make the same of a face
    faces = [found[0] for found in old.recognize([decode(photo.path.read_bytes()) for photo in others])]
    named_before = np.array([face.cousin for face in faces])
    named_after = np.array([new.identifier.identify(face.embedding[None])[0].cousin for face in faces])
    truth = np.array([photo.cousin for photo in others])
    no_corrections = np.zeros(len(others), bool)
    comparison = Comparison(list(truth), no_corrections, named_before == truth, named_after == truth)
    if after.decision.promote:
        assert not comparison.is_worse(0.05), after.decision.reason
        for name in sorted(set(truth)):
            assert not comparison.of(name).is_worse(0.05), (name, after.decision.reason)
    # Who has many photos draws no others.
    assert (named_after == many).sum() <= (named_before == many).sum() + len(others) // 20
