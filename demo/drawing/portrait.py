"""One person on one picture: the head turned, lit and put before its place."""

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from demo.drawing.beard import paint_beard
from demo.drawing.canvas import Canvas, Picture, Points, blend
from demo.drawing.face import LEFT, TOP, Relief, lit_skin, relief
from demo.drawing.features import Features
from demo.drawing.hair import Comb, paint_back, paint_front
from demo.drawing.moment import Moment
from demo.drawing.scene import paint_body, paint_ears
from demo.drawing.traits import paint_traits
from demo.drawing.worn import paint_glasses, paint_hat

_PIVOT = np.array([0.0, 1.1, -0.5])  # the head turns about the top of the neck


def paint_person(
    picture: Picture,
    features: Features,
    moment: Moment,
    centre: tuple[float, float],
    scale: float,
    rng: np.random.Generator,
) -> None:
    """Paints a person into `picture`, eyes about `centre` (pixels), `scale` pixels to half a face's width."""
    turn = _rotation(moment)
    middle = np.array(centre)

    def place(points: Points) -> Points:
        flat = points.shape[1] == 2
        p = np.column_stack([points, np.zeros(len(points))]) if flat else points
        return np.asarray((((p - _PIVOT) @ turn.T) + _PIVOT)[:, :2] * scale + middle)

    head = Canvas(picture, place, scale)
    body = Canvas(picture, lambda points: points[:, :2] * scale + middle, scale)
    comb = Comb(head, features.hair_colour, moment, rng)
    paint_back(comb, features)
    paint_body(body, features, moment)
    if features.hair not in ("long", "bob", "fringe"):
        paint_ears(head, features, moment)
    face = relief(features, moment, scale * 1.1)
    skin = lit_skin(features, moment, face, turn.T @ np.array(moment.light), rng)
    paint_traits(face.canvas(skin), features, moment, rng)
    _lay(picture, face, skin, turn, middle, scale)
    paint_beard(head, face, features, moment, rng)
    paint_front(comb, features)
    if moment.glasses:
        paint_glasses(head, features)
    paint_hat(head, moment)


def developed(picture: Picture, moment: Moment, rng: np.random.Generator) -> Image.Image:
    """The finished photo: the light's warmth, a darker rim, grain."""
    height, width = picture.shape[:2]
    softened = np.asarray(cv2.GaussianBlur(picture, (0, 0), 0.55), np.float32)
    across, down = np.linspace(-1, 1, width, dtype=np.float32), np.linspace(-1, 1, height, dtype=np.float32)
    rim = 1 - np.float32(0.09) * (across[None, :] ** 2 + down[:, None] ** 2)
    warm, cool = np.float32(1 + 0.04 * moment.warmth), np.float32(1 - 0.05 * moment.warmth)
    softened *= cv2.merge([rim * warm, rim, rim * cool])
    grain = rng.standard_normal((height, width), np.float32) * np.float32(2.5)
    softened += cv2.merge([grain, grain, grain])
    return Image.fromarray(np.clip(softened, 0, 255, out=softened).astype(np.uint8))


def _rotation(moment: Moment) -> NDArray[np.float64]:
    """From the head's own axes to the picture's (right, down, to the viewer)."""
    (cy, cp, cr), (sy, sp, sr) = np.cos(angles := [moment.yaw, moment.pitch, moment.roll]), np.sin(angles)
    yaw = np.array([[cy, 0, sy], [0, 1, 0], [-sy, 0, cy]])
    pitch = np.array([[1, 0, 0], [0, cp, sp], [0, -sp, cp]])
    roll = np.array([[cr, -sr, 0], [sr, cr, 0], [0, 0, 1]])
    return np.asarray(roll @ pitch @ yaw)


def _lay(
    picture: Picture, face: Relief, skin: Picture, turn: NDArray[np.float64], middle: NDArray[np.float64], scale: float
) -> None:
    """Lays the painted relief into the picture as the turned head shows it, nearer parts moving further."""
    height, width = picture.shape[:2]
    reach = 2.2 * scale
    left, top = np.maximum(np.floor(middle - reach), 0).astype(int)
    right, bottom = np.minimum(np.ceil(middle + reach), (width, height)).astype(int)
    if left >= right or top >= bottom:
        return
    columns, rows = np.meshgrid(
        (np.arange(left, right, dtype=np.float32) - np.float32(middle[0])) / np.float32(scale),
        (np.arange(top, bottom, dtype=np.float32) - np.float32(middle[1])) / np.float32(scale),
    )
    back = np.linalg.inv(turn[:2, :2])
    shift = (_PIVOT - turn @ _PIVOT)[:2]
    lean = back @ turn[:2, 2]
    flat_x = (back[0, 0] * (columns - shift[0]) + back[0, 1] * (rows - shift[1]) - LEFT) * face.density
    flat_y = (back[1, 0] * (columns - shift[0]) + back[1, 1] * (rows - shift[1]) - TOP) * face.density
    flat_x, flat_y = flat_x.astype(np.float32), flat_y.astype(np.float32)
    depth = cv2.GaussianBlur(face.depth, (0, 0), 0.06 * face.density)
    x, y = flat_x, flat_y
    for _ in range(4):  # which point of the surface a pixel shows depends on the depth there
        z = cv2.remap(depth, x, y, cv2.INTER_LINEAR) * np.float32(face.density)
        x, y = flat_x - np.float32(lean[0]) * z, flat_y - np.float32(lean[1]) * z
    seen = cv2.remap(skin, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    share = cv2.remap(face.cover, x, y, cv2.INTER_LINEAR)
    blend(picture[top:bottom, left:right], np.asarray(seen, np.float32), np.asarray(share, np.float32))
