"""Hats and glasses."""

import numpy as np

from demo.drawing.canvas import Canvas, ellipse, mirrored, smooth
from demo.drawing.features import Features
from demo.drawing.hair import on_skull
from demo.drawing.moment import Moment

_STRAW = np.array((222, 190, 128))


def paint_hat(canvas: Canvas, moment: Moment) -> None:
    """A hat pulled over the hair, if there is one."""
    colour = np.array(moment.clothes, dtype=np.float64)
    if moment.hat == "beanie":
        dome = [(-1.16, -0.8), (-1.14, -1.4), (-0.68, -1.95), (0, -2.1), (0.68, -1.95), (1.14, -1.4), (1.16, -0.8)]
        canvas.fill(on_skull(smooth(dome)), colour, soft=0.01)
        for x in np.linspace(-0.9, 0.9, 10):
            rib = smooth([(x * 1.1, -0.95), (x * 1.05, -1.5), (x * 0.3, -2.05)])
            canvas.stroke(on_skull(rib), colour * 0.7, width=0.03, alpha=0.5, soft=0.015)
        band = smooth([(-1.2, -0.72), (0, -0.96), (1.2, -0.72), (1.19, -1.05), (0, -1.3), (-1.19, -1.05)], closed=True)
        canvas.fill(on_skull(band, 0.05), colour * 0.88, soft=0.01)
    elif moment.hat == "straw":
        crown = smooth([(-1.06, -1.0), (-0.96, -1.8), (0, -2.08), (0.96, -1.8), (1.06, -1.0)])
        canvas.fill(on_skull(crown), _STRAW, soft=0.01)
        canvas.stroke(on_skull(smooth([(-1.02, -1.2), (0, -1.36), (1.02, -1.2)])), colour, width=0.24, soft=0.01)
        canvas.fill(on_skull(ellipse(0, -1.02, 1.8, 0.24)), _STRAW * 0.92, soft=0.015)
        canvas.fill(on_skull(ellipse(0, -0.94, 1.3, 0.09)), _STRAW * 0.68, alpha=0.6, soft=0.04)
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
            corners = [(x - 0.34, -0.2), (x + 0.36, -0.22), (x + 0.34, 0.2), (x, 0.28), (x - 0.3, 0.2)]
            lens = smooth(mirrored(corners, side), closed=True)
        bent = np.column_stack([lens, depth - 0.25 * lens[:, 0] ** 2])
        canvas.fill(bent, (255, 255, 255), alpha=0.07)
        canvas.stroke(np.concatenate([bent, bent[:2]]), rim, width=0.032, alpha=0.95, soft=0.005)
        arm = np.array([(side * (x + 0.34), -0.06, depth - 0.16), (side * 1.03 * f.face_width, -0.02, -0.1)])
        canvas.stroke(arm, rim, width=0.035, alpha=0.9, soft=0.006)
    bridge = smooth([(-x + 0.33, 0.0, depth), (0, -0.07, depth + 0.05), (x - 0.33, 0.0, depth)])
    canvas.stroke(bridge, rim, width=0.03, alpha=0.95, soft=0.005)
