"""The bare face as a relief with skin, lit from one side."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from demo.drawing.canvas import Canvas, Picture, Points, smooth
from demo.drawing.features import Features
from demo.drawing.moment import Moment

LEFT, TOP, RIGHT, BOTTOM = -1.45, -1.85, 1.45, 2.05  # the part of the face's plane that is drawn

Field = NDArray[np.float32]


@dataclass(frozen=True)
class Relief:
    """A face seen from the front on a pixel grid: origin between the eyes, x right, y down, z to the viewer."""

    density: float  # pixels for one unit
    depth: Field  # (H, W), the surface's z
    cover: Field  # (H, W), 1 inside the outline

    def canvas(self, picture: Picture) -> Canvas:
        return Canvas(picture, lambda points: (points[:, :2] - (LEFT, TOP)) * self.density, self.density)

    def raised(self, points: Points) -> Points:
        """(N, 2) points laid on the surface: (N, 3)."""
        column, row = ((points[:, :2] - (LEFT, TOP)) * self.density).T
        height, width = self.depth.shape
        z = self.depth[np.clip(row, 0, height - 1).astype(int), np.clip(column, 0, width - 1).astype(int)]
        return np.column_stack([points[:, :2], z])


def outline(features: Features) -> Points:
    """The right half of the face's contour, from the crown to the chin, (N, 2)."""
    w, f = features.face_width, features
    contour = [
        (0, -1.66), (0.45 * w, -1.58), (0.82 * w, -1.22), (0.97 * w, -0.62), (0.985 * w, 0.0),
        (0.93 * w, 0.52), ((f.jaw * 0.97 + 0.03) * 1.0, f.chin * 0.62), (f.jaw * 0.78, f.chin * 0.81),
        (f.jaw * 0.47, f.chin * 0.95), (f.jaw * 0.2, f.chin * 0.995), (0, f.chin),
    ]  # fmt: skip
    return smooth(contour)


def relief(features: Features, moment: Moment, density: float) -> Relief:
    """The face's surface: a skull with brow ridge, sockets, nose, cheeks, lips and chin on it."""
    f = features
    xs = np.arange(LEFT, RIGHT, 1 / density, dtype=np.float32)
    ys = np.arange(TOP, BOTTOM, 1 / density, dtype=np.float32)
    contour = outline(f)
    half = np.interp(ys, np.maximum.accumulate(contour[:, 1]), contour[:, 0]).astype(np.float32)
    half[(ys < contour[0, 1]) | (ys > f.chin)] = 0.0
    across = np.abs(xs)[None, :] / np.maximum(half, 0.02)[:, None]
    profile = np.sqrt(np.clip(1 - np.abs((ys - 0.1) / (f.chin + 0.12)) ** 3.2, 0, 1))
    depth = profile[:, None] * np.clip(1 - across**2.3, 0, 1) ** 0.55

    def bump(x: float, y: float, wide: float, tall: float, high: float) -> None:
        column = np.exp(-(((ys - y) / tall) ** 2)) * high
        row = np.exp(-(((xs - x) / wide) ** 2))
        nonlocal depth
        depth = depth + np.outer(column, row).astype(np.float32)

    tip, wide = f.nose_length, f.nose_width
    bridge = np.clip((ys + 0.22) / (tip + 0.22), 0, 1)
    end = np.clip((tip + 0.13 - ys) / 0.2, 0, 1)
    ridge = (f.nose_bridge * 0.45 + 0.27 * bridge) * end**2 * (3 - 2 * end)
    ridge *= np.clip((ys + 0.42) / 0.35, 0, 1)
    spread = (0.5 + 0.42 * bridge) * wide
    depth = depth + ridge[:, None] * np.exp(-((xs[None, :] / spread[:, None]) ** 2))
    bump(0, tip - 0.05, wide * 0.62, 0.12, 0.13)
    smile = moment.smile
    for side in (-1, 1):
        bump(side * wide * 0.85, tip, wide * 0.42, 0.1, 0.13)
        bump(side * f.eye_spacing, -0.02, 0.26, 0.2, -0.13)
        bump(side * f.eye_spacing, 0.0, 0.15, 0.13, 0.09)
        bump(side * (f.eye_spacing + 0.03), -f.brow_height + 0.03, 0.34, 0.09, 0.05 + 0.25 * f.brow_thickness)
        bump(side * 0.58 * f.face_width, 0.5 - 0.06 * smile, 0.26, 0.24, 0.05 + 0.05 * max(smile, 0))
        bump(side * (f.mouth_width + 0.1), f.mouth_height, 0.09, 0.12, -0.02 - 0.02 * max(smile, 0))
        bump(side * 0.33, 0.24, 0.13, 0.06, 0.01 + 0.03 * f.age)  # the bag below the eye
    bump(0, f.mouth_height, f.mouth_width * 1.1, 0.26, 0.08)
    bump(0, f.mouth_height - 0.05 - f.lip_fullness * 0.4, f.mouth_width * 0.7, 0.07, 0.05)
    bump(0, f.mouth_height + 0.02 + f.lip_fullness * 0.7, f.mouth_width * 0.62, 0.08, 0.08)
    bump(0, f.mouth_height + 0.12 + f.lip_fullness * 1.4, 0.26, 0.07, -0.07)
    bump(0, f.chin - 0.24, 0.24, 0.17, 0.09)
    bump(0, (tip + f.mouth_height) / 2 - 0.03, 0.05, 0.1, -0.03)
    cover = np.clip((half[:, None] - np.abs(xs)[None, :]) * density, 0, 1)
    depth = cv2.GaussianBlur(depth.astype(np.float32), (0, 0), 0.022 * density)
    return Relief(density, depth, cover.astype(np.float32))


def lit_skin(features: Features, moment: Moment, face: Relief, light: Points, rng: np.random.Generator) -> Picture:
    """The skin under `light` (a unit vector (3,) as the turned head sees it): RGB, 0..255."""
    f = features
    height, width = face.depth.shape
    skin = np.empty((height, width, 3), np.float32)
    skin[:] = f.skin
    canvas = face.canvas(skin)
    red = np.array(f.skin) * (1.03, 0.74, 0.7)
    for side in (-1, 1):
        spot = smooth([(0.3, 0.3), (0.62, 0.2), (0.8, 0.45), (0.55, 0.68)], closed=True) * (side, 1)
        canvas.fill(spot, red, alpha=0.2 + 0.5 * f.rosy, soft=0.16)
        below = smooth([(0.2, 0.1), (0.45, 0.2), (0.68, 0.1), (0.45, 0.28)], closed=True) * (side, 1)
        canvas.fill(below, np.array(f.skin) * (0.78, 0.68, 0.7), alpha=0.25 + 0.45 * f.age, soft=0.05)
    nose = smooth([(-0.16, 0.55), (0, 0.4), (0.16, 0.55), (0, 0.74)], closed=True)
    canvas.fill(nose, red, alpha=0.15 + 0.5 * f.rosy, soft=0.08)
    _spots(canvas, f)
    noise = cv2.resize(rng.normal(0, 1, (height // 3, width // 3)).astype(np.float32), (width, height))
    skin *= (1 + 0.012 * noise)[..., None]
    return skin * _light(face, moment, light)


def _spots(canvas: Canvas, features: Features) -> None:
    """Freckles, and the lines that come with age: theirs, so the same in every picture."""
    f = features
    rng = np.random.default_rng(int(f.nose_length * 1000))
    count = int(110 * f.freckles)
    middle = rng.normal((0, 0.36), (0.42, 0.2), (count, 1, 2))
    dots = middle + rng.uniform(0.008, 0.018, (count, 1, 1)) * np.array([(-1, 0), (0, -1), (1, 0), (0, 1)])
    strength = rng.uniform(0.3, 0.75, (count, 1))
    if count:
        canvas.dabs(dots, np.array(f.skin) * (1 - strength * (0.3, 0.48, 0.58)))
    crease = np.array(f.skin) * (0.66, 0.54, 0.5)
    for y in (-0.55, -0.68, -0.82):
        line = smooth([(-0.55, y + 0.05), (-0.25, y), (0, y + 0.02), (0.25, y), (0.55, y + 0.05)])
        canvas.stroke(line, crease, width=0.02, alpha=max(0, f.age - 0.35) * 0.7, soft=0.012)


def _light(face: Relief, moment: Moment, light: Points) -> Picture:
    """How much of each colour the surface sends back, (H, W, 3)."""
    slope_x = cv2.Sobel(face.depth, cv2.CV_32F, 1, 0, ksize=3) * np.float32(face.density / 8)
    slope_y = cv2.Sobel(face.depth, cv2.CV_32F, 0, 1, ksize=3) * np.float32(face.density / 8)
    length = np.sqrt(slope_x**2 + slope_y**2 + 1)
    x, y, z = (np.float32(v) for v in light)
    facing = (z - x * slope_x - y * slope_y) / length
    key = np.clip((facing + 0.25) / 1.25, 0, 1)
    small = cv2.resize(face.depth, None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA)
    around = cv2.resize(cv2.GaussianBlur(small, (0, 0), 0.03 * face.density), face.depth.shape[::-1])
    hollow = np.clip(1 - 1.4 * (around - face.depth), 0.55, 1.1)
    sky = 0.55 + 0.45 / length
    shade = moment.contrast * 1.25 * key + (1.08 - moment.contrast) * sky * hollow
    shine = np.float32(0.1) * np.maximum(facing, 0) ** 2
    for _ in range(3):  # the 16th power, which leaves small highlights
        shine *= shine * 10
    shade = np.clip(shade * np.float32(moment.brightness), 0.05, 1.3)
    red, blue = shade * (1.18 - 0.18 * shade), shade * (0.9 + 0.1 * shade)  # a shadow on skin is warm
    return np.asarray(cv2.merge([red + shine, shade + shine, blue + shine]), np.float32)
