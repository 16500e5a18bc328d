"""What can be wrong with the photos or the training, in words."""

from collections.abc import Sequence

from inference.decoding.photo import PhotoError
from models.card import Skipped


class TrainingError(RuntimeError):
    """Training can't go on; the message is one sentence that says why and what to do.

    `skipped` are the photos that were left out on the way, which often is the reason.
    """

    def __init__(self, sentence: str, skipped: Sequence[Skipped] = ()) -> None:
        super().__init__(sentence)
        self.skipped = skipped


def why_unusable(error: Exception) -> str:
    """Why a photo can't be read, as it stands behind the photo's name; what a guest should do about it is left out."""
    if isinstance(error, PhotoError):
        why, _, _ = str(error).partition(":")  # behind the colon stands what a guest should do
        return why if why.startswith("I ") else why[0].lower() + why[1:]
    return f"the file can't be opened ({getattr(error, 'strerror', None) or error})"
