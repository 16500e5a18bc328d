import pytest

from foundation.box import Box
from foundation.region import stored_box, upright_box

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("orientation", "x", "y"),
    [
        (1, 0.2, 0.3),
        (2, 0.8, 0.3),
        (3, 0.8, 0.7),
        (4, 0.2, 0.7),
        (5, 0.3, 0.2),
        (6, 0.7, 0.2),
        (7, 0.7, 0.8),
        (8, 0.3, 0.8),
    ],
)
def test_all_eight_orientations(orientation: int, x: float, y: float) -> None:
    box = Box(0.2 - 0.05, 0.3 - 0.1, 0.2 + 0.05, 0.3 + 0.1)
    width, height = (0.2, 0.1) if orientation >= 5 else (0.1, 0.2)
    turned = upright_box(box, orientation)
    assert turned.sides == pytest.approx((x - width / 2, y - height / 2, x + width / 2, y + height / 2))
    assert stored_box(turned, orientation).sides == pytest.approx(box.sides)
