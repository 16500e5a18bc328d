"""Beards and moustaches, hair by hair on the face's surface."""

import numpy as np

from demo.drawing.canvas import Canvas, Points, mirrored, mix, smooth
from demo.drawing.face import Relief
from demo.drawing.features import Features
from demo.drawing.moment import Moment


def paint_beard(canvas: Canvas, face: Relief, f: Features, moment: Moment, rng: np.random.Generator) -> None:
    """What grows on the lower face; nothing where `f.beard` is none."""
    y, w = f.mouth_height, f.mouth_width * (1 + 0.17 * moment.smile)
    low = 0.15 * moment.open
    lip = f.nose_length + 0.13
    if f.beard == "stubble":
        for side in (-1, 1):
            _patch(canvas, face, f, moment, rng, mirrored(_jaw(f, y, low), side), 260, 0.03, 0.3)
        _patch(canvas, face, f, moment, rng, _moustache(lip, y - 0.07 * moment.smile, w, 0.9), 70, 0.03, 0.25)
    if f.beard == "full":
        for side in (-1, 1):
            _patch(canvas, face, f, moment, rng, mirrored(_jaw(f, y, low), side), 420, 0.14, 0.93)
    if f.beard == "goatee":
        below, end = y + 0.2 + low, f.chin - 0.12
        chin = [(-0.3, below), (0, below - 0.02), (0.3, below), (0.3, end), (0, end + 0.2), (-0.3, end)]
        _patch(canvas, face, f, moment, rng, smooth(chin, closed=True), 220, 0.12, 0.9)
    if f.beard in ("moustache", "full", "goatee"):
        _patch(
            canvas,
            face,
            f,
            moment,
            rng,
            _moustache(lip, y - 0.05 * moment.smile, w, 1.12 if f.beard == "moustache" else 1.02),
            200,
            0.1,
            0.93,
        )


def _jaw(f: Features, y: float, low: float) -> Points:
    """The right half of the region a full beard covers, around the mouth."""
    w = f.face_width
    return smooth([
        (0.97 * w, 0.15), (0.86 * w, 0.5), (0.62, 0.82), (f.mouth_width + 0.14, y - 0.04), (0.3, y + 0.22 + low),
        (-0.02, y + 0.21 + low), (-0.02, f.chin + 0.12), (f.jaw * 0.5, f.chin + 0.06), (f.jaw * 0.96, f.chin * 0.8),
        (1.0 * w, 0.6),
    ], closed=True)  # fmt: skip


def _moustache(lip: float, y: float, w: float, reach: float) -> Points:
    right = [(0.0, lip + 0.03), (w * 0.45, lip), (w * reach * 0.97, y - 0.11), (w * reach * 1.06, y - 0.05),
             (w * 0.6, y - 0.04), (0.0, y - 0.05)]  # fmt: skip
    left = [(-px, py) for px, py in right[-2:0:-1]]
    return smooth(right + left, closed=True, steps=5)


def _patch(canvas: Canvas, face: Relief, f: Features, moment: Moment, rng: np.random.Generator, region: Points,
           count: int, length: float, cover: float) -> None:  # fmt: skip
    """Fills a region with hair that hangs away from the nose."""
    # A white beard lies in the face's own shade: brighter than the skin it would look like a bandage.
    colour = np.array(f.hair_colour) * min(1.0, 0.88 * sum(f.skin) / sum(f.hair_colour))
    canvas.fill(face.raised(region), mix(colour * 0.72, f.skin, 0.12), alpha=cover, soft=0.045)
    low, high = region.min(axis=0), region.max(axis=0)
    spots = rng.uniform(low, high, (count * 3, 2))
    spots = spots[_inside(spots, region)][:count]
    down = np.column_stack([0.55 * spots[:, 0] + rng.normal(0, 0.12, len(spots)), np.ones(len(spots))])
    down *= (length * rng.uniform(0.6, 1.1, len(spots)) / np.linalg.norm(down, axis=1))[:, None]
    lines = np.concatenate([face.raised(spots)[:, None], face.raised(spots + down)[:, None]], axis=1)
    lit = (0.85 + 0.25 * spots[:, 0] * moment.light[0] + rng.normal(0, 0.16, len(spots))) * moment.brightness
    shades = np.clip(colour * np.maximum(lit, 0.35)[:, None] + 8, 0, 255)
    canvas.strands(lines, shades if cover > 0.5 else 0.45 * np.array(f.skin) + 0.55 * shades, 0.012)


def _inside(spots: Points, region: Points) -> np.ndarray:
    """Which of (N, 2) spots lie within an outline, by counting crossings."""
    x, y = spots.T
    inside = np.zeros(len(spots), bool)
    for (ax, ay), (bx, by) in zip(region, np.roll(region, -1, axis=0), strict=True):
        crosses = (ay > y) != (by > y)
        inside ^= crosses & (x < (bx - ax) * (y - ay) / (by - ay + 1e-12) + ax)
    return inside
