"""Names and strangers, and what people have said, over a small gallery in which every cosine is known."""

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis.strategies import floats, integers
from numpy.typing import NDArray

from foundation.face import Answer
from foundation.statement import Says
from inference.naming.gallery import NO_ALLOWANCES, Allowances, Gallery, gallery_similarities, unit
from inference.naming.genuine import GenuineScores
from inference.naming.heads import Calibration, CosineScores
from inference.naming.identifier import Borders, Identifier, Identity, answers, assign, nameable
from inference.naming.memory import Memory, StatedFace
from inference.naming.updated_gallery import UpdatedGallery, updated
from models.cosines import DLIB, UNKNOWN, Cosines
from tests.faces import stated

Floats = NDArray[np.float32]
COUSINS = ("ada", "bob", "cleo")
SIZE = 24
BORDERS = Borders(named=0.8, asked=0.8, slope=40.0)
SAME_PICTURE = UNKNOWN.same_picture
AXES = np.eye(SIZE, dtype=np.float32)
CERTAIN = Calibration()


def near(person: int, photo: int, closeness: float = 0.97) -> Floats:
    """A photo of a person: at that cosine to the person's axis, leaning to a side of its own."""
    side = AXES[6 + photo]
    return np.asarray(closeness * AXES[person] + np.sqrt(1 - closeness**2) * side, np.float32)


def knowing_three(
    borders: Borders = BORDERS,
    calibration: Calibration = CERTAIN,
    allowances: Allowances = NO_ALLOWANCES,
    cosines: Cosines = UNKNOWN,
) -> Identifier:
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
        borders=borders,
        calibration=calibration,
        allowances=allowances,
        cosines=cosines,
    )


@pytest.fixture
def identifier() -> Identifier:
    return knowing_three()


def gallery_of(*people: int) -> Gallery:
    return Gallery(COUSINS, np.stack([near(person, number) for number, person in enumerate(people)]), np.array(people))


def after(said: Sequence[StatedFace]) -> UpdatedGallery:
    gallery = gallery_of(0, 1)
    return updated(gallery, GenuineScores.of_gallery(gallery), said, SAME_PICTURE)


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


# --- probabilities


def test_a_higher_temperature_is_less_sure() -> None:
    cool, warm = (one(knowing_three(calibration=Calibration(temperature=value)), PROBE) for value in (1.0, 4.0))
    assert warm.candidates[0].cousin == cool.candidates[0].cousin == "bob"
    assert warm.confidence < cool.confidence


def test_some_of_the_probability_goes_to_all_alike() -> None:
    """Labels may be wrong: nobody is ever certain."""
    without, with_it = (one(knowing_three(calibration=Calibration(uniform=value)), PROBE) for value in (0.0, 0.15))
    for before, after in zip(without.candidates, with_it.candidates, strict=True):
        assert after.cousin == before.cousin
        assert after.probability == pytest.approx(0.85 * before.probability + 0.05, abs=1e-6)
    assert sum(candidate.probability for candidate in with_it.candidates) == pytest.approx(1, abs=1e-6)


def test_the_nearest_photo_speaks_for_itself() -> None:
    """One odd photo of Bob in Ada's colours pulls his direction hardly; whoever looks like it is Bob all the same."""
    odd = unit(AXES[0] + 1.4 * AXES[20])
    gallery = np.stack([near(0, 0), near(0, 1), near(0, 2), near(1, 3), near(1, 4), near(1, 5), odd, near(2, 7)])
    labels = np.array([0, 0, 0, 1, 1, 1, 1, 2])
    centre = gallery.mean(0)
    head = CosineScores(centre, np.stack([unit(gallery[labels == label] - centre).mean(0) for label in range(3)]), 12.0)
    again = unit(odd + 0.1 * AXES[21])
    named = [
        one(
            Identifier(COUSINS, head, gallery, labels, borders=BORDERS, calibration=Calibration(nearest=weight)), again
        ).candidates[0]
        for weight in (0.0, 12.0)
    ]
    assert [candidate.cousin for candidate in named] == ["ada", "bob"]
    assert named[1].probability > 0.9


def test_the_nearest_photo_is_by_cosine_from_the_centre_and_lowest_for_who_has_none() -> None:
    centre = np.array([0.2, 0.1, 0], np.float32)
    head = CosineScores(centre, np.eye(3, dtype=np.float32), 12.0)
    gallery = np.array([(1, 0, 0), (0, 2, 0), (0.6, 0.8, 0)], np.float32)
    probes = np.array([(3, 0, 0), (0, 0.5, 0.5)], np.float32)
    centred = unit(unit(gallery) - centre)
    expected = unit(unit(probes) - centre) @ centred.T
    nearest = head.nearest(probes, gallery, np.array([0, 1, 1]))
    np.testing.assert_allclose(nearest[:, 0], expected[:, 0], atol=1e-6)
    np.testing.assert_allclose(nearest[:, 1], expected[:, 1:].max(1), atol=1e-6)
    assert nearest[:, 2].tolist() == [-1, -1]


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
def lenient() -> Identifier:
    return knowing_three(Borders(0.5, 0.5, 40.0))


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


# --- named, maybe, either, nobody


@pytest.fixture
def asking() -> Identifier:
    """One that says names from .8 on, and asks from .6 on."""
    return knowing_three(Borders(named=0.8, asked=0.6, slope=40.0))


def at(person: int, similarity: float, photo: int = 15) -> Floats:
    """A photo so similar to a person's others, and to nobody else's."""
    return near(person, photo, similarity / 0.97)


@pytest.mark.parametrize(
    ("similarity", "answer"),
    [(0.9, "named"), (0.803, "named"), (0.797, "maybe"), (0.603, "maybe"), (0.597, "nobody"), (0.2, "nobody")],
)
def test_the_borders_say_how_it_is_answered(asking: Identifier, similarity: float, answer: Answer) -> None:
    identity = one(asking, at(1, similarity))
    assert identity.similarity == pytest.approx(similarity, abs=1e-3)
    assert identity.answer == answer
    assert identity.cousin == (None if answer == "nobody" else "bob")
    assert identity.candidates[0].cousin == "bob"  # whom it looks like most is told in any case
    assert identity.runners_up == ()


def test_nobody_is_as_sure_as_it_lies_below_where_it_would_be_asked(asking: Identifier) -> None:
    near_it, far = (one(asking, at(1, similarity)).confidence for similarity in (0.597, 0.3))
    assert near_it == pytest.approx(0.53, abs=0.02)
    assert far > 0.999


NEARER_TO_ADA = unit(AXES[0] + 0.8 * AXES[1])
"""Ada's head says Ada's; so similar to hers: .757, to Bob's: .606."""


def leaning(direction: int, similar: int, gallery_border: float) -> Identifier:
    """Somebody whom the head takes for one cousin, surely, and who is nearer to another's photos."""
    gallery = np.stack([near(person, 3 * person + photo) for person in range(3) for photo in range(3)])
    directions = np.eye(3, SIZE, dtype=np.float32)
    directions[[direction, similar]] = directions[[similar, direction]]
    head = CosineScores(np.zeros(SIZE, np.float32), directions, 30.0)
    borders = Borders(named=gallery_border, asked=0.5, slope=40.0)
    return Identifier(COUSINS, head, gallery, np.repeat(np.arange(3), 3), borders=borders, calibration=Calibration())


def test_a_name_is_said_only_where_that_very_cousin_is_as_near_as_that() -> None:
    """The head says Bob, and Ada's photos are at the border: nobody may be told that it is Bob for that."""
    by = leaning(0, 1, gallery_border=0.7)
    identity = one(by, NEARER_TO_ADA)
    assert (identity.cousin, identity.answer) == ("bob", "maybe")
    assert identity.similarity < 0.7 < float(NEARER_TO_ADA @ near(0, 0))
    lower = one(leaning(0, 1, gallery_border=0.55), NEARER_TO_ADA)
    assert (lower.cousin, lower.answer) == ("bob", "named")


def test_who_stands_in_for_a_cousin_that_another_face_took_is_only_asked_about() -> None:
    """Of two faces that look like Bob, one gets the next likely name, by the photo rather than by its own looks."""
    identifier = knowing_three(Borders(0.55, 0.5, 40.0))
    bob, other = near(1, 15, 0.99), unit(0.6 * AXES[0] + AXES[1])
    assert one(identifier, other).cousin == "bob"
    first, second = identifier.identify(np.stack([bob, other]))
    assert (first.cousin, first.answer) == ("bob", "named")
    assert second.cousin in (None, "ada")
    likely = Identifier(
        COUSINS,
        identifier._head,
        identifier._gallery.faces,
        identifier._gallery.labels,
        borders=Borders(0.4, 0.4, 40.0),
        calibration=Calibration(temperature=3.0),
    )
    first, second = likely.identify(np.stack([bob, other]))
    assert (first.cousin, first.answer) == ("bob", "named")
    assert second.similarity >= 0.4  # enough to be named, were it the likeliest
    assert (second.cousin, second.answer) == ("ada", "maybe")


def test_when_two_may_be_it_is_one_or_the_other_however_near(asking: Identifier) -> None:
    for borders in (Borders(0.5, 0.5, 40.0), Borders(0.9, 0.5, 40.0)):
        identity = one(knowing_three(borders), BETWEEN)
        assert (identity.cousin, identity.answer) == ("ada", "either")
        assert [other.cousin for other in identity.runners_up] == ["bob"]
    below = one(knowing_three(Borders(0.9, 0.8, 40.0)), BETWEEN)
    assert (below.cousin, below.answer, below.runners_up) == (None, "nobody", ())


def test_either_lists_the_likelier_others_first() -> None:
    flat = knowing_three(Borders(0.4, 0.4, 40.0), Calibration(temperature=9.0))
    identity = one(flat, unit(AXES[0] + 0.9 * AXES[2] + 0.8 * AXES[1]))
    assert (identity.cousin, identity.answer) == ("ada", "either")
    assert [other.cousin for other in identity.runners_up] == ["cleo", "bob"]
    assert identity.runners_up == identity.candidates[1:]
    assert identity.runners_up[0].probability > identity.runners_up[1].probability >= 0.15


def test_from_fifteen_of_a_hundred_on_another_may_be_it() -> None:
    half = knowing_three(Borders(0.5, 0.5, 40.0), Calibration(uniform=0.2))
    shares = {
        share: one(knowing_three(Borders(0.5, 0.5, 40.0), Calibration(uniform=share)), PROBE) for share in (0.42, 0.48)
    }
    assert one(half, PROBE).answer == "named"
    assert shares[0.42].answer == "named"  # a third of it for each of the others: .14
    assert shares[0.48].answer == "either"  # .16
    assert len(shares[0.48].runners_up) == 2


@pytest.mark.parametrize("similarity", [0.3, 0.7, 0.95])
def test_what_people_said_is_always_said(asking: Identifier, similarity: float) -> None:
    """However little the face looks like it, and however much like another."""
    for face in (at(1, similarity), BETWEEN, STRANGER):
        for cousin in ("bob", "cleo", "dora"):
            identity = one(asking, face, spoken(face, "is", cousin))
            assert (identity.cousin, identity.answer, identity.runners_up) == (cousin, "named", ())


@pytest.mark.parametrize("says", ["stranger", "not_a_face"])
def test_said_to_be_none_of_us_is_nobody(asking: Identifier, says: Says) -> None:
    identity = one(asking, PROBE, spoken(PROBE, says))
    assert (identity.cousin, identity.answer, identity.confidence) == (None, "nobody", 1.0)
    assert identity.runners_up == ()


def test_who_was_ruled_out_leaves_one_to_ask_about(asking: Identifier) -> None:
    """It was either, and somebody said who it is not: what is left is likelier, but no surer by its looks."""
    lenient = knowing_three(Borders(0.5, 0.5, 40.0))
    assert one(lenient, BETWEEN).answer == "either"
    not_bob = one(lenient, BETWEEN, spoken(BETWEEN, "not", "bob"))
    assert (not_bob.cousin, not_bob.answer, not_bob.runners_up) == ("ada", "named", ())
    not_ada = one(lenient, BETWEEN, spoken(BETWEEN, "not", "ada"))
    assert (not_ada.cousin, not_ada.answer, not_ada.runners_up) == ("bob", "maybe", ())  # Ada is still likelier


def test_who_is_named_beside_it_is_not_the_other_it_may_be() -> None:
    lenient = knowing_three(Borders(0.5, 0.5, 40.0))
    assert one(lenient, BETWEEN).answer == "either"
    first, second = lenient.identify(np.stack([BETWEEN, PROBE]))
    assert (first.cousin, first.answer, first.runners_up) == ("ada", "named", ())
    assert (second.cousin, second.answer) == ("bob", "named")
    apart = lenient.identify(np.stack([BETWEEN, PROBE]), photos=np.array([0, 1]))
    assert [identity.answer for identity in apart] == ["either", "named"]


def test_who_can_not_be_told_is_nobody_unless_people_said_it(asking: Identifier) -> None:
    faces, nothing_to_see = np.stack([PROBE, PROBE]), np.array([True, False])
    seen, not_seen = asking.identify(faces, tellable=nothing_to_see, photos=np.array([0, 1]))
    assert (seen.answer, not_seen.answer) == ("named", "nobody")
    memory = Memory([spoken(PROBE, "is", "ada")])
    told = asking.identify(faces[:1], memory, tellable=np.array([False]))
    assert [(identity.cousin, identity.answer) for identity in told] == [("ada", "named")]


def test_a_newcomer_is_asked_about_too(asking: Identifier) -> None:
    first = spoken(near(5, 15), "is", "dora")
    assert one(asking, near(5, 16, 0.9), first).answer == "named"
    maybe = one(asking, near(5, 16, 0.72), first)
    assert (maybe.cousin, maybe.answer) == ("dora", "maybe")
    assert one(asking, near(5, 16, 0.5), first).answer == "nobody"


@pytest.mark.parametrize(("lead", "answer"), [(0.1, "named"), (0.14, "nobody")])
def test_a_strangers_lead_is_as_wide_as_the_networks_cosines(lead: float, answer: Answer) -> None:
    """With a network whose faces lie six and a half times as far apart a lead of .02 is none."""
    wide = knowing_three(Borders(0.5, 0.4, 40.0), cosines=Cosines(same_picture=0.985, spread=6.5))
    face = at(1, 0.7)
    cosine = 0.7 + lead
    stranger = np.asarray(cosine * face + np.sqrt(1 - cosine**2) * AXES[23], np.float32)
    assert one(wide, face, spoken(stranger, "stranger")).answer == answer
    narrow = knowing_three(Borders(0.5, 0.4, 40.0), cosines=DLIB)
    assert one(narrow, face, spoken(stranger, "stranger")).answer == "nobody"


def test_one_picture_is_known_again_from_the_cosine_of_its_network() -> None:
    again = unit(PROBE + 0.3 * AXES[20])
    assert 0.93 < float(again @ PROBE) < 0.985
    told = spoken(PROBE, "is", "ada")
    assert one(knowing_three(), again, told).cousin == "bob"
    assert one(knowing_three(cosines=Cosines(same_picture=0.93)), again, told).cousin == "ada"


@given(seed=integers(0, 2**32 - 1), cousins=integers(1, 9), uniform=floats(0, 0.2))
def test_figures_are_of_the_answers_that_are_given(seed: int, cousins: int, uniform: float) -> None:
    """`answers` judges a version by what `identify` makes of the same faces, each alone in its photo."""
    rng = np.random.default_rng(seed)
    names = [f"cousin {number}" for number in range(cousins)]
    middles = unit(rng.normal(size=(cousins, SIZE)).astype(np.float32))
    labels = np.sort(np.concatenate([np.arange(cousins), rng.integers(0, cousins, 3 * cousins)]))
    gallery = unit(middles[labels] + rng.normal(0, 0.12, (len(labels), SIZE)).astype(np.float32))
    asked = rng.uniform(0.3, 0.9)
    borders = Borders(named=asked + rng.uniform(0, 0.1), asked=asked, slope=40.0)
    calibration = Calibration(nearest=rng.uniform(0, 12), temperature=rng.uniform(0.5, 4), uniform=uniform)
    allowances = Allowances((1, 4), (0.04, 0.0))
    centre = gallery.mean(0)
    means = [unit(gallery[labels == label] - centre).mean(0) for label in range(cousins)]
    head = CosineScores(centre, np.stack(means), 12.0)
    identifier = Identifier(
        names, head, gallery, labels, borders=borders, calibration=calibration, allowances=allowances
    )
    mixed = rng.dirichlet(np.full(cousins, 0.3), 40).astype(np.float32) @ middles
    probes = unit(mixed + rng.normal(0, 0.15, (40, SIZE)).astype(np.float32))

    identities = identifier.identify(probes, photos=np.arange(40))

    probabilities = calibration.probabilities(calibration.scores(head, probes, gallery, labels))
    similarities = gallery_similarities(probes, gallery, labels, cousins, allowances)
    assert [identity.answer for identity in identities] == answers(probabilities, similarities, borders).tolist()
    for identity, chances in zip(identities, probabilities, strict=True):
        if identity.cousin is not None:
            assert identity.cousin == names[int(chances.argmax())]


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
    assert memory.of_same_picture(PROBE, {}, SAME_PICTURE) == []
    assert after(memory.faces).nearest_stranger(PROBE[None]) == [-1.0]
    assert memory.faces == ()


def test_memory_by_what_was_said() -> None:
    faces = [spoken(near(5, 15), "is", "dora"), spoken(STRANGER, "stranger"), spoken(PROBE, "not", "bob")]
    memory = Memory(iter(faces))
    assert list(memory.faces) == faces
    assert after(faces).nearest_stranger(STRANGER[None])[0] == pytest.approx(1, abs=1e-5)
    assert after(faces).nearest_stranger(PROBE[None])[0] == pytest.approx(float(STRANGER @ PROBE), abs=1e-5)
    assert memory.of_same_picture(PROBE, {}, SAME_PICTURE) == [faces[2].statement]


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


def test_the_head_follows_corrections_at_once(lenient: Identifier) -> None:
    """In a light that made Bob look like Ada: three photos put right, and the fourth is."""
    in_that_light = [unit(0.75 * AXES[0] + 0.6 * AXES[1] + 0.25 * AXES[15 + photo]) for photo in range(4)]
    assert one(lenient, in_that_light[3]).cousin == "ada"
    said = [spoken(face, "is", "bob") for face in in_that_light[:3]]
    assert one(lenient, in_that_light[3], *said).cousin == "bob"
    assert one(lenient, near(0, 17), *said).cousin == "ada"
    assert one(lenient, in_that_light[3]).cousin == "ada"  # statements taken back leave nothing behind


def test_who_joins_with_few_photos_is_measured_by_a_limit_for_few(identifier: Identifier) -> None:
    face, again = near(5, 15), near(5, 16, 0.82)
    assert float(face @ again) < 0.8
    said = spoken(face, "is", "dora")
    assert one(identifier, again, said).cousin is None
    allowing = knowing_three(allowances=Allowances((1, 3), (0.05, 0.0)))
    assert one(allowing, again, said).cousin == "dora"


@pytest.mark.parametrize(("lead", "name"), [(0.01, "bob"), (0.03, None)])
def test_a_stranger_must_lead_clearly(identifier: Identifier, lead: float, name: str | None) -> None:
    """The one cosine to a stranger's photo is luckier than the mean of three to a cousin's."""
    cosine = one(identifier, PROBE).similarity + lead
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


def test_a_name_goes_to_who_was_there_when_the_photo_was_taken(lenient: Identifier) -> None:
    """A baby's photo is like a brother's, too."""
    like_both = unit((AXES[0] * 1.05 + AXES[1])[None])
    assert [one.cousin for one in lenient.identify(like_both)] == ["ada"]
    assert [one.cousin for one in lenient.identify(like_both, unborn=[{"ada"}])] == ["bob"]
    # Each photo of a batch has its own year.
    both = lenient.identify(np.repeat(like_both, 2, 0), photos=np.array([0, 1]), unborn=[{"ada"}, ()])
    assert [one.cousin for one in both] == ["bob", "ada"]


def test_what_people_say_counts_more_than_a_cameras_clock(identifier: Identifier) -> None:
    ada = near(0, 16)
    (after,) = identifier.identify(ada[None], Memory([stated(ada, "is", "ada")]), unborn=[{"ada"}])
    assert (after.cousin, after.confidence) == ("ada", 1.0)
    assert after.candidates[0].cousin == "ada"
