from __future__ import annotations

import math

import pytest

from rnnlab.errors import SettingError
from rnnlab.kinds.classification.prior import log_shift, target_prior, trained_prior

COUNTS = [60, 30, 10]


@pytest.mark.parametrize(
    ("setting", "expected"),
    [
        (None, None),
        ("train", [0.6, 0.3, 0.1]),
        ("uniform", [1 / 3] * 3),
        ([0.5, 0.25, 0.25], [0.5, 0.25, 0.25]),
        ([0.33, 0.33, 0.33], [1 / 3] * 3),
    ],
)
def test_the_setting_names_a_class_balance(setting, expected):
    assert target_prior(setting, COUNTS) == (expected and pytest.approx(expected))


@pytest.mark.parametrize(
    "setting", ["tain", 0.5, [0.5, 0.5, 0.5], [0.5, 0.5, 0], [0.2, "a", 0.8], [True, 0.1, 0.1]]
)
def test_no_class_balance_is_named(setting):
    with pytest.raises(SettingError, match=r"task.prior=.* must be null, train, uniform or a list"):
        target_prior(setting, COUNTS)


def test_another_number_of_classes_is_named():
    with pytest.raises(SettingError, match=r"must have 3 probabilities, one a class"):
        target_prior([0.5, 0.5], COUNTS)


@pytest.mark.parametrize(
    ("weights", "balanced", "expected"),
    [
        (None, False, [0.6, 0.3, 0.1]),
        (None, True, [1 / 3] * 3),
        ([100 / (3 * count) for count in COUNTS], False, [1 / 3] * 3),  # balanced weights
        ([1, 2, 1], True, [0.25, 0.5, 0.25]),
        ([1, 1, 3], False, [0.5, 0.25, 0.25]),
    ],
)
def test_training_shows_rows_times_weights(weights, balanced, expected):
    assert trained_prior(COUNTS, weights, balanced) == pytest.approx(expected)


def test_a_class_without_rows_is_never_shown_and_cannot_be_asked_for():
    for setting in ("uniform", [0.2, 0.2, 0.6]):
        with pytest.raises(SettingError, match=r"no row of train is of class 1, counted from 0"):
            target_prior(setting, [6, 0, 2])
    assert target_prior("train", [6, 0, 2]) == [0.75, 0, 0.25]
    assert trained_prior([6, 0, 2], None, balanced=True) == [0.5, 0, 0.5]
    assert log_shift([0.75, 0, 0.25], [0.5, 0, 0.5], 3)[1] == 0


def test_the_shift_is_the_log_of_the_ratio():
    assert log_shift([0.9, 0.1], [0.5, 0.5], 2) == pytest.approx([math.log(1.8), math.log(0.2)])
    assert log_shift(None, [0.5, 0.5], 2) is None


@pytest.mark.parametrize(
    ("target", "trained", "message"),
    [
        ([0.5, 0.5], None, "trained_prior=None must have 2 probabilities, one a class"),
        ([1.0], [0.5, 0.5], r"^prior=\[1.0\] must have 2 probabilities, one a class"),
        ([0.5, 0.5], [1.0, 0.0], "prior=0.5 and trained_prior=0.0 of a class must be > 0, or both 0"),
    ],
)
def test_what_cannot_be_shifted_is_named(target, trained, message):
    with pytest.raises(ValueError, match=message):
        log_shift(target, trained, 2)
