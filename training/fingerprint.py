"""What a network is known by, so that embeddings by different ones are not compared."""

import hashlib

from torch import nn

from inference.faces.alignment import alignments
from models.architectures import Architecture


def fingerprint(shape: Architecture, body: nn.Module) -> str:
    """Of body, crop and alignment."""
    shares = "".join(f" {part.name} {share}" for part, share in shape.parts)
    digest = hashlib.sha256(f"{shape.name} {shape.crop} {shape.size} {alignments(shape)}{shares}".encode())
    tensors = body.state_dict()
    for name in sorted(tensors):
        digest.update(tensors[name].cpu().contiguous().numpy().tobytes())
    return f"{shape.name}-{digest.hexdigest()[:12]}"
