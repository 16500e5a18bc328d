"""Soft painting of shapes on a float picture."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import cv2
import numpy as np
from numpy.typing import ArrayLike, NDArray

Picture = NDArray[np.float32]  # (H, W, 3), RGB, 0..255
Points = NDArray[np.float64]  # (N, 2) or (N, 3)
Colour = tuple[float, float, float]  # RGB, 0..255

_SHIFT = 4  # OpenCV takes sub-pixel corners as fixed-point numbers with this many fractional bits


def smooth(points: ArrayLike, *, closed: bool = False, steps: int = 8) -> Points:
    """A Catmull-Rom curve through `points` (N, D): `steps` points for each stretch between two of them."""
    p = np.asarray(points, dtype=np.float64)
    around = (p[-1:], p, p[:2]) if closed else (2 * p[:1] - p[1:2], p, 2 * p[-1:] - p[-2:-1])
    p = np.concatenate(around)
    t = (np.arange(steps) / steps)[None, :, None]
    a, b, c, d = (p[i : len(p) - 3 + i, None, :] for i in range(4))
    curve = 0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3)
    flat = curve.reshape(-1, p.shape[1])
    return flat if closed else np.concatenate([flat, p[-2:-1]])


def ellipse(x: float, y: float, rx: float, ry: float, *, corners: int = 24) -> Points:
    """The outline of an ellipse, (corners, 2)."""
    turn = np.linspace(0, 2 * np.pi, corners, endpoint=False)
    return np.stack([x + rx * np.cos(turn), y + ry * np.sin(turn)], axis=1)


def mirrored(points: ArrayLike, side: float) -> Points:
    """`points` as drawn for the right of the picture (side 1), or flipped to the left (side -1)."""
    p = np.array(points, dtype=np.float64)
    p[:, 0] *= side
    return p


def mix(a: ArrayLike, b: ArrayLike, share: float) -> Colour:
    """The colour `share` of the way from `a` to `b`."""
    red, green, blue = np.asarray(a, dtype=np.float64) * (1 - share) + np.asarray(b, dtype=np.float64) * share
    return float(red), float(green), float(blue)


def blend(picture: Picture, over: NDArray[np.float32], share: NDArray[np.float32]) -> None:
    """Lays `over`, a colour or a picture, over `picture` where `share`, (H, W) in 0..1, says so."""
    picture += (over - picture) * cv2.merge([share, share, share])


class Canvas:
    """A picture with coordinates of its own: `place` turns points (N, 2 or 3) into pixels (N, 2)."""

    def __init__(self, picture: Picture, place: Callable[[Points], Points], density: float) -> None:
        self.picture = picture
        self.density = density  # pixels for one unit of the coordinates
        self._place = place

    def fill(
        self,
        points: Points,
        colour: ArrayLike,
        *,
        alpha: float = 1.0,
        soft: float = 0.0,
        within: NDArray[np.float32] | None = None,
    ) -> None:
        """Fills an outline; `soft` is the blur of its edge, in units; `within` masks it, (H, W) in 0..1."""
        self._paint(points, colour, alpha, soft, 0.0, within)

    def stroke(
        self,
        points: Points,
        colour: ArrayLike,
        *,
        width: float,
        alpha: float = 1.0,
        soft: float = 0.0,
        within: NDArray[np.float32] | None = None,
    ) -> None:
        """Draws an open line `width` units thick."""
        self._paint(points, colour, alpha, soft, width, within)

    def mask(self, points: Points, soft: float = 0.0) -> NDArray[np.float32]:
        """The outline's coverage of the whole picture, (H, W) in 0..1."""
        cover = np.zeros(self.picture.shape[:2], np.uint8)
        cv2.fillPoly(cover, [self._fixed(self._place(points))], 255, cv2.LINE_AA, _SHIFT)
        return _blurred(cover, soft * self.density)

    def strands(self, lines: Points, colours: Points, width: float) -> None:
        """Draws many thin opaque lines, (K, N, 2 or 3), each in its colour, (K, 3), `width` units thick."""
        thick = max(1, round(width * self.density))
        with self._in_bytes(lines) as (picture, corners):
            for line, colour in zip(corners, colours.tolist(), strict=True):
                cv2.polylines(picture, [line], False, colour, thick, cv2.LINE_AA, _SHIFT)

    def dabs(self, shapes: Points, colours: Points) -> None:
        """Fills many small opaque outlines, (K, N, 2 or 3), each in its colour, (K, 3)."""
        with self._in_bytes(shapes) as (picture, corners):
            for shape, colour in zip(corners, colours.tolist(), strict=True):
                cv2.fillPoly(picture, [shape], colour, cv2.LINE_AA, _SHIFT)

    @contextmanager
    def _in_bytes(self, shapes: Points) -> Iterator[tuple[NDArray[np.uint8], NDArray[np.int32]]]:
        """The patch around `shapes` as bytes, the only kind of picture on which OpenCV smooths its lines."""
        pixels = self._place(shapes.reshape(-1, shapes.shape[-1]))
        height, width = self.picture.shape[:2]
        left, top = np.clip(np.floor(pixels.min(axis=0) - 3), 0, (width - 1, height - 1)).astype(int)
        right, bottom = np.clip(np.ceil(pixels.max(axis=0) + 3), (left + 1, top + 1), (width, height)).astype(int)
        patch = self.picture[top:bottom, left:right]
        drawn = np.clip(patch, 0, 255).astype(np.uint8)
        before = drawn.copy()
        yield drawn, self._fixed(pixels, left, top).reshape(len(shapes), -1, 2)
        patch += drawn.astype(np.float32) - before

    def _fixed(self, pixels: Points, left: int = 0, top: int = 0) -> NDArray[np.int32]:
        return np.rint((pixels - (left, top)) * (1 << _SHIFT)).astype(np.int32)

    def _paint(
        self,
        points: Points,
        colour: ArrayLike,
        alpha: float,
        soft: float,
        width: float,
        within: NDArray[np.float32] | None,
    ) -> None:
        pixels = self._place(points)
        margin = 2 + (3 * soft + width) * self.density
        height, across = self.picture.shape[:2]
        left, top = np.maximum(np.floor(pixels.min(axis=0) - margin), 0).astype(int)
        right, bottom = np.minimum(np.ceil(pixels.max(axis=0) + margin), (across, height)).astype(int)
        if left >= right or top >= bottom:
            return
        cover = np.zeros((bottom - top, right - left), np.uint8)
        corners = [self._fixed(pixels, left, top)]
        if width:
            thick = max(1, round(width * self.density))
            cv2.polylines(cover, corners, False, 255, thick, cv2.LINE_AA, _SHIFT)
        else:
            cv2.fillPoly(cover, corners, 255, cv2.LINE_AA, _SHIFT)
        share = _blurred(cover, soft * self.density) * np.float32(alpha)
        if within is not None:
            share *= within[top:bottom, left:right]
        patch = self.picture[top:bottom, left:right]
        blend(patch, np.asarray(colour, np.float32), share)


def _blurred(cover: NDArray[np.uint8], sigma: float) -> NDArray[np.float32]:
    height, width = cover.shape
    if sigma > 5 and min(height, width) > 16:  # a wide blur looks the same from a quarter of the size, and is quick
        small = cv2.resize(cover, (width // 4, height // 4), interpolation=cv2.INTER_AREA)
        soft = cv2.resize(cv2.GaussianBlur(small, (0, 0), sigma / 4), (width, height))
    else:
        soft = cv2.GaussianBlur(cover, (0, 0), sigma) if sigma > 0.3 else cover
    return np.asarray(soft, np.float32) * np.float32(1 / 255)
