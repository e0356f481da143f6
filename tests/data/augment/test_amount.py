import pytest

from rnnlab.data.augment.amount import changes


@pytest.mark.parametrize(
    ("share", "tokens", "expected"), [(0.1, 25, 2), (0.1, 5, 1), (0, 25, 0), (0.5, 0, 0), (1, 7, 7)]
)
def test_a_share_is_rounded_down_but_not_to_nothing(share, tokens, expected):
    assert changes(share, tokens) == expected
