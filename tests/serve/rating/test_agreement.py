from __future__ import annotations

import pytest

from rnnlab.serve.rating.agreement import alpha


def test_by_hand():
    # values a a a b: coincidences o_ab = 1 of each order, n = 4: alpha = 1 - 3 * 2 / (16 - 9 - 1)
    assert alpha([("a", "a"), ("a", "b")]) == pytest.approx(1 - 3 * 2 / 6)


def test_the_example_of_krippendorff():
    """His example of nominal data with four observers (Krippendorff 2011)."""
    rows = [
        "1 2 3 3 2 1 4 1 2 . . .",
        "1 2 3 3 2 2 4 1 2 5 . 3",
        ". 3 3 3 2 3 4 2 2 5 1 .",
        "1 2 3 3 2 4 4 1 2 5 1 .",
    ]
    units = [[v for v in unit if v != "."] for unit in zip(*(row.split() for row in rows), strict=True)]
    assert alpha(units) == pytest.approx(0.743, abs=5e-4)


def test_full_agreement_chance_and_nothing_to_compare():
    assert alpha([("a", "a"), ("b", "b")]) == 1
    assert alpha([("a",), ("b",)]) is None
    assert alpha([("a", "a"), ("a", "a")]) is None
