"""ONNX files that a family brings: which are taken, how they are run, and how long they are kept."""

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from inference.embedding.embedder import OwnBody
from models.architectures import UnknownArchitecture, architecture
from models.own_network.keeping import drop_unneeded, keep, kept_networks
from models.own_network.network import FEEDINGS, Feeding, OwnNetwork, UnusableNetwork
from models.weights import WeightsMissing
from tests.onnx_files import OnnxFile, Size, small_network

FACES = np.random.default_rng(3).integers(0, 256, (9, 112, 112, 3), np.uint8)


def flat(onnx: OnnxFile, pixels: str = "face", numbers: int = 64, patches: int = 147) -> str:
    """The network's end: `(faces, numbers)`."""
    small = onnx.node("AveragePool", pixels, kernel_shape=[16, 16], strides=[16, 16])
    weights = np.random.default_rng(0).normal(size=(patches, numbers)).astype(np.float32)
    return onnx.node("MatMul", onnx.node("Flatten", small, axis=1), onnx.constant(weights))


def network(
    end: Callable[[OnnxFile], str] = flat,
    sizes: tuple[Size, ...] = ("faces", 3, 112, 112),
    kind: str = "float32",
    numbers: tuple[Size, ...] = ("faces", 64),
) -> OnnxFile:
    onnx = OnnxFile(inputs=[("face", kind, sizes)])
    onnx.outputs = [(end(onnx), "float32", numbers)]
    return onnx


def two_inputs() -> OnnxFile:
    onnx = network(lambda onnx: onnx.node("Add", flat(onnx), "mask"))
    onnx.inputs.append(("mask", "float32", ["faces", 64]))
    return onnx


def two_embeddings() -> OnnxFile:
    onnx = network()
    onnx.outputs.append((flat(onnx), "float32", ["faces", 64]))
    return onnx


def noisy(onnx: OnnxFile) -> str:
    embedding = flat(onnx)
    return onnx.node("Add", embedding, onnx.node("RandomNormalLike", embedding, scale=99.0))


def by_company(onnx: OnnxFile) -> str:
    """Less the mean of all faces, as a batch norm left in training would have it."""
    embedding = flat(onnx)
    return onnx.node("Sub", embedding, onnx.node("ReduceMax", embedding, axes=[0], keepdims=1))


def constant(onnx: OnnxFile) -> str:
    weights = np.zeros((64, 64), np.float32)
    turned = onnx.node("MatMul", flat(onnx), onnx.constant(weights))
    return onnx.node("Add", turned, onnx.constant(np.arange(64, dtype=np.float32)))


def squashed(onnx: OnnxFile) -> str:
    """For one face only, though its input says otherwise."""
    return onnx.node("Reshape", flat(onnx), onnx.constant(np.array([1, 64])))


NO_FACE = "does not take a face in colour of 112×112"
REFUSED = {
    "two inputs": (two_inputs, r"takes several inputs \(2\)"),
    "grey": (
        lambda: network(lambda onnx: flat(onnx, patches=49), sizes=("faces", 1, 112, 112)),
        NO_FACE,
    ),
    "larger": (
        lambda: network(lambda onnx: flat(onnx, patches=588), sizes=("faces", 3, 224, 224)),
        NO_FACE,
    ),
    "flat input": (
        lambda: network(lambda onnx: onnx.node("Relu", "face"), sizes=("faces", 64)),
        NO_FACE,
    ),
    "whole numbers": (
        lambda: network(lambda onnx: flat(onnx, onnx.node("Cast", "face", to=1)), kind="uint8"),
        NO_FACE,
    ),
    "four at once": (lambda: network(sizes=(4, 3, 112, 112), numbers=(4, 64)), "takes 4 faces at once"),
    "few numbers": (
        lambda: network(lambda onnx: flat(onnx, numbers=8), numbers=("faces", 8)),
        "no output of 32 numbers a face or more",
    ),
    "a map": (
        lambda: network(lambda onnx: onnx.node("Relu", "face"), numbers=("faces", 3, 112, 112)),
        "no output of 32 numbers a face or more",
    ),
    "two embeddings": (two_embeddings, "2 outputs that could each be"),
    "noise": (lambda: network(noisy), "something else each time"),
    "by company": (lambda: network(by_company), "something else of a face when it sees others"),
    "one at a time": (lambda: network(squashed), r"can't run|something else of a face when it sees others"),
    "constant": (lambda: network(constant), "the same of every picture"),
    "unknown operation": (lambda: network(lambda onnx: onnx.node("Guess", flat(onnx))), r"can't be read|can't run"),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_what_is_no_face_network_is_refused_in_a_sentence(kind: str, tmp_path: Path) -> None:
    make, said = REFUSED[kind]
    file = make().write(tmp_path / "network.onnx")
    with pytest.raises(UnusableNetwork, match=said) as error:
        keep(file, tmp_path / "weights")
    assert str(error.value).startswith(f"I can't recognise people with {file}: ")
    assert str(error.value).endswith(".")
    assert not kept_networks(tmp_path / "weights")


@pytest.mark.parametrize("content", [b"", b"garbage" * 99, b"<xml/>", b"version https://git-lfs.github.com/spec/v1"])
def test_what_is_no_onnx_is_refused(content: bytes, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "network.onnx"
    file.write_bytes(content)
    with pytest.raises(UnusableNetwork, match="can't be read as ONNX"):
        keep(file, tmp_path / "weights")
    assert not kept_networks(tmp_path / "weights")
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("name", ["gone.onnx", "network.pth", "folder.onnx"])
def test_only_a_file_of_that_kind_is_tried(name: str, tmp_path: Path) -> None:
    (tmp_path / "network.pth").write_bytes(b"a pickle")
    (tmp_path / "folder.onnx").mkdir()
    with pytest.raises(UnusableNetwork, match=r"no file of that name that ends in \.onnx"):
        keep(tmp_path / name, tmp_path / "weights")


def test_a_torn_file_is_refused(tmp_path: Path) -> None:
    file = small_network(tmp_path / "network.onnx")
    file.write_bytes(file.read_bytes()[:-9999])
    with pytest.raises(UnusableNetwork):
        keep(file, tmp_path / "weights")


def test_it_is_kept_once_under_the_name_of_its_content(tmp_path: Path) -> None:
    first, weights = small_network(tmp_path / "a.onnx"), tmp_path / "weights"
    own = keep(first, weights)
    assert kept_networks(weights) == {own.file_name}
    assert own.file().read_bytes() == first.read_bytes()
    first.unlink()  # what was downloaded may go
    again = small_network(tmp_path / "b.onnx")
    assert keep(again, weights) == own
    assert OwnNetwork.named(own.name, weights) == own
    own.file().write_bytes(b"altered")
    assert keep(again, weights).file().read_bytes() == again.read_bytes()
    assert kept_networks(weights) == {own.file_name}


@pytest.mark.parametrize("batch", ["faces", 1])
@pytest.mark.parametrize("channels_last", [False, True])
def test_every_batch_and_order_of_axes_gives_the_same(batch: Size, channels_last: bool, tmp_path: Path) -> None:
    plain = OwnBody(keep(small_network(tmp_path / "plain.onnx"), tmp_path))
    other = OwnBody(keep(small_network(tmp_path / "n.onnx", batch=batch, channels_last=channels_last), tmp_path))
    assert other.at_once == (1 if batch == 1 else 8)
    each = np.concatenate([other(FACES[start : start + other.at_once]) for start in range(0, 8, other.at_once)])
    np.testing.assert_allclose(each, plain(FACES[:8]), atol=1e-3)
    np.testing.assert_allclose(plain(FACES[:1]), plain(FACES)[:1], atol=1e-3)


@pytest.mark.parametrize("feeding", FEEDINGS)
def test_each_is_fed_as_it_wants(feeding: Feeding, tmp_path: Path) -> None:
    plain = OwnBody(keep(small_network(tmp_path / "plain.onnx"), tmp_path))
    own = keep(small_network(tmp_path / "n.onnx", feeding=feeding), tmp_path)
    right = {way: np.allclose(OwnBody(replace(own, feeding=way))(FACES), plain(FACES), atol=1e-3) for way in FEEDINGS}
    assert right == {way: way == feeding for way in FEEDINGS}


def test_a_half_open_input_is_closed(tmp_path: Path) -> None:
    """As insightface's `antelope` networks have it: any batch, height and width."""
    onnx = network(sizes=("faces", 3, "height", "width"))
    plain = OwnBody(keep(network().write(tmp_path / "plain.onnx"), tmp_path))
    body = OwnBody(keep(onnx.write(tmp_path / "n.onnx"), tmp_path))
    np.testing.assert_allclose(body(FACES), plain(FACES), atol=1e-3)


def test_another_output_beside_the_embedding_does_no_harm(tmp_path: Path) -> None:
    onnx = network()
    onnx.outputs.append((flat(onnx, numbers=2), "float32", ["faces", 2]))
    plain = OwnBody(keep(network().write(tmp_path / "plain.onnx"), tmp_path))
    np.testing.assert_allclose(OwnBody(keep(onnx.write(tmp_path / "n.onnx"), tmp_path))(FACES), plain(FACES), atol=1e-3)


def test_the_architecture_says_it_all(tmp_path: Path) -> None:
    own = keep(small_network(tmp_path / "n.onnx"), tmp_path)
    shape = architecture(own.name, weights=tmp_path)
    assert (shape.name, shape.size, shape.crop, shape.template) == (own.name, 112, "aligned", "arcface")
    assert shape.is_face_network
    assert shape.cosines.strangers is None
    assert shape.build_body(True).state_dict() == {}
    with pytest.raises(WeightsMissing, match="leave out --from-scratch"):
        shape.build_body(False)


@pytest.mark.parametrize("name", ["onnx:", "onnx:abc:rgb", "onnx:0123456789ab", "onnx:0123456789ab:grey"])
def test_other_names_are_none(name: str) -> None:
    with pytest.raises(UnknownArchitecture, match="write onnx: and the path"):
        architecture(name)


@pytest.mark.parametrize("damage", [lambda file: file.unlink(), lambda file: file.write_bytes(b"altered")])
def test_a_missing_or_altered_file_is_named(damage: Callable[[Path], object], tmp_path: Path) -> None:
    own = keep(small_network(tmp_path / "n.onnx"), tmp_path / "weights")
    damage(own.file())
    with pytest.raises(WeightsMissing) as error:
        architecture(own.name, weights=tmp_path / "weights").build_body(True)
    assert f"{own.file_name} is missing from {tmp_path / 'weights'}, or was altered" in str(error.value)


def test_a_file_stays_for_as_long_as_a_version_needs_it(tmp_path: Path) -> None:
    needed, idle, fresh = (keep(small_network(tmp_path / f"{n}.onnx", numbers=n), tmp_path / "w") for n in (32, 48, 64))
    for own in (needed, idle):
        os.utime(own.file(), (0, 0))
    (tmp_path / "w" / "yunet_n_640_640.onnx").write_bytes(b"not mine")
    os.utime(tmp_path / "w" / "yunet_n_640_640.onnx", (0, 0))
    assert drop_unneeded(tmp_path / "w", [needed.name, "face"]) == [idle.file_name]
    # The first training with the other one may be under way.
    assert kept_networks(tmp_path / "w") == {needed.file_name, fresh.file_name}
    assert (tmp_path / "w" / "yunet_n_640_640.onnx").exists()
