"""Champion and challenger without any training: which photos judge them, and what the figures decide."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from PIL import Image
from safetensors.torch import save_file

from foundation.box import Box
from foundation.face import Clarity, RecognizedFace
from inference.decoding.photo import Photo, PhotoError
from inference.embedding.embedder import Features
from inference.faces.finding import Face
from inference.naming.memory import Memory
from models.heads import CosineHead
from models.registry import Registry
from tests.faces import recognized, said, stated
from tests.models.test_registry import card as any_card
from training.dataset.extracted_faces import ExtractedFaces
from training.dataset.labelled import LabelledFace, LabelledFile
from training.evaluation.champion import Comparison, Decision, _FromPhoto, choose_champion, decide, name_holdout
from training.hyperparameters import DEFAULTS

NETWORK, ELSEWHERE = "face-0", "another network"
NOTHING_SAID = Memory()
SIZE = 4
AXES = np.eye(SIZE, dtype=np.float32)
LEFT, RIGHT = Box(0.0, 0.0, 0.4, 1.0), Box(0.5, 0.0, 1.0, 1.0)
NO_DETECTOR: Any = None


def face(
    folder: Path, cousin: str, *axes: int, corrected: bool = False, place: int = 0, hopeless: int = -1
) -> LabelledFace:
    """A held-out face: which axis the embedding of each face of its photo lies on, the left one's first."""
    path = folder / f"{cousin} {axes} {place}.jpg"
    path.touch()
    faces = [Face(box, None, "yunet", 1.0) for box in (LEFT, RIGHT)[: len(axes)]]
    features = AXES[list(axes)]
    photo = ExtractedFaces(
        path.name,
        None,
        np.zeros(64, np.bool_),
        faces,
        [Clarity.HOPELESS if number == hopeless else Clarity.CLEAR for number in range(len(axes))],
        Features(features, features),
    )
    file = LabelledFile(path, cousin, None, said("is", cousin) if corrected else None)
    return LabelledFace(file, photo, photo, place)


@dataclass
class Namer:
    """Names what it was told by the photo's name, and nobody else. Raises what it was told to."""

    names: dict[str, str | Exception | None]
    cousins: tuple[str, ...] = ("ada", "bob")
    network: str = NETWORK

    def name(self, face: LabelledFace, memory: Memory) -> str | None:
        known = {one.statement.cousin for one in memory.faces}
        answer = self.names.get(face.sha256)
        if isinstance(answer, Exception):
            raise answer
        return answer if answer in self.cousins or answer in known else None

    def memory_of(self, stated: Sequence[LabelledFace]) -> Memory:
        raise AssertionError("its memory is given")


def flags(values: NDArray[np.bool_]) -> list[bool]:
    return [bool(value) for value in values]


def test_both_are_shown_each_photo_of_whom_the_champion_has_met(tmp_path: Path) -> None:
    ada, bob = face(tmp_path, "ada", 0), face(tmp_path, "bob", 1, corrected=True)
    cyd, dan = face(tmp_path, "cyd", 2), face(tmp_path, "dan", 3)
    told = Memory([stated(AXES[2], "is", "cyd"), stated(AXES[3], "not", "dan")])
    before = Namer({ada.sha256: "ada", bob.sha256: "ada", cyd.sha256: "cyd"})
    after = Namer({ada.sha256: "bob", bob.sha256: "bob", cyd.sha256: "cyd"})
    compared = name_holdout(before, after, [ada, bob, cyd, dan], told, Memory())
    # Cyd was only spoken of to the champion; of Dan it was only said who he is not.
    assert compared.cousins == ["ada", "bob", "cyd"]
    assert flags(compared.corrected) == [False, True, False]
    assert flags(compared.champion) == [True, False, True]
    assert flags(compared.challenger) == [False, True, False]
    assert {array.dtype for array in (compared.corrected, compared.champion, compared.challenger)} == {np.dtype(bool)}


def test_each_has_its_own_memory(tmp_path: Path) -> None:
    cyd = face(tmp_path, "cyd", 2)
    told, namer = Memory([stated(AXES[2], "is", "cyd")]), Namer({cyd.sha256: "cyd"}, cousins=("ada", "cyd"))
    learner = Namer({cyd.sha256: "cyd"})
    compared = name_holdout(namer, learner, [cyd], Memory(), told)
    assert (flags(compared.champion), flags(compared.challenger)) == ([True], [True])


@pytest.mark.parametrize("error", [PhotoError("damaged"), FileNotFoundError()])
def test_photos_that_were_deleted_meanwhile_judge_nobody(tmp_path: Path, error: Exception) -> None:
    gone, going, there = face(tmp_path, "ada", 0), face(tmp_path, "ada", 1), face(tmp_path, "ada", 2)
    gone.file.path.unlink()
    before = Namer({going.sha256: "ada", there.sha256: "ada", gone.sha256: "ada"})
    after = Namer({going.sha256: error, there.sha256: "ada", gone.sha256: "ada"})
    compared = name_holdout(before, after, [gone, going, there], Memory(), Memory())
    assert (compared.cousins, flags(compared.champion), flags(compared.challenger)) == (["ada"], [True], [True])


def test_where_there_are_no_photos_the_figures_are_empty_flags(tmp_path: Path) -> None:
    compared = name_holdout(Namer({}), Namer({}), [face(tmp_path, "cyd", 2)], Memory(), Memory())
    assert compared.cousins == []
    for part in (compared.corrected, compared.champion, compared.challenger):
        assert (part.dtype, len(part)) == (np.dtype(bool), 0)


class Recogniser:
    """Finds two faces in any photo, the left one Ada's; notes what it was shown."""

    network, cousins = NETWORK, ("ada", "bob")

    def __init__(self) -> None:
        self.shown: list[tuple[list[Photo], Memory]] = []

    def recognize(self, photos: list[Photo], memory: Memory) -> list[list[RecognizedFace]]:
        self.shown.append((photos, memory))
        return [[recognized("ada", box=LEFT), recognized("bob", box=RIGHT)]]


def test_a_version_with_another_network_is_shown_the_photo(tmp_path: Path) -> None:
    recogniser, memory = Recogniser(), Memory([stated(AXES[0], "is", "ada")])
    stand_in: Any = recogniser
    namer = _FromPhoto(stand_in)
    assert (namer.network, namer.cousins) == (NETWORK, ("ada", "bob"))
    for cousin, place in (("ada", 0), ("bob", 1)):
        one = face(tmp_path, cousin, 0, 1, place=place)
        Image.new("RGB", (60, 40), "orange").save(one.file.path, "JPEG")
        assert namer.name(one, memory) == cousin
        [photo], shown_memory = recogniser.shown[-1]
        assert photo.pixels.shape == (40, 60, 3)
        assert shown_memory is memory


def test_a_version_with_another_network_sees_again_what_people_have_spoken_of(tmp_path: Path) -> None:
    class Embedding(Recogniser):
        def embed(self, photo: Photo, box: Box) -> NDArray[np.float32]:
            assert photo.pixels.shape == (40, 60, 3)
            embedding: NDArray[np.float32] = AXES[0 if box == LEFT else 1]
            return embedding

    stand_in: Any = Embedding()
    ada, bob = (face(tmp_path, cousin, 0, 1, corrected=True, place=place) for cousin, place in (("ada", 0), ("bob", 1)))
    gone, damaged = (face(tmp_path, "ada", 2, corrected=True), face(tmp_path, "ada", 3, corrected=True))
    for one in (ada, bob):
        Image.new("RGB", (60, 40), "orange").save(one.file.path, "JPEG")
    gone.file.path.unlink()
    memory = _FromPhoto(stand_in).memory_of([gone, ada, damaged, bob])
    assert [one.statement for one in memory.faces] == [ada.file.statement, bob.file.statement]
    np.testing.assert_allclose([one.embedding for one in memory.faces], AXES[:2])


# --- the figures


def comparison(lost: int, won: int, both: int = 0, corrected: bool = False) -> Comparison:
    """Ada's photos: those that only the champion names rightly, those that only the challenger does, and others."""
    photos = lost + won + both
    champion, challenger = np.ones(photos, bool), np.ones(photos, bool)
    challenger[:lost] = False
    champion[lost : lost + won] = False
    return Comparison(["ada"] * photos, np.full(photos, corrected), champion, challenger)


@pytest.mark.parametrize(
    ("lost", "won", "significance", "worse"),
    [
        (0, 0, 0.05, False),
        (0, 9, 0.05, False),
        (9, 9, 1.1, False),  # as many won as lost, whatever is asked
        (4, 0, 0.05, False),  # one in sixteen by chance
        (5, 0, 0.05, True),  # one in 32
        (3, 0, 0.1, False),
        (4, 0, 0.1, True),
        (4, 0, 0.0625, False),  # no less than that
        (7, 1, 0.05, True),  # 9 in 256
        (6, 1, 0.05, False),  # 8 in 128
        (2, 1, 1.0, True),
    ],
)
def test_worse_is_more_lost_than_chance_would_take(lost: int, won: int, significance: float, worse: bool) -> None:
    assert comparison(lost, won, both=3).is_worse(significance) is worse


def test_a_part_is_a_comparison_of_those_photos() -> None:
    whole = Comparison(
        ["ada", "bob", "ada"],
        np.array([True, False, False]),
        np.array([True, True, False]),
        np.array([False, True, True]),
    )
    ada = whole.of("ada")
    assert ada.cousins == ["ada", "ada"]
    assert [flags(part) for part in (ada.corrected, ada.champion, ada.challenger)] == [
        [True, False],
        [True, False],
        [False, True],
    ]
    assert whole.of("cyd").cousins == []
    with pytest.raises(ValueError, match="zip"):
        whole.only(np.array([True]))


def test_who_lost_four_photos_of_one_cousin_and_won_none_stays_challenger() -> None:
    """Of all photos together that could be chance; of one person's it must not be."""
    together = comparison(lost=4, won=0, both=8)
    assert not together.is_worse(DEFAULTS.significance)
    decision = decide(together, "v001")
    assert not decision.promote
    assert decision.reason == (
        "It is worse than v001 at recognising ada: of 12 photos, it named 8 correctly, and v001 named 12."
    )
    assert decide(comparison(lost=3, won=0, both=9), "v001").promote


def test_every_cousin_counts_whoever_comes_last() -> None:
    fine, worse = comparison(lost=0, won=4, both=8), comparison(lost=5, won=0, both=7)
    both = Comparison(
        ["ada"] * 12 + ["zoe"] * 12,
        np.zeros(24, bool),
        np.concatenate([fine.champion, worse.champion]),
        np.concatenate([fine.challenger, worse.challenger]),
    )
    assert "at recognising zoe" in decide(both, "v001").reason


def test_where_nothing_was_shown_the_newer_one_takes_over() -> None:
    decision = decide(comparison(0, 0), "v001")
    assert (decision.promote, decision.reason) == (True, "There are no photos yet on which the two could be compared.")


def test_the_reason_has_the_figures() -> None:
    decision = decide(comparison(lost=1, won=2, both=3), "v007")
    assert decision.promote
    assert "v007" in decision.reason
    assert "of 6 photos" in decision.reason
    assert "it named 5 correctly, and v007 named 4" in decision.reason
    assert "corrected" not in decision.reason
    corrected = decide(comparison(lost=1, won=2, both=3, corrected=True), "v007").reason
    assert "corrected 6" in corrected
    worse = decide(comparison(lost=6, won=0, both=1, corrected=True), "v007")
    assert not worse.promote
    assert "corrected" in worse.reason


# --- versions in a registry


def version(registry: Registry, cousins: list[str], threshold: float = 0.5, asks_from: float | None = None) -> str:
    """A version that names the face on axis n by the n-th of these."""
    head = CosineHead(SIZE, len(cousins))
    gallery, labels = torch.from_numpy(AXES[: len(cousins)]), torch.arange(len(cousins))
    head.imprint(gallery, labels)
    with registry.new_version() as (name, folder):
        tensors = {f"head.{key}": tensor.clone().contiguous() for key, tensor in head.state_dict().items()}
        save_file(tensors | {"gallery": gallery.contiguous(), "gallery_labels": labels}, folder / "weights.safetensors")
        update = {"cousins": cousins, "threshold": threshold, "asks_from": asks_from, "network": NETWORK}
        (folder / "card.json").write_text(any_card(name).model_copy(update=update).model_dump_json())
    return name


def holdout(folder: Path, photos: int = 8) -> list[LabelledFace]:
    """So many photos of Ada and of Bob, each photo with the other one on it too."""
    made = []
    for number in range(photos):
        (folder / str(number)).mkdir(parents=True)
        made += [face(folder / str(number), "ada", 0, 1), face(folder / str(number), "bob", 0, 1, place=1)]
    return made


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    return Registry(tmp_path / "models")


def chosen(
    registry: Registry,
    challenger: str,
    faces: list[LabelledFace],
    stated: Sequence[LabelledFace] = (),
    memory: Memory = NOTHING_SAID,
    network: str = NETWORK,
) -> Decision:
    return choose_champion(
        registry, registry.path(challenger), faces, stated, memory, network, NO_DETECTOR, "cpu", extracted_by=NETWORK
    )


def test_the_one_that_names_the_holdout_better_is_champion(registry: Registry, tmp_path: Path) -> None:
    good, bad = version(registry, ["ada", "bob"]), version(registry, ["bob", "ada"])
    faces = holdout(tmp_path / "photos")
    assert chosen(registry, bad, faces).promote  # the first
    registry.promote(good)
    kept = chosen(registry, bad, faces)
    assert not kept.promote
    assert "of 16 photos" in kept.reason
    assert "it named 0 correctly, and v001 named 16" in kept.reason
    registry.promote(bad)
    better = chosen(registry, good, faces)
    assert better.promote
    assert "it named 16 correctly, and v002 named 0" in better.reason


def test_a_face_that_is_hopeless_gets_no_name(registry: Registry, tmp_path: Path) -> None:
    good = version(registry, ["ada", "bob"])
    registry.promote(good)
    faces = [face(tmp_path, "ada", 0, 1, hopeless=0), face(tmp_path, "bob", 0, 1, place=1, hopeless=0)]
    assert "of 2 photos" in (reason := chosen(registry, good, faces).reason)
    assert "it named 1 correctly" in reason


def test_what_people_said_counts_for_the_champion_where_its_network_saw_it(registry: Registry, tmp_path: Path) -> None:
    bad, good = version(registry, ["bob", "ada"]), version(registry, ["ada", "bob"])
    registry.promote(bad)
    told = Memory([stated(AXES[0], "is", "ada"), stated(AXES[1], "is", "bob")])
    faces = holdout(tmp_path / "photos", 3)
    assert "it named 6 correctly, and v001 named 6" in chosen(registry, good, faces, memory=told).reason
    assert "it named 6 correctly, and v001 named 0" in chosen(registry, good, faces, [], told, ELSEWHERE).reason
    # What the other network made of those photos says nothing; what the champion's own makes of them does.
    spoken_of = [face(tmp_path, "ada", 0, corrected=True), face(tmp_path, "bob", 1, corrected=True)]
    nonsense = Memory([stated(AXES[0], "is", "bob"), stated(AXES[1], "is", "ada")])
    decision = chosen(registry, good, faces, spoken_of, nonsense, ELSEWHERE)
    assert "it named 0 correctly, and v001 named 6" in decision.reason


def test_who_is_only_asked_about_is_not_named(registry: Registry, tmp_path: Path) -> None:
    registry.promote(version(registry, ["ada", "bob"]))
    asking = version(registry, ["ada", "bob"], threshold=1.2, asks_from=0.5)
    decision = chosen(registry, asking, holdout(tmp_path / "photos"))
    assert not decision.promote
    assert "it named 0 correctly, and v001 named 16" in decision.reason


def test_a_champion_that_cannot_be_loaded_gives_way(registry: Registry, tmp_path: Path) -> None:
    broken, good = version(registry, ["ada", "bob"]), version(registry, ["ada", "bob"])
    registry.promote(broken)
    (registry.path(broken) / "weights.safetensors").write_bytes(b"")
    decision = chosen(registry, good, holdout(tmp_path / "photos", 1))
    assert decision.promote
    assert "v001, can't be loaded" in decision.reason


def test_many_cousins_do_not_block_by_chance_what_is_no_worse() -> None:
    """Of thirty-six equals, one in sixteen loses four photos and wins none."""
    parts = [comparison(lost=4, won=0, both=8), *[comparison(lost=2, won=3, both=7) for _ in range(35)]]
    assert decide(family(parts), "v001").promote


def test_five_photos_do_not_let_everything_pass() -> None:
    """A cousin with few photos, in a large family where nothing befell the others, lost every one."""
    better = comparison(lost=0, won=5, both=7)
    parts = [comparison(lost=5, won=0, both=0), better, *[comparison(lost=0, won=0, both=12) for _ in range(34)]]
    decision = decide(family(parts), "v001")
    assert not decision.promote
    assert "at recognising cousin_00: of 5 photos, it named 0 correctly" in decision.reason


def family(parts: list[Comparison]) -> Comparison:
    return Comparison(
        [f"cousin_{number:02}" for number, part in enumerate(parts) for _ in part.cousins],
        *(np.concatenate([getattr(part, what) for part in parts]) for what in ("corrected", "champion", "challenger")),
    )


def test_where_few_photos_can_not_tell_that_is_said() -> None:
    fewer = decide(comparison(lost=3, won=0, both=24), "v001")
    assert fewer.promote
    assert fewer.reason == (
        "Of 27 photos that neither had seen, it named 24 correctly, and v001 named 27. The difference is too small to"
        " tell which of them is better, so the newer one answers."
    )
    one = decide(family([comparison(lost=2, won=0, both=3), comparison(lost=0, won=4, both=8)]), "v001")
    assert one.promote
    assert one.reason.endswith(
        "It named fewer photos of cousin_00, but there are too few to tell whether that is chance."
    )
