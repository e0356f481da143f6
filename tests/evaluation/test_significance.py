"""Two classifiers on the same rows."""

import numpy as np
import pytest

from rnnlab.evaluation.scores import confusion, macro
from rnnlab.evaluation.significance import holm, mcnemar, paired_bootstrap


def drawn(rows, better, seed=0):
    """Labels, and two classifiers that are right in 60 % and 60 + `better` % of rows, with much in common."""
    generator = np.random.default_rng(seed)
    labels, ease = generator.integers(0, 3, rows), generator.random(rows)
    wrong = (labels + generator.integers(1, 3, rows)) % 3
    return labels, *(np.where(ease < share, labels, wrong) for share in (0.6, 0.6 + better / 100))


def test_mcnemar_equals_scipy_and_a_textbook():
    from scipy.stats import binomtest

    labels = np.zeros(100, int)
    first, second = np.ones(100, int), np.ones(100, int)
    first[:6] = 0
    second[4:20] = 0  # 4 rows the first alone has right, 14 the second
    found = mcnemar(labels, first, second)
    assert found[:2] == (4, 14)
    assert found.p_value == pytest.approx(binomtest(4, 18).pvalue)
    assert found.p_value == pytest.approx(0.0309, abs=1e-4)


def test_mcnemar_of_the_same_is_one():
    labels, first, _ = drawn(50, 0)
    assert mcnemar(labels, first, first) == (0, 0, 1.0)


def test_the_same_predictions_do_not_differ():
    labels, first, _ = drawn(200, 0)
    found = paired_bootstrap(labels, first, first, 3)
    assert set(found) == {"accuracy", "macro_precision", "macro_recall", "macro_f1"}
    assert all(one == ((0, 0, 0), 1.0) for one in found.values())


def test_a_clear_difference_is_found_and_its_sign_is_the_second_s():
    labels, first, second = drawn(1000, 6)
    found = paired_bootstrap(labels, first, second, 3)["accuracy"]
    assert found.interval.value == pytest.approx((second == labels).mean() - (first == labels).mean())
    assert 0 < found.interval.low < found.interval.value < found.interval.high
    assert found.p_value < 0.01
    back = paired_bootstrap(labels, second, first, 3)["accuracy"]
    assert back.interval.value == pytest.approx(-found.interval.value)


def test_drawing_cells_equals_drawing_rows():
    labels, first, second = drawn(300, 5)
    generator = np.random.default_rng(1)
    found = paired_bootstrap(labels, first, second, 3, 4000)["macro_f1"]
    plain = []
    for rows in generator.integers(0, 300, (3000, 300)):
        one, other = (macro(confusion(labels[rows], said[rows], 3))["macro_f1"] for said in (first, second))
        plain.append(other - one)
    expected = np.quantile(plain, [0.025, 0.975])
    assert found.interval[1:] == pytest.approx(expected, abs=0.004)


def test_no_difference_is_rarely_found_where_there_is_none():
    found = 0
    for seed in range(60):
        generator = np.random.default_rng(seed)
        labels = generator.integers(0, 2, 200)
        first, second = (np.where(generator.random(200) < 0.7, labels, 1 - labels) for _ in range(2))
        found += paired_bootstrap(labels, first, second, 2, 400)["accuracy"].p_value < 0.05
    assert found <= 8


def test_holm_raises_the_least_most_and_keeps_their_order():
    assert holm([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])
    assert holm([0.9, 0.8]) == [1.0, 1.0]
    assert holm([]) == []
