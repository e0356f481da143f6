"""A score by group of rows, as dots with intervals."""

from __future__ import annotations

from collections.abc import Sequence

from rnnlab.evaluation.bootstrap import Interval
from rnnlab.report.page.chart import Frame, figure, straight
from rnnlab.report.page.markup import number
from rnnlab.report.page.scale import Scale, scale_of, short

Group = tuple[str, int, Interval]  # a label, its rows, and the score


def grouped_chart(title: str, x_name: str, y_name: str, groups: Sequence[Group]) -> str:
    """Return a chart of a score in several groups of rows; empty without groups."""
    if not groups:
        return ""
    ends = [end for _, _, one in groups for end in (one.low, one.high)]
    y = scale_of(ends)
    low = y.low if min(ends) < 0 else max(y.low, 0.0)  # no empty strip below what cannot be negative
    frame = Frame(Scale(0, len(groups)), y._replace(low=low), x_name, y_name)
    marks = []
    for index, (label, rows, one) in enumerate(groups):
        place = index + 0.5
        bottom, top = frame.down(one.low), frame.down(one.high)
        marks.append(straight("bar", frame.across(place), bottom, frame.across(place), top))
        said = f"{label}: {rows:,} rows, {number(one.value, 2)}"
        marks.append(frame.dot(place, one.value, "dot s0", 4.5, said))
    marks.append(frame.named([(index + 0.5, label) for index, (label, _, _) in enumerate(groups)]))
    counts = [rows for _, rows, _ in groups]
    few, many = short(min(counts)), short(max(counts))
    of_rows = f"{few} rows each" if few == many else f"{few} to {many} rows each"
    return figure(title, frame, marks, note=f"{of_rows}; bars are 95 % intervals", x_ticks=[])
