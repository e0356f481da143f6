"""Measures of scored series: equal to scikit-learn's, means over series, and their chance levels."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import average_precision_score, f1_score

from rnnlab.evaluation.series.anomalies import (
    Scored,
    best_f1,
    label_scores,
    mean_scores,
    point_f1,
    pr_auc,
    vus_window,
)

CASES = st.lists(st.tuples(st.booleans(), st.integers(-3, 3)), min_size=1, max_size=60).filter(
    lambda rows: any(label for label, _ in rows)
)


@settings(deadline=None)
@given(CASES)
def test_the_area_is_scikit_learns_average_precision(rows):
    labels, scores = (np.array(column) for column in zip(*rows, strict=True))
    assert pr_auc(labels, scores) == pytest.approx(average_precision_score(labels, scores))


@settings(deadline=None)
@given(CASES)
def test_the_best_f1_is_that_of_its_threshold_and_none_is_better(rows):
    labels, scores = (np.array(column) for column in zip(*rows, strict=True))
    found, threshold = best_f1(labels, scores)
    each = [f1_score(labels, scores >= level, zero_division=0) for level in np.unique(scores)]
    assert found == pytest.approx(max(each))
    assert point_f1(labels, scores >= threshold) == pytest.approx(found)


def test_scores_without_information_stay_at_chance_under_every_measure():
    rng = np.random.default_rng(0)
    labels = np.zeros(3000, int)
    labels[[*range(500, 700), *range(2000, 2100)]] = 1
    rows = [label_scores(Scored(labels, rng.random(3000), 30)) for _ in range(20)]
    found = {name: np.mean([row[name] for row in rows]) for name in rows[0]}
    constant = label_scores(Scored(labels, np.ones(3000), 30))
    rate = constant["anomaly_rate"]
    assert constant["vus_pr"] == constant["vus_pr_chance"]
    assert constant["pr_auc"] == pytest.approx(rate)
    assert constant["best_f1"] == pytest.approx(2 * rate / (1 + rate))
    for name in ("vus_pr", "range_auc_pr", "pr_auc", "best_f1"):
        assert found[name] < constant[name] + 0.012


def series(seed, anomalous=True):
    rng = np.random.default_rng(seed)
    labels = np.zeros(200, int)
    labels[120:140] = anomalous
    return Scored(labels, rng.random(200) + labels, 10, np.arange(200) * 3600 * 10**9)


def test_means_weight_series_equally_and_leave_out_those_without_anomaly():
    parts = [series(0), series(1), series(2, anomalous=False)]
    found = mean_scores(parts)
    rows = [label_scores(part) for part in parts[:2]]
    assert found["labelled"] == 2
    assert found["vus_pr"] == pytest.approx(np.mean([row["vus_pr"] for row in rows]))
    assert "event_recall" not in found


def test_a_threshold_adds_events_of_all_series():
    parts = [series(0), series(1), series(2, anomalous=False)]
    found = mean_scores(parts, threshold=1.0)
    assert found["event_recall"] == found["event_precision"] == 1
    noisy = mean_scores(parts, threshold=0.9)
    alarms = np.concatenate([part.scores > 0.9 for part in parts])
    labels = np.concatenate([part.labels for part in parts])
    assert noisy["f1"] == pytest.approx(f1_score(labels, alarms))
    assert noisy["false_alarms_per_day"] > 0


def test_without_labels_marked_there_is_nothing_to_measure():
    assert mean_scores([series(0, anomalous=False)]) == {"labelled": 0.0}
    assert np.isnan(pr_auc(np.zeros(4), np.arange(4)))


def test_the_window_is_the_period_of_the_first_channel():
    steps = np.arange(500)
    values = np.stack([np.sin(2 * np.pi * steps / 24), np.sin(2 * np.pi * steps / 60)], axis=1)
    assert vus_window(values) == 24
