"""Places along an axis, and its round numbers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnlab.report.page.scale import Scale, scale_of, short

numbers = st.floats(-1e6, 1e6).filter(lambda value: value == 0 or abs(value) > 1e-6)


@given(st.lists(numbers, min_size=1, max_size=9))
def test_every_value_has_a_place_inside(values):
    scale = scale_of(values)
    assert all(0 <= scale.place(value) <= 1 for value in values)
    assert 1 <= len(scale.ticks()) <= 12
    assert all(-1e-9 <= scale.place(tick) <= 1 + 1e-9 for tick in scale.ticks())


@given(st.lists(st.floats(1e-9, 1e9), min_size=1, max_size=9))
def test_so_it_is_by_ratios(values):
    scale = scale_of(values, is_log=True)
    assert all(-1e-9 <= scale.place(value) <= 1 + 1e-9 for value in values)
    assert all(-1e-9 <= scale.place(tick) <= 1 + 1e-9 for tick in scale.ticks())


def test_ticks_are_round():
    assert Scale(0, 10).ticks() == [0, 2, 4, 6, 8, 10]
    assert Scale(0.61, 0.655).ticks() == [0.61, 0.62, 0.63, 0.64, 0.65]
    assert Scale(0.5, 2000, True).ticks() == [1, 10, 100, 1000]


def test_nothing_finite_has_a_scale_too():
    assert scale_of([float("nan")]).place(0.5) == 0.5
    assert scale_of([], True).place(1) == 0


@pytest.mark.parametrize(
    ("value", "said"),
    [(0, "0"), (0.25, "0.25"), (1200, "1,200"), (15_000, "15k"), (2e6, "2M"), (1e-4, "1e−4"), (-0.5, "−0.5")],
)
def test_labels_are_short(value, said):
    assert short(value) == said
