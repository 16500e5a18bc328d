"""Seven drawn cousins, so that everything can be tried without a photo of anyone.

Nothing downstream knows that they are drawn: their pictures take the way every photo takes.
"""

import zlib
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from PIL import Image

from demo.drawing.features import FAMILY, Features, dressed_as, somebody
from demo.drawing.moment import Moment, some_moment
from demo.drawing.portrait import developed, paint_person
from demo.drawing.scene import background
from foundation.languages import LOCALES

COUSINS: tuple[str, ...] = tuple(FAMILY)
FACTS = Path(__file__).with_name("facts.yaml")  # what to talk about with them


def facts_in(language: str) -> Path:
    """What to talk about with them in a language; in English where nobody has translated it."""
    translated = LOCALES / language / "demo_facts.yaml"
    return translated if translated.exists() else FACTS


def draw_portrait(cousin: str, *, seed: int, size: int = 480, disguise: str | None = None) -> Image.Image:
    """A square picture of one cousin, `size` pixels; another seed is another day.

    `disguise` names another cousin, whom this one plays at a costume party: the other's hair, beard, brows, glasses,
    make-up and nose over this one's eyes, mouth and bones. A recogniser may well be fooled, and it is meant to be
    possible: "otto" in the disguise of "ben" is taken for Ben nearly always.
    Raises KeyError for a name that is not in `COUSINS`.
    """
    features = FAMILY[cousin]
    if disguise is not None:
        features = dressed_as(features, FAMILY[disguise])
    return portrait_of(features, generator(f"{cousin}/{disguise}", seed), size)


def draw_stranger(seed: int, size: int = 480) -> Image.Image:
    """A picture of somebody who is not in the family; another seed is another person."""
    rng = generator("stranger", seed)
    return portrait_of(somebody(rng), rng, size)


def draw_group(cousins: Sequence[str], seed: int) -> Image.Image:
    """One picture of several cousins side by side, left to right as named."""
    rng = generator("group/" + "/".join(cousins), seed)
    return group_of([FAMILY[cousin] for cousin in cousins], rng)


def group_of(people: Sequence[Features], rng: np.random.Generator) -> Image.Image:
    """One picture of several people side by side, left to right."""
    scale, apart, height = 62.0, 250, 480
    width = apart * len(people) + 60
    scene = some_moment(rng, people[0])
    picture = background(width, height, scene.place, rng)
    for place in rng.permutation(len(people)):
        features = people[place]
        x = 30 + apart * (place + 0.5) + rng.uniform(-10, 10)
        y = height * 0.46 + rng.uniform(-35, 35)
        paint_person(picture, features, some_moment(rng, features), (x, y), scale * rng.uniform(0.93, 1.07), rng)
    return developed(picture, scene, rng)


def draw_family(
    folder: Path, photos_each: int, seed: int = 0, progress: Callable[[int, int], None] | None = None
) -> None:
    """Writes folder/<cousin>/<cousin>_<n>.jpg, n from 1; `progress` hears how many are done, of how many."""
    total = photos_each * len(COUSINS)
    done = 0
    for cousin in COUSINS:
        (folder / cousin).mkdir(parents=True, exist_ok=True)
        for n in range(1, photos_each + 1):
            picture = draw_portrait(cousin, seed=seed * 10_000 + n)
            picture.save(folder / cousin / f"{cousin}_{n}.jpg", quality=92)
            done += 1
            if progress is not None:
                progress(done, total)


def portrait_of(
    features: Features, rng: np.random.Generator, size: int = 480, moment: Moment | None = None
) -> Image.Image:
    """A square picture of one person, `size` pixels, at some moment or this one."""
    moment = moment or some_moment(rng, features)
    picture = background(size, size, moment.place, rng)
    scale = size * rng.uniform(0.155, 0.185)
    centre = (size * (0.5 + rng.uniform(-0.05, 0.05)), size * (0.44 + rng.uniform(-0.03, 0.03)))
    paint_person(picture, features, moment, centre, scale, rng)
    return developed(picture, moment, rng)


def generator(what: str, seed: int) -> np.random.Generator:
    """The same numbers for the same words in every process, which `hash` would not give."""
    return np.random.default_rng([zlib.crc32(what.encode()), seed])
