"""What can be wrong with the photos or the training, in words."""


class TrainingError(RuntimeError):
    """Training can't go on; the message is one sentence that says why and what to do."""
