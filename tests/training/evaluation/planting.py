"""Labels that are wrong on purpose."""

import random
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from training.dataset.labelled import LabelledFile


def plant(files: Sequence[LabelledFile], share: float, seed: int) -> tuple[list[LabelledFile], dict[Path, str]]:
    """The files with a share of the labels wrong, and the true cousin of each of those."""
    generator = random.Random(seed)
    cousins = sorted({file.cousin for file in files})
    truth = {file.path: file.cousin for file in generator.sample(list(files), round(share * len(files)))}
    planted = [
        replace(file, cousin=generator.choice([cousin for cousin in cousins if cousin != file.cousin]))
        if file.path in truth
        else file
        for file in files
    ]
    return planted, truth
