"""Parallel coordinates: each setting's line goes through its own choices."""

import re

import pytest

from rnnlab.evaluation.spread import Spread
from rnnlab.report.page.parallel import parallel_chart
from rnnlab.report.page.settings import Setting


def setting(values, reached):
    found = Setting(values, ())
    found.__dict__["metrics"] = {"test/accuracy": Spread(reached, None, 1)}
    return found


def heights(chart):
    """Of each line, the worst first, how high it passes each axis."""
    lines = re.findall(r'<polyline[^>]* points="([^"]+)"', chart)
    return [[float(point.split(",")[1]) for point in line.split()] for line in lines]


def test_lines_pass_their_values():
    tried = [("gru", "0.001", 0.9), ("lstm", "0.01", 0.7), ("gru", "0.1", 0.5)]
    chart = parallel_chart([setting({"model": m, "lr": r}, a) for m, r, a in tried], "test/accuracy")
    worst, middle, best = heights(chart)
    assert worst[0] == best[0] != middle[0]
    assert worst[1] < middle[1] < best[1]  # a higher value stands higher, which is a smaller number
    assert worst[1] - middle[1] == pytest.approx(middle[1] - best[1], abs=0.2)  # by ratios
    assert best[2] < middle[2] < worst[2]
    assert "model=gru, lr=0.001: 0.9000" in chart


def test_many_axes_and_choices_stay_on_the_chart():
    tried = [setting({f"key{k}": f"value{(i * k) % 40}" for k in range(12)}, i / 50) for i in range(50)]
    chart = parallel_chart(tried, "test/accuracy")
    assert all(len(line) == 8 and all(20 <= height <= 255 for height in line) for line in heights(chart))


def test_one_setting_has_no_chart():
    assert parallel_chart([setting({"model": "gru"}, 0.5)], "test/accuracy") == ""
