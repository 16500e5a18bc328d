"""What can be wrong with the photos or the training, in words."""

from collections.abc import Sequence

from models.card import Skipped


class TrainingError(RuntimeError):
    """Training can't go on; the message is one sentence that says why and what to do.

    `skipped` are the photos that were left out on the way, which often is the reason.
    """

    def __init__(self, sentence: str, skipped: Sequence[Skipped] = ()) -> None:
        super().__init__(sentence)
        self.skipped = skipped
