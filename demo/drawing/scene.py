"""What stands around a face: the place behind it, the neck and the clothes below."""

import cv2
import numpy as np

from demo.drawing.canvas import Canvas, Colour, Picture, ellipse, mirrored, mix, smooth
from demo.drawing.features import Features
from demo.drawing.moment import Moment, Place

_SKIES: dict[Place, tuple[Colour, Colour]] = {
    "wall": ((214, 204, 190), (180, 168, 154)),
    "garden": ((168, 196, 170), (86, 128, 84)),
    "beach": ((176, 208, 228), (226, 208, 172)),
    "lights": ((74, 66, 92), (44, 38, 54)),
}
_BLOBS: dict[Place, tuple[Colour, ...]] = {
    "wall": ((224, 214, 200), (190, 178, 166)),
    "garden": ((120, 164, 96), (196, 214, 140), (72, 112, 70), (228, 196, 190)),
    "beach": ((200, 222, 236), (150, 194, 216), (236, 222, 194)),
    "lights": ((250, 206, 130), (236, 150, 110), (150, 120, 190), (255, 236, 190)),
}


def background(width: int, height: int, place: Place, rng: np.random.Generator) -> Picture:
    """A place out of focus, (height, width, 3)."""
    rows, columns = 60, max(1, round(60 * width / height))
    top, bottom = (np.array(c, np.float32) + rng.normal(0, 8, 3).astype(np.float32) for c in _SKIES[place])
    down = np.linspace(0, 1, rows, dtype=np.float32)[:, None, None]
    small = np.ascontiguousarray(np.broadcast_to(top * (1 - down) + bottom * down, (rows, columns, 3)), np.float32)
    canvas = Canvas(small, lambda points: points, 1)
    for _ in range(round(26 * columns / rows)):
        r = float(rng.uniform(1.5, 7))
        spot = ellipse(float(rng.uniform(0, columns)), float(rng.uniform(0, rows)), r, r)
        colour = _BLOBS[place][rng.integers(len(_BLOBS[place]))]
        canvas.fill(spot, colour, alpha=float(rng.uniform(0.15, 0.5)), soft=float(rng.uniform(0.4, 1.5)))
    large = cv2.resize(small, (width, height), interpolation=cv2.INTER_CUBIC)
    return np.asarray(large, np.float32)


def paint_body(canvas: Canvas, f: Features, moment: Moment) -> None:
    """Neck, shoulders and clothes, in the coordinates of a face that looks straight on."""
    cloth = np.array(moment.clothes, dtype=np.float64) * (0.8 + 0.2 * moment.brightness)
    skin = np.array(f.skin, dtype=np.float64) * (0.75 + 0.18 * moment.brightness)
    neck = f.jaw * 0.78
    chin = f.chin
    shoulders = [(0.0, chin + 0.38), (neck + 0.12, chin + 0.3), (1.2, chin + 0.62), (1.95, chin + 0.95),
                 (2.2, chin + 1.6), (2.3, chin + 4.0), (0.0, chin + 4.0)]  # fmt: skip
    edge = smooth(shoulders)
    dress = np.concatenate([edge, edge[::-1] * (-1, 1)])
    canvas.fill(dress, cloth, soft=0.015)
    for side in (-1, 1):
        fold = smooth([(1.5, chin + 0.9), (1.45, chin + 1.5), (1.55, chin + 2.4)])
        canvas.stroke(mirrored(fold, side), cloth * 0.65, width=0.12, alpha=0.6, soft=0.12)
        lit = smooth([(0.7, chin + 0.6), (1.2, chin + 0.75), (1.6, chin + 1.0)])
        share = 0.35 + 0.3 * side * moment.light[0]
        canvas.stroke(mirrored(lit, side), mix(cloth, (255, 250, 240), 0.4), width=0.2, alpha=share, soft=0.14)
    if moment.neckline == "stripes":
        worn = canvas.mask(dress)
        for k in range(6):
            y = chin + 0.85 + 0.3 * k
            stripe = smooth([(-2.3, y + 0.25), (-1.0, y), (0, y + 0.08), (1.0, y), (2.3, y + 0.25)])
            canvas.stroke(stripe, mix(cloth, (250, 246, 236), 0.75), width=0.11, alpha=0.8, soft=0.012,
                          within=worn)  # fmt: skip
    throat = [(neck, 0.9), (neck * 0.97, chin + 0.1), (neck + 0.1, chin + 0.32), (0.3, chin + 0.62), (0.0, chin + 0.66)]
    column = smooth(throat)
    whole = np.concatenate([column, column[::-1] * (-1, 1)])
    canvas.fill(whole, skin, soft=0.015)
    inside = canvas.mask(whole)
    for side in (-1, 1):
        edge = smooth([(neck, 0.9), (neck * 0.97, chin + 0.1), (neck + 0.1, chin + 0.32)])
        share = 0.35 - 0.3 * side * moment.light[0]
        canvas.stroke(mirrored(edge, side), skin * (0.6, 0.5, 0.46), width=0.3, alpha=share, soft=0.12,
                      within=inside)  # fmt: skip
        bone = smooth([(0.06, chin + 0.55), (0.3, chin + 0.4), (0.6, chin + 0.36)])
        canvas.stroke(mirrored(bone, side), skin * (0.75, 0.66, 0.62), width=0.04, alpha=0.4, soft=0.03,
                      within=inside)  # fmt: skip
    shade = ellipse(-0.12 * moment.light[0], chin - 0.12, f.jaw * 0.9, 0.42)
    canvas.fill(shade, skin * (0.52, 0.42, 0.38), alpha=0.75, soft=0.1, within=inside)
    rim = smooth([(-neck - 0.12, chin + 0.3), (-0.32, chin + 0.64), (0, chin + 0.7), (0.32, chin + 0.64),
                  (neck + 0.12, chin + 0.3)])  # fmt: skip
    if moment.neckline == "collar":
        for side in (-1, 1):
            flap = np.array(
                [(neck + 0.14, chin + 0.2), (neck + 0.26, chin + 0.5), (0.42, chin + 1.0), (0.03, chin + 0.72)]
            )
            canvas.fill(mirrored(flap, side), mix(cloth, (250, 246, 240), 0.35), soft=0.014)
    else:
        canvas.stroke(rim, cloth * 0.8, width=0.12, soft=0.012)


def paint_ears(canvas: Canvas, f: Features, moment: Moment) -> None:
    """Ears at the sides of the head, set back from the face."""
    skin = np.array(f.skin, dtype=np.float64)
    for side in (-1, 1):
        x, s = f.face_width * 0.98, f.ears
        shape = smooth([(x - 0.06, -0.12), (x + 0.1 * s, -0.2), (x + 0.2 * s, -0.05), (x + 0.15 * s, 0.22),
                        (x + 0.07, 0.42 * s + 0.05), (x - 0.06, 0.4)], closed=True)  # fmt: skip
        lit = 0.8 + 0.18 * side * moment.light[0]
        back = np.column_stack([mirrored(shape, side), np.full(len(shape), -0.2)])
        canvas.fill(back, skin * (lit, lit * 0.9, lit * 0.88), soft=0.01)
        curl = smooth([(x + 0.02, -0.06), (x + 0.12 * s, -0.08), (x + 0.11 * s, 0.12), (x + 0.04, 0.26)])
        fold = np.column_stack([mirrored(curl, side), np.full(len(curl), -0.2)])
        canvas.stroke(fold, skin * (0.62, 0.48, 0.44), width=0.05, alpha=0.6, soft=0.02)
