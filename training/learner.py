"""The fastai learners: the head on a frozen body first, then everything, as in the tutorial."""

import tempfile
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional as F
from torch.utils.data import TensorDataset

from inference.device import Device

with warnings.catch_warnings():
    # What fastai's own imports deprecate is nothing the family can act on.
    warnings.simplefilter("ignore")
    import fastai.callback.schedule  # noqa: F401  it gives Learner fit_one_cycle and lr_find
    from fastai.callback.core import Callback
    from fastai.data.core import DataLoaders
    from fastai.data.load import DataLoader
    from fastai.learner import Learner
    from fastai.metrics import accuracy
    from fastai.optimizer import Adam
    from fastai.torch_core import TensorImage, set_seed
    from fastai.vision.augment import aug_transforms
    from fasttransform import Pipeline

from inference.gallery import Floats
from models.architectures import Architecture
from models.heads import CosineHead
from models.network import Network, normalised, parameter_groups
from training.progress import Progress

Labels = NDArray[np.int64]

_MARGIN = 0.2
"""CosFace margin (Wang et al. 2018), in cosine: a cousin must win by that much while training."""
_BATCH = 16


@dataclass(frozen=True, slots=True)
class History:
    """How training went: one number a step or an epoch."""

    losses: list[float]
    validation_losses: list[float]
    finder_rates: list[float]
    finder_losses: list[float]


class MarginLoss(nn.Module):
    """Cross-entropy with the true cousin's cosine lowered by the margin."""

    def __init__(self, head: CosineHead) -> None:
        super().__init__()
        self._head = [head]  # in a list, so that the head's parameters are not the loss's

    def forward(self, logits: Tensor, labels: Tensor) -> Tensor:
        margin = self._head[0].log_scale.exp() * _MARGIN * F.one_hot(labels, logits.shape[1])
        return F.cross_entropy(logits - margin, labels)


def train_head(
    shape: Architecture,
    features: Floats,
    labels: Labels,
    cousins: int,
    *,
    epochs: int | None = None,
    progress: Progress,
    doing: str = "Training the head",
    find_rate: bool = False,
) -> tuple[nn.Module, History]:
    """A head for features `(N, D)`, by one cycle.

    A frozen body gives a face the same features each time, so they are computed once and the head learns from them.
    """
    set_seed(0)
    head = shape.build_head(features.shape[1], cousins)
    inputs, targets = torch.from_numpy(features), torch.from_numpy(labels)
    if isinstance(head, CosineHead):
        head.imprint(inputs, targets)
    data = TensorDataset(inputs, targets)
    # A last batch of one face would leave a batch norm nothing to normalise by.
    train = DataLoader(data, bs=_BATCH, shuffle=True, drop_last=len(data) % _BATCH == 1 and len(data) > _BATCH)
    history = _fit(
        DataLoaders(train, DataLoader(data, bs=256)),
        head,
        epochs if epochs is not None else shape.head_epochs,
        shape.head_rate,
        doing=doing,
        progress=progress,
        find_rate=find_rate,
    )
    return head.eval(), history


def train_unfrozen(
    network: Network,
    shape: Architecture,
    crops: NDArray[np.uint8],
    labels: Labels,
    train: NDArray[np.int64],
    holdout: NDArray[np.int64],
    *,
    epochs: int,
    device: Device,
    progress: Progress,
) -> History:
    """Train everything on augmented crops `(N, size, size, 3)`, earlier layers slower; changes `network` in place."""
    set_seed(0)
    network.to(device)
    pictures, targets = torch.from_numpy(crops), torch.from_numpy(labels)
    # Mirrored, turned, zoomed and in other light, as a guest's next photo may well be.
    varied = Pipeline(aug_transforms(max_rotate=6, max_zoom=1.06, max_lighting=0.25, max_warp=0.05), split_idx=0)

    def loader(indices: NDArray[np.int64], *, training: bool) -> Any:
        data = TensorDataset(pictures[indices], targets[indices])

        def prepared(batch: tuple[Tensor, Tensor]) -> tuple[Tensor, Tensor]:
            faces, names = batch
            faces = faces.to(device)
            if training:
                seen = varied(TensorImage(faces.permute(0, 3, 1, 2).float() / 255))
                faces = torch.as_tensor(seen).permute(0, 2, 3, 1) * 255
            return normalised(shape, faces), names.to(device)

        return DataLoader(
            data,
            bs=_BATCH if training else 64,
            shuffle=training,
            drop_last=training and len(indices) % _BATCH == 1,
            after_batch=prepared,
        )

    return _fit(
        DataLoaders(loader(train, training=True), loader(holdout, training=False), device=device),
        network,
        epochs,
        slice(*shape.unfrozen_rates),
        doing="Training everything",
        progress=progress,
        find_rate=False,
        splitter=parameter_groups,
    )


class _Tell(Callback):  # type: ignore[misc]
    def __init__(self, progress: Progress, doing: str) -> None:
        self._progress, self._doing = progress, doing

    def after_epoch(self) -> None:
        self._progress(self._doing, self.epoch + 1, self.n_epoch)


def _fit(
    loaders: Any,
    model: nn.Module,
    epochs: int,
    rate: float | slice,
    *,
    doing: str,
    progress: Progress,
    find_rate: bool,
    splitter: Callable[[Any], list[list[nn.Parameter]]] | None = None,
) -> History:
    head = model.head if isinstance(model, Network) else model
    loss = MarginLoss(head) if isinstance(head, CosineHead) else nn.CrossEntropyLoss()
    options: dict[str, Any] = {"splitter": splitter} if splitter else {}
    progress(doing, 0, epochs)
    rates: list[float] = []
    finder_losses: list[float] = []
    with tempfile.TemporaryDirectory() as scratch, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        learner = Learner(
            loaders, model, loss_func=loss, opt_func=Adam, metrics=accuracy, path=scratch, wd=0.01, **options
        )
        with learner.no_bar(), learner.no_logging():
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
