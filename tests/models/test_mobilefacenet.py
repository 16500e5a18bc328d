"""The second face network: its port to torch, its graph, and how its published files are read."""

import hashlib
import json
from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from torch import nn

from models import mobilefacenet_weights
from models.architectures import architecture
from models.downloads import Download
from models.graph import Graph
from models.mobilefacenet import Convolution, MobileFaceNet, load_pretrained
from models.mobilefacenet_graph import mobilefacenet_graph
from models.mobilefacenet_layout import BLOCKS, DIMENSIONS, SIZE
from models.mobilefacenet_weights import MOBILEFACENET, has_mobilefacenet, read_tensors
from models.network import normalised
from models.weights import WeightsMissing

Pixels = NDArray[np.uint8]


def torch_embeddings(network: nn.Module, crops: Pixels) -> NDArray[np.float32]:
    with torch.inference_mode():
        pixels = normalised(architecture("mobilefacenet"), torch.from_numpy(crops))
        return np.asarray(network(pixels).numpy(), np.float32)


def by_graph(network: nn.Module, crops: Pixels) -> NDArray[np.float32]:
    tensors = {name: tensor.numpy() for name, tensor in network.state_dict().items()}
    return np.asarray(Graph(mobilefacenet_graph(tensors))(crops)[0], np.float32)


def random_network() -> MobileFaceNet:
    """Weights of its own in every layer, so that none could be left out or taken for another."""
    torch.manual_seed(0)
    network = MobileFaceNet()
    with torch.no_grad():
        for module in network.modules():
            if isinstance(module, nn.PReLU):
                module.weight.uniform_(-0.5, 0.8)
            elif isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(module.weight)
                assert module.bias is not None
                module.bias.normal_(0, 0.1)
    return network.eval()


@pytest.fixture(scope="module")
def crops() -> Pixels:
    return np.random.default_rng(0).integers(0, 256, (5, SIZE, SIZE, 3), np.uint8)


def test_the_graph_computes_what_the_network_does(crops: Pixels) -> None:
    network = random_network()
    theirs = torch_embeddings(network, crops)
    assert theirs.shape == (5, DIMENSIONS)
    scale = np.abs(theirs).max()
    assert scale > 0.1
    assert np.abs(theirs[0] - theirs[1]).max() > 0.01 * scale  # it does look at the picture
    np.testing.assert_allclose(by_graph(network, crops), theirs, atol=1e-4 * scale)


def test_one_and_no_faces_are_batches_too(crops: Pixels) -> None:
    network = random_network()
    together, alone = by_graph(network, crops), by_graph(network, crops[:1])
    np.testing.assert_allclose(alone, together[:1], atol=1e-4 * np.abs(together).max())


def test_a_missing_tensor_is_named(crops: Pixels) -> None:
    tensors = {name: tensor.numpy() for name, tensor in random_network().state_dict().items()}
    del tensors["blocks.3.project.conv.bias"]
    with pytest.raises(KeyError, match=r"blocks\.3\.project\.conv\.bias"):
        mobilefacenet_graph(tensors)


def test_halving_is_tensorflows() -> None:
    """The odd pixel of border is at the end: the first output is of the first three pixels, and none before them."""
    layer = Convolution(1, 1, 3, halves=True, prelu=False)
    with torch.inference_mode():
        layer.conv.weight.fill_(1)
        layer.conv.bias.zero_()  # type: ignore[union-attr]
        picture = torch.arange(16, dtype=torch.float32).reshape(1, 1, 4, 4)
        seen = layer(picture)[0, 0]
    first = [0 + 1 + 2 + 4 + 5 + 6 + 8 + 9 + 10, 2 + 3 + 6 + 7 + 10 + 11]
    assert seen.tolist() == [first, [8 + 9 + 10 + 12 + 13 + 14, 10 + 11 + 14 + 15]]


def test_agrees_with_the_published_network(shared: Path) -> None:
    """In torch and as a graph, with embeddings of drawn pictures by a port that agrees with the TFLite file."""
    reference = np.load(shared / "weights" / "mobilefacenet_reference.npz")
    network = load_pretrained(shared / "weights")
    np.testing.assert_allclose(torch_embeddings(network, reference["images"]), reference["embeddings"], atol=1e-4)
    np.testing.assert_allclose(by_graph(network, reference["images"]), reference["embeddings"], atol=1e-4)
    assert np.abs(reference["embeddings"]).max() > 1


def test_every_tensor_is_read_and_none_is_left(shared: Path) -> None:
    tensors = read_tensors(shared / "weights")
    expected = MobileFaceNet().state_dict()
    assert tensors.keys() == expected.keys()
    for name, values in tensors.items():
        assert values.shape == tuple(expected[name].shape), name
        assert values.dtype == np.float32


# --- the files


def layers() -> dict[str, tuple[str, tuple[int, ...]]]:
    """Names in TFJS's graph of a port's convolutions, and the shape of each weight there."""
    named = {
        "stem.0": ("MobileFaceNet/Conv2d_0", "Conv2D"),
        "stem.1": ("MobileFaceNet/SeparableConv2d", "depthwise"),
        "embed.2": ("Logits/LinearConv1x1", "Conv2D"),
        "blocks.5.depthwise": ("MobileFaceNet/Conv2d_3_InvResBlock_0/SeparableConv2d", "depthwise"),
        "blocks.14.project": ("MobileFaceNet/Conv2d_6_InvResBlock_1/Conv_1", "Conv2D"),
    }
    state = MobileFaceNet().state_dict()
    found: dict[str, tuple[str, tuple[int, ...]]] = {}
    for name, (layer, kind) in named.items():
        outputs, inputs, height, width = state[f"{name}.conv.weight"].shape
        shape = (height, width, outputs, 1) if kind == "depthwise" else (height, width, inputs, outputs)
        found[name] = (f"MobileFaceNet/{layer}/{kind}_", shape)
    return found


@pytest.fixture
def published(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, NDArray[np.float32]]:
    """Files as TFJS has them, of some of the layers; with what the graph says of each."""
    rng, said, content, written = np.random.default_rng(0), [], b"", dict[str, NDArray[np.float32]]()
    for name, (prefix, shape) in layers().items():
        channels = shape[2] if "depthwise" in prefix else shape[3]
        fields: dict[str, tuple[int, ...]] = {f"{prefix}weights": shape, f"{prefix}bn_offset": (channels,)}
        if not name.startswith(("embed", "blocks.14")):
            fields[f"{prefix.rpartition('/')[0]}/mul"] = (channels,)
        fields[f"unused/{name}"] = (3,)
        for field, size in fields.items():
            written[field] = rng.normal(size=size).astype("<f4")
            said.append({"name": field, "shape": size, "dtype": "float32"})
            content += written[field].tobytes()
    topology = json.dumps({"weightsManifest": [{"weights": said}]}).encode()
    for file, data, constant in ((MOBILEFACENET[0], content, "WEIGHTS"), (MOBILEFACENET[1], topology, "TOPOLOGY")):
        (tmp_path / file.name).write_bytes(data)
        monkeypatch.setattr(mobilefacenet_weights, constant, pinned(file, data))
    return written


def pinned(file: Download, data: bytes) -> Download:
    return Download(file.name, file.source, hashlib.sha256(data).hexdigest(), file.what, file.cost)


def test_the_converters_faults_are_undone(published: dict[str, NDArray[np.float32]], tmp_path: Path) -> None:
    tensors = read_tensors(tmp_path)
    stem = "MobileFaceNet/MobileFaceNet/Conv2d_0"
    np.testing.assert_array_equal(
        tensors["stem.0.conv.weight"], published[f"{stem}/Conv2D_weights"].transpose(3, 2, 0, 1)
    )
    np.testing.assert_array_equal(tensors["stem.0.conv.bias"], published[f"{stem}/Conv2D_bn_offset"])
    # relu(x) + a (x - |x|) is a PReLU of slope 2a; the file has -a.
    np.testing.assert_array_equal(tensors["stem.0.prelu.weight"], -2 * published[f"{stem}/mul"])
    deep = "MobileFaceNet/MobileFaceNet/Conv2d_3_InvResBlock_0/SeparableConv2d/depthwise_weights"
    np.testing.assert_array_equal(tensors["blocks.5.depthwise.conv.weight"], published[deep].transpose(2, 3, 0, 1))
    assert not any("unused" in name for name in tensors)
    shapes = {name: tuple(values.shape) for name, values in MobileFaceNet().state_dict().items()}
    assert all(values.shape == shapes[name] for name, values in tensors.items())


def test_blocks_are_numbered_through_the_stages() -> None:
    assert len(BLOCKS) == 15
    assert [number for number, block in enumerate(BLOCKS) if block.halves] == [0, 5, 12]


@pytest.mark.parametrize("missing", [0, 1])
def test_without_one_of_its_files_it_is_not_there(
    published: dict[str, NDArray[np.float32]], tmp_path: Path, missing: int
) -> None:
    file = MOBILEFACENET[missing].name
    (tmp_path / file).write_bytes((tmp_path / file).read_bytes()[:-1] + b"?")
    assert not has_mobilefacenet(tmp_path)
    with pytest.raises(WeightsMissing) as caught:
        read_tensors(tmp_path)
    sentence = str(caught.value)
    assert f"The file {tmp_path / file} is missing or damaged. What it holds: the second face network" in sentence
    assert "“cousinbot doctor” says where to get it" in sentence


@pytest.mark.parametrize("name", ["mobilefacenet", "fused"])
def test_without_a_folder_of_weights_it_says_what_to_do(name: str, tmp_path: Path) -> None:
    with pytest.raises(WeightsMissing, match="Please train with “--arch face”"):
        architecture(name).build_body(True)
    with pytest.raises(WeightsMissing, match=r"mobilefacenet\.bin is missing or damaged"):
        architecture(name, weights=tmp_path).build_body(True)
    assert isinstance(architecture(name, weights=tmp_path).build_body(False), nn.Module)  # who loads a version
