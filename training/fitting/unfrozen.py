"""The second stage: everything is trained, on faces that are varied each time they are seen."""

import warnings
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.utils.data import TensorDataset

with warnings.catch_warnings():
    # What fastai's own imports deprecate is nothing the family can act on.
    warnings.simplefilter("ignore")
    from fastai.data.core import DataLoaders
    from fastai.torch_core import TensorImage, set_seed
    from fastai.vision.augment import aug_transforms
    from fasttransform import Pipeline

from foundation.progress import Progress
from inference.device import Device
from models.architectures import Architecture
from models.network import Network, normalised, parameter_groups
from training import wording
from training.fitting.learner import History, Labels, TensorLoader, fit
from training.hyperparameters import Hyperparameters


def train_unfrozen(
    network: Network,
    shape: Architecture,
    crops: NDArray[np.uint8],
    labels: Labels,
    train: NDArray[np.int64],
    holdout: NDArray[np.int64],
    *,
    hyper: Hyperparameters,
    device: Device,
    progress: Progress,
) -> History:
    """Train everything on augmented crops `(N, size, size, 3)`, earlier layers slower; changes `network` in place."""
    set_seed(0)
    network.to(device)
    pictures, targets = torch.from_numpy(crops), torch.from_numpy(labels)
    transforms = aug_transforms(
        max_rotate=hyper.max_rotate, max_zoom=hyper.max_zoom, max_lighting=hyper.max_lighting, max_warp=hyper.max_warp
    )
    varied = Pipeline(transforms, split_idx=0)

    def loader(indices: NDArray[np.int64], *, training: bool) -> Any:
        data = TensorDataset(pictures[indices], targets[indices])

        def prepared(batch: tuple[Tensor, Tensor]) -> tuple[Tensor, Tensor]:
            faces, names = batch
            faces = faces.to(device)
            if training:
                augmented = varied(TensorImage(faces.permute(0, 3, 1, 2).float() / 255))
                faces = augmented.as_subclass(Tensor).permute(0, 2, 3, 1) * 255
            return normalised(shape, faces), names.to(device)

        return TensorLoader(
            data,
            bs=hyper.batch if training else 64,
            shuffle=training,
            drop_last=training and len(indices) % hyper.batch == 1,
            after_batch=prepared,
        )

    return fit(
        DataLoaders(loader(train, training=True), loader(holdout, training=False), device=device),
        network,
        hyper.unfrozen_epochs_of(shape),
        slice(*shape.unfrozen_rates),
        hyper,
        doing=wording.training_everything(),
        progress=progress,
        splitter=parameter_groups,
    )
