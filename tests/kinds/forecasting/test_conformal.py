"""Conformal intervals: split ones cover exchangeable errors, adaptive ones follow errors that grow."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rnnlab.kinds.forecasting.adaptive import RATE, adapted, alike
from rnnlab.kinds.forecasting.conformal import Conformal, Scores, pairs_of

LEVELS = (0.025, 0.1, 0.5, 0.9, 0.975)


def rows(number: int, size: float = 1.0, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Labels and point forecasts (N, 3, 2) of errors of this size."""
    rng = np.random.default_rng(seed)
    predicted = rng.normal(size=(number, 3, 2))
    return predicted + size * rng.normal(size=predicted.shape), predicted


def covered(label: np.ndarray, quantiles: np.ndarray, pair: tuple[int, int]) -> float:
    return float(((quantiles[..., pair[0]] <= label) & (label <= quantiles[..., pair[1]])).mean())


def test_pairs_are_of_levels_that_mirror_each_other() -> None:
    assert pairs_of(LEVELS) == [(0, 4), (1, 3)]
    assert pairs_of((0.1, 0.5, 0.8)) == []


def test_a_margin_is_the_score_of_its_rank() -> None:
    label = np.arange(1.0, 20)[:, None, None]  # errors 1 to 19 of a forecast of 0
    scores = Scores.of(LEVELS, label, np.zeros_like(label), None)
    margins = scores.conformal("split").margins.ravel()
    assert margins.tolist() == [19, 16]  # ranks of 20 * 0.95 and 20 * 0.8
    few = Scores.of(LEVELS, label[:3], np.zeros((3, 1, 1)), None)
    assert few.conformal("split").margins.ravel().tolist() == [
        3,
        3,
    ]  # the largest, where more would be needed


@pytest.mark.parametrize(
    "quantiles", [None, np.array([-0.3, -0.2, 0, 0.2, 0.3]), np.array([-9.0, -8, 0, 8, 9])]
)
def test_split_covers_new_rows_of_the_same_kind(quantiles: np.ndarray | None) -> None:
    label, predicted = rows(2000)
    told = None if quantiles is None else predicted[..., None] + quantiles
    found = Scores.of(LEVELS, label[:1000], predicted[:1000], None if told is None else told[:1000])
    whole = found.conformal("split").apply(predicted[1000:], None if told is None else told[1000:])
    assert covered(label[1000:], whole, (0, 4)) == pytest.approx(0.95, abs=0.015)
    assert covered(label[1000:], whole, (1, 3)) == pytest.approx(0.8, abs=0.02)
    assert (np.diff(whole, axis=-1) >= 0).all()


@given(st.integers(0, 1000))
@settings(max_examples=15, deadline=None)
def test_validation_is_covered_as_the_levels_say(seed: int) -> None:
    label, predicted = rows(100, seed=seed)
    label[:7, 1] = np.nan
    found = Scores.of(LEVELS, label, predicted, None).conformal("split").apply(predicted, None)
    for pair, level in (((0, 4), 0.95), ((1, 3), 0.8)):
        inside = (found[..., pair[0]] <= label) & (label <= found[..., pair[1]])
        each = inside.sum(0) / np.isfinite(label).sum(0)
        assert (each >= level - 1e-9).all()
        assert (each <= level + 0.03).all()


def test_saved_margins_are_the_same() -> None:
    label, predicted = rows(50)
    one = Scores.of(LEVELS, label, predicted, None).conformal("split")
    other = Conformal.from_json(json.loads(json.dumps(one.to_json())))
    assert np.array_equal(one.apply(predicted, None), other.apply(predicted, None))


def test_adaptive_covers_errors_that_grow_and_split_does_not() -> None:
    label, predicted = rows(300)
    later, told = rows(2000, size=1.5, seed=1)
    scores = Scores.of(LEVELS, label, predicted, None)
    series = np.repeat([0, 1], 1000)
    origins = np.tile(np.arange(1000), 2)
    found = adapted(scores, later, told, None, series, origins)
    plain = scores.conformal("split").apply(told, None)
    assert covered(later, plain, (1, 3)) < 0.67
    assert covered(later, found, (1, 3)) == pytest.approx(0.8, abs=0.015)
    assert covered(later, found, (0, 4)) > covered(later, plain, (0, 4)) + 0.04


def test_an_interval_counts_once_its_step_is_observed() -> None:
    """All values miss: the first origin's step h changes the level of step h at the first origin after it."""
    calm = np.linspace(-1, 1, 101)[:, None, None] * np.ones((1, 3, 1))
    scores = Scores.of((0.1, 0.9), calm, np.zeros_like(calm), None)
    label, predicted = np.full((6, 3, 1), 50.0), np.zeros((6, 3, 1))
    found = adapted(scores, label, predicted, None, np.zeros(6, int), np.arange(6) * 2)
    wide = found[..., 0, 1]  # (6, 3) upper ends
    times_missed = [[0, 0, 0], [1, 1, 0], [2, 2, 1], [3, 3, 2], [4, 4, 3], [5, 5, 4]]
    tails = 0.1 + RATE * (0.1 - 0.5) * np.array(times_missed)
    expected = scores.margins(np.moveaxis(tails[None, ..., None], 1, 1))[0, ..., 0]
    assert wide == pytest.approx(expected)


def test_adaptive_intervals_by_hand() -> None:
    """Scores 1 to 19 of a forecast of 0, 80 % intervals: a miss changes the tail by 0.02 (0.2 - 1) / 2, which
    is -0.008, a hit by 0.002. The margin has rank 20 (1 - 2 tail), rounded up.
    """
    label = np.arange(1.0, 20)[:, None, None]
    scores = Scores.of((0.1, 0.9), label, np.zeros_like(label), None)
    seen = [50.0, 0.0, 50.0, 50.0, 50.0, 0.0, -50.0, 50.0]
    tails = [0.1, 0.092, 0.094, 0.086, 0.078, 0.070, 0.072, 0.064]
    ranks = [16, 17, 17, 17, 17, 18, 18, 18]  # 20 (1 - 2 tail): 16, 16.32, 16.24, 16.56, 16.88, 17.2, ...
    found = adapted(
        scores,
        np.array(seen)[:, None, None],
        np.zeros((8, 1, 1)),
        None,
        np.zeros(8, int),
        np.arange(8),
    )
    assert [np.ceil(20 * (1 - 2 * tail)) for tail in tails] == ranks
    assert found[:, 0, 0].tolist() == [[-rank, rank] for rank in ranks]


def test_steps_after_the_last_have_its_margin() -> None:
    one = Conformal("split", (0.1, 0.9), np.array([[[1.0], [2.0]]]))
    assert [one.of_steps(number).margins.ravel().tolist() for number in (1, 4)] == [[1], [1, 2, 2, 2]]


def test_nothing_later_changes_an_interval() -> None:
    label, predicted = rows(40)
    scores = Scores.of(LEVELS, *rows(100, seed=3), None)
    other = label.copy()
    other[25:] = 1e6
    first, second = (
        adapted(scores, one, predicted, None, np.zeros(40, int), np.arange(40)) for one in (label, other)
    )
    assert np.array_equal(first[:26], second[:26])
    assert not np.array_equal(first[27:], second[27:])


def test_series_alike_are_taken_together() -> None:
    series, origins = np.array([1, 0, 1, 0, 2]), np.array([5, 20, 3, 22, 7])
    found = {times.tobytes(): rows.tolist() for rows, times in alike(series, origins)}
    assert found == {np.array([0, 2]).tobytes(): [[1, 3], [2, 0]], np.array([0]).tobytes(): [[4]]}


def test_missing_values_change_nothing() -> None:
    label, predicted = np.full((10, 2, 1), np.nan), np.zeros((10, 2, 1))
    scores = Scores.of((0.1, 0.9), np.ones((9, 2, 1)), np.zeros((9, 2, 1)), None)
    found = adapted(scores, label, predicted, None, np.zeros(10, int), np.arange(10))
    assert (found == found[0]).all()
