from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.special import softmax

from inference.embedding.embedder import Features
from inference.naming.gallery import NO_ALLOWANCES, Allowances, gallery_similarities, unit
from training.fitting.thresholds import (
    UNTAUGHT,
    _evenly_chosen,
    calibrated,
    fit_allowances,
    fit_temperature,
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
    assert fitted.strangers.max() < fitted.similarity  # far from the cousins' own photos, and so from the left-out ones
    assert (fitted.known >= fitted.similarity).mean() == pytest.approx(1 - DEFAULTS.false_refusals, abs=0.011)
    assert fitted.look_alikes_refused == 1
    assert fitted.slope > 10


def test_as_many_look_alikes_pass_as_was_asked() -> None:
    features, labels = family(noise=0.21)
    fitted = fit_threshold(same(features), labels, np.arange(len(labels)))
    assert (fitted.strangers >= fitted.similarity).mean() == pytest.approx(DEFAULTS.false_accepts, abs=0.011)
    assert DEFAULTS.false_refusals < (fitted.known < fitted.similarity).mean() < DEFAULTS.most_refusals


def test_look_alikes_cost_no_more_than_a_tenth_of_the_known() -> None:
    features, labels = family(noise=0.5)
    fitted = fit_threshold(same(features), labels, np.arange(len(labels)))
    assert (fitted.known < fitted.similarity).mean() == pytest.approx(DEFAULTS.most_refusals, abs=0.011)
    assert (fitted.strangers >= fitted.similarity).mean() > DEFAULTS.false_accepts
    easy, labels = family()
    assert fitted.slope < fit_threshold(same(easy), labels, np.arange(100)).slope  # and one can be less sure


def test_the_limit_is_for_faces_seen_as_guests_photos_are() -> None:
    """Those are seen less thoroughly than the gallery, and lie further off: the limit must be lower for it."""
    features, labels = family(noise=0.3)
    probes = features + 0.1 * np.random.default_rng(1).standard_normal(features.shape).astype(np.float32)
    alike = fit_threshold(same(features), labels, np.arange(len(labels)))
    apart = fit_threshold(Features(features, probes), labels, np.arange(len(labels)))
    assert apart.similarity < alike.similarity
    assert (apart.known < apart.similarity).mean() == pytest.approx((alike.known < alike.similarity).mean(), abs=0.06)


def test_a_burst_does_not_vouch_for_itself() -> None:
    """Twenty copies of one photo: as near-duplicates they are no evidence of how alike a person's photos are."""
    features, labels = family(photos=5, noise=0.3)
    features, labels = np.repeat(features, 4, axis=0), np.repeat(labels, 4)
    bursts = np.arange(len(labels)) // 4
    honest = held_out_similarities(same(features), labels, bursts)[np.arange(len(labels)), labels]
    fooled = held_out_similarities(same(features), labels, np.arange(len(labels)))[np.arange(len(labels)), labels]
    assert fooled.min() > 0.999
    assert honest.max() < 0.9


def test_it_is_never_lower_than_the_network_says() -> None:
    features, labels = family()
    assert fit_threshold(same(features), labels, np.arange(100), least=0.99).similarity == 0.99
    fitted = fit_threshold(same(features), labels, np.arange(100)).similarity
    assert fit_threshold(same(features), labels, np.arange(100), least=0.1).similarity == fitted


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
    assert fitted.strangers.min() <= fitted.similarity <= 1
    assert np.isfinite(fitted.slope)
    assert fitted.slope == 1  # there is nothing to fit it on


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
    assert fit_temperature(logits, labels) == pytest.approx(3, rel=0.2)
    assert fit_temperature((logits / 9).astype(np.float32), labels) == pytest.approx(1 / 3, rel=0.2)


def test_whom_the_head_was_not_taught_says_nothing_of_the_temperature() -> None:
    logits, labels = overconfident()
    expected = fit_temperature(logits, labels)
    untaught = logits[:50].copy()
    untaught[np.arange(50), labels[:50]] = UNTAUGHT
    together = fit_temperature(np.concatenate([logits, untaught]), np.concatenate([labels, labels[:50]]))
    assert together == pytest.approx(expected, rel=1e-3)


def test_no_certainty_from_few_photos_all_right() -> None:
    """Ten of ten right does not mean always right."""
    labels = np.arange(10) % 5
    logits = (np.eye(5)[labels] * 2).astype(np.float32)
    temperature = fit_temperature(logits, labels)
    assert 0.8 < softmax(logits / temperature, axis=1).max() < 0.9999


def test_of_a_large_family_the_galleries_of_some_are_tried() -> None:
    features, labels = family(people=12, noise=0.3, photos=40)
    everybody = fit_threshold(same(features), labels, np.arange(len(labels)))
    some = fit_threshold(same(features), labels, np.arange(len(labels)), crowd=6)
    assert len(everybody.known) == len(some.known) == 480
    assert some.similarity == pytest.approx(everybody.similarity, abs=0.02)
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
    logits: NDArray[Any] = np.array([[2.0, 0.0], [0.0, 4.0]])
    found = calibrated(logits, 2.0)
    odds = np.e ** np.array([1.0, 2.0])
    np.testing.assert_allclose(found[[0, 1], [0, 1]], odds / (odds + 1), rtol=1e-5)
    np.testing.assert_allclose(found.sum(1), 1, rtol=1e-6)
    assert found.dtype == np.float32


@pytest.mark.parametrize(("faces", "wrong"), [(6, 0), (40, 3), (40, 12)])
def test_the_temperature_is_the_likeliest_with_one_more_wrong(faces: int, wrong: int) -> None:
    """Against the definition, tried one temperature after the other."""
    labels = np.arange(faces) % 4
    named = np.where(np.arange(faces) < wrong, (labels + 1) % 4, labels)
    logits = (np.eye(4)[named] * 3 + np.random.default_rng(0).normal(size=(faces, 4)) * 0.3).astype(np.float32)

    def loss(temperature: float) -> float:
        doubt = 1 / (faces + 2)
        chances = np.log(softmax(logits / temperature, axis=1))
        each = [
            (1 - doubt) * row[label] + doubt * np.mean([row[other] for other in range(4) if other != label])
            for row, label in zip(chances, labels, strict=True)
        ]
        return -float(np.mean(each))

    tried = np.geomspace(0.05, 20, 2000)
    assert fit_temperature(logits, labels) == pytest.approx(min(tried, key=loss), rel=0.01)
