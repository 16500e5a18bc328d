"""What `doctor` looks at of recognition: weights, device, and whether the champion answers."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from cli import wording
from cli.doctor.checks import FEWEST
from cli.doctor.findings import Finding, note, well, wrong
from data.files.home import Home
from data.files.library import LibraryError, PhotoLibrary
from data.settings import Settings
from inference.champion import CANNOT_ANSWER, load_who_answers, trouble_with
from inference.decoding.confinement import landlock_version
from inference.decoding.photo import Photo
from inference.device import DeviceMissing, choose_device
from inference.faces.detectors import load_detector
from models.dlib_face import load_pretrained
from models.mobilefacenet_weights import MOBILEFACENET
from models.own_network.network import OwnNetwork
from models.registry import Registry
from models.weights import WeightsMissing
from models.yunet import YUNET


def weights(home: Home) -> Iterator[Finding]:
    """What recognition starts from."""
    if YUNET.file(home.weights):
        yield well("detector", wording.detector_there())
    else:
        yield note("detector", wording.detector_missing(YUNET.name, home.weights))
    try:
        load_pretrained()
    except WeightsMissing as error:
        yield wrong("network", str(error))
    else:
        yield well("network", wording.network_there())
    if missing := [download.name for download in MOBILEFACENET if not download.file(home.weights)]:
        yield note("network", wording.second_network_missing(missing, home.weights))
    else:
        yield well("network", wording.second_network_there())
    yield from _own_networks(home)


def _own_networks(home: Home) -> Iterator[Finding]:
    """Each network of the family's own that a version needs, by the newest that does; `model` says who answers."""
    needed = {
        own: version
        for version, card in Registry(home.models).cards().items()
        if (own := OwnNetwork.named(card.architecture, home.weights)) is not None
    }
    for own, version in needed.items():
        try:
            own.file()
        except WeightsMissing as error:
            yield note("onnx", wording.version_needs(version, str(error)))
        else:
            yield well("onnx", wording.own_network_there(version))


def decoders() -> Finding:
    """How photos from outside are kept away from everything else."""
    version = landlock_version()
    return well("decoders", wording.decoders_confined(version) if version else wording.decoders_limited())


def device(settings: Settings) -> Finding:
    try:
        found = choose_device(settings.device)
    except DeviceMissing as error:
        return wrong("device", str(error))
    if found == "cuda":
        import torch

        return well("device", wording.device_gpu(torch.cuda.get_device_name(found)))
    return well("device", wording.device_processor() if found == "cpu" else wording.device_apple())


def model(home: Home, settings: Settings) -> Finding:
    """Whether the champion loads, answers, and knows whom it should."""
    registry, detector = Registry(home.models), load_detector(home.weights)
    try:
        answering = load_who_answers(registry, detector, choose_device(settings.device))
        if answering is None:
            return wrong("model", wording.nothing_trained())
        answering.recognizer.recognize([Photo(np.full((64, 64, 3), 128, np.uint8), "")])
        card = registry.card(answering.recognizer.version)
    except CANNOT_ANSWER as error:
        return wrong("model", trouble_with(error))
    if answering.trouble:
        return wrong("model", answering.trouble)
    whole = card.crop == "whole"
    says = wording.version_answers(card.version, len(card.cousins), whole=whole)
    if card.detector != detector.name:
        return note("model", f"{says} {wording.other_detector(card.detector)}")
    if new := sorted(_can_be_learned(home.photos) - set(card.cousins)):
        return note("model", f"{says} {wording.cousins_unknown_to_it(new, whole=whole)}")
    return well("model", says)


def _can_be_learned(folder: Path) -> set[str]:
    """Who has photos enough: of the others `photos` says what to do."""
    try:
        photos = Counter(photo.cousin for photo in PhotoLibrary(folder).photos())
    except LibraryError:
        return set()
    return {cousin for cousin, count in photos.items() if count >= FEWEST}
