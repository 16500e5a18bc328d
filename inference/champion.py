"""Who answers: the champion, or whoever stands in for it where it can't be loaded."""

from dataclasses import dataclass

from foundation.storage_errors import why
from inference import wording
from inference.device import Device
from inference.faces.finding import FaceDetector
from inference.loading import VersionBroken
from inference.recognizer import Recognizer
from models.registry import Registry, RegistryError

CANNOT_ANSWER = (RegistryError, VersionBroken, OSError)
"""What loading a version raises where it is missing or damaged."""


def trouble_with(error: Exception) -> str:
    """What one of `CANNOT_ANSWER` says to people."""
    return why(error) if isinstance(error, OSError) else str(error)


@dataclass(frozen=True, slots=True)
class Answering:
    """A version at work, and why it is not the champion: a sentence that says so, None where it is."""

    recognizer: Recognizer
    trouble: str | None


def load_champion(registry: Registry, detector: FaceDetector, device: Device) -> Recognizer | None:
    """The champion; None before the first promotion. Raises one of `CANNOT_ANSWER`."""
    champion = registry.current()
    if champion is None:
        return None
    if not champion:  # a power cut may leave the file that names it empty
        raise RegistryError(wording.champion_unnamed())
    return Recognizer.load(registry.path(champion), detector, device)


def load_who_answers(registry: Registry, detector: FaceDetector, device: Device) -> Answering | None:
    """The champion or, where it can't be loaded, the one before it that can; None before the first promotion.

    Raises one of `CANNOT_ANSWER`: what is the matter with the champion, where no version can be loaded.
    """
    try:
        champion = load_champion(registry, detector, device)
    except CANNOT_ANSWER as error:
        for version in registry.stand_ins():
            try:
                recognizer = Recognizer.load(registry.path(version), detector, device)
            except CANNOT_ANSWER:
                continue
            return Answering(recognizer, wording.stands_in(trouble_with(error), version))
        raise
    return Answering(champion, None) if champion else None
