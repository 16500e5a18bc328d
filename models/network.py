"""Body and head together, as they are trained."""

import torch
from torch import Tensor, nn

from models.architectures import Architecture


class Network(nn.Module):
    """A body and a head: pictures `(N, 3, size, size)` → logits `(N, cousins)`."""

    def __init__(self, body: nn.Module, head: nn.Module) -> None:
        super().__init__()
        self.body = body
        self.head = head

    def forward(self, x: Tensor) -> Tensor:
        logits: Tensor = self.head(self.body(x))
        return logits


def normalised(shape: Architecture, pixels: Tensor) -> Tensor:
    """Pixels `(N, size, size, 3)`, 0 to 255 → what the body takes, `(N, 3, size, size)` float32, channels last."""
    mean = torch.tensor(shape.mean, device=pixels.device)
    std = torch.tensor(shape.std, device=pixels.device)
    return ((pixels.float() - mean) / std).permute(0, 3, 1, 2)


def parameter_groups(network: Network) -> list[list[nn.Parameter]]:
    """Early body, late body, head: the groups that get discriminative learning rates."""
    layers = [
        parameters
        for module in network.body.modules()
        if (parameters := [p for p in module.parameters(recurse=False) if p.requires_grad])
    ]
    half = len(layers) // 2
    early, late = ([parameter for layer in part for parameter in layer] for part in (layers[:half], layers[half:]))
    return [early, late, list(network.head.parameters())]
