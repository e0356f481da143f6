"""Differences over paired seeds."""

from __future__ import annotations

import pytest

from rnnlab.evaluation.paired_seeds import paired_difference


def test_only_common_seeds_count_and_the_order_does_not_matter() -> None:
    one, other = {2: 0.9, 3: 0.7, 4: 1.0}, {4: 0.5, 2: 0.5, 7: 0.0}
    found = paired_difference(one, other)
    assert found is not None
    assert found.value == pytest.approx(0.45)
    assert found.low == pytest.approx(0.4)
    assert found.high == pytest.approx(0.5)
    assert found == paired_difference(dict(reversed(one.items())), other)


def test_one_common_seed_is_too_few() -> None:
    assert paired_difference({1: 0.5}, {1: 0.4, 2: 0.3}) is None
