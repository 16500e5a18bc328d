"""What can be wrong with the photos or the training, in words."""

from collections.abc import Sequence

from inference.decoding.photo import PhotoError
from models.card import Skipped
from training import wording


class TrainingError(RuntimeError):
    """Training can't go on; the message is one sentence that says why and what to do.

    `skipped` are the photos that were left out on the way, which often is the reason.
    """

    def __init__(self, sentence: str, skipped: Sequence[Skipped] = ()) -> None:
        super().__init__(sentence)
        self.skipped = skipped


def why_unusable(error: Exception) -> str:
    """Why a photo can't be read, as it stands behind the photo's name."""
    if isinstance(error, PhotoError):
        return error.reason
    return wording.file_unreadable(str(getattr(error, "strerror", None) or error))
