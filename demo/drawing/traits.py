"""Eyes, brows, nostrils and mouth, painted on the lit skin."""

import numpy as np

from demo.drawing.canvas import Canvas, Colour, Points, ellipse, mirrored, mix, smooth
from demo.drawing.features import Features
from demo.drawing.moment import Moment


def paint_traits(canvas: Canvas, features: Features, moment: Moment, rng: np.random.Generator) -> None:
    """Everything on the face that has a name."""
    _nostrils(canvas, features, moment)
    for side in (-1, 1):
        _eye(canvas, features, moment, side)
        _brow(canvas, features, moment, side, rng)
    _mouth(canvas, features, moment)
    _folds(canvas, features, moment)


def _tone(features: Features, share: float) -> Colour:
    """A shadow in the skin's own colour: the darker the shadow, the redder."""
    r, g, b = features.skin
    return r * share**0.85, g * share * 0.92, b * share * 0.9


def _eye(canvas: Canvas, f: Features, moment: Moment, side: int) -> None:
    t = np.linspace(-1, 1, 15)
    middle = f.eye_spacing + 0.01
    upper_lid = f.eye_height * (1 - 0.45 * moment.squint) * (1 + 0.1 * moment.brows)
    lower_lid = f.eye_height * 0.62 * (1 - 0.3 * moment.squint)
    x = middle + t * f.eye_size
    line = 0.015 - f.eye_tilt * t
    upper = np.column_stack([x, line - upper_lid * (1 - np.abs(t + 0.12 * (1 - t**2)) ** 2.3)])
    lower = np.column_stack([x, line + lower_lid * (1 - np.abs(t - 0.15 * (1 - t**2)) ** 2.2)])
    opening = mirrored(np.concatenate([upper, lower[::-1]]), side)
    canvas.fill(mirrored(np.concatenate([upper - (0, 0.075), np.add(lower[::-1], (0, 0.03))]), side), _tone(f, 0.72),
                alpha=0.45, soft=0.035)  # fmt: skip
    light = 0.82 + 0.14 * moment.brightness
    canvas.fill(opening, np.array([236, 229, 223]) * light)
    within = canvas.mask(opening)
    at = side * middle + 0.045 * moment.gaze
    radius = 0.097
    y = -0.012
    iris = np.array(f.iris, dtype=np.float64)
    canvas.fill(ellipse(at, y, radius, radius), iris * 0.42, soft=0.008, within=within)
    canvas.fill(ellipse(at, y + 0.006, radius * 0.8, radius * 0.8), iris, soft=0.014, within=within)
    canvas.fill(ellipse(at, y + 0.035, radius * 0.55, radius * 0.4), iris * 1.35 + 12, alpha=0.5, soft=0.018,
                within=within)  # fmt: skip
    canvas.fill(ellipse(at, y, radius * 0.43, radius * 0.43), (14, 11, 12), soft=0.006, within=within)
    canvas.stroke(mirrored(np.add(upper, (0, 0.03)), side), (60, 44, 40), width=0.06, alpha=0.45, soft=0.016,
                  within=within)  # fmt: skip
    glint = (at + 0.035 * np.sign(moment.light[0] or 1), y - 0.035)
    canvas.fill(ellipse(*glint, 0.021, 0.021), (255, 255, 252), alpha=0.95, soft=0.004, within=within)
    canvas.fill(ellipse(side * (middle - f.eye_size * 0.93), 0.02 + f.eye_tilt, 0.03, 0.02), (206, 140, 126),
                alpha=0.8, soft=0.008)  # fmt: skip
    lash = mix(np.array(f.hair_colour) * 0.35, (22, 16, 14), 0.7)
    canvas.stroke(mirrored(upper, side), lash, width=0.032, alpha=0.92, soft=0.006)
    canvas.stroke(mirrored(lower[2:], side), _tone(f, 0.4), width=0.016, alpha=0.6, soft=0.006)
    crease = upper[1:] - (0, 0.055) - np.column_stack([np.zeros(14), 0.02 * (1 - t[1:] ** 2)])
    canvas.stroke(mirrored(crease, side), _tone(f, 0.5), width=0.018, alpha=0.6, soft=0.01)
    for turn in (0.25, 0.6) if f.age > 0.5 else ():  # crow's feet
        start = np.array([middle + f.eye_size + 0.05, 0.0])
        feet = np.array([start, np.add(start, (0.14, -0.1 + 0.25 * turn))])
        canvas.stroke(mirrored(feet, side), _tone(f, 0.6), width=0.014, alpha=0.5 * f.age, soft=0.008)


def _brow(canvas: Canvas, f: Features, moment: Moment, side: int, rng: np.random.Generator) -> None:
    y = -f.brow_height - 0.035 * moment.brows
    inner, outer = f.eye_spacing - 0.27, f.eye_spacing + 0.33
    spine = smooth([(inner, y + 0.02), ((inner + outer) / 2 - 0.02, y - f.brow_arch), (outer, y + 0.04)], steps=12)
    thick = f.brow_thickness * np.interp(np.linspace(0, 1, len(spine)), [0, 0.15, 0.6, 1], [0.6, 1, 0.8, 0.15])
    rim = np.concatenate([spine - np.column_stack([0 * thick, thick / 2]),
                          (spine + np.column_stack([0 * thick, thick / 2]))[::-1]])  # fmt: skip
    colour = mix(np.array(f.hair_colour) * 0.75, (40, 28, 24), 0.25)
    canvas.fill(mirrored(rim, side), colour, alpha=0.72, soft=0.014)
    k = rng.integers(0, len(spine) - 3, 34)
    roots = spine[k] + np.column_stack([np.zeros(34), thick[k] * rng.uniform(-0.1, 0.6, 34)])
    tips = roots + np.column_stack([np.full(34, 0.05), -thick[k] * rng.uniform(0.5, 0.9, 34)])
    shade = rng.uniform(0.6, 1.0, (34, 1))
    canvas.strands(np.stack([roots, tips], axis=1) * (side, 1), np.array(colour) * shade, 0.008)


def _nostrils(canvas: Canvas, f: Features, moment: Moment) -> None:
    tip, wide = f.nose_length, f.nose_width
    shadow = smooth([(-wide * 1.15, tip + 0.06), (0, tip + 0.08), (wide * 1.15, tip + 0.06), (0, tip + 0.19)],
                    closed=True)  # fmt: skip
    canvas.fill(shadow - (0.08 * moment.light[0], 0), _tone(f, 0.55), alpha=0.3, soft=0.04)
    for side in (-1, 1):
        hole = smooth([(wide * 0.22, tip + 0.075), (wide * 0.55, tip + 0.03), (wide * 0.92, tip + 0.06),
                       (wide * 0.55, tip + 0.09)], closed=True)  # fmt: skip
        canvas.fill(mirrored(hole, side), _tone(f, 0.2), alpha=0.85, soft=0.012)
        wing = smooth([(wide * 0.98, tip - 0.14), (wide * 1.24, tip - 0.05), (wide * 1.28, tip + 0.04),
                       (wide * 1.02, tip + 0.09)])  # fmt: skip
        canvas.stroke(mirrored(wing, side), _tone(f, 0.5), width=0.03, alpha=0.5, soft=0.016)


def _mouth(canvas: Canvas, f: Features, moment: Moment) -> None:
    y, smile = f.mouth_height, moment.smile
    w = f.mouth_width * (1 + 0.17 * smile)
    corner = y - 0.015 - 0.085 * smile
    gap = 0.15 * moment.open
    full = f.lip_fullness * (1 - 0.18 * max(smile, 0))
    lip = mix(_tone(f, 0.82), np.array(f.skin) * (0.86, 0.42, 0.42), f.lip_red)

    def arc(points: list[tuple[float, float]]) -> Points:
        left = [(-px, py) for px, py in points[::-1] if px > 0]
        return smooth(left + points, steps=5)

    upper_edge = arc([(0, y - full * 0.72), (w * 0.24, y - full), (w * 0.62, (y - full * 0.5 + corner) / 2 - 0.01),
                      (w, corner)])  # fmt: skip
    upper_inner = arc([(0, y + 0.01), (w * 0.35, y - 0.004 - 0.01 * smile), (w, corner)])
    lower_inner = arc([(0, y + 0.012 + gap), (w * 0.45, y + 0.006 + gap * 0.8 - 0.012 * smile), (w, corner)])
    lower_edge = arc([(0, y + gap + full * 1.3), (w * 0.42, y + gap * 0.85 + full * 1.05),
                      (w * 0.78, (y + gap * 0.5 + full * 0.4 + corner) / 2 + 0.01), (w, corner)])  # fmt: skip
    if moment.open > 0.05:
        inside = np.concatenate([upper_inner, lower_inner[::-1]])
        canvas.fill(inside, (70, 26, 26))
        within = canvas.mask(inside)
        teeth = smooth([(-w * 0.75, corner - 0.02), (w * 0.75, corner - 0.02), (w * 0.5, y + gap * 0.72),
                        (-w * 0.5, y + gap * 0.72)], closed=True)  # fmt: skip
        canvas.fill(teeth, (240, 234, 224), soft=0.012, within=within)
        for k in range(-3, 4):
            tooth = np.array([(k * 0.078, y - 0.05), (k * 0.074, y + gap * 0.8)])
            canvas.stroke(tooth, (190, 176, 164), width=0.008, alpha=0.5, soft=0.005, within=within)
    canvas.fill(np.concatenate([upper_edge, upper_inner[::-1]]), mix(lip, (60, 20, 20), 0.16), alpha=0.82, soft=0.012)
    canvas.fill(np.concatenate([lower_inner, lower_edge[::-1]]), lip, alpha=0.82, soft=0.012)
    gloss = ellipse(0.12 * moment.light[0], y + gap + full * 0.62, w * 0.3, full * 0.22)
    canvas.fill(gloss, mix(lip, (255, 240, 235), 0.55), alpha=0.5, soft=0.025)
    if moment.open <= 0.05:
        canvas.stroke(upper_inner, mix(lip, (40, 12, 14), 0.75), width=0.024, alpha=0.85, soft=0.007)
    for side in (-1, 1):
        canvas.fill(ellipse(side * (w + 0.012), corner, 0.03, 0.024), _tone(f, 0.4), alpha=0.6, soft=0.016)
    below = ellipse(0, y + gap + full * 1.3 + 0.05, w * 0.5, 0.025)
    canvas.fill(below, _tone(f, 0.55), alpha=0.35, soft=0.03)


def _folds(canvas: Canvas, f: Features, moment: Moment) -> None:
    """The lines from nose to mouth: with a smile, and with the years."""
    depth = min(0.75, 0.12 + 0.3 * max(moment.smile, 0) + 0.45 * max(0.0, f.age - 0.3))
    w = f.mouth_width * (1 + 0.17 * moment.smile)
    for side in (-1, 1):
        fold = smooth([(f.nose_width * 1.3, f.nose_length - 0.06), (w * 0.95 + 0.06, f.nose_length + 0.14),
                       (w + 0.14, f.mouth_height - 0.02)])  # fmt: skip
        canvas.stroke(mirrored(fold, side), _tone(f, 0.55), width=0.035, alpha=depth, soft=0.022)
