"""How well `cousinbot photos sort` puts faces together, and how many taps it then takes to name them.

    python -m benchmarks.grouping --sports DIR --relatives DIR --strangers DIR --weights DIR [--crowd DIR]
                                  [--cache FILE]
    python -m benchmarks.grouping --made 100000

`--cache` keeps what was seen in the photos for the next time. Who is on a photo is what its folder says; of several
faces it is the one that training takes.
"""

import argparse
import asyncio
import resource
import tempfile
import time
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np

from actions.groups.groups import FaceGroup, likely_names, sorted_now
from actions.groups.standing import standing
from data.facts.factbook import FactBook
from data.files.face_cache import FaceCache
from data.files.home import Home
from data.files.library import SUFFIXES, PhotoLibrary
from data.sorting.sorted_faces import LookedAt, NewFace
from data.store.store import Store
from foundation.box import Box
from foundation.progress import silent
from inference.faces.detectors import load_detector
from inference.grouping.grouping import SHIPPED, HeapOfFaces, group_faces
from inference.grouping.linkage import Border
from inference.naming.gallery import Floats, unit
from models.architectures import best_face_network
from models.registry import Registry
from training.dataset.dataset import read_faces
from training.dataset.extracted_faces import ExtractedFaces
from training.dataset.face_extractor import FaceExtractor, PhotoPart
from training.dataset.labelled import LabelledFile
from training.fingerprint import fingerprint
from training.run import train
from training.sorting.bcubed import BCubed, b_cubed
from training.sorting.border import ChosenBorder, family_border
from training.sorting.sorting import regroup_all

_COSINES: Final = tuple(round(0.77 + 0.01 * step, 2) for step in range(10))
_LAYOUTS: Final = 5


@dataclass(frozen=True, slots=True)
class Seen:
    """All faces of some photos, and whose those are that are somebody's of whom it is known."""

    photos: Sequence[tuple[Path, ExtractedFaces]]
    people: Mapping[tuple[str, int], str]

    def heap(self, only: Sequence[str] | None = None) -> tuple[HeapOfFaces, dict[int, str]]:
        """Of all, or of the photos of these people alone; and index -> person."""
        faces: list[tuple[Floats, int, Box, int]] = []
        people: dict[int, str] = {}
        scenes = []
        for _, photo in self.photos:
            named = {self.people.get((photo.sha256, number)) for number in range(len(photo.faces))} - {None}
            if only is not None and not named & set(only):
                continue
            scenes.append(photo.scene)
            for number, (face, clarity) in enumerate(zip(photo.faces, photo.clarity, strict=True)):
                if not face.found:
                    continue
                if (person := self.people.get((photo.sha256, number))) is not None:
                    people[len(faces)] = person
                faces.append((photo.features.gallery[number], len(scenes) - 1, face.box, clarity))
        embeddings, numbers, boxes, clarities = zip(*faces, strict=True)
        heap = HeapOfFaces(
            unit(np.stack(embeddings)), np.array(numbers), list(boxes), np.array(clarities), np.stack(scenes)
        )
        return heap, people

    def and_others(self, others: "Seen") -> "Seen":
        return Seen([*self.photos, *others.photos], {**self.people, **others.people})


def score(heap: HeapOfFaces, people: Mapping[int, str], border: Border) -> BCubed:
    group_of = {face: number for number, group in enumerate(group_faces(heap, border)) for face in group}
    return b_cubed([group_of[face] for face in people], list(people.values()))


class Looking:
    def __init__(self, weights: Path, cache: FaceCache) -> None:
        self._shape, self._detector, self._cache = best_face_network(weights), load_detector(weights), cache
        self._extractor = FaceExtractor(self._shape, self._detector, "cpu", cache)

    def at_family(self, folder: Path) -> Seen:
        """A folder a person."""
        files = [LabelledFile(photo.path, photo.cousin) for photo in PhotoLibrary(folder).photos()]
        dataset = read_faces(files, self._shape, self._detector, "cpu", silent, cache=self._cache)
        chosen = {(face.sha256, face.box): face.file.cousin for face in dataset.faces}
        photos = self._photos([file.path for file in files])
        people = {
            (photo.sha256, number): whose
            for _, photo in photos
            for number, face in enumerate(photo.faces)
            for (sha256, box), whose in chosen.items()
            if sha256 == photo.sha256 and box.is_same_face(face.box)
        }
        return Seen(photos, people)

    def network(self) -> str:
        """Its fingerprint."""
        return fingerprint(self._shape, self._shape.build_body(True))

    def train(self, home: Home, files: Sequence[LabelledFile]) -> None:
        """A version that knows these."""
        train(files, Registry(home.models), self._shape, self._detector, "cpu", silent, cache=self._cache)

    def at_strangers(self, folder: Path) -> Seen:
        """A photo a person, whose face is the largest."""
        photos = self._photos(sorted(path for path in folder.rglob("*") if path.suffix.lower() in SUFFIXES))
        people = {}
        for path, photo in photos:
            largest = max(range(len(photo.faces)), key=lambda number: photo.faces[number].box.area)
            people[photo.sha256, largest] = path.name
        return Seen(photos, people)

    def _photos(self, paths: Sequence[Path]) -> list[tuple[Path, ExtractedFaces]]:
        extracted = self._extractor.extract([PhotoPart(path) for path in paths], silent)
        photos = zip(paths, extracted, strict=True)
        once = {one.sha256: (path, one) for path, one in photos if isinstance(one, ExtractedFaces)}
        return list(once.values())


def sizes_of_others(seen: Seen) -> list[int]:
    """How many faces are in the groups that are mostly of whoever else is on the photos, down to two faces."""
    heap, people = seen.heap()
    groups = [group for group in group_faces(heap) if len(group) > 1]
    return sorted((len(group) for group in groups if 2 * len(people.keys() & group) < len(group)), reverse=True)


def cross_validated(families: Sequence[Seen]) -> tuple[list[float], list[list[BCubed]]]:
    """In several layouts: the border that groups half of each family's people best where precision counts twice, and
    what it makes of the others; an own list for each family."""
    chosen: list[float] = []
    others: list[list[BCubed]] = [[] for _ in families]
    for layout in range(_LAYOUTS):
        random = np.random.default_rng(layout)
        halves = []
        for family in families:
            everybody = random.permutation(sorted(set(family.people.values()))).tolist()
            middle = len(everybody) // 2
            halves.append((family.heap(everybody[:middle]), family.heap(everybody[middle:])))
        for learned, judged in ((0, 1), (1, 0)):
            totals = {
                cosine: sum(score(*half[learned], replace(SHIPPED, cosine=cosine)).f(0.5) for half in halves)
                for cosine in _COSINES
            }
            best = max(_COSINES, key=lambda cosine: (round(totals[cosine], 3), cosine))
            chosen.append(best)
            for scores, half in zip(others, halves, strict=True):
                scores.append(score(*half[judged], replace(SHIPPED, cosine=best)))
    return chosen, others


def by_own_border(family: Seen) -> list[tuple[Border, BCubed]]:
    """The border by the labelled photos of half of the people, and what it makes of the others'."""
    found = []
    for layout in range(_LAYOUTS):
        everybody = np.random.default_rng(layout).permutation(sorted(set(family.people.values()))).tolist()
        for known in (everybody[: len(everybody) // 2 + 1], everybody[len(everybody) // 2 - 1 :]):
            heap, people = family.heap(known)
            faces = sorted(people)
            labels = np.array([known.index(people[face]) for face in faces])
            border = family_border(heap.embeddings[faces], labels, SHIPPED)
            others = [person for person in everybody if person not in known]
            found.append((border, score(*family.heap(others), border)))
    return found


async def taps(family: Seen, looking: Looking) -> Counter[str]:
    """What an admin taps until every face of the family's people is named: the biggest group first; one that shows
    several of them is not one person, one that shows none is skipped. Once everybody has a name a version is trained,
    which knows more of the faces; what is alone then comes last, face by face, and so does what it named wrongly."""
    tapped: Counter[str] = Counter()
    everybody = set(family.people.values())
    with tempfile.TemporaryDirectory() as folder:
        home = Home(Path(folder)).create()
        network = looking.network()
        async with Store.open(home.database) as store:
            truth = await _keep(store, family, network)
            for trained in (False, True):
                if trained:
                    tapped["trained"] += 1
                    await asyncio.to_thread(looking.train, home, await _named(store))
                while True:
                    border = ChosenBorder(SHIPPED, 0)
                    await regroup_all(home, store, network, border, FactBook({}), silent)
                    before = sum(tapped.values())
                    await _go_through(store, truth, tapped, everybody if not trained else set())
                    if not trained or sum(tapped.values()) == before:
                        break
            faces = await store.sorted_faces.all()
            said = standing(await store.group_decisions.all(), faces).names
            taken_for = {face.id: face.cousin for face in faces} | said
            tapped["alone"] = sum(taken_for.get(face) is None for face in truth)
            tapped["named wrongly"] = sum(taken_for.get(face) not in (None, whose) for face, whose in truth.items())
    return tapped


async def _named(store: Store) -> list[LabelledFile]:
    faces = await store.sorted_faces.all()
    said = standing(await store.group_decisions.all(), faces).names
    return [
        LabelledFile(face.path, said[face.id], box=face.box, sha256=face.sha256) for face in faces if face.id in said
    ]


async def _keep(store: Store, family: Seen, network: str) -> dict[int, str]:
    """The faces, as `photos sort` notes them; face -> person."""
    looked_at = [
        (
            LookedAt(photo.sha256, path, network, np.packbits(photo.scene).tobytes(), None, 0, 0),
            [
                NewFace(
                    number,
                    face.box,
                    photo.clarity[number],
                    unit(photo.features.gallery[number]),
                    unit(photo.features.probe[number]),
                )
                for number, face in enumerate(photo.faces)
                if face.found
            ],
        )
        for path, photo in family.photos
    ]
    await store.sorted_faces.keep(looked_at)
    faces = await store.sorted_faces.all()
    return {face.id: person for face in faces if (person := family.people.get((face.sha256, face.number)))}


async def _go_through(
    store: Store, truth: Mapping[int, str], tapped: Counter[str], until_named: Collection[str]
) -> None:
    """Until all of these are named; where it is nobody, until no group is left that shows any of the family."""
    while True:
        there = await sorted_now(store)
        if until_named and {group.cousin for group in there.groups if group.named} >= set(until_named):
            return
        open_ones = [group for group in there.waiting() if len(group.faces) > 1 and group.cousin is None]
        left = set(truth) - {face.id for group in there.groups if group.is_settled for face in group.faces}
        if not open_ones or not any(face.id in left for group in open_ones for face in group.faces):
            return
        group = open_ones[0]
        people = Counter(truth[face.id] for face in group.faces if face.id in truth)
        token = f"{sum(tapped.values())}"
        if not people:
            tapped["skipped"] += 1
            await store.group_changes.skip(token, group.faces, 0)
        elif len(people) > 1:
            tapped["not one person"] += 1
            [(most, _)] = people.most_common(1)
            others = [face for face in group.faces if truth.get(face.id, most) != most]
            rest = [face for face in group.faces if face not in others]
            await store.group_changes.apart(token, others, rest, 0, split=True)
        else:
            [person] = people
            tapped["named by a button" if person in _buttons(group, there.groups) else "named by typing"] += 1
            await store.group_changes.name(token, group.faces, person, 0)


def _buttons(group: FaceGroup, everybody: Sequence[FaceGroup]) -> list[str]:
    return likely_names(group, everybody)


def made_faces(count: int, each: int = 20) -> tuple[Floats, np.ndarray]:
    """Of people with `each` faces, about as alike as real ones: one person's .9, strangers' .7."""
    random = np.random.default_rng(0)
    common = unit(random.standard_normal((1, 320)).astype(np.float32))
    labels = np.repeat(np.arange(-(-count // each)), each)[:count]
    people = unit(random.standard_normal((labels[-1] + 1, 320)).astype(np.float32))
    noise = unit(random.standard_normal((count, 320)).astype(np.float32))
    return unit(np.float32(0.83) * common + np.float32(0.45) * people[labels] + np.float32(0.32) * noise), labels


def group_made(count: int) -> None:
    embeddings, labels = made_faces(count)
    scenes = np.random.default_rng(1).integers(0, 2, (count, 64)).astype(np.bool_)
    heap = HeapOfFaces(
        embeddings, np.arange(count), [Box(0.4, 0.4, 0.5, 0.5)] * count, np.zeros(count, np.int64), scenes
    )
    start, cpu = time.perf_counter(), time.process_time()
    groups = group_faces(heap)
    seconds, cpu = time.perf_counter() - start, time.process_time() - cpu
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    group_of = {face: number for number, group in enumerate(groups) for face in group}
    found = b_cubed([group_of[face] for face in range(count)], labels.tolist())
    print(f"{count} made faces: {seconds:.0f} s ({cpu:.0f} s of CPU), {memory:.1f} GiB, {_figures(found)}", flush=True)


def _figures(found: BCubed) -> str:
    return f"precision {found.precision:.3f}, recall {found.recall:.3f}, F {found.f():.3f}"


def _mean(scores: Sequence[BCubed]) -> BCubed:
    return BCubed(float(np.mean([one.precision for one in scores])), float(np.mean([one.recall for one in scores])))


def main() -> None:
    """Run what was asked for, and print it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("sports", "relatives", "strangers", "crowd", "weights", "cache"):
        parser.add_argument(f"--{name}", type=Path)
    parser.add_argument("--only-taps", action="store_true", help="leave the rest out")
    parser.add_argument("--made", type=int, nargs="*", default=[], help="group so many made-up faces")
    options = parser.parse_args()
    for count in options.made:
        group_made(count)
    if options.sports is None:
        return
    looking = Looking(options.weights, FaceCache(options.cache))
    sports = looking.at_family(options.sports)
    if not options.only_taps:
        _measure(options, looking, sports)
    tapped = asyncio.run(taps(sports, looking))
    print(f"taps for sports: {sum(tapped.values())} ({dict(tapped)})", flush=True)


def _measure(options: argparse.Namespace, looking: Looking, sports: Seen) -> None:
    relatives = looking.at_family(options.relatives)
    strangers = looking.at_strangers(options.strangers)
    heaps = {"sports and strangers": sports.and_others(strangers), "relatives": relatives}
    if options.crowd is not None:
        heaps["sports, strangers and crowd"] = heaps["sports and strangers"].and_others(
            looking.at_strangers(options.crowd)
        )
    for name, seen in heaps.items():
        print(f"{name}, shipped border {SHIPPED.cosine}: {_figures(score(*seen.heap(), SHIPPED))}", flush=True)
    print(f"groups of whoever else is on the sports photos: {sizes_of_others(sports)}", flush=True)
    chosen, others = cross_validated([heaps["sports and strangers"], relatives])
    print(f"cross-validated: {dict(Counter(chosen))}", flush=True)
    for name, scores in zip(("sports and strangers", "relatives"), others, strict=True):
        print(f"  {name}: {_figures(_mean(scores))}", flush=True)
    for name, family in (("relatives", relatives), ("sports", sports)):
        own = by_own_border(family)
        borders = dict(Counter(round(border.cosine, 2) for border, _ in own))
        print(f"{name} by their own border {borders}: {_figures(_mean([one for _, one in own]))}", flush=True)


if __name__ == "__main__":
    main()
