import pytest

from rnnlab.report.search.pareto import draw_pareto
from rnnlab.report.search.tried import Goal, Tried

GOALS = [Goal("val/recall", False), Goal("parameters", True), Goal("training_seconds", True)]


def tried(*reached):
    return [Tried(name, "finished", {}, values) for name, values in enumerate(reached)]


def test_the_front_is_joined_and_named_and_the_rest_are_dots():
    settings = tried((0.6, 2000.0), (0.7, 4000.0), (0.5, 5000.0))
    axis = draw_pareto(settings, GOALS[:2], {0, 1}).axes[0]
    dots, front = axis.get_lines()
    assert (dots.get_xdata().tolist(), dots.get_ydata().tolist()) == ([5000], [0.5])
    assert (front.get_xdata().tolist(), front.get_ydata().tolist()) == ([2000, 4000], [0.6, 0.7])
    assert front.get_drawstyle() == "steps-post"
    assert [text.get_text() for text in axis.texts] == ["0", "1"]
    assert axis.get_xlabel() == "parameters (lower is better)"
    assert axis.get_ylabel() == "val/recall (higher is better)"
    legend = [text.get_text() for text in axis.get_legend().get_texts()]
    assert legend == ["beaten by another (1)", "Pareto front (2)"]


def test_values_far_apart_get_a_log_axis():
    axis = draw_pareto(tried((0.6, 20.0), (0.7, 4000.0)), GOALS[:2], {0, 1}).axes[0]
    assert (axis.get_xscale(), axis.get_yscale()) == ("log", "linear")


@pytest.mark.filterwarnings("error")
def test_three_goals_are_three_pairs_without_a_line(tmp_path):
    figure = draw_pareto(tried((0.6, 20.0, 5.0), (0.7, 40.0, 4.0)), GOALS, {0, 1})
    assert len(figure.axes) == 3
    assert {axis.get_lines()[1].get_linestyle() for axis in figure.axes} == {"None"}
    figure.savefig(tmp_path / "pareto.png")
