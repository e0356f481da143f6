from rnnlab.report.search.importance import draw_importance
from rnnlab.report.search.tried import Goal


def test_each_goal_has_a_panel_with_the_largest_share_on_top():
    shares = [{"model": 0.25, "optimizer.lr": 0.75}, {"model": 0.9, "optimizer.lr": 0.1}]
    figure = draw_importance(shares, [Goal("val/loss", True), Goal("parameters", True)], "fANOVA", 30)
    first, second = figure.axes
    assert [label.get_text() for label in first.get_yticklabels()] == ["model", "optimizer.lr"]
    assert [label.get_text() for label in second.get_yticklabels()] == ["optimizer.lr", "model"]
    assert [bar.get_width() for bar in first.patches] == [0.25, 0.75]
    assert [text.get_text() for text in first.texts] == ["25%", "75%"]
    assert first.get_title(loc="left") == "fANOVA, 30 settings"
    assert second.get_xlabel() == "share of the variance of parameters"
