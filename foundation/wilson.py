"""How far a share that was counted may be from the true one."""

from math import sqrt
from typing import Final

_Z: Final = 1.959963984540054
"""Standard deviations that 95 % of a normal distribution lie within."""


def wilson_interval(right: float, of: int) -> tuple[float, float]:
    """95 % interval of the share `right / of` (Wilson 1927); everything is possible of none."""
    if not of:
        return 0.0, 1.0
    share, slack = right / of, _Z**2 / of
    centre, half = share + slack / 2, sqrt(slack * (share * (1 - share) + slack / 4))
    return max(0.0, (centre - half) / (1 + slack)), min(1.0, (centre + half) / (1 + slack))
