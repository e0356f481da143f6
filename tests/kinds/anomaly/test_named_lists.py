"""Covariates by name are the rows that they would be."""

import pytest

from rnnlab.errors import SettingError
from rnnlab.kinds.anomaly.named_lists import by_row


def test_lists_by_name_become_rows_in_the_order_of_the_columns():
    assert by_row("past", {"b": [3, 4], "a": [1, None]}, ("a", "b")) == [[1, 3], [None, 4]]
    assert by_row("past", [[1, 2]], ("a", "b")) == [[1, 2]]
    assert by_row("past", None, ("a",)) is None


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"a": [1]}, "past=b: must hold a list for each of a, b"),
        ({"a": [1], "b": [2], "c": [3]}, "past=c: must hold a list for each of a, b"),
        ({"a": [1], "b": [2, 3]}, "past=a, b: must be lists of one length"),
        ({"a": 1, "b": [2]}, "past=a, b: must be lists of one length"),
    ],
)
def test_other_columns_and_lengths_are_refused(given, said):
    with pytest.raises(SettingError, match=said):
        by_row("past", given, ("a", "b"))
