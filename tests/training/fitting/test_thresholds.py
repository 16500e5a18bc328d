import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.special import softmax

from inference.embedding.embedder import Features
from inference.naming.gallery import NO_ALLOWANCES, Allowances, gallery_similarities, unit
from inference.naming.heads import Calibration
from models.cosines import Strangers
from training.fitting.thresholds import (
    UNTAUGHT,
    _evenly_chosen,
    fit_allowances,
    fit_calibration,
    fit_threshold,
    held_out_similarities,
)
from training.hyperparameters import DEFAULTS

Floats = NDArray[np.float32]


def family(people: int = 5, photos: int = 20, noise: float = 0.05, seed: int = 0) -> tuple[Floats, NDArray[np.int64]]:
    """Features around one point a person, of any length."""
    rng = np.random.default_rng(seed)
    middles = unit(rng.normal(size=(people, 64)).astype(np.float32))
    labels = np.repeat(np.arange(people), photos)
    features = middles[labels] + noise * rng.normal(size=(len(labels), 64))
    return (features * rng.uniform(1, 9, (len(labels), 1))).astype(np.float32), labels


def same(features: Floats) -> Features:
    """Seen as thoroughly when asked about as when learned from."""
    return Features(features, features)


def test_people_who_are_far_apart_are_kept_apart() -> None:
    features, labels = family()
    fitted = fit_threshold(same(features), labels, np.arange(len(labels)))
    assert fitted.strangers.max() < fitted.known.min()
    # Far from the cousins' own photos, and so from the left-out ones.
    assert fitted.strangers.max() < fitted.borders.named
    assert (fitted.known >= fitted.borders.named).mean() == pytest.approx(1 - DEFAULTS.false_refusals, abs=0.011)
    assert fitted.look_alikes_refused == 1
    assert fitted.borders.slope > 10


def test_as_many_look_alikes_pass_as_was_asked() -> None:
    features, labels = family(noise=0.2)
    fitted = fit_threshold(same(features), labels, np.arange(len(labels)))
    assert (fitted.strangers >= fitted.borders.named).mean() == pytest.approx(DEFAULTS.false_accepts, abs=0.011)
    assert DEFAULTS.false_refusals < (fitted.known < fitted.borders.named).mean() < DEFAULTS.most_refusals


def test_look_alikes_cost_no_more_of_the_known_than_was_meant() -> None:
    features, labels = family(noise=0.5)
    fitted = fit_threshold(same(features), labels, np.arange(len(labels)))
    assert (fitted.known < fitted.borders.named).mean() == pytest.approx(DEFAULTS.most_refusals, abs=0.011)
    assert (fitted.strangers >= fitted.borders.named).mean() > DEFAULTS.false_accepts
    easy, labels = family()
    # And one can be less sure.
    assert fitted.borders.slope < fit_threshold(same(easy), labels, np.arange(100)).borders.slope


def test_the_limit_is_for_faces_seen_as_guests_photos_are() -> None:
    """Those are seen less thoroughly than the gallery, and lie further off: the limit must be lower for it."""
    features, labels = family(noise=0.3)
    probes = features + 1.0 * np.random.default_rng(1).standard_normal(features.shape).astype(np.float32)
    alike = fit_threshold(same(features), labels, np.arange(len(labels)))
    apart = fit_threshold(Features(features, probes), labels, np.arange(len(labels)))
    assert apart.borders.named < alike.borders.named
    refused = (alike.known < alike.borders.named).mean()
    assert (apart.known < apart.borders.named).mean() == pytest.approx(refused, abs=0.06)


def test_a_burst_does_not_vouch_for_itself() -> None:
    """Twenty copies of one photo: as near-duplicates they are no evidence of how alike a person's photos are."""
    features, labels = family(photos=5, noise=0.3)
    features, labels = np.repeat(features, 4, axis=0), np.repeat(labels, 4)
    bursts = np.arange(len(labels)) // 4
    honest = held_out_similarities(same(features), labels, bursts)[np.arange(len(labels)), labels]
    fooled = held_out_similarities(same(features), labels, np.arange(len(labels)))[np.arange(len(labels)), labels]
    assert fooled.min() > 0.999
    assert honest.max() < 0.9


def strangers_reach(similarity: float, fewer: float = 0.01) -> Strangers:
    """Whatever the family: that similarity is what 1 % of strangers exceed."""
    return Strangers(((1, similarity),), 0.0, fewer)


def test_where_nothing_is_known_of_strangers_nothing_is_asked() -> None:
    features, labels = family(noise=0.21)
    fitted = fit_threshold(same(features), labels, np.arange(len(labels)))
    assert fitted.borders.asked == fitted.borders.named


def test_a_name_is_said_from_where_few_strangers_come_and_asked_about_from_where_some_do() -> None:
    features, labels = family()
    unknown = fit_threshold(same(features), labels, np.arange(100))
    high = fit_threshold(same(features), labels, np.arange(100), strangers=strangers_reach(0.98))
    assert high.borders.asked == 0.98  # never lower than the network says
    assert high.borders.named == pytest.approx(0.99)
    low = fit_threshold(same(features), labels, np.arange(100), strangers=strangers_reach(0.1))
    assert 0.1 < low.borders.asked < low.known.min()  # nobody's own photos lie so far off as that
    # What two cousins who are not at all alike say of strangers is nothing; the network's own table knows better.
    assert low.borders.named < unknown.borders.named
    assert low.borders.slope == pytest.approx(unknown.borders.slope)


def test_look_alikes_raise_what_is_said_and_not_what_is_asked() -> None:
    features, labels = family(noise=0.21)
    fitted = fit_threshold(same(features), labels, np.arange(100), strangers=strangers_reach(0.2))
    assert (fitted.strangers >= fitted.borders.named).mean() == pytest.approx(DEFAULTS.false_accepts, abs=0.011)
    assert fitted.borders.asked == 0.2 < fitted.borders.named
    harder, labels = family(noise=0.5)
    asked_about = fit_threshold(same(harder), labels, np.arange(100), strangers=strangers_reach(-0.5))
    assert (asked_about.known < asked_about.borders.named).mean() == pytest.approx(DEFAULTS.most_refusals, abs=0.011)


def test_the_table_is_asked_for_as_large_a_family_as_it_is() -> None:
    table = Strangers(((1, 0.5), (20, 0.6), (100, 0.7)), 0.05, 0.02)
    five, ten = (
        fit_threshold(same(features), labels, np.arange(len(labels)), strangers=table).borders.asked
        for features, labels in (family(people=5, noise=0.5), family(people=10, noise=0.5))
    )
    assert five == table.reached_by_one_percent(20, 5)
    assert ten == table.reached_by_one_percent(20, 10) == pytest.approx(five + 0.05)
    few_each, labels = family(photos=3, noise=0.5)
    assert fit_threshold(same(few_each), labels, np.arange(15), strangers=table).borders.asked == pytest.approx(
        table.reached_by_one_percent(3, 5)
    )


def test_the_more_photos_the_nearer_others_come() -> None:
    features, labels = family(noise=0.3, photos=30)
    allowances = fit_allowances(same(features), labels)
    few, more, many = allowances.of(np.array([7, 14, 30]))
    assert few > more > many == 0
    assert allowances.of(np.array([1])) > 0
    assert allowances.of(np.array([500])) == 0


def test_with_allowances_as_many_others_pass_for_one_who_has_few_photos() -> None:
    """Without, somebody new was held to the limit of those with thirty photos, and hardly ever named."""
    features, labels = family(people=8, noise=0.3, photos=40)
    embeddings = unit(features)
    allowances = fit_allowances(same(embeddings[labels < 7]), labels[labels < 7])
    newcomer, others = embeddings[labels == 7], embeddings[labels < 7]

    def reached(photos: int, faces: Floats, given: Allowances) -> Floats:
        gallery, one = newcomer[:photos], np.zeros(photos, np.int64)
        return gallery_similarities(faces, gallery, one, 1, given)[:, 0]

    limit = np.quantile(reached(30, others, allowances), 0.98)
    for photos in (1, 3):
        assert (reached(photos, others, allowances) >= limit).mean() == pytest.approx(0.02, abs=0.02)
        known = (reached(photos, newcomer[30:], allowances) >= limit).mean()
        assert known > (reached(photos, newcomer[30:], NO_ALLOWANCES) >= limit).mean()


def test_held_out_similarity_of_one_who_has_no_other_photo() -> None:
    features, labels = family(people=3, photos=1)
    similarities = held_out_similarities(same(features), labels, np.arange(3))
    assert (np.diag(similarities) == -1).all()


def test_one_photo_of_each_is_enough_for_a_threshold() -> None:
    features, labels = family(people=6, photos=1)
    fitted = fit_threshold(same(features), labels, np.arange(6))
    assert fitted.strangers.min() <= fitted.borders.named <= 1
    assert np.isfinite(fitted.borders.slope)
    assert fitted.borders.slope == 1  # there is nothing to fit it on


def test_who_has_no_other_photo_is_like_nobody_whatever_few_photos_are_allowed() -> None:
    features, labels = family(people=3, photos=4)
    day = np.where(labels == 0, 0, np.arange(len(labels)))  # all of the first one's are of one day
    allowances = Allowances((1, 3), (0.3, 0.1))
    found = held_out_similarities(same(features), labels, day, allowances)
    assert found[labels == 0, 0].tolist() == [-1] * 4
    bare = held_out_similarities(same(features), labels, day)
    np.testing.assert_allclose(found[labels == 1, 1], bare[labels == 1, 1] + 0.1, rtol=1e-5)


def test_the_threshold_is_fitted_with_what_few_photos_are_allowed() -> None:
    features, labels = family(people=6, photos=12, noise=0.3)
    kept = np.concatenate([np.arange(60), np.arange(60, 63)])  # three photos of the last one
    few, names = features[kept], labels[kept]
    groups = np.arange(len(names))
    fitted = fit_threshold(same(few), names, groups)
    assert any(value > 0 for value in fitted.allowances.values)
    expected = held_out_similarities(same(few), names, groups, fitted.allowances)
    np.testing.assert_allclose(fitted.known, expected[groups, names], rtol=1e-5)


def test_two_cousins_are_enough_to_know_a_size() -> None:
    features, labels = family(people=3, photos=10)
    kept = np.flatnonzero((labels < 2) | (np.arange(30) < 22))  # two photos of the third
    few, names = features[kept], labels[kept]
    assert fit_allowances(same(few), names).sizes == (1, 2, 3, 4, 5, 7, 10)
    alone = np.flatnonzero((labels < 1) | np.isin(np.arange(30), [10, 11, 20, 21]))  # ten of one, two of the others
    assert fit_allowances(same(features[alone]), labels[alone]).sizes == (1, 2)


def overconfident(taught: int = 500) -> tuple[Floats, NDArray[np.int64]]:
    """Logits whose probabilities would be right, three times too large."""
    rng = np.random.default_rng(0)
    logits = rng.normal(0, 2, (taught, 5))
    labels = np.array([rng.choice(5, p=softmax(row)) for row in logits])
    return (3 * logits).astype(np.float32), labels


def test_the_temperature_undoes_overconfidence() -> None:
    logits, labels = overconfident()
    for scale in (1.0, 1 / 9):
        fitted = fit_calibration((logits * scale).astype(np.float32), labels, 12.0)
        assert fitted.temperature == pytest.approx(3 * scale, rel=0.2)
        assert fitted.uniform < 0.05
        assert fitted.nearest == 12.0


def mislabelled(share: float, faces: int = 2000) -> tuple[Floats, NDArray[np.int64]]:
    """Scores that are right of every face, of which so many have another's label."""
    rng = np.random.default_rng(1)
    truth = np.arange(faces) % 5
    labels = np.where(rng.random(faces) < share, rng.integers(0, 5, faces), truth)
    return (np.eye(5)[truth] * 9 + rng.normal(0, 1, (faces, 5))).astype(np.float32), labels


def test_wrong_labels_are_no_reason_to_doubt_all_faces_more() -> None:
    """The uniform share takes them up, about as large as they are many; a temperature alone would have to."""
    scores, labels = mislabelled(0.1)
    fitted = fit_calibration(scores, labels, 0.0)
    assert fitted.uniform == pytest.approx(0.1, abs=0.03)
    clean = fit_calibration(*mislabelled(0.0), 0.0)
    assert clean.uniform < 0.01
    assert fitted.temperature < 3
    confidence = fitted.probabilities(scores).max(1)
    right = scores.argmax(1) == labels
    assert confidence.mean() == pytest.approx(right.mean(), abs=0.02)
    assert confidence.max() <= 1 - 0.8 * fitted.uniform + 1e-6


def test_there_is_an_end_to_how_many_labels_may_be_wrong() -> None:
    assert fit_calibration(*mislabelled(0.7), 0.0).uniform <= 0.2


def test_whom_the_head_was_not_taught_says_nothing_of_the_temperature() -> None:
    logits, labels = overconfident()
    expected = fit_calibration(logits, labels, 0.0)
    untaught = logits[:50].copy()
    untaught[np.arange(50), labels[:50]] = UNTAUGHT
    together = fit_calibration(np.concatenate([logits, untaught]), np.concatenate([labels, labels[:50]]), 0.0)
    assert together.temperature == pytest.approx(expected.temperature, rel=1e-3)
    assert together.uniform == pytest.approx(expected.uniform, abs=1e-3)


def test_no_certainty_from_few_photos_all_right() -> None:
    """Ten of ten right does not mean always right."""
    labels = np.arange(10) % 5
    scores = (np.eye(5)[labels] * 2).astype(np.float32)
    assert 0.8 < fit_calibration(scores, labels, 0.0).probabilities(scores).max() < 0.9999


def test_of_a_large_family_the_galleries_of_some_are_tried() -> None:
    features, labels = family(people=12, noise=0.3, photos=40)
    everybody = fit_threshold(same(features), labels, np.arange(len(labels)))
    some = fit_threshold(same(features), labels, np.arange(len(labels)), crowd=6)
    assert len(everybody.known) == len(some.known) == 480
    assert some.borders.named == pytest.approx(everybody.borders.named, abs=0.02)
    assert some.allowances.values == pytest.approx(everybody.allowances.values, abs=0.03)
    assert some.allowances.values != everybody.allowances.values


def test_those_are_chosen_evenly_from_the_first_to_the_last() -> None:
    cousins = np.arange(10, 110)
    chosen = _evenly_chosen(cousins, 20)
    assert len(chosen) == 20
    assert (chosen[0], chosen[-1]) == (10, 109)
    assert set(np.diff(chosen)) <= {5, 6}
    assert chosen.dtype == cousins.dtype
    np.testing.assert_array_equal(_evenly_chosen(cousins[:20], 20), cousins[:20])


def test_a_temperature_flattens_the_probabilities() -> None:
    scores = np.array([[2.0, 0.0], [0.0, 4.0]], np.float32)
    found = Calibration(temperature=2.0).probabilities(scores)
    odds = np.e ** np.array([1.0, 2.0])
    np.testing.assert_allclose(found[[0, 1], [0, 1]], odds / (odds + 1), rtol=1e-5)
    np.testing.assert_allclose(found.sum(1), 1, rtol=1e-6)
    assert found.dtype == np.float32
    mixed = Calibration(temperature=2.0, uniform=0.1).probabilities(scores)
    np.testing.assert_allclose(mixed, 0.9 * found + 0.05, rtol=1e-5)


@pytest.mark.parametrize(("faces", "wrong"), [(6, 0), (40, 3), (40, 12)])
def test_it_is_the_likeliest_with_one_more_wrong(faces: int, wrong: int) -> None:
    """Against the definition, tried one after the other."""
    labels = np.arange(faces) % 4
    named = np.where(np.arange(faces) < wrong, (labels + 1) % 4, labels)
    scores = (np.eye(4)[named] * 3 + np.random.default_rng(0).normal(size=(faces, 4)) * 0.3).astype(np.float32)

    def loss(temperature: float, uniform: float) -> float:
        doubt = 1 / (faces + 2)
        chances = np.log((1 - uniform) * softmax(scores / temperature, axis=1) + uniform / 4)
        each = [
            (1 - doubt) * row[label] + doubt * np.mean([row[other] for other in range(4) if other != label])
            for row, label in zip(chances, labels, strict=True)
        ]
        return -float(np.mean(each))

    fitted = fit_calibration(scores, labels, 0.0)
    tried = [
        loss(temperature, uniform) for temperature in np.geomspace(0.05, 20, 200) for uniform in (0, 0.05, 0.1, 0.2)
    ]
    assert loss(fitted.temperature, fitted.uniform) <= min(tried) + 1e-5
    assert 0 <= fitted.uniform <= 0.2


def test_where_all_photos_are_alike_nothing_is_asked_far_from_them() -> None:
    """As of a drawn family: strangers come nearer than people do, but not as near as the cousins' own photos lie."""
    features, labels = family(noise=0.02)
    near = Strangers(((1, 0.1), (100, 0.1)), 0.0, 0.01)
    fitted = fit_threshold(same(features), labels, np.arange(len(labels)), strangers=near)
    farthest = fitted.known.mean() - DEFAULTS.farthest_own * fitted.known.std()
    assert fitted.borders.asked == pytest.approx(farthest, abs=1e-4)
    assert 0.1 < fitted.borders.asked < fitted.known.min()
    assert fitted.borders.named >= fitted.borders.asked
