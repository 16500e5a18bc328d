"""What turns a body's features into one score a cousin."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F


class CosineHead(nn.Module):
    """Scaled cosine between an embedding and one direction a cousin: `(N, D)` → logits `(N, cousins)`.

    Embeddings are centred on the family's mean first, since those of one network all lie in a narrow cone. `imprint`
    starts every direction at the mean of the cousin's embeddings (Qi et al. 2018), where nearest centroid already is.
    """

    centre: Tensor

    def __init__(self, features: int, cousins: int, scale: float = 12.0) -> None:
        super().__init__()
        self.register_buffer("centre", torch.zeros(features))
        self.directions = nn.Parameter(torch.randn(cousins, features))
        self.log_scale = nn.Parameter(torch.tensor(scale).log())

    def imprint(self, features: Tensor, labels: Tensor) -> None:
        """Start from the training embeddings `(N, D)` and their labels `(N,)`."""
        unit = F.normalize(features, dim=1)
        with torch.no_grad():
            self.centre.copy_(unit.mean(0))
            centred = F.normalize(unit - self.centre, dim=1)
            for label in range(len(self.directions)):
                self.directions[label] = centred[labels == label].mean(0)

    def forward(self, features: Tensor) -> Tensor:
        centred = F.normalize(F.normalize(features, dim=1) - self.centre, dim=1)
        logits: Tensor = self.log_scale.exp() * centred @ F.normalize(self.directions, dim=1).T
        return logits


def linear_head(features: int, cousins: int) -> nn.Module:
    """fastai's head behind the pooling, in plain torch so that serving needs no fastai: `(N, D)` → logits."""
    hidden = nn.Linear(features, 512, bias=False)
    last = nn.Linear(512, cousins, bias=False)
    for layer in (hidden, last):
        nn.init.kaiming_normal_(layer.weight)
    return nn.Sequential(
        nn.BatchNorm1d(features), nn.Dropout(0.25), hidden, nn.ReLU(), nn.BatchNorm1d(512), nn.Dropout(0.5), last
    )
