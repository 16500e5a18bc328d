"""What several bodies make of a face, side by side."""

from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from torch import nn

from demo.family import COUSINS, draw_portrait
from foundation.box import Box
from inference.embedding.embedder import Embedder, FaceViews, embedder, load_embedder, views
from inference.faces.alignment import by_other_landmarks
from inference.faces.detectors import Hog
from inference.faces.finding import Face, find_faces
from inference.naming.gallery import unit
from models.architectures import FUSED, Architecture, architecture

Floats = NDArray[np.float32]
SHARES = dict(FUSED)


@pytest.fixture(scope="module")
def body() -> nn.Module:
    """Both networks with random weights that do not lose the picture on the way through."""
    torch.manual_seed(0)
    body = architecture("fused").build_body(False)
    with torch.no_grad():
        for module in body.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(module.weight)
    return body.eval()


def part_of(body: nn.Module, name: str) -> Embedder:
    return embedder(architecture(name), body.get_submodule(name), "cpu")


@pytest.fixture(scope="module")
def faces() -> list[tuple[NDArray[np.uint8], Face]]:
    """Drawn faces, the first two with landmarks as YuNet's: those are seen by two alignments."""
    detector, found = Hog(), []
    for number, cousin in enumerate(COUSINS[:4]):
        pixels = np.asarray(draw_portrait(cousin, seed=1))
        face = find_faces(detector, pixels)[0]
        if number < 2:
            assert face.landmarks is not None
            right, left, nose = face.landmarks[:2].mean(0), face.landmarks[2:4].mean(0), face.landmarks[4]
            mouth = nose + 0.6 * (nose - (right + left) / 2)
            points = np.stack([left, right, nose, mouth + (left - right) / 3, mouth - (left - right) / 3])
            face = Face(face.box, points.astype(np.float32), "yunet", 1.0)
        found.append((pixels, face))
    return found


def seen(shape: Architecture, faces: list[tuple[NDArray[np.uint8], Face]]) -> list[FaceViews]:
    return [views(shape, pixels, face) for pixels, face in faces]


def test_each_body_has_its_own_view_of_a_face(faces: list[tuple[NDArray[np.uint8], Face]]) -> None:
    fused = seen(architecture("fused"), faces)
    assert [[own.shape for own in face] for face in fused] == [
        *[[(2, 150, 150, 3), (3, 112, 112, 3)]] * 2,
        *[[(1, 150, 150, 3), (1, 112, 112, 3)]] * 2,
    ]
    for name, place in (("face", 0), ("mobilefacenet", 1)):
        for (alone,), together in zip(seen(architecture(name), faces), fused, strict=True):
            np.testing.assert_array_equal(alone, together[place])
    assert by_other_landmarks(*faces[2]) is None


def test_a_cosine_is_of_the_parts_cosines_by_their_shares(
    body: nn.Module, faces: list[tuple[NDArray[np.uint8], Face]]
) -> None:
    assert SHARES == {"face": 0.8, "mobilefacenet": 0.2}
    shape = architecture("fused")
    fused = embedder(shape, body, "cpu").features(seen(shape, faces))
    parts = {name: part_of(body, name).features(seen(architecture(name), faces)) for name in SHARES}
    for kind in ("gallery", "probe"):
        together = getattr(fused, kind)
        assert together.shape == (4, 128 + 192)
        np.testing.assert_allclose(np.linalg.norm(together, axis=1), 1, atol=1e-5)
        cosines = {name: unit(getattr(own, kind)) @ unit(getattr(own, kind)).T for name, own in parts.items()}
        expected = 0.8 * cosines["face"] + 0.2 * cosines["mobilefacenet"]
        np.testing.assert_allclose(together @ together.T, expected, atol=1e-5)
    assert cosines["mobilefacenet"].std() > 1e-4
    # And between what is asked and what is learned.
    across = {name: unit(own.probe) @ unit(own.gallery).T for name, own in parts.items()}
    np.testing.assert_allclose(
        fused.probe @ fused.gallery.T, 0.8 * across["face"] + 0.2 * across["mobilefacenet"], atol=1e-5
    )
    np.testing.assert_allclose(embedder(shape, body, "cpu").probe_features(seen(shape, faces)), fused.probe, atol=1e-5)


def test_a_versions_tensors_make_the_same_of_a_face(
    body: nn.Module, faces: list[tuple[NDArray[np.uint8], Face]]
) -> None:
    shape = architecture("fused")
    tensors = {name: tensor.numpy() for name, tensor in body.state_dict().items()}
    before, after = (
        by.features(seen(shape, faces)) for by in (embedder(shape, body, "cpu"), load_embedder(shape, tensors, "cpu"))
    )
    np.testing.assert_allclose(after.gallery, before.gallery, atol=1e-5)
    np.testing.assert_allclose(after.probe, before.probe, atol=1e-5)
    other = {name: values for name, values in tensors.items() if not name.startswith("mobilefacenet.embed.2")}
    with pytest.raises(KeyError, match=r"embed\.2"):
        load_embedder(shape, other, "cpu")


def test_graphs_and_torch_make_the_same_of_a_face(body: nn.Module, faces: list[tuple[NDArray[np.uint8], Face]]) -> None:
    from inference.embedding.torch_body import TorchBody

    shape = architecture("fused")
    by_torch = Embedder(shape, [TorchBody(part, body.get_submodule(part.name), "cpu") for part, _ in shape.bodies])
    ours, theirs = (by.features(seen(shape, faces)) for by in (embedder(shape, body, "cpu"), by_torch))
    np.testing.assert_allclose(ours.gallery, theirs.gallery, atol=1e-4)
    np.testing.assert_allclose(ours.probe, theirs.probe, atol=1e-4)


def test_another_crop_is_another_crop_for_every_part(faces: list[tuple[NDArray[np.uint8], Face]]) -> None:
    shape = architecture("fused", "face")
    assert not shape.is_face_network
    assert [part.crop for part, _ in shape.bodies] == ["face", "face"]
    assert not any(part.is_face_network for part, _ in shape.bodies)
    whole = Face(Box(0, 0, 1, 1), None, "yunet", 0.0)
    pictures = views(shape, faces[0][0], whole)
    assert [picture.shape for picture in pictures] == [(1, 150, 150, 3), (1, 112, 112, 3)]
    assert architecture("fused").is_face_network
    assert [share for _, share in architecture("resnet18").bodies] == [1.0]


def test_the_published_networks_agree_on_who_is_who(shared: Path, faces: list[tuple[NDArray[np.uint8], Face]]) -> None:
    """Of drawn people too, two pictures of one are more alike than of two, by each network and by both together."""
    detector = Hog()
    for name in ("face", "mobilefacenet", "fused"):
        shape = architecture(name, weights=shared / "weights")
        by = embedder(shape, shape.build_body(True), "cpu")
        pictures = [np.asarray(draw_portrait(cousin, seed=seed)) for cousin in COUSINS[:4] for seed in (1, 2)]
        embeddings = unit(
            by.features([views(shape, pixels, find_faces(detector, pixels)[0]) for pixels in pictures]).gallery
        )
        cosines = embeddings @ embeddings.T
        people = np.arange(8) // 2
        same = (people[:, None] == people) & ~np.eye(8, dtype=bool)
        assert cosines[same].mean() > cosines[people[:, None] != people].mean()
