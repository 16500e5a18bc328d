"""Hair, beards, hats and glasses, combed strand by strand over the turned head."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from demo.drawing.canvas import Canvas, Colour, Points, ellipse, mirrored, mix, smooth
from demo.drawing.features import Features
from demo.drawing.moment import Moment

Guide = Sequence[tuple[float, float]]


def on_skull(points: ArrayLike, lift: float = 0.0) -> Points:
    """(N, 2) points laid on a round head, `lift` above it: (N, 3)."""
    p = np.asarray(points, dtype=np.float64)
    z = 0.85 * np.sqrt(np.clip(1 - (p[:, 0] / 1.2) ** 2 - ((p[:, 1] + 0.2) / 1.75) ** 2, 0, 1)) - 0.1 + lift
    return np.column_stack([p[:, :2], z])


class Comb:
    """Draws sheets of strands between two guide lines."""

    def __init__(self, canvas: Canvas, colour: Colour, moment: Moment, rng: np.random.Generator) -> None:
        self.canvas, self.colour, self.moment, self.rng = canvas, colour, moment, rng

    def sheet(self, first: ArrayLike, last: ArrayLike, count: int, *, wave: float = 0.0, fringe: float = 0.03,
              shine: float = 0.35) -> None:  # fmt: skip
        """Strands running as `first` does, spread evenly from there to `last`; both have the same number of points."""
        a, b = smooth(first, steps=6), smooth(last, steps=6)
        self.canvas.fill(on_skull(np.concatenate([a, b[::-1]])), mix(self.colour, (0, 0, 0), 0.3), soft=0.012)
        along = np.linspace(0, 1, len(a))
        lines: list[Points] = []
        colours: list[Colour] = []
        for share in self.rng.permutation(np.linspace(0, 1, count)):
            line = a * (1 - share) + b * share + self.rng.normal(0, fringe, 2) * along[:, None]
            if wave:
                line[:, 0] += wave * along * np.sin(9 * along + 5 * share + self.rng.normal(0, 0.3))
            middle = line[len(line) // 3]
            lit = 0.78 + shine * np.exp(-(((share - 0.45) / 0.22) ** 2)) + 0.16 * middle[0] * self.moment.light[0]
            lit = (lit + self.rng.normal(0, 0.09)) * (0.75 + 0.25 * self.moment.brightness)
            r, g, blue = (min(255.0, c * max(0.3, lit) + 14 * max(0.0, lit - 0.8)) for c in self.colour)
            lines.append(on_skull(line, 0.02))
            colours.append((r, g, blue))
        self.canvas.strands(lines, colours, 0.016)

    def both(self, first: Guide, last: Guide, count: int, **style: float) -> None:
        """The same sheet on either side of the head."""
        for side in (-1, 1):
            self.sheet(mirrored(first, side), mirrored(last, side), count, **style)  # type: ignore[arg-type]

    def curls(self, rim: Guide, radius: float, count: int, spread: float) -> None:
        """Round curls scattered along a line."""
        path = smooth(rim, steps=20)
        for k in self.rng.integers(0, len(path), count):
            x, y = path[k] + self.rng.normal(0, spread, 2)
            r = radius * self.rng.uniform(0.6, 1.2)
            lit = 0.75 + 0.25 * np.clip(-(y + 0.9) + 0.4 * x * self.moment.light[0], -1, 1) + self.rng.normal(0, 0.08)
            ring = ellipse(float(x), float(y), r, r * 0.92, corners=14)
            self.canvas.fill(on_skull(ring), np.array(self.colour) * lit, soft=0.02)
            arc = smooth(ring[9:14], steps=4)
            self.canvas.stroke(on_skull(arc), np.array(self.colour) * (lit + 0.4) + 12, width=0.03, alpha=0.5,
                               soft=0.015)  # fmt: skip


def paint_back(comb: Comb, f: Features) -> None:
    """The hair behind the face and neck."""
    if f.hair == "long":
        comb.both([(0.0, -1.7), (0.7, -1.55), (0.75, 0.2), (0.6, 1.4), (0.55, 2.2)],
                  [(0.0, -1.82), (1.05, -1.5), (1.3, 0.1), (1.28, 1.3), (1.22, 2.3)], 90, wave=0.06)  # fmt: skip
    elif f.hair in ("bob", "fringe"):
        low = 1.2 if f.hair == "bob" else 1.5
        comb.both([(0.0, -1.7), (0.7, -1.5), (0.6, 0.2), (0.4, low)],
                  [(0.0, -1.84), (1.08, -1.4), (1.3, 0.1), (1.1, low)], 70, wave=0.02)  # fmt: skip
    elif f.hair == "curly":
        comb.canvas.fill(on_skull(ellipse(0, -0.55, 1.36, 1.36)), np.array(comb.colour) * 0.6, soft=0.05)
        comb.curls([(-1.2, 0.4), (-1.4, -0.6), (-0.95, -1.6), (0, -1.95), (0.95, -1.6), (1.4, -0.6), (1.2, 0.4)],
                   0.17, 130, 0.09)  # fmt: skip
    elif f.hair == "bun":
        comb.canvas.fill(on_skull(ellipse(0, -1.82, 0.42, 0.36)), np.array(comb.colour) * 0.85, soft=0.02)
        comb.both([(0.02, -1.5), (0.1, -1.8), (0.02, -2.12)], [(0.3, -1.5), (0.5, -1.85), (0.06, -2.16)], 24)


def paint_front(comb: Comb, f: Features) -> None:
    """The hair that frames the face."""
    w, top = f.face_width, -f.hairline
    side = 1.0 * w
    if f.hair == "short":
        comb.both([(-0.03, top), (-0.03, -1.45), (-0.03, -1.82)], [(0.62 * w, top + 0.08), (0.72, -1.35), (0.8, -1.6)],
                  70, fringe=0.05)  # fmt: skip
        comb.both([(0.6 * w, top + 0.06), (0.72, -1.35), (0.76, -1.62)], [(side * 0.93, -0.05), (side * 1.04, -0.2),
                  (side * 1.1, -0.42)], 80, fringe=0.04)  # fmt: skip
    elif f.hair == "swept":
        comb.both([(0.55 * w, top - 0.05), (0.78, -1.2), (0.8, -1.66)], [(side * 0.93, -0.1), (side * 1.04, -0.25),
                  (side * 1.1, -0.5)], 70)  # fmt: skip
        comb.sheet([(-0.62 * w, top + 0.1), (-0.3, top - 0.12), (0.3, top - 0.08), (0.72 * w, top + 0.16)],
                   [(-0.82, -1.4), (-0.4, -1.95), (0.4, -2.0), (0.98, -1.2)], 120, fringe=0.05)  # fmt: skip
    elif f.hair == "long":
        comb.both([(0.06, -1.6), (0.5, top - 0.12), (0.86 * w, -0.35), (side * 0.97, 0.5), (0.95, 1.5), (0.9, 2.2)],
                  [(0.06, -1.8), (0.85, -1.6), (1.2, -0.6), (1.24, 0.5), (1.25, 1.4), (1.2, 2.3)], 110,
                  wave=0.05)  # fmt: skip
    elif f.hair == "bob":
        comb.sheet([(-0.3, -1.6), (0.3, top - 0.15), (0.85 * w, -0.4), (side, 0.4), (0.88, 1.1)],
                   [(-0.3, -1.82), (0.75, -1.75), (1.22, -0.6), (1.28, 0.4), (1.0, 1.22)], 110, wave=0.02)  # fmt: skip
        comb.sheet([(-0.3, -1.6), (-0.6, top - 0.05), (-0.9 * w, -0.4), (-side, 0.4), (-0.88, 1.1)],
                   [(-0.3, -1.82), (-0.9, -1.6), (-1.22, -0.6), (-1.28, 0.4), (-1.0, 1.22)], 90, wave=0.02)  # fmt: skip
    elif f.hair == "fringe":
        comb.both([(0.0, -1.7), (0.6, -1.2), (0.88 * w, -0.3), (side * 0.95, 0.5), (0.92, 1.45)],
                  [(0.0, -1.84), (0.85, -1.6), (1.2, -0.5), (1.22, 0.5), (1.08, 1.5)], 90)  # fmt: skip
        comb.sheet([(-0.3, -1.78), (-0.75, -1.2), (-0.86 * w, -0.5)], [(0.3, -1.78), (0.75, -1.2), (0.86 * w, -0.5)],
                   110, fringe=0.02)  # fmt: skip
    elif f.hair == "curly":
        comb.curls([(-side * 1.08, 0.1), (-side, -0.6), (-0.6, top - 0.2), (0, top - 0.27), (0.6, top - 0.2),
                    (side, -0.6), (side * 1.08, 0.1)], 0.13, 110, 0.07)  # fmt: skip
        comb.curls([(-0.8, -1.2), (0, -1.5), (0.8, -1.2)], 0.15, 90, 0.16)
    elif f.hair == "bun":
        comb.both([(0.0, top), (0.02, -1.4), (0.0, -1.78)], [(side * 0.94, -0.05), (side * 1.04, -0.5), (0.5, -1.7)],
                  120, fringe=0.02)  # fmt: skip
    else:
        comb.both([(side * 0.95, -0.72), (side * 1.04, -0.8), (side * 1.08, -0.9)],
                  [(side * 0.95, 0.02), (side * 1.06, 0.1), (side * 1.13, 0.12)], 60, fringe=0.05)  # fmt: skip


def paint_hat(canvas: Canvas, moment: Moment) -> None:
    """A hat pulled over the hair, if there is one."""
    colour = np.array(moment.clothes, dtype=np.float64)
    dark = colour * 0.7
    if moment.hat == "beanie":
        dome = smooth([(-1.14, -0.85), (-1.1, -1.5), (-0.6, -2.0), (0, -2.12), (0.6, -2.0), (1.1, -1.5), (1.14, -0.85)])
        canvas.fill(on_skull(dome), colour, soft=0.01)
        for x in np.linspace(-0.9, 0.9, 10):
            rib = smooth([(x * 1.1, -0.95), (x * 1.05, -1.5), (x * 0.3, -2.05)])
            canvas.stroke(on_skull(rib), dark, width=0.03, alpha=0.5, soft=0.015)
        band = smooth([(-1.17, -0.8), (0, -1.02), (1.17, -0.8), (1.17, -1.1), (0, -1.34), (-1.17, -1.1)], closed=True)
        canvas.fill(on_skull(band, 0.05), colour * 0.88, soft=0.01)
    elif moment.hat == "straw":
        straw = np.array((222, 190, 128))
        dome = smooth([(-0.98, -1.1), (-0.9, -1.85), (0, -2.1), (0.9, -1.85), (0.98, -1.1)])
        canvas.fill(on_skull(dome), straw, soft=0.01)
        band = np.array([(-1.0, -1.1), (0, -1.28), (1.0, -1.1), (0.98, -1.32), (0, -1.5), (-0.98, -1.32)])
        canvas.fill(on_skull(band), colour, soft=0.01)
        canvas.fill(on_skull(ellipse(0, -1.12, 1.85, 0.26)), straw * 0.9, soft=0.015)
        canvas.fill(on_skull(ellipse(0, -1.05, 1.5, 0.1)), straw * 0.68, alpha=0.6, soft=0.04)
    elif moment.hat == "party":
        cone = np.array([(-0.5, -1.45), (0.12, -2.6), (0.62, -1.4), (0.05, -1.32)])
        canvas.fill(on_skull(cone), colour, soft=0.01)
        for k, y in enumerate((-1.5, -1.75, -2.0, -2.2)):
            canvas.fill(on_skull(ellipse(0.06 + 0.1 * (-1) ** k, y, 0.06, 0.06)), (250, 240, 210), soft=0.01)
        canvas.fill(on_skull(ellipse(0.12, -2.6, 0.1, 0.1)), (250, 240, 210), soft=0.03)


def paint_glasses(canvas: Canvas, f: Features) -> None:
    """Thin frames before the eyes, with a trace of reflection."""
    rim = (52, 42, 40) if f.frame == "square" else (120, 96, 66)
    x, depth = f.eye_spacing + 0.02, 0.95
    for side in (-1, 1):
        if f.frame == "round":
            lens = ellipse(side * x, 0.03, 0.34, 0.31, corners=32)
        else:
            lens = smooth(mirrored([(x - 0.34, -0.2), (x + 0.36, -0.22), (x + 0.34, 0.2), (x, 0.28), (x - 0.3, 0.2)],
                                   side), closed=True)  # fmt: skip
        bent = np.column_stack([lens, depth - 0.25 * lens[:, 0] ** 2])
        canvas.fill(bent, (255, 255, 255), alpha=0.07)
        canvas.stroke(np.concatenate([bent, bent[:2]]), rim, width=0.038, alpha=0.95, soft=0.005)
        arm = np.array([(side * (x + 0.34), -0.06, depth - 0.16), (side * 1.03 * f.face_width, -0.02, -0.1)])
        canvas.stroke(arm, rim, width=0.04, alpha=0.9, soft=0.006)
    bridge = smooth([(-x + 0.33, 0.0, depth), (0, -0.07, depth + 0.05), (x - 0.33, 0.0, depth)])
    canvas.stroke(bridge, rim, width=0.035, alpha=0.95, soft=0.005)
