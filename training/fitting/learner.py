"""The fastai learner, and the head that it trains on a frozen body's features."""

import tempfile
import warnings
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional as F
from torch.utils.data import TensorDataset

with warnings.catch_warnings():
    # What fastai's own imports deprecate is nothing the family can act on.
    warnings.simplefilter("ignore")
    import fastai.callback.schedule  # noqa: F401  it gives Learner fit_one_cycle and lr_find
    from fastai.callback.core import Callback, TrainEvalCallback
    from fastai.data.core import DataLoaders
    from fastai.data.load import DataLoader
    from fastai.learner import Learner, Recorder
    from fastai.metrics import accuracy
    from fastai.optimizer import Adam
    from fastai.torch_core import set_seed

from foundation.progress import Progress
from inference.naming.gallery import Floats
from models.architectures import Architecture
from models.heads import CosineHead
from models.network import Network
from training import wording
from training.hyperparameters import DEFAULTS, Hyperparameters

Labels = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class History:
    """How training went: one number a step or an epoch."""

    losses: list[float]
    validation_losses: list[float]
    finder_rates: list[float]
    finder_losses: list[float]


class MarginLoss(nn.Module):
    """Cross-entropy with the true cousin's cosine lowered by the margin."""

    def __init__(self, head: CosineHead, margin: float) -> None:
        super().__init__()
        self._margin = margin
        self._head = [head]  # in a list, so that the head's parameters are not the loss's

    def forward(self, logits: Tensor, labels: Tensor) -> Tensor:
        margin = self._head[0].log_scale.exp() * self._margin * F.one_hot(labels, logits.shape[1])
        return F.cross_entropy(logits - margin, labels)


class TensorLoader(DataLoader):  # type: ignore[misc]
    """fastai's loader for a dataset of tensors: the same batches, each cut out at once and not item by item."""

    def create_batches(self, samples: Iterable[int]) -> Iterator[tuple[Tensor, ...]]:
        waiting = iter(samples)
        while places := list(islice(waiting, self.bs)):
            if len(places) == self.bs or not self.drop_last:
                yield tuple(tensor[places] for tensor in self.dataset.tensors)


def train_head(
    shape: Architecture,
    features: Floats,
    labels: Labels,
    cousins: int,
    *,
    hyper: Hyperparameters = DEFAULTS,
    progress: Progress,
    find_rate: bool = False,
) -> tuple[nn.Module, History]:
    """A head for features `(N, D)`, by one cycle.

    A frozen body gives a face the same features each time, so they are computed once and the head learns from them.
    """
    set_seed(0)
    inputs, targets = torch.from_numpy(features), torch.from_numpy(labels)
    data = TensorDataset(inputs, targets)
    with _one_thread():
        head = shape.build_head(features.shape[1], cousins)
        batch = hyper.batch
        if isinstance(head, CosineHead):
            head.imprint(inputs, targets)
            batch = next((large for faces, large in hyper.large_batches if len(data) >= faces), hyper.batch)
        # A last batch of one face would leave a batch norm nothing to normalise by.
        train = TensorLoader(data, bs=batch, shuffle=True, drop_last=len(data) % batch == 1 and len(data) > batch)
        history = fit(
            DataLoaders(train, TensorLoader(data, bs=256)),
            head,
            hyper.head_epochs_of(shape),
            shape.head_rate * (batch / hyper.batch) ** 0.5,
            hyper,
            doing=wording.training_head(),
            progress=progress,
            find_rate=find_rate,
        )
    return head.eval(), history


@contextmanager
def _one_thread() -> Iterator[None]:
    """A step of a head takes less time than a second thread takes to start, and many times more on a busy machine."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(threads)


class _Tell(Callback):  # type: ignore[misc]
    def __init__(self, progress: Progress, doing: str) -> None:
        self._progress, self._doing = progress, doing

    def after_epoch(self) -> None:
        self._progress(self._doing, self.epoch + 1, self.n_epoch)


def fit(
    loaders: Any,
    model: nn.Module,
    epochs: int,
    rate: float | slice,
    hyper: Hyperparameters,
    *,
    doing: str,
    progress: Progress,
    find_rate: bool = False,
    splitter: Callable[[Any], list[list[nn.Parameter]]] | None = None,
) -> History:
    """Train `model` in place, by one cycle; `find_rate` runs fastai's learning-rate finder first, for its picture."""
    head = model.head if isinstance(model, Network) else model
    loss = MarginLoss(head, hyper.margin) if isinstance(head, CosineHead) else nn.CrossEntropyLoss()
    options: dict[str, Any] = {"splitter": splitter} if splitter else {}
    progress(doing, 0, epochs)
    rates: list[float] = []
    finder_losses: list[float] = []
    with tempfile.TemporaryDirectory() as scratch, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        learner = Learner(
            loaders,
            model,
            loss_func=loss,
            opt_func=Adam,
            metrics=accuracy,
            path=scratch,
            wd=hyper.weight_decay,
            # fastai's others show bars and cast types, of which there are none here, at a fifth of a head's time
            cbs=[TrainEvalCallback(), Recorder(add_time=False)],
            default_cbs=False,
            **options,
        )
        with learner.no_logging():
            if find_rate:
                learner.lr_find(show_plot=False, suggest_funcs=None)  # its picture is wanted, not its advice
                rates = [float(value) for value in learner.recorder.lrs]
                finder_losses = [float(value) for value in learner.recorder.losses]
            learner.add_cb(_Tell(progress, doing))
            learner.fit_one_cycle(epochs, rate)
    recorder = learner.recorder
    return History(
        losses=[float(value) for value in recorder.losses],
        validation_losses=[float(values[1]) for values in recorder.values],
        finder_rates=rates,
        finder_losses=finder_losses,
    )
