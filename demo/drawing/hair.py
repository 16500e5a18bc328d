"""Hair, combed strand by strand over the turned head."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from demo.drawing.canvas import Canvas, Colour, Points, ellipse, mix, smooth
from demo.drawing.features import Features
from demo.drawing.moment import Moment

Guide = Sequence[tuple[float, float]]  # one strand, from its root


def on_skull(points: ArrayLike, lift: float = 0.0) -> Points:
    """(…, 2) points laid on a round head, `lift` above it: (…, 3)."""
    p = np.asarray(points, dtype=np.float64)
    round_off = 1 - (p[..., 0] / 1.2) ** 2 - ((p[..., 1] + 0.2) / 1.75) ** 2
    z = 0.85 * np.sqrt(np.maximum(round_off, 0)) - 0.1 + lift
    return np.concatenate([p, z[..., None]], axis=-1)


class Comb:
    """Draws hair of one colour, under the light of one moment, on one head."""

    def __init__(self, canvas: Canvas, colour: Colour, moment: Moment, rng: np.random.Generator) -> None:
        self.canvas, self.moment, self.rng = canvas, moment, rng
        self.colour = np.array(colour) * (0.72 + 0.28 * moment.brightness)

    def sheet(self, guides: Sequence[Guide], count: int, *, wave: float = 0.0, loose: float = 0.03) -> None:
        """Hair between guides, (G, N, 2): `count` strands that run as they do and stray by `loose` at the tips."""
        knots = np.array(guides, dtype=np.float64)
        groups, corners = knots.shape[:2]
        across = smooth(knots.reshape(groups, -1), steps=6).reshape(-1, corners, 2)
        fine = np.stack([smooth(line, steps=5) for line in across])
        rim = np.concatenate([fine[0], fine[:, -1], fine[-1, ::-1], fine[::-1, 0]])
        self.canvas.fill(on_skull(rim), self.colour * 0.68, soft=0.012)
        along = np.linspace(0, 1, fine.shape[1])
        at = self.rng.permutation(np.linspace(0, len(fine) - 1.001, count))
        low, share = at.astype(int), (at % 1)[:, None, None]
        lines = fine[low] * (1 - share) + fine[low + 1] * share
        lines += self.rng.normal(0, loose, (count, 1, 2)) * along[:, None]
        if wave:
            lines[..., 0] += wave * along * np.sin(9 * along + 0.25 * at[:, None] + self.rng.normal(0, 0.3, (count, 1)))
        lit = 0.92 + 0.1 * lines[:, len(along) // 3, 0] * self.moment.light[0] + self.rng.normal(0, 0.11, count)
        self.canvas.strands(on_skull(lines, 0.02), self._shades(lit), 0.016)
        shine = on_skull(fine[1:-1, len(along) // 3])
        self.canvas.stroke(shine, mix(self.colour, (255, 240, 220), 0.35), width=0.14, alpha=0.3, soft=0.09)

    def both(self, guides: Sequence[Guide], count: int, *, wave: float = 0.0, loose: float = 0.03) -> None:
        """The same sheet on either side of the head, `count` strands each."""
        self.sheet(guides, count, wave=wave, loose=loose)
        self.sheet(_flipped(guides), count, wave=-wave, loose=loose)

    def curls(self, path: Guide, radius: float, count: int, spread: float) -> None:
        """Round curls scattered along a line."""
        line = smooth(path, steps=20)
        middle = line[self.rng.integers(0, len(line), count)] + self.rng.normal(0, spread, (count, 2))
        size = radius * self.rng.uniform(0.6, 1.2, count)
        lit = 0.78 + 0.2 * np.clip(0.4 * middle[:, 0] * self.moment.light[0] - middle[:, 1] - 0.9, -1, 1)
        lit += self.rng.normal(0, 0.07, count)
        rings = middle[:, None] + size[:, None, None] * ellipse(0, 0, 1, 0.92, corners=14)
        for part in np.array_split(np.arange(count), 6):  # a curl's gleam lies below the next curls
            self.canvas.dabs(on_skull(rings[part]), self._shades(lit[part]))
            gleam = middle[part, None] + 0.72 * (rings[part, 8:13] - middle[part, None])
            self.canvas.strands(on_skull(gleam), self._shades(lit[part] + 0.3) + 12, 0.024)

    def ball(self, x: float, y: float, radius: float) -> None:
        """A mass of hair without strands."""
        self.canvas.fill(on_skull(ellipse(x, y, radius, radius * 0.95, corners=40)), self.colour * 0.62, soft=0.04)

    def _shades(self, lit: Points) -> Points:
        shades = self.colour * np.maximum(lit, 0.3)[:, None] + 10 * np.maximum(lit - 0.8, 0)[:, None]
        return np.asarray(np.minimum(shades, 245))


def _flipped(guides: Sequence[Guide]) -> list[Guide]:
    return [[(-x, y) for x, y in guide] for guide in guides]


def _round(guides: Sequence[Guide]) -> list[Guide]:
    """Guides for the right half of the head, the first in the middle, completed by the left half."""
    return [*_flipped(guides)[:0:-1], *guides]


def paint_back(comb: Comb, f: Features) -> None:
    """The hair behind the face and neck."""
    if f.hair == "long":
        comb.both([[(0.0, -1.5), (0.3, -0.5), (0.4, 0.6), (0.4, 1.5), (0.4, 2.1)],
                   [(0.0, -1.82), (1.1, -1.1), (1.24, 0.3), (1.24, 1.3), (1.1, 2.3)]], 80, wave=0.06)  # fmt: skip
    elif f.hair in ("bob", "fringe"):
        low = 1.15 if f.hair == "bob" else 1.45
        comb.both([[(0.0, -1.5), (0.3, -0.5), (0.3, 0.5), (0.2, low)],
                   [(0.0, -1.82), (1.12, -1.0), (1.24, 0.3), (1.02, low)]], 60, wave=0.02)  # fmt: skip
    elif f.hair == "curly":
        comb.ball(0, -0.6, 1.34)
        comb.curls([(-1.16, 0.35), (-1.36, -0.6), (-1.0, -1.5), (0, -1.92), (1.0, -1.5), (1.36, -0.6), (1.16, 0.35)],
                   0.16, 130, 0.08)  # fmt: skip
    elif f.hair == "bun":
        comb.ball(0, -1.84, 0.42)
        comb.both([[(0.0, -1.5), (0.0, -1.8), (0.0, -2.2)], [(0.3, -1.5), (0.46, -1.85), (0.1, -2.24)]], 24)


def paint_front(comb: Comb, f: Features) -> None:
    """The hair that frames the face."""
    w, top = f.face_width, -f.hairline
    if f.hair == "short":
        comb.sheet(_round([
            [(0.0, top), (0.0, -1.45), (0.06, -1.84)], [(0.45 * w, top + 0.02), (0.5, -1.42), (0.6, -1.72)],
            [(0.78 * w, top + 0.22), (0.92, -1.12), (0.98, -1.34)],
            [(0.9 * w, -0.42), (1.02 * w, -0.75), (1.1 * w, -0.85)],
            [(0.95 * w, 0.0), (1.0 * w, -0.12), (1.06 * w, -0.2)],
        ]), 330, loose=0.035)  # fmt: skip
    elif f.hair == "swept":
        comb.both([[(0.6 * w, top), (0.8, -1.2), (0.84, -1.5)], [(0.9 * w, -0.42), (1.0 * w, -0.75), (1.08 * w, -0.85)],
                   [(0.95 * w, -0.02), (1.0 * w, -0.15), (1.05 * w, -0.22)]], 90)  # fmt: skip
        comb.sheet([
            [(-0.66 * w, top + 0.1), (-0.36, top - 0.12), (0.3, top - 0.1), (0.8 * w, top + 0.14)],
            [(-0.72 * w, top - 0.1), (-0.4, top - 0.5), (0.36, top - 0.48), (0.9 * w, top - 0.06)],
            [(-0.8 * w, -1.3), (-0.4, -1.86), (0.36, -1.92), (0.98 * w, -1.14)],
        ], 150, loose=0.04)  # fmt: skip
    elif f.hair == "long":
        comb.both([
            [(-0.03, top - 0.12), (0.36, top - 0.1), (0.72 * w, -0.66), (0.91 * w, -0.1), (0.98 * w, 0.6),
             (0.9, 1.4), (0.76, 2.1)],
            [(-0.02, -1.4), (0.46, -1.38), (0.95, -0.9), (1.08, -0.2), (1.12, 0.6), (1.08, 1.4), (0.95, 2.2)],
            [(-0.02, -1.86), (0.58, -1.74), (1.06, -1.2), (1.22, -0.3), (1.26, 0.6), (1.26, 1.4), (1.14, 2.3)],
        ], 130, wave=0.05)  # fmt: skip
    elif f.hair == "bob":
        comb.both([
            [(-0.03, top - 0.1), (0.34, top - 0.08), (0.72 * w, -0.66), (0.92 * w, -0.1), (0.98 * w, 0.5), (0.8, 1.06)],
            [(-0.02, -1.4), (0.46, -1.38), (0.95, -0.9), (1.1, -0.2), (1.16, 0.5), (0.94, 1.14)],
            [(-0.02, -1.86), (0.58, -1.74), (1.07, -1.2), (1.24, -0.3), (1.28, 0.5), (1.02, 1.18)],
        ], 110, wave=0.03)  # fmt: skip
    elif f.hair == "fringe":
        comb.both([
            [(0.3, -1.6), (0.5, -1.3), (0.78 * w, -0.8), (0.9 * w, -0.2), (0.96 * w, 0.6), (0.88, 1.4)],
            [(0.2, -1.76), (0.6, -1.52), (1.0, -0.96), (1.1, -0.2), (1.12, 0.6), (0.98, 1.45)],
            [(0.0, -1.86), (0.66, -1.72), (1.1, -1.16), (1.22, -0.3), (1.22, 0.6), (1.04, 1.47)],
        ], 90)  # fmt: skip
        comb.sheet(_round([
            [(0.0, -1.84), (0.0, -1.2), (0.0, -0.5)], [(0.3, -1.81), (0.52, -1.16), (0.5 * w, -0.49)],
            [(0.5, -1.72), (0.86, -1.1), (0.88 * w, -0.4)],
        ]), 170, loose=0.015)  # fmt: skip
    elif f.hair == "curly":
        comb.curls([(-0.8, -1.2), (0, -1.5), (0.8, -1.2)], 0.15, 100, 0.16)
        comb.curls([(-1.1 * w, 0.05), (-1.04 * w, -0.6), (-0.6, top - 0.2), (0, top - 0.27), (0.6, top - 0.2),
                    (1.04 * w, -0.6), (1.1 * w, 0.05)], 0.12, 130, 0.055)  # fmt: skip
    elif f.hair == "bun":
        comb.both([
            [(0.0, top), (0.02, -1.4), (0.0, -1.78)], [(0.5 * w, top + 0.04), (0.5, -1.4), (0.12, -1.8)],
            [(0.84 * w, -0.6), (0.96, -1.14), (0.3, -1.78)], [(0.95 * w, 0.0), (1.08 * w, -0.7), (0.66, -1.6)],
        ], 110, loose=0.015)  # fmt: skip
    else:
        comb.both([[(0.93 * w, -0.72), (1.02 * w, -0.76), (1.07 * w, -0.74)],
                   [(0.96 * w, -0.3), (1.06 * w, -0.3), (1.14 * w, -0.24)],
                   [(0.96 * w, 0.02), (1.05 * w, 0.08), (1.12 * w, 0.14)]], 90, loose=0.03)  # fmt: skip
