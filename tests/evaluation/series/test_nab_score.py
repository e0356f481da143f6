"""NAB's score: point values by its formula, thresholds tried one by one, and its published table."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rnnlab.evaluation.series.nab_score import PROFILES, nab_score, point_values, probation

MARKS = st.lists(st.booleans(), min_size=8, max_size=50)


def sigmoid(position):
    return -1.0 if position >= 3 else 2 / (1 + math.exp(5 * position)) - 1


def test_point_values_by_the_formula():
    labels = np.array([0, 0, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0])
    inside = [sigmoid(-3 / 3), sigmoid(-2 / 3), sigmoid(-1 / 3)]
    after = [sigmoid(step / 2) for step in range(1, 6)] + [-1, -1]
    assert point_values(labels).tolist() == pytest.approx([-1, -1, *inside, *after])
    assert point_values(np.zeros(3)).tolist() == [-1, -1, -1]


@pytest.mark.parametrize(("points", "expected"), [(100, 15), (4032, 604), (22_695, 750), (5, 0)])
def test_the_first_points_are_not_scored(points, expected):
    assert probation(points) == expected


def by_threshold(labels, scores, profile, threshold, start):
    weights, values = PROFILES[profile], point_values(labels)
    alarms, total, place = scores >= threshold, 0.0, start
    while place < len(labels):
        if not labels[place]:
            total += values[place] * weights.false_alarm if alarms[place] else 0
            place += 1
            continue
        end = place
        while end < len(labels) and labels[end]:
            end += 1
        hits = [values[i] / sigmoid(-1) for i in range(place, end) if alarms[i]]
        total += max(hits) * weights.found if hits else -weights.missed
        place = end
    return total


@settings(max_examples=50, deadline=None)
@given(MARKS, st.lists(st.integers(0, 5), min_size=50, max_size=50), st.sampled_from(list(PROFILES)))
def test_it_is_the_best_of_all_thresholds(labels, scores, profile):
    labels, start = np.array(labels), probation(len(labels))
    scores = np.array(scores[: len(labels)], float)
    if not labels[start:].any():
        return
    found, weights = nab_score([(labels, scores)], profile), PROFILES[profile]
    raw = {level: by_threshold(labels, scores, profile, level, start) for level in (*scores, np.inf)}
    nothing = raw[np.inf]
    windows = -nothing / weights.missed
    best = 100 * (max(raw.values()) - nothing) / (windows * (weights.found + weights.missed))
    assert found.score == pytest.approx(best)
    assert raw[found.threshold] == pytest.approx(max(raw.values()))


def test_early_alarms_alone_are_perfect_and_none_are_zero():
    labels = np.zeros(100, int)
    labels[[*range(30, 40), *range(70, 90)]] = 1
    first = np.zeros(100)
    first[[30, 70]] = 1
    assert nab_score([(labels, first)]).score == pytest.approx(100)
    assert nab_score([(labels, np.zeros(100))]).score == 0
    assert nab_score([(labels, 1.0 - labels)]).threshold == np.inf


def test_a_part_without_the_first_points_is_scored_from_its_start():
    labels, scores = np.zeros(100, int), np.zeros(100)
    labels[5:10], scores[5] = 1, 1
    with pytest.raises(ValueError, match="no series has a labelled window among its scored points"):
        nab_score([(labels, scores)])
    assert nab_score([(labels, scores)], whole=False).score == pytest.approx(100)


def test_an_unknown_profile_is_refused():
    with pytest.raises(ValueError, match="profile='strict' must be one of standard, reward_low_fp_rate"):
        nab_score([], "strict")


def test_random_scores_gain_little():
    rng = np.random.default_rng(0)
    labels = np.zeros(2000, int)
    labels[[*range(900, 1000), *range(1500, 1600)]] = 1
    assert np.mean([nab_score([(labels, rng.random(2000))]).score for _ in range(20)]) < 50
