"""What makes a drawn person themselves: the same in every picture of them."""

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from demo.drawing.canvas import Colour, mix

HairStyle = Literal["short", "swept", "long", "bob", "fringe", "curly", "bun", "bald"]
Beard = Literal["none", "stubble", "moustache", "goatee", "full"]
Frame = Literal["none", "round", "square"]


@dataclass(frozen=True, slots=True)
class Features:
    """Lengths are in half widths of an ordinary face; shares run from 0 to 1."""

    skin: Colour
    hair: HairStyle
    hair_colour: Colour
    iris: Colour
    face_width: float = 1.0
    jaw: float = 0.78  # half width of the jaw
    chin: float = 1.618  # from the line of the eyes to the chin
    hairline: float = 0.88  # from the line of the eyes up to the hair
    eye_spacing: float = 0.45  # half the distance of the pupils
    eye_size: float = 0.233
    eye_height: float = 0.134
    eye_tilt: float = 0.0  # the outer corners' rise
    brow_thickness: float = 0.07
    brow_height: float = 0.31
    brow_arch: float = 0.06
    nose_length: float = 0.626
    nose_width: float = 0.2
    nose_bridge: float = 0.3
    mouth_width: float = 0.36
    mouth_height: float = 1.023  # from the line of the eyes
    lip_fullness: float = 0.1
    lip_red: float = 0.4
    ears: float = 1.0
    age: float = 0.2
    freckles: float = 0.0
    rosy: float = 0.4
    beard: Beard = "none"
    frame: Frame = "none"
    glasses_often: float = 0.0  # the share of pictures with glasses on


FAMILY: dict[str, Features] = {
    "amelia": Features(
        skin=(240, 200, 178), hair="long", hair_colour=(168, 72, 30), iris=(84, 128, 78),
        face_width=0.93, jaw=0.66, chin=1.618, eye_spacing=0.44, eye_size=0.255, eye_height=0.157, eye_tilt=0.03,
        brow_thickness=0.045, brow_arch=0.09, nose_length=0.55, nose_width=0.165, mouth_width=0.33,
        lip_fullness=0.11, lip_red=0.55, age=0.05, freckles=0.9, rosy=0.6,
    ),
    "ben": Features(
        skin=(226, 178, 150), hair="short", hair_colour=(78, 50, 32), iris=(92, 66, 42),
        face_width=1.08, jaw=0.95, chin=1.696, eye_spacing=0.47, eye_size=0.205, eye_height=0.112,
        brow_thickness=0.1, brow_height=0.28, brow_arch=0.03, nose_length=0.65, nose_width=0.26, mouth_width=0.38,
        age=0.3, beard="full", eye_tilt=-0.04, rosy=0.55,
    ),
    "clara": Features(
        skin=(236, 200, 182), hair="bob", hair_colour=(205, 203, 200), iris=(96, 122, 150),
        face_width=0.95, jaw=0.72, chin=1.56, eye_spacing=0.42, eye_size=0.212, eye_height=0.112, eye_tilt=-0.025,
        brow_thickness=0.04, brow_height=0.34, nose_length=0.61, nose_width=0.18, mouth_width=0.36,
        lip_fullness=0.07, lip_red=0.5, age=0.95, rosy=0.5, frame="round", glasses_often=0.75,
    ),
    "diego": Features(
        skin=(196, 142, 104), hair="swept", hair_colour=(24, 18, 16), iris=(58, 36, 22),
        face_width=0.98, jaw=0.8, chin=1.716, eye_spacing=0.43, eye_size=0.21, eye_height=0.123,
        brow_thickness=0.11, brow_height=0.29, brow_arch=0.08, nose_length=0.75, nose_width=0.2, nose_bridge=0.4,
        mouth_width=0.37, lip_fullness=0.1, age=0.2, beard="moustache", rosy=0.2, eye_tilt=0.035,
    ),
    "june": Features(
        skin=(238, 206, 170), hair="fringe", hair_colour=(26, 22, 24), iris=(50, 34, 26),
        face_width=1.04, jaw=0.78, chin=1.521, eye_spacing=0.5, eye_size=0.233, eye_height=0.101, eye_tilt=0.05,
        brow_thickness=0.055, brow_height=0.33, brow_arch=0.02, nose_length=0.552, nose_width=0.21, nose_bridge=0.16,
        mouth_width=0.32, lip_fullness=0.11, lip_red=0.6, age=0.05, rosy=0.5,
    ),
    "maya": Features(
        skin=(126, 80, 56), hair="curly", hair_colour=(28, 20, 18), iris=(44, 26, 18),
        face_width=0.99, jaw=0.76, chin=1.599, eye_spacing=0.47, eye_size=0.249, eye_height=0.151, eye_tilt=0.03,
        brow_thickness=0.065, brow_arch=0.08, nose_length=0.607, nose_width=0.27, nose_bridge=0.2,
        mouth_width=0.4, lip_fullness=0.16, lip_red=0.45, age=0.1, rosy=0.2,
    ),
    "otto": Features(
        skin=(234, 186, 164), hair="bald", hair_colour=(214, 210, 204), iris=(108, 140, 170),
        face_width=1.1, jaw=0.92, chin=1.58, hairline=1.3, eye_spacing=0.465, eye_size=0.2, eye_height=0.101,
        eye_tilt=-0.04, brow_thickness=0.09, brow_height=0.32, nose_length=0.67, nose_width=0.265, nose_bridge=0.34,
        mouth_width=0.36, lip_fullness=0.06, lip_red=0.3, ears=1.25, age=0.85, rosy=0.8, beard="moustache",
    ),
}  # fmt: skip

_SKINS: tuple[Colour, ...] = ((242, 206, 186), (228, 182, 152), (204, 152, 114), (168, 116, 82), (110, 70, 50))
_HAIRS: tuple[Colour, ...] = (
    (24, 20, 18), (58, 38, 26), (98, 64, 38), (150, 98, 50), (206, 168, 104), (160, 70, 32),
)  # fmt: skip
_IRISES: tuple[Colour, ...] = ((50, 32, 22), (94, 68, 42), (92, 120, 80), (92, 128, 164), (110, 116, 118))


def _anybody(rng: np.random.Generator) -> Features:
    """A person from the whole range of faces."""

    def between(low: float, high: float) -> float:
        return float(rng.uniform(low, high))

    man = rng.random() < 0.5
    styles: list[HairStyle] = ["short", "swept", "bald", "curly"] if man else ["long", "bob", "fringe", "curly", "bun"]
    beards: list[Beard] = ["none", "stubble", "moustache", "goatee", "full"]
    frames: list[Frame] = ["none", "none", "round", "square"]
    age = between(0, 1)
    tone = int(rng.integers(len(_SKINS)))
    hair = _HAIRS[rng.integers(len(_HAIRS) - tone)]  # the darker the skin, the darker the hair and eyes
    frame = frames[rng.integers(4)]
    return Features(
        skin=mix(_SKINS[tone], _SKINS[rng.integers(5)], between(0, 0.3)),
        hair=styles[rng.integers(len(styles))],
        hair_colour=mix(hair, (196, 194, 192), min(1.0, max(0.0, age - 0.5) * 2.5)),
        iris=_IRISES[rng.integers(5 - tone)],
        face_width=between(0.98, 1.12) if man else between(0.9, 1.05),
        jaw=between(0.8, 0.98) if man else between(0.62, 0.8),
        chin=between(1.48, 1.78), hairline=between(0.85, 1.05),
        eye_spacing=between(0.4, 0.52), eye_size=between(0.18, 0.27), eye_height=between(0.09, 0.16),
        eye_tilt=between(-0.06, 0.07),
        brow_thickness=between(0.07, 0.12) if man else between(0.035, 0.07),
        brow_height=between(0.27, 0.35), brow_arch=between(0.01, 0.1),
        nose_length=between(0.5, 0.78), nose_width=between(0.15, 0.3), nose_bridge=between(0.15, 0.4),
        mouth_width=between(0.3, 0.42), mouth_height=between(1.0, 1.12), lip_fullness=between(0.06, 0.16),
        lip_red=between(0.25, 0.4) if man else between(0.4, 0.65),
        ears=between(0.85, 1.25), age=age, freckles=max(0.0, between(-2, 1)), rosy=between(0.1, 0.8),
        beard=beards[rng.integers(5)] if man else "none",
        frame=frame, glasses_often=0.0 if frame == "none" else 0.8,
    )  # fmt: skip


def somebody(rng: np.random.Generator) -> Features:
    """A person nobody has met: from the whole range of faces, but no cousin's double."""
    while True:
        person = _anybody(rng)
        if min(_unlike(person, cousin) for cousin in FAMILY.values()) > 1.0:
            return person


def _unlike(a: Features, b: Features) -> float:
    """How far apart two people look, about 1 for a passing likeness; scaled by what a face network sees most."""
    parts = [
        (a.nose_length - b.nose_length) / 0.09, (a.eye_tilt - b.eye_tilt) / 0.04, (a.eye_size - b.eye_size) / 0.025,
        (a.nose_width - b.nose_width) / 0.06, (a.chin - b.chin) / 0.12, float(a.beard != b.beard),
    ]  # fmt: skip
    return float(np.linalg.norm(parts)) / 2


def dressed_as(person: Features, other: Features) -> Features:
    """`person` at a costume party: the other's hair, beard, brows, glasses, make-up and nose on their own face."""
    return replace(
        person, skin=mix(person.skin, other.skin, 0.85), hair=other.hair, hair_colour=other.hair_colour,
        hairline=other.hairline, beard=other.beard, brow_thickness=other.brow_thickness,
        brow_arch=other.brow_arch, brow_height=other.brow_height, lip_red=other.lip_red, freckles=other.freckles,
        rosy=other.rosy, age=other.age, nose_length=other.nose_length, nose_width=other.nose_width,
        nose_bridge=other.nose_bridge, frame=other.frame, glasses_often=other.glasses_often,
    )  # fmt: skip
