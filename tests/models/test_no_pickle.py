"""Nothing on the path to an answer can run what lies in a file: weights are safetensors, cards JSON."""

import os
import pickle
import re
import shutil
from pathlib import Path

import pytest
import torch

from inference.faces.detectors import Hog
from inference.loading import VersionBroken
from inference.recognizer import Recognizer
from models.architectures import architecture
from models.weights import WeightsMissing

ROOT = Path(__file__).parents[2]
LOADERS = re.compile(
    r"torch\.load|pickle\.loads?|Unpickler|import (pickle|dill|joblib|shelve|marshal)|load_learner|allow_pickle"
    r"|yaml\.(unsafe_|full_)?load\b|(?<![.\w])(eval|exec)\("
)


class Malicious:
    """A pickle that leaves a mark when it is opened."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.mkdir, (str(self.mark),)


def test_no_room_opens_pickles() -> None:
    found = [
        f"{path.relative_to(ROOT)}: {line.strip()}"
        for room in ("bot", "cli", "data", "demo", "inference", "models", "training")
        for path in sorted((ROOT / room).rglob("*.py"))
        for line in path.read_text().splitlines()
        if LOADERS.search(line) and not line.strip().startswith("#")
    ]
    assert found == []


def test_a_pickle_among_a_versions_files_is_never_opened(trained_home: Path, tmp_path: Path) -> None:
    folder = tmp_path / "v001"
    shutil.copytree(trained_home / "models" / "v001", folder)
    mark = tmp_path / "opened"
    for name in ("weights.pth", "weights.pkl", "export.pkl", "card.pkl", "model.bin"):
        torch.save(Malicious(mark), folder / name)
    Recognizer.load(folder, Hog(), "cpu")
    for name in ("weights.safetensors", "card.json"):
        kept = (folder / name).read_bytes()
        (folder / name).write_bytes((folder / "weights.pth").read_bytes())
        with pytest.raises(VersionBroken, match="train again"):
            Recognizer.load(folder, Hog(), "cpu")
        (folder / name).write_bytes(kept)
    assert not mark.exists()


def test_published_weights_are_read_as_tensors_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """ImageNet's come as pickles, through torchvision; only training ever reads them."""
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    checkpoints, mark = tmp_path / "hub" / "checkpoints", tmp_path / "opened"
    checkpoints.mkdir(parents=True)
    torch.save(Malicious(mark), checkpoints / "squeezenet1_1-b8a52dc0.pth")
    with pytest.raises(WeightsMissing, match=r"damaged\. Delete that file"):
        architecture("squeezenet1_1").build_body(True)
    (checkpoints / "squeezenet1_1-b8a52dc0.pth").write_bytes(pickle.dumps(Malicious(mark), protocol=2))
    with pytest.raises(WeightsMissing, match="damaged"):
        architecture("squeezenet1_1").build_body(True)
    assert not mark.exists()
