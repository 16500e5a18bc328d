import shutil
from pathlib import Path
from typing import get_args

import numpy as np
import pytest
import torch
from PIL import Image

from foundation.box import Box
from inference.embedding.embedder import embedder, views
from inference.faces.finding import Face
from models.architectures import Crop, UnknownArchitecture, architecture
from models.network import Network, normalised, parameter_groups
from models.weights import WeightsMissing

SQUEEZENET = "squeezenet1_1-b8a52dc0.pth"
"""What torchvision calls the file in its cache."""


@pytest.fixture
def empty_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where torchvision keeps weights, with none in it; and no way to fetch any."""
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")  # the discard port: refused at once, network or none
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    cache = tmp_path / "hub" / "checkpoints"
    cache.mkdir(parents=True)
    return cache


@pytest.mark.parametrize(
    ("typo", "meant"), [("resnet43", "resnet34"), ("fase", "face"), ("squeeznet1_1", "squeezenet1_1")]
)
def test_an_unknown_name_suggests_the_nearest(typo: str, meant: str) -> None:
    with pytest.raises(UnknownArchitecture, match=rf"no architecture “{typo}”. Did you mean .*\b{meant}\b"):
        architecture(typo)


def test_an_unknown_name_like_no_other() -> None:
    with pytest.raises(UnknownArchitecture, match="Try fused, face, resnet34 or resnet50"):
        architecture("%%%")


def test_a_file_of_which_is_not_said_that_it_is_one() -> None:
    with pytest.raises(UnknownArchitecture, match=r"with onnx: before it: --arch onnx:nets/glintr100\.onnx"):
        architecture("nets/glintr100.onnx")


@pytest.mark.parametrize("name", ["fasterrcnn_resnet50_fpn", "deeplabv3_resnet50", "r3d_18"])
def test_what_is_no_classifier_of_pictures_is_unknown(name: str) -> None:
    with pytest.raises(UnknownArchitecture):
        architecture(name)


def test_the_tutorials_networks() -> None:
    assert (architecture("resnet34").size, architecture("resnet50").size) == (224, 320)
    assert architecture("resnet34").crop == "face"
    assert architecture("resnet34", "whole").crop == "whole"
    assert (architecture("face").size, architecture("face").crop) == (150, "aligned")


@pytest.mark.parametrize("crop", get_args(Crop))
def test_every_crop_shows_the_network_a_square(crop: str) -> None:
    pixels = np.zeros((90, 160, 3), np.uint8)
    pixels[30:60, 40:80] = 255
    landmarks = np.array([(50, 40), (70, 40), (60, 47), (52, 54), (68, 54)], np.float32)
    face = Face(Box(0.25, 1 / 3, 0.5, 2 / 3), landmarks, "yunet", 1.0)
    shape = architecture("resnet34", crop)  # type: ignore[arg-type]
    (seen,) = views(shape, pixels, face)
    assert seen.shape == (2 if crop == "aligned" else 1, 224, 224, 3)
    assert seen.dtype == np.uint8
    # The nearer the crop keeps to the face, the more of it is white.
    least, most = {"whole": (0.1, 0.2), "face": (0.2, 0.4), "aligned": (0.4, 0.9)}[crop]
    assert least < (seen > 127).mean() < most


def test_normalised_pixels_have_the_networks_mean_and_spread() -> None:
    shape = architecture("resnet34")
    grey = torch.tensor(shape.mean).round().to(torch.uint8).expand(2, 224, 224, 3)
    normal = normalised(shape, grey)
    assert normal.shape == (2, 3, 224, 224)
    assert normal.abs().max() < 0.02
    white = normalised(shape, torch.full((1, 224, 224, 3), 255, dtype=torch.uint8))
    assert white[0, :, 0, 0].tolist() == pytest.approx([2.249, 2.429, 2.640], abs=2e-3)  # as in torchvision's own


@pytest.mark.parametrize(
    ("name", "features"),
    [("squeezenet1_1", 512), ("resnet18", 512), ("mobilenet_v3_small", 1024), ("shufflenet_v2_x0_5", 1024)],
)
def test_classifiers_pass_their_features_through(name: str, features: int) -> None:
    shape = architecture(name)
    body = shape.build_body(False).eval()
    with torch.inference_mode():
        seen = body(torch.zeros(2, 3, shape.size, shape.size))
        assert seen.shape == (2, features)
        assert shape.build_head(features, 5).eval()(seen).shape == (2, 5)


def test_a_network_is_split_early_late_head() -> None:
    shape = architecture("resnet18")
    network = Network(shape.build_body(False), shape.build_head(512, 3))
    early, late, head = parameter_groups(network)
    assert network.get_parameter("body.conv1.weight") in set(early)
    assert network.get_parameter("body.layer4.1.conv2.weight") in set(late)
    assert set(head) == set(network.head.parameters())
    everything = [*early, *late, *head]
    assert len(everything) == len(set(everything)) == len(list(network.parameters()))


def test_missing_weights_say_what_to_do(empty_cache: Path) -> None:
    with pytest.raises(WeightsMissing) as caught:
        architecture("squeezenet1_1").build_body(True)
    sentence = str(caught.value)
    assert "squeezenet1_1 are not on this computer" in sentence
    assert f"put {SQUEEZENET} into TORCH_HOME/hub/checkpoints" in sentence
    assert "--from-scratch" in sentence


def test_from_scratch_needs_no_weights(empty_cache: Path) -> None:
    assert architecture("squeezenet1_1").build_body(False)(torch.zeros(1, 3, 224, 224)).shape == (1, 512)
    assert not list(empty_cache.iterdir())


def test_weights_from_the_cache(empty_cache: Path, shared: Path) -> None:
    """ImageNet's own weights, from torchvision's cache, tell pictures apart as random ones don't."""
    shutil.copy(shared / "weights" / "squeezenet1_1.pth", empty_cache / SQUEEZENET)
    shape = architecture("squeezenet1_1", "whole")
    by = embedder(shape, shape.build_body(True), "cpu")
    folder = shared / "photos" / "no_face"
    pictures = [np.asarray(Image.open(folder / f"{name}.jpg").convert("RGB")) for name in ("mask_blue", "landscape")]
    whole = Face(Box(0, 0, 1, 1), None, "yunet", 0.0)
    features = by.probe_features([views(shape, picture, whole) for picture in pictures])
    assert features.shape == (2, 512)
    a, b = features / np.linalg.norm(features, axis=1, keepdims=True)
    assert a @ b < 0.8


def test_a_damaged_file_in_the_cache_is_a_clear_sentence(empty_cache: Path) -> None:
    (empty_cache / SQUEEZENET).write_bytes(b"not a network" * 100)
    with pytest.raises(WeightsMissing, match=f"{SQUEEZENET}.*damaged"):
        architecture("squeezenet1_1").build_body(True)
