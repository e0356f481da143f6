"""A score by group of rows: a dot and a bar for each, with what they say in words."""

from rnnlab.evaluation.bootstrap import Interval
from rnnlab.report.page.grouped import grouped_chart


def test_each_group_has_a_dot_a_bar_and_its_name():
    groups = [("1 to 5", 10, Interval(30, 20, 40)), ("6", 1500, Interval(50.5, 48, 53))]
    page = grouped_chart("By length", "words", "chrF", groups)
    assert page.count("<circle") == 2
    assert page.count('class="bar"') == 2
    assert "1 to 5: 10 rows, 30.00" in page
    assert "6: 1,500 rows, 50.50" in page
    assert "10 to 1,500 rows each; bars are 95 % intervals" in page


def test_equal_scores_still_have_a_scale_and_no_groups_no_chart():
    assert "<circle" in grouped_chart("", "", "", [("all", 1, Interval(0, 0, 0))])
    assert grouped_chart("", "", "", []) == ""
