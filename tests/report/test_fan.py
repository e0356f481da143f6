"""Fan charts as pictures and as SVG."""

import numpy as np
import pytest

from rnnlab.report.fan import Band, Fan, bands_of, draw_fans
from rnnlab.report.page.fan import fan_chart

NAN = float("nan")


def test_bands_are_pairs_of_levels_from_the_widest_to_the_narrowest():
    levels, quantiles = (0.025, 0.1, 0.25, 0.5, 0.75, 0.9, 0.975), np.arange(14.0).reshape(2, 7)
    found = bands_of(levels, quantiles)
    assert [one.percent for one in found] == [95, 80, 50]
    assert (found[0].low, found[0].high) == ([0, 7], [6, 13])
    assert bands_of((0.5,), quantiles[:, :1]) == []
    assert bands_of((0.1, 0.5, 0.8), quantiles[:, :3]) == []
    many = (0.01, 0.05, 0.1, 0.2, 0.3, 0.7, 0.8, 0.9, 0.95, 0.99)
    assert [one.percent for one in bands_of(many, np.zeros((1, 10)))] == [98, 80, 40]


def test_a_picture_has_a_panel_a_fan_with_bands_forecast_and_truth():
    fan = Fan("shop a", list("abcdef"), [1, NAN, 2, 3], [3, 4], [Band(80, [2, 2], [5, 6])], [3, 3])
    figure = draw_fans([fan, fan._replace(title="shop b", bands=(), truth=())])
    first, second = figure.axes
    assert [text.get_text() for text in first.get_legend().get_texts()] == [
        "history",
        "80 %",
        "forecast",
        "truth",
    ]
    assert first.get_title(loc="left") == "shop a"
    assert (len(first.collections), len(second.collections)) == (1, 0)
    assert [label.get_text() for label in first.get_xticklabels()] == ["a", "b", "c", "e", "f"]


def test_the_chart_of_a_page():
    fan = Fan("<b>", (), [1, NAN, 2], [3, 4], [Band(95, [0, 1], [6, 7]), Band(80, [2, 2], [5, 6])], [3, 3])
    page = fan_chart(fan, "steps")
    assert page.count("<polygon") == 2
    assert "80, 95 % of the values" in page
    assert "&lt;b&gt;" in page
    assert "[-2,-1,0,1,2]" in page.replace("&quot;", '"')
    assert '["observed","s1",["1",null,"2","3","3"]]' in page.replace("&quot;", '"')
    assert '["95 %","s0",[null,null,null,"0 to 6","1 to 7"]]' in page.replace("&quot;", '"')


@pytest.mark.parametrize(("history", "truth"), [([], []), ([1.0], []), ([], [2.0, NAN])])
def test_history_and_truth_may_be_missing(history, truth):
    page = fan_chart(Fan("a", (), history, [1, NAN], [Band(80, [0, NAN], [2, NAN])], truth))
    assert page.count("<polygon") == 1
    assert "nan" not in page.lower()
