"""A reunion, played with real photos through the real store, memory and training; only Telegram is missing.

Guests send photos one after the other, the bot's guess is noted, and an admin corrects every wrong one. Each photo is
decoded and embedded once for all rounds: the `face` network is frozen, so that every version sees the same in it.
"""

import asyncio
import os
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from benchmarks.labels import Remembering
from data.files.home import Home
from data.files.library import PhotoLibrary
from data.store.drafts import NewPhoto
from data.store.store import Store
from foundation.box import Box
from foundation.face import RecognizedFace
from foundation.progress import silent
from inference.decoding.photo import decode, upright_jpeg
from inference.embedding.embedder import embedder, views
from inference.faces.finding import find_faces
from inference.faces.quality import quality
from inference.naming.gallery import Floats, unit
from inference.naming.memory import Memory, StatedFace
from inference.recognizer import Recognizer
from models.architectures import architecture
from models.registry import Registry
from training.dataset.corrections import corrected_faces
from training.dataset.dataset import read_faces
from training.dataset.labelled import LabelledFile
from training.evaluation.evaluation import stranger_photos
from training.record import record
from training.run import Outcome, train

CPU: Final = "cpu"
SHAPE = architecture("face")
ADMIN = 1
GUESTS = 25
"""People who send the photos; who sends which is drawn."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A photo as recognition sees it: the place of the face that is `cousin`'s, and all faces' features `(F, D)`.

    `tellable` `(F,)`: which are not too small, dark or blurred.
    """

    path: Path
    cousin: str
    faces: tuple[Box, ...]
    place: int
    features: Floats
    tellable: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Way:
    """How the bot learns: not at all, at once, or at once and by retraining after so many corrections."""

    name: str
    at_once: bool = True
    retrain_after: int = 0
    wrong: float = 0.0


@dataclass(frozen=True, slots=True)
class Course:
    """How one reunion went: whether each photo was named right, and what there was to it.

    Attributes:
        right: `(P,)`, in the order of the photos.
        newcomers: `(P,)`, which of them show the cousin nobody knew at first.
        corrections, versions, promoted: how many were made; the first version counts as none.
        strangers: share of the strangers that the bot would give a name in the end.
    """

    right: NDArray[np.bool_]
    newcomers: NDArray[np.bool_]
    corrections: int
    versions: int
    promoted: int
    strangers: float


class Reunion:
    """A set of photos, looked at once."""

    def __init__(self, photos: Path, strangers: Path, detector: Remembering) -> None:
        """Raises the library's and training's errors."""
        self._detector = detector
        self._embedder = embedder(SHAPE, SHAPE.build_body(True), CPU)
        files = [LabelledFile(photo.path, photo.cousin) for photo in PhotoLibrary(photos).photos()]
        dataset = read_faces(files, SHAPE, detector, CPU, silent)
        self.photos = [self._look(face.file.path, face.file.cousin, face.box) for face in dataset.faces]
        self.cousins = dataset.cousins
        self._strangers = [self._look(path, "", None) for path in stranger_photos(strangers)]

    def _look(self, path: Path, cousin: str, box: Box | None) -> Shown:
        pixels = decode(path.read_bytes()).pixels
        faces = find_faces(self._detector, pixels)
        box = box or max(faces, key=lambda face: face.box.area).box
        place = max(range(len(faces)), key=lambda place: faces[place].box.overlap(box))
        seen = [views(SHAPE, pixels, face) for face in faces]
        features = self._embedder.probe_features(seen)
        hopeless = [quality(pixels, face, own[0]).hopeless for face, own in zip(faces, seen, strict=True)]
        tellable = ~np.array(hopeless, np.bool_)
        return Shown(path, cousin, tuple(face.box for face in faces), place, features, tellable)

    def play(self, order: int, ways: Sequence[Way], *, start: int, guests: int) -> dict[str, Course]:
        """One random order, in which the cousin of that number is new; all ways meet the same photos."""
        draw = np.random.default_rng(order)
        new = self.cousins[order % len(self.cousins)]
        names = np.array([photo.cousin for photo in self.photos])
        known = [np.flatnonzero(names == name) for name in self.cousins if name != new]
        library = [int(i) for own in known for i in draw.permutation(own)[:start]]
        rest = [int(i) for i in draw.permutation(len(self.photos)) if i not in set(library)][:guests]
        half = len(rest) // 2
        late = [i for i in rest if self.photos[i].cousin == new]
        others = [i for i in rest if self.photos[i].cousin != new]
        second = [int(i) for i in draw.permutation([*others[half:], *late])]
        stream = [self.photos[i] for i in [*others[:half], *second]]
        with tempfile.TemporaryDirectory() as folder:
            home = Home(Path(folder) / "first").create()
            for i in library:
                (home.photos / self.photos[i].cousin).mkdir(exist_ok=True)
                shutil.copy(self.photos[i].path, home.photos / self.photos[i].cousin)
            self._train(home, [])
            courses = {}
            for way in ways:
                own = Home(Path(folder) / way.name.replace(" ", "_"))
                shutil.copytree(home.root, own.root)
                courses[way.name] = asyncio.run(self._attend(own, stream, new, way, np.random.default_rng([order, 1])))
        return courses

    async def _attend(
        self, home: Home, stream: Sequence[Shown], new: str, way: Way, draw: np.random.Generator
    ) -> Course:
        right = []
        corrections = versions = promoted = 0
        memory, bot = Memory(), self._champion(home)
        async with Store.open(home.database) as store:
            for number, photo in enumerate(stream):
                identity = bot.identifier.identify(photo.features, memory, photo.tellable)[photo.place]
                sender, is_wrong, other = (
                    ADMIN + 1 + int(draw.integers(GUESTS)),
                    draw.random() < way.wrong,
                    draw.random(),
                )
                right.append(identity.answer == "named" and identity.cousin == photo.cousin)
                if right[-1] or not way.at_once:
                    continue
                said = photo.cousin
                if is_wrong:
                    met = sorted({*bot.cousins, *(face.statement.cousin or "" for face in memory.faces)} - {said})
                    said = met[int(other * len(met))]
                await self._correct(store, home, number, photo, said, sender, bot)
                corrections += 1
                memory = Memory(await _stated(store))
                if way.retrain_after and corrections % way.retrain_after == 0:
                    took_over = await self._retrain(home)
                    versions, promoted = versions + 1, promoted + took_over
                    bot = self._champion(home)
        passing = [
            bot.identifier.identify(stranger.features, memory, stranger.tellable)[stranger.place]
            for stranger in self._strangers
        ]
        return Course(
            np.array(right),
            np.array([photo.cousin == new for photo in stream]),
            corrections,
            versions,
            promoted,
            float(np.mean([identity.answer == "named" for identity in passing])),
        )

    async def _correct(
        self, store: Store, home: Home, number: int, photo: Shown, said: str, sender: int, bot: Recognizer
    ) -> None:
        """Keep the guess and the photo as the bot does, and the admin's word on the face."""
        data = photo.path.read_bytes()
        box, embedding = photo.faces[photo.place], unit(photo.features[photo.place])
        face = RecognizedFace(box, True, None, "nobody", 0.5, (), (), -1.0, embedding, bot.network, bot.version)
        sha256 = decode(data).sha256
        (home.inbox / f"{sha256}.jpg").write_bytes(upright_jpeg(data))
        answer = await store.guesses.draft(1, number, sender, [NewPhoto(sha256, (face,))])
        await store.guesses.sent(answer.id, number, has_picture=False)
        await store.statements.declare(answer.guesses[0].id, "is", said, ADMIN)

    async def _retrain(self, home: Home) -> bool:
        async with Store.open(home.database) as store:
            run = await store.runs.start(os.getpid(), "by the reunion")
        outcome = self._train(home, await corrected_faces(home))
        await record(home, run, outcome)
        return outcome.decision.promote

    def _train(self, home: Home, corrected: Sequence[LabelledFile]) -> Outcome:
        files = [LabelledFile(photo.path, photo.cousin) for photo in PhotoLibrary(home.photos).photos()]
        return train([*files, *corrected], Registry(home.models), SHAPE, self._detector, CPU, silent)

    def _champion(self, home: Home) -> Recognizer:
        registry = Registry(home.models)
        return Recognizer.load(registry.path(registry.current() or ""), self._detector, CPU)


async def _stated(store: Store) -> list[StatedFace]:
    """What the admin has said, as the bot teaches it to its recogniser."""
    faces = await store.guesses.spoken_of()
    return [StatedFace(said.statement, faces[said.guess_id].embedding) for said in await store.statements.accepted()]
