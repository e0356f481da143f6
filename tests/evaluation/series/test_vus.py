"""VUS-PR: equal to its definition in plain loops and to values of TSB-AD; its chance level; its edges."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rnnlab.evaluation.series.vus import range_auc_pr, vus_chance, vus_pr


def segments(labels):
    found, start = [], None
    for place, label in enumerate([*labels, 0]):
        if label and start is None:
            start = place
        if not label and start is not None:
            found.append((start, place - 1))
            start = None
    return found


def by_definition(labels, scores, window, thresholds=250):
    """The area with one buffer, point by point as the paper and the package define it."""
    n, own, half = len(labels), segments(labels), window // 2
    soft = [float(label) for label in labels]
    for start, end in own:
        for place in range(n):
            distance = max(place - end, start - place)
            if 0 < distance <= half:
                soft[place] += math.sqrt(1 - distance / window)
    soft = [min(value, 1.0) for value in soft]
    wide = [[max(own[0][0] - half, 0), None]]
    for (_, end), (start, _) in itertools.pairwise(own):
        if end + half < start - half:
            wide[-1][1] = end + half
            wide.append([start - half, None])
    wide[-1][1] = min(own[-1][1] + half, n - 1)
    ranked, area, before = sorted(scores, reverse=True), 0.0, 0.0
    for rank in np.linspace(0, n - 1, thresholds).astype(int):
        alarms = [score >= ranked[rank] for score in scores]
        hits = sum(value for value, alarm in zip(soft, alarms, strict=True) if alarm)
        near = sum(v for v, a, y in zip(soft, alarms, labels, strict=True) if a and not y)
        found = sum(any(alarms[start : end + 1]) for start, end in wide) / len(wide)
        recall = min(hits / (sum(labels) + near / 2), 1) * found
        area += (recall - before) * hits / sum(alarms)
        before = recall
    return area


CASES = st.integers(8, 60).flatmap(
    lambda n: st.tuples(
        st.lists(st.integers(0, 1), min_size=n, max_size=n).filter(any),
        st.lists(st.integers(-4, 4), min_size=n, max_size=n),
        st.integers(0, 9),
    )
)


@settings(max_examples=40, deadline=None)
@given(CASES)
def test_it_is_the_mean_of_areas_by_definition(case):
    labels, scores, window = np.array(case[0]), np.array(case[1], float), case[2]
    areas = [by_definition(case[0], case[1], one) for one in range(window + 1)]
    assert vus_pr(labels, scores, window) == pytest.approx(np.mean(areas), abs=1e-12)
    assert range_auc_pr(labels, scores, window) == pytest.approx(areas[-1], abs=1e-12)


def example():
    places = np.arange(200)
    labels = ((places >= 60) & (places < 80) | (places >= 150) & (places < 155)).astype(int)
    return labels, np.sin(places * 0.7) + labels * np.cos(places) * 2


@pytest.mark.parametrize(
    ("window", "expected"), [(0, 0.366096910958467), (10, 0.41554877419638), (47, 0.574999531368599)]
)
def test_it_equals_the_package_tsb_ad(window, expected):
    assert vus_pr(*example(), window) == pytest.approx(expected, abs=1e-12)


def test_perfect_scores_reach_one_without_buffer_and_late_ones_lose_less_with_one():
    labels = np.zeros(100, int)
    labels[40:50] = 1
    assert vus_pr(labels, labels, 0) == pytest.approx(1)
    late = np.roll(labels, 6)
    assert vus_pr(labels, late, 20) > vus_pr(labels, late, 0)


@settings(max_examples=30, deadline=None)
@given(CASES)
def test_only_the_order_of_scores_counts_and_it_is_between_zero_and_one(case):
    labels, scores, window = np.array(case[0]), np.array(case[1], float), case[2]
    found = vus_pr(labels, scores, window)
    assert -1e-12 <= found <= 1 + 1e-12
    assert vus_pr(labels, np.exp(scores) * 3, window) == found


def test_scores_without_information_stay_at_chance():
    rng = np.random.default_rng(0)
    labels = np.zeros(3000, int)
    labels[[*range(900, 1100), *range(2000, 2120)]] = 1
    random = [vus_pr(labels, rng.random(3000), 40) for _ in range(20)]
    chance = vus_chance(labels, 40)
    assert chance == vus_pr(labels, np.full(3000, 7.0), 40) > 320 / 3000
    assert np.mean(random) < chance + 0.01


def test_missing_scores_are_the_lowest():
    labels, scores = example()
    scores[100:110] = np.nan
    lowest = np.where(np.isnan(scores), np.nanmin(scores), scores)
    assert vus_pr(labels, scores, 10) == vus_pr(labels, lowest, 10)


def test_without_an_anomaly_it_is_undefined():
    assert np.isnan(vus_pr(np.zeros(5), np.arange(5), 2))


@pytest.mark.parametrize(
    ("labels", "scores", "window", "message"),
    [
        ([0, 1], [1, 2, 3], 1, r"labels \(2,\) and scores \(3,\) must be \(N,\) with N above 0"),
        ([], [], 1, "N above 0"),
        ([0, 1], [np.nan, np.nan], 1, "all 2 scores are missing"),
        ([0, 1], [1, 2], -1, "window=-1 must be at least 0"),
    ],
)
def test_what_cannot_be_measured_is_refused(labels, scores, window, message):
    with pytest.raises(ValueError, match=message):
        vus_pr(np.array(labels), np.array(scores), window)


def test_a_series_of_22_000_points_takes_a_fraction_of_a_second():
    import time

    labels = np.zeros(22_000, int)
    labels[[*range(5000, 5600), *range(15_000, 15_400)]] = 1
    start = time.perf_counter()
    vus_pr(labels, np.random.default_rng(0).random(22_000), 288)
    assert time.perf_counter() - start < 2  # 0.03 s on an idle core
