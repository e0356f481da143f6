"""Spans of time as people write them."""

import pytest

from rnnlab.sweep.duration import seconds_of


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("90s", 90),
        ("2h", 7200),
        ("1d 6h", 108000),
        ("1h30m", 5400),
        ("0.5h", 1800),
        ("45", 45),
        (7, 7),
        (None, None),
    ],
)
def test_spans(text: object, seconds: float | None) -> None:
    assert seconds_of(text) == seconds


@pytest.mark.parametrize("text", ["soon", "2 weeks", "h", "2h later", "", "0", "-3", "nan", "inf", True])
def test_other_words_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="must be a time such as"):
        seconds_of(text)
