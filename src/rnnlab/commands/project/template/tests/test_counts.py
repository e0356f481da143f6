"""Labels that are no counts, and scores against values computed by hand."""

import numpy as np
import pytest

from my_project.counts.data import CountRule
from my_project.counts.scores import scores


@pytest.mark.parametrize(("label", "count"), [("0", 0), ("12", 12), ("3.0", 3), ("-1", None), ("2.5", None)])
def test_a_label_is_a_count(label: str, count: int | None) -> None:
    assert CountRule().find(label) == count


def test_a_wrong_label_is_named() -> None:
    assert CountRule().problem("2.5", "items") == "has the items 2.5, which is no count"
    assert CountRule().problem("many", "items") == "has the items 'many', which is no number"


def test_scores_by_hand() -> None:
    found = scores(np.array([0.0, 2.0]), np.array([1.0, 2.0]))
    assert found == {"deviance": pytest.approx(1.0), "mae": 0.5, "exact": 0.5}
