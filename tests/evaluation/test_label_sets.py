"""Scores of label sets against scikit-learn, for rows and for rows drawn again."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import accuracy_score, average_precision_score, log_loss, precision_recall_fscore_support

from rnnlab.evaluation.label_sets import LabelSetScores, label_set_differences, label_set_intervals

NAMES = ("a", "b", "c")


def made(seed, rows=30, ties=False):
    draw = np.random.default_rng(seed)
    label = draw.random((rows, 3)) < [0.5, 0.3, 0.1]
    probability = np.clip(label * 0.3 + draw.random((rows, 3)) * 0.6, 0.01, 0.99)
    return label, probability.round(1) if ties else probability


def judged(label, probability):
    return LabelSetScores(label, probability >= 0.5, probability, NAMES)


def expected(label, probability):
    said, found = probability >= 0.5, {}
    for kind in ("micro", "macro"):
        used = slice(None) if kind == "micro" else (label.any(0) | said.any(0))
        found[kind] = precision_recall_fscore_support(
            label[:, used], said[:, used], average=kind, zero_division=0
        )
    areas = [average_precision_score(label[:, n], probability[:, n]) for n in range(3) if label[:, n].any()]
    losses = [log_loss(label[:, n], probability[:, n], labels=[0, 1]) for n in range(3)]
    return {
        "micro_precision": found["micro"][0],
        "micro_recall": found["micro"][1],
        "micro_f1": found["micro"][2],
        "macro_f1": found["macro"][2],
        "average_precision": np.mean(areas) if areas else 0,
        "subset_accuracy": accuracy_score(label, said),
        "loss": np.mean(losses),
    }


@given(st.integers(0, 10**6), st.booleans())
def test_they_are_those_of_scikit_learn_also_of_rows_drawn_again(seed, ties):
    label, probability = made(seed, ties=ties)
    own = judged(label, probability)
    assert {n: own.scores()[n] for n in expected(label, probability)} == pytest.approx(
        expected(label, probability)
    )
    rows = np.random.default_rng(seed).integers(0, len(label), len(label))
    weights = np.bincount(rows, minlength=len(label))[None].astype(float)
    again = {name: values[0] for name, values in own.weighted(weights).items()}
    right = expected(label[rows], probability[rows])
    assert {name: again[name] for name in right} == pytest.approx(right)


def test_each_label_has_its_own_scores():
    label, probability = made(1)
    found = judged(label, probability).scores()
    each = precision_recall_fscore_support(label, probability >= 0.5, zero_division=0)
    for place, name in enumerate(NAMES):
        assert [found[f"{kind}_{name}"] for kind in ("precision", "recall", "f1")] == pytest.approx(
            [values[place] for values in each[:3]]
        )


def test_a_label_that_never_comes_has_no_average_precision():
    label, probability = made(2)
    label[:, 1] = False
    found = judged(label, probability).scores()
    assert np.isnan(found["ap_b"])
    assert found["average_precision"] == pytest.approx((found["ap_a"] + found["ap_c"]) / 2)


def test_intervals_hold_the_score_and_shrink_with_rows():
    few, many = (label_set_intervals(judged(*made(3, rows)), 200)["micro_f1"] for rows in (40, 1000))
    assert few.low < few.value < few.high
    assert many.high - many.low < 0.5 * (few.high - few.low)


def test_a_paired_test_tells_a_worse_run():
    label, probability = made(4, 200)
    same = label_set_differences(judged(label, probability), judged(label, probability), 100)
    assert {one.interval.value for one in same.values()} == {0.0}
    worse = label_set_differences(judged(label, probability), judged(label, probability[::-1]), 200)
    assert worse["micro_f1"].interval.high < 0
    assert worse["micro_f1"].p_value < 0.05
