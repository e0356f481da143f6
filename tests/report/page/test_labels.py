"""Names beside the points of a chart."""

from __future__ import annotations

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from rnnlab.report.page.chart import Frame
from rnnlab.report.page.labels import _box, label_places
from rnnlab.report.page.scale import Scale

FRAME = Frame(Scale(0.0, 1.0), Scale(0.0, 1.0), width=760, height=380)


def test_a_name_stands_at_the_right_of_its_point_and_at_the_left_near_the_edge():
    first, last = label_places(FRAME, [(0.5, 0.5), (0.99, 0.2)], ["gru", "window_attention"])
    assert (first.x, first.anchor) == (FRAME.across(0.5) + 8, "start")
    assert (last.x, last.anchor) == (FRAME.across(0.99) - 8, "end")


def test_names_of_points_at_one_place_do_not_cover_each_other():
    names = ["lstm", "gru", "slstm", "gated_deltanet_negative", "deltanet_negative", "mlstm"]
    places = label_places(FRAME, [(0.5, 0.9)] * 6, names)
    boxes = [_box(place, name) for place, name in zip(places, names, strict=True)]
    assert not any(one.meets(other) for one, other in combinations(boxes, 2))


@given(st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), min_size=1, max_size=21))
def test_no_name_leaves_the_chart(points):
    names = [f"model_{number}" for number in range(len(points))]
    for place, name in zip(label_places(FRAME, points, names), names, strict=True):
        box = _box(place, name)
        assert box.left >= FRAME.left
        assert box.right <= FRAME.width
        assert box.top >= 0
