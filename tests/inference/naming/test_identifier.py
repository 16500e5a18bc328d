"""Names and strangers, and what people have said, over a small gallery in which every cosine is known."""

from collections.abc import Sequence
from typing import Literal

import numpy as np
import pytest
from numpy.typing import NDArray

from foundation.statement import Says
from inference.naming.gallery import Allowances, Gallery, gallery_similarities, unit
from inference.naming.genuine import GenuineScores
from inference.naming.heads import CosineScores
from inference.naming.identifier import Identifier, Identity, assign, nameable
from inference.naming.memory import SAME_PICTURE, Memory, StatedFace
from inference.naming.updated_gallery import UpdatedGallery, updated
from tests.faces import stated

Floats = NDArray[np.float32]
COUSINS = ("ada", "bob", "cleo")
SIZE = 24
AXES = np.eye(SIZE, dtype=np.float32)


def near(person: int, photo: int, closeness: float = 0.97) -> Floats:
    """A photo of a person: at that cosine to the person's axis, leaning to a side of its own."""
    side = AXES[6 + photo]
    return np.asarray(closeness * AXES[person] + np.sqrt(1 - closeness**2) * side, np.float32)


def knowing_three(second_pass_raises: float | None = None) -> Identifier:
    gallery = np.stack([near(person, 3 * person + photo) for person in range(3) for photo in range(3)])
    labels = np.repeat(np.arange(3), 3)
    centre = unit(gallery).mean(0)
    head = CosineScores(centre, np.stack([unit(gallery[labels == label] - centre).mean(0) for label in range(3)]), 12.0)
    # Features are of any length; a body's are never of length one.
    return Identifier(
        COUSINS,
        head,
        gallery * 5,
        labels,
        threshold=0.8,
        slope=40.0,
        temperature=1.0,
        second_pass_raises=second_pass_raises,
    )


@pytest.fixture
def identifier() -> Identifier:
    return knowing_three()


def gallery_of(*people: int) -> Gallery:
    return Gallery(COUSINS, np.stack([near(person, number) for number, person in enumerate(people)]), np.array(people))


def after(said: Sequence[StatedFace]) -> UpdatedGallery:
    gallery = gallery_of(0, 1)
    return updated(gallery, GenuineScores.of_gallery(gallery), said)


def one(identifier: Identifier, face: Floats, *said: StatedFace) -> Identity:
    (identity,) = identifier.identify(face[None] * 3, Memory(said))
    return identity


def spoken(face: Floats, says: Says, cousin: str | None = None) -> StatedFace:
    return stated(unit(face), says, cousin)


PROBE = near(1, 15)  # another photo of Bob
STRANGER = unit(AXES[4] + 0.3 * AXES[1])


# --- names and strangers


def test_a_cousin_is_named(identifier: Identifier) -> None:
    identity = one(identifier, PROBE)
    assert identity.cousin == "bob"
    assert identity.candidates[0].cousin == "bob"
    assert identity.confidence == identity.candidates[0].probability > 0.9
    assert [c.cousin for c in identity.candidates][1:] in (["ada", "cleo"], ["cleo", "ada"])
    assert sum(c.probability for c in identity.candidates) == pytest.approx(1, abs=1e-5)
    assert identity.similarity == pytest.approx(0.97**2, abs=1e-4)  # to each gallery photo of Bob's


def test_a_stranger_is_not(identifier: Identifier) -> None:
    identity = one(identifier, STRANGER)
    assert identity.cousin is None
    assert identity.is_face
    assert identity.confidence > 0.99
    assert identity.candidates[0].cousin == "bob"  # whom it looks like most is still told
    assert identity.candidates[0].probability > 0.5  # softmax would have named him


def test_the_threshold_decides(identifier: Identifier) -> None:
    for similarity, name in ((0.803, "bob"), (0.797, None)):
        face = near(1, 15, similarity / 0.97)
        identity = one(identifier, face)
        assert identity.similarity == pytest.approx(similarity, abs=1e-3)
        assert identity.cousin == name
    assert identity.confidence == pytest.approx(0.53, abs=0.02)  # right below the line nobody can be sure


def test_a_cousin_is_named_once_in_a_photo_and_in_every_photo_of_a_batch(identifier: Identifier) -> None:
    faces = np.stack([PROBE, near(1, 16, 0.9), near(1, 17)])
    names = [identity.cousin for identity in identifier.identify(faces)]
    assert sorted(names, key=str) == [None, None, "bob"]
    photos = np.array([0, 0, 1])
    assert [identity.cousin for identity in identifier.identify(faces, photos=photos)] == ["bob", None, "bob"]


# --- which faces need no second pass


@pytest.fixture
def hasty() -> Identifier:
    """One that knows by how much a second pass may raise a similarity."""
    return knowing_three(second_pass_raises=0.02)


def suffices(
    identifier: Identifier, *faces: Floats, photos: Sequence[int] = (), stated_faces: Sequence[StatedFace] = ()
) -> list[bool]:
    numbers = np.array(photos or range(len(faces)), np.int64)
    return [bool(one) for one in identifier.one_pass_suffices(np.stack(faces) * 3, numbers, Memory(stated_faces))]


def test_one_pass_tells_most(hasty: Identifier) -> None:
    assert suffices(hasty, PROBE, STRANGER, near(0, 16)) == [True, True, True]


def test_without_knowing_that_everything_is_seen_twice(identifier: Identifier) -> None:
    assert suffices(identifier, PROBE, STRANGER) == [False, False]


@pytest.mark.parametrize(("similarity", "told"), [(0.77, True), (0.785, False), (0.797, False), (0.803, True)])
def test_near_the_threshold_it_is_looked_at_again(hasty: Identifier, similarity: float, told: bool) -> None:
    assert suffices(hasty, near(1, 15, similarity / 0.97)) == [told]


def test_between_two_cousins_it_is_looked_at_again(hasty: Identifier) -> None:
    hasty.threshold = 0.5
    face = unit(0.71 * near(0, 15) + 0.7 * near(1, 15))
    assert hasty.similarities(face[None]).max() > 0.51
    assert hasty.probabilities(face[None]).max() < 0.9
    assert suffices(hasty, face) == [False]


def test_two_faces_of_one_photo_that_want_one_name_are_looked_at_again(hasty: Identifier) -> None:
    faces = PROBE, near(1, 16), near(0, 17)
    assert suffices(hasty, *faces, photos=(0, 0, 0)) == [False, False, True]
    assert suffices(hasty, *faces, photos=(0, 1, 1)) == [True, True, True]


@pytest.mark.parametrize("verdict", ["is", "not", "stranger", "not_a_face"])
def test_what_people_have_spoken_of_is_looked_at_again(hasty: Identifier, verdict: Literal["is", "not"]) -> None:
    """One pass may not show that it is the same picture."""
    said = spoken(STRANGER, verdict, "cleo" if verdict in ("is", "not") else None)
    again = unit(STRANGER + 0.2 * AXES[20])
    assert again @ STRANGER < SAME_PICTURE
    assert suffices(hasty, again, PROBE, stated_faces=[said]) == [False, True]


def test_a_higher_temperature_is_less_sure(identifier: Identifier) -> None:
    cool = identifier.probabilities(PROBE[None])
    identifier._temperature = 4.0
    warm = identifier.probabilities(PROBE[None])
    assert warm.argmax() == cool.argmax()
    assert warm.max() < cool.max()


def test_similarity_is_the_mean_of_the_nearest_three_at_most_of_half_the_photos() -> None:
    gallery = unit(np.array([(1, 0), (0.8, 0.6), (0.6, 0.8), (0, 1), (0, 1), (-1, 0)], np.float32))
    probe = np.array([(1, 0)], np.float32)
    labels = np.array([0, 0, 0, 0, 0, 1])
    similarities = gallery_similarities(probe, gallery, labels, 3)
    np.testing.assert_allclose(similarities, [[0.8, -1, -1]], atol=1e-6)  # 1, .8 and .6; one photo; none
    fewer = gallery_similarities(probe, gallery, np.array([0, 0, 0, 1, 1, 2]), 3)
    np.testing.assert_allclose(fewer, [[0.9, 0, -1]], atol=1e-6)  # 1 and .8 of three; the nearest of two


def test_similarity_to_few_photos_has_its_allowance() -> None:
    allowances = Allowances((1, 4, 16), (0.05, 0.02, 0.0))
    counts = np.array([0, 1, 2, 4, 8, 16, 900])
    np.testing.assert_allclose(allowances.of(counts), [0.05, 0.05, 0.035, 0.02, 0.01, 0, 0], atol=1e-6)
    faces = unit(np.array([(1, 0), (0.6, 0.8)], np.float32))
    similarities = gallery_similarities(faces[:1], faces, np.array([0, 1]), 3, allowances)
    np.testing.assert_allclose(similarities, [[1.05, 0.65, -1]], atol=1e-6)


# --- several faces in one photo


def test_no_cousin_stands_twice_in_one_photo(identifier: Identifier) -> None:
    faces = np.stack([near(1, 15, 0.93), near(1, 16, 0.99), near(0, 17)])
    assert [i.cousin for i in identifier.identify(faces)] == [None, "bob", "ada"]


def test_the_likeliest_naming_of_all_faces_together() -> None:
    probabilities = np.array([[0.6, 0.4], [0.9, 0.1]], np.float32)
    assert assign(probabilities, np.ones((2, 2), bool)) == [1, 0]  # each for itself would both be 0


def test_assign_keeps_to_what_is_allowed() -> None:
    probabilities = np.array([[0.6, 0.4], [0.9, 0.1]], np.float32)
    assert assign(probabilities, np.array([[True, False], [True, False]])) == [None, 0]
    assert assign(probabilities, np.zeros((2, 2), bool)) == [None, None]


def test_the_last_one_left_is_not_forced_on_a_face() -> None:
    probabilities = np.array([[0.99, 0.01], [0.995, 0.005]], np.float32)
    assert assign(probabilities, np.ones((2, 2), bool)) in ([0, None], [None, 0])


def test_more_faces_than_cousins() -> None:
    probabilities = np.full((5, 2), 0.5, np.float32)
    names = assign(probabilities, np.ones((5, 2), bool))
    assert sorted(name for name in names if name is not None) == [0, 1]


# --- when it is close


@pytest.fixture
def lenient(identifier: Identifier) -> Identifier:
    identifier.threshold = 0.5
    return identifier


BETWEEN = unit(AXES[0] + 0.95 * AXES[1])  # a little more Ada than Bob


def test_when_it_is_close_the_other_is_a_runner_up(lenient: Identifier) -> None:
    identity = one(lenient, BETWEEN)
    assert identity.cousin == "ada"
    assert identity.runners_up == identity.candidates[1:2]
    assert identity.runners_up[0].cousin == "bob"


def test_who_is_named_surely_has_no_runner_up(lenient: Identifier) -> None:
    assert one(lenient, PROBE).runners_up == ()


def test_nobody_we_know_has_no_runner_up(identifier: Identifier) -> None:
    identity = one(identifier, BETWEEN)
    assert identity.cousin is None
    assert identity.runners_up == ()


def test_who_is_named_in_the_photo_is_no_other_faces_runner_up(lenient: Identifier) -> None:
    first, second = lenient.identify(np.stack([BETWEEN, PROBE]))
    assert (first.cousin, second.cousin) == ("ada", "bob")
    assert first.runners_up == ()


def test_whom_people_ruled_out_is_no_runner_up(lenient: Identifier) -> None:
    identity = one(lenient, BETWEEN, spoken(BETWEEN, "not", "bob"))
    assert (identity.cousin, identity.runners_up) == ("ada", ())


# --- what people have said


def test_told_who_it_is(identifier: Identifier) -> None:
    identity = one(identifier, PROBE, spoken(PROBE, "is", "ada"))
    assert (identity.cousin, identity.confidence) == ("ada", 1.0)
    assert identity.candidates[0].cousin == "ada"


def test_told_who_a_stranger_is(identifier: Identifier) -> None:
    assert one(identifier, STRANGER, spoken(STRANGER, "is", "cleo")).cousin == "cleo"


def test_told_who_it_is_not(identifier: Identifier) -> None:
    identity = one(identifier, PROBE, spoken(PROBE, "not", "bob"))
    assert identity.cousin != "bob"


def test_not_him_and_not_her(identifier: Identifier) -> None:
    all_denied = [spoken(PROBE, "not", cousin) for cousin in COUSINS]
    assert one(identifier, PROBE, *all_denied).cousin is None


def test_told_it_is_a_stranger(identifier: Identifier) -> None:
    identity = one(identifier, PROBE, spoken(PROBE, "stranger"))
    assert (identity.cousin, identity.confidence, identity.is_face) == (None, 1.0, True)


def test_told_it_is_no_face(identifier: Identifier) -> None:
    identity = one(identifier, PROBE, spoken(PROBE, "not_a_face"))
    assert (identity.cousin, identity.is_face) == (None, False)


def test_the_later_word_stands(identifier: Identifier) -> None:
    said = [spoken(PROBE, "is", "ada"), spoken(PROBE, "stranger"), spoken(PROBE, "is", "cleo")]
    assert one(identifier, PROBE, *said).cousin == "cleo"
    assert one(identifier, PROBE, *said[:2]).cousin is None
    assert one(identifier, PROBE, said[1], said[0]).cousin == "ada"


def test_a_newcomer_is_known_from_one_photo(identifier: Identifier) -> None:
    first, second = near(5, 15), near(5, 16)
    assert one(identifier, second).cousin is None
    identity = one(identifier, second, spoken(first, "is", "dora"))
    assert identity.cousin == "dora"
    assert identity.confidence > 0.9
    assert sum(c.probability for c in identity.candidates) == pytest.approx(1, abs=1e-5)
    # and nobody else is taken for the newcomer
    assert one(identifier, PROBE, spoken(first, "is", "dora")).cousin == "bob"
    assert one(identifier, STRANGER, spoken(first, "is", "dora")).cousin is None


def test_two_newcomers(identifier: Identifier) -> None:
    said = [spoken(near(5, 15), "is", "dora"), spoken(near(4, 16), "is", "emil")]
    assert one(identifier, near(5, 17), *said).cousin == "dora"
    assert one(identifier, near(4, 17), *said).cousin == "emil"
    assert {c.cousin for c in one(identifier, PROBE, *said).candidates} == {*COUSINS, "dora", "emil"}


def test_a_stranger_once_told_is_known_again_as_one(identifier: Identifier) -> None:
    """Another photo of a look-alike who was said to be a stranger."""
    look_alike = unit(0.88 * AXES[1] + 0.475 * AXES[4])
    again = unit(look_alike + 0.12 * AXES[20])
    assert one(identifier, again).cousin == "bob"
    assert one(identifier, again, spoken(look_alike, "stranger")).cousin is None
    assert one(identifier, PROBE, spoken(look_alike, "stranger")).cousin == "bob"


@pytest.mark.parametrize(
    "said",
    [
        spoken(PROBE, "is", "ada"),
        spoken(PROBE, "not", "bob"),
        spoken(PROBE, "stranger"),
        spoken(PROBE, "not_a_face"),
    ],
    ids=lambda said: str(said.statement.says),
)
def test_a_word_about_one_photo_does_not_capture_others(identifier: Identifier, said: StatedFace) -> None:
    for other in (near(1, 16), near(1, 3), near(0, 17), near(2, 17)):
        (expected,) = identifier.identify(other[None])
        identity = one(identifier, other, said)
        assert identity.cousin == expected.cousin
        assert identity.is_face


def test_the_same_photo_sent_again_at_lower_quality(identifier: Identifier) -> None:
    again = unit(PROBE + 0.1 * AXES[20])
    assert float(again @ PROBE) > SAME_PICTURE
    assert one(identifier, again, spoken(PROBE, "is", "ada")).cousin == "ada"


def test_a_photo_that_is_nearer_to_one_in_the_gallery_is_that_one(identifier: Identifier) -> None:
    of_gallery = near(1, 3)
    corrected = unit(of_gallery + 0.1 * AXES[20])  # a near-duplicate of a gallery photo
    assert one(identifier, corrected, spoken(corrected, "is", "ada")).cousin == "ada"
    assert one(identifier, of_gallery, spoken(corrected, "is", "ada")).cousin == "bob"


@pytest.mark.parametrize("seed", range(20))
def test_a_word_about_a_photo_of_the_library_itself_counts(identifier: Identifier, seed: int) -> None:
    """Its label in the folder was wrong: the photo lies in the gallery, and rounding must not decide."""
    trembling = np.random.default_rng(seed).normal(0, 3e-7, SIZE).astype(np.float32)
    assert one(identifier, near(1, 3), spoken(near(1, 3) + trembling, "is", "ada")).cousin == "ada"


def test_two_faces_told_to_be_the_same_are_named_once(identifier: Identifier) -> None:
    faces = np.stack([PROBE, STRANGER])
    memory = Memory([spoken(PROBE, "is", "ada"), spoken(STRANGER, "is", "ada")])
    names = [identity.cousin for identity in identifier.identify(faces, memory)]
    assert sorted(names, key=str) == [None, "ada"]


# --- memory


def test_an_empty_memory_knows_nothing() -> None:
    memory = Memory()
    assert memory.of_same_picture(PROBE, {}) == []
    assert after(memory.faces).nearest_stranger(PROBE[None]) == [-1.0]
    assert memory.faces == ()


def test_memory_by_what_was_said() -> None:
    faces = [spoken(near(5, 15), "is", "dora"), spoken(STRANGER, "stranger"), spoken(PROBE, "not", "bob")]
    memory = Memory(iter(faces))
    assert list(memory.faces) == faces
    assert after(faces).nearest_stranger(STRANGER[None])[0] == pytest.approx(1, abs=1e-5)
    assert after(faces).nearest_stranger(PROBE[None])[0] == pytest.approx(float(STRANGER @ PROBE), abs=1e-5)
    assert memory.of_same_picture(PROBE, {}) == [faces[2].statement]


def test_the_threshold_says_known_and_the_head_says_who() -> None:
    probabilities = np.array([[0.36, 0.62, 0.02], [0.36, 0.62, 0.02]], np.float32)
    similarities = np.array([[0.97, 0.93, 0.80], [0.94, 0.93, 0.80]], np.float32)

    allowed = nameable(probabilities, similarities, 0.95)

    assert allowed.tolist() == [[True, True, False], [False, False, False]]
    assert assign(probabilities, allowed) == [1, None]


# --- what statements do to gallery and head


def test_a_picture_counts_once() -> None:
    """Confirmed twice, or trained on since it was corrected: three copies would be the nearest three."""
    taught = after([spoken(near(1, 1), "is", "bob"), *[spoken(PROBE, "is", "bob")] * 3])
    assert taught.gained_by == ("bob",)
    assert taught.gallery.labels.tolist() == [0, 1, 1]


@pytest.mark.parametrize(
    ("said", "left"),
    [
        (spoken(near(1, 1), "is", "ada"), [0, 0]),
        (spoken(near(1, 1), "not", "bob"), [0]),
        (spoken(near(1, 1), "not", "ada"), [0, 1]),
        (spoken(near(1, 1), "stranger"), [0]),
        (spoken(near(1, 1), "not_a_face"), [0]),
    ],
    ids=lambda value: str(getattr(getattr(value, "statement", None), "says", "")),
)
def test_a_word_about_a_photo_in_the_gallery_moves_it(said: StatedFace, left: list[int]) -> None:
    """A photo that lay in the wrong folder names nobody any more."""
    assert after([said]).gallery.labels.tolist() == left


def test_of_two_words_about_one_picture_the_later_stands() -> None:
    both = [spoken(PROBE, "is", "ada"), spoken(PROBE, "is", "dora")]
    assert after(both).gallery.cousins == (*COUSINS, "dora")
    assert after([*both, spoken(PROBE, "stranger")]).gallery.labels.tolist() == [0, 1]


def test_a_gallery_may_be_talked_out_of_its_last_photo(identifier: Identifier) -> None:
    said = [spoken(near(person, 3 * person + photo), "stranger") for person in range(3) for photo in range(3)]
    assert one(identifier, PROBE, *said).cousin is None


def test_the_head_follows_corrections_at_once(identifier: Identifier) -> None:
    """In a light that made Bob look like Ada: three photos put right, and the fourth is."""
    in_that_light = [unit(0.75 * AXES[0] + 0.6 * AXES[1] + 0.25 * AXES[15 + photo]) for photo in range(4)]
    identifier.threshold = 0.5
    assert one(identifier, in_that_light[3]).cousin == "ada"
    said = [spoken(face, "is", "bob") for face in in_that_light[:3]]
    assert one(identifier, in_that_light[3], *said).cousin == "bob"
    assert one(identifier, near(0, 17), *said).cousin == "ada"
    assert one(identifier, in_that_light[3]).cousin == "ada"  # statements taken back leave nothing behind


def test_who_joins_with_few_photos_is_measured_by_a_limit_for_few(identifier: Identifier) -> None:
    face, again = near(5, 15), near(5, 16, 0.82)
    assert float(face @ again) < 0.8
    said = spoken(face, "is", "dora")
    assert one(identifier, again, said).cousin is None
    allowing = Identifier(
        COUSINS,
        identifier._head,
        identifier._gallery.faces,
        identifier._gallery.labels,
        threshold=0.8,
        slope=40.0,
        temperature=1.0,
        allowances=Allowances((1, 3), (0.05, 0.0)),
    )
    assert one(allowing, again, said).cousin == "dora"


@pytest.mark.parametrize(("lead", "name"), [(0.01, "bob"), (0.03, None)])
def test_a_stranger_must_lead_clearly(identifier: Identifier, lead: float, name: str | None) -> None:
    """The one cosine to a stranger's photo is luckier than the mean of three to a cousin's."""
    cosine = float(identifier.similarities(PROBE[None])[0, 1]) + lead
    stranger = cosine * PROBE + np.sqrt(1 - cosine**2) * AXES[23]
    assert one(identifier, PROBE, spoken(stranger, "stranger")).cousin == name


def test_who_was_not_born_yet_is_neither_named_nor_a_candidate(identifier: Identifier) -> None:
    ada = near(0, 16)
    (before,) = identifier.identify(ada[None])
    assert before.cousin == "ada"
    (after,) = identifier.identify(ada[None], unborn=[{"ada", "zoe"}])
    assert after.cousin is None
    assert [candidate.cousin for candidate in after.candidates] in (["bob", "cleo"], ["cleo", "bob"])
    assert sum(candidate.probability for candidate in after.candidates) == pytest.approx(1)
    assert after.similarity < before.similarity
    assert after.runners_up == ()
    (nobody,) = identifier.identify(ada[None], unborn=[set(COUSINS)])
    assert (nobody.cousin, nobody.candidates) == (None, ())


def test_a_name_goes_to_who_was_there_when_the_photo_was_taken(identifier: Identifier) -> None:
    """A baby's photo is like a brother's, too."""
    like_both = unit((AXES[0] * 1.05 + AXES[1])[None])
    threshold = float(identifier.similarities(like_both).max()) - 0.1
    identifier.threshold = threshold
    assert [one.cousin for one in identifier.identify(like_both)] == ["ada"]
    assert [one.cousin for one in identifier.identify(like_both, unborn=[{"ada"}])] == ["bob"]
    # Each photo of a batch has its own year.
    both = identifier.identify(np.repeat(like_both, 2, 0), photos=np.array([0, 1]), unborn=[{"ada"}, ()])
    assert [one.cousin for one in both] == ["bob", "ada"]


def test_what_people_say_counts_more_than_a_cameras_clock(identifier: Identifier) -> None:
    ada = near(0, 16)
    (after,) = identifier.identify(ada[None], Memory([stated(ada, "is", "ada")]), unborn=[{"ada"}])
    assert (after.cousin, after.confidence) == ("ada", 1.0)
    assert after.candidates[0].cousin == "ada"
