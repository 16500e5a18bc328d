"""A version's files, read: safetensors and JSON only."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from safetensors import SafetensorError
from safetensors.numpy import load_file

from inference import wording
from inference.device import Device
from inference.embedding.embedder import Embedder, below, load_embedder
from inference.naming.gallery import Allowances, Floats
from inference.naming.genuine import GenuineScores
from inference.naming.heads import Calibration, load_head
from inference.naming.identifier import Borders, Identifier
from models.architectures import architecture
from models.card import GENUINE, Card
from models.registry import weights_beside
from models.renaming import with_one_row_a_cousin
from models.weights import WeightsMissing


class VersionBroken(ValueError):
    """A version's files are missing or damaged; the message says what to do."""


def load_version(folder: Path, device: Device) -> tuple[Card, Embedder, Identifier]:
    """The version in `folder`, ready to embed and to name. Raises `VersionBroken`."""
    with _broken_where_unreadable(folder):
        card, identifier, body = _read(folder)
        shape = architecture(card.architecture, card.crop, weights_beside(folder.parent))
        return card, load_embedder(shape, body, device), identifier


def load_identifier(folder: Path) -> tuple[Card, Identifier]:
    """What names faces in the version in `folder`, without its network. Raises `VersionBroken`."""
    with _broken_where_unreadable(folder):
        card, identifier, _ = _read(folder)
    return card, identifier


def _read(folder: Path) -> tuple[Card, Identifier, dict[str, Floats]]:
    """A version's card, what names faces, and the tensors of its body."""
    card, weights = Card.read(folder / "card.json"), folder / "weights.safetensors"
    if not card.fits(weights):
        raise ValueError(wording.weights_altered())
    tensors = with_one_row_a_cousin(load_file(weights), card)
    gallery, labels = tensors.pop("gallery"), tensors.pop("gallery_labels")
    shape = architecture(card.architecture, card.crop)
    identifier = Identifier(
        card.cousins,
        load_head(shape, below("head", tensors), gallery.shape[1], len(card.cousins)),
        gallery,
        labels,
        borders=Borders(card.threshold, card.threshold if card.asks_from is None else card.asks_from, card.slope),
        calibration=Calibration(card.nearest_weight, card.temperature, card.uniform),
        allowances=Allowances(tuple(size for size, _ in card.allowances), tuple(v for _, v in card.allowances)),
        cosines=shape.cosines,
        genuine=_genuine(tensors, len(card.cousins)),
    )
    return card, identifier, below("body", tensors)


def _genuine(tensors: dict[str, Floats], cousins: int) -> GenuineScores | None:
    """None in versions of cousinbot 1.0, which had not measured them."""
    scores = [tensors[name] for name in GENUINE if name in tensors]
    return GenuineScores(*scores) if [len(one) for one in scores] == [cousins] * len(GENUINE) else None


@contextmanager
def _broken_where_unreadable(folder: Path) -> Iterator[None]:
    try:
        yield
    except WeightsMissing as error:
        raise VersionBroken(wording.version_lacks(folder.name, str(error))) from error
    except (OSError, ValueError, KeyError, RuntimeError, SafetensorError) as error:
        reason = str(error).partition("\n")[0]
        raise VersionBroken(wording.version_broken(folder.name, reason)) from error
