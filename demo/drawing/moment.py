"""What differs from picture to picture: pose, expression, light, clothes, place."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from demo.drawing.canvas import Colour
from demo.drawing.features import Features

Hat = Literal["none", "beanie", "straw", "party"]
Place = Literal["wall", "garden", "beach", "lights"]

_CLOTHES: tuple[Colour, ...] = (
    (176, 64, 60), (62, 96, 140), (70, 116, 92), (214, 168, 70), (120, 84, 132), (226, 220, 208), (62, 62, 72),
    (210, 120, 100), (96, 156, 168),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Moment:
    """Angles in radians; shares run from 0 to 1."""

    yaw: float
    pitch: float
    roll: float
    smile: float
    open: float  # how far the mouth is open
    brows: float  # how far the brows are raised, -1..1
    squint: float
    gaze: float  # -1 left .. 1 right
    light: tuple[float, float, float]  # towards the light: right, down, to the viewer
    warmth: float  # -1 cool .. 1 warm
    brightness: float
    contrast: float  # share of the light that comes from one side
    glasses: bool
    hat: Hat
    clothes: Colour
    neckline: Literal["crew", "collar", "stripes"]
    place: Place


def some_moment(rng: np.random.Generator, features: Features) -> Moment:
    """A picture's circumstances, as family albums have them."""

    def spread(sigma: float, limit: float) -> float:
        return float(np.clip(rng.normal(0, sigma), -limit, limit))

    side = float(rng.uniform(-0.75, 0.75))
    light = np.array([side, rng.uniform(-0.75, -0.25), 0.8])
    light /= np.linalg.norm(light)
    smile = float(np.clip(rng.normal(0.65, 0.28), 0.1, 1))
    hats: list[Hat] = ["beanie", "straw", "party"]
    necklines: list[Literal["crew", "collar", "stripes"]] = ["crew", "collar", "stripes"]
    places: list[Place] = ["wall", "garden", "beach", "lights"]
    return Moment(
        yaw=spread(0.14, 0.28),
        pitch=spread(0.07, 0.14),
        roll=spread(0.06, 0.14),
        smile=smile,
        open=float(max(0.0, rng.uniform(-0.8, 1.0))) * max(0.0, smile),
        brows=spread(0.4, 1),
        squint=float(rng.uniform(0, 0.3)) * max(0.0, smile),
        gaze=spread(0.35, 0.8),
        light=(float(light[0]), float(light[1]), float(light[2])),
        warmth=spread(0.4, 1),
        brightness=float(rng.uniform(0.9, 1.1)),
        contrast=float(rng.uniform(0.4, 0.65)),
        glasses=bool(rng.random() < features.glasses_often),
        hat=hats[rng.integers(3)] if rng.random() < 0.1 else "none",
        clothes=_CLOTHES[rng.integers(len(_CLOTHES))],
        neckline=necklines[rng.integers(3)],
        place=places[rng.integers(4)],
    )
