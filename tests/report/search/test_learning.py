import pytest

from rnnlab.report.history import Series
from rnnlab.report.search.learning import Curve, draw_learning
from rnnlab.report.search.tried import GREEN, Goal

RECALL = Goal("val/recall", False)


def series(*values):
    return Series(list(range(len(values))), [10 * (place + 1) for place in range(len(values))], list(values))


def test_each_job_is_a_line_a_pruned_one_ends_in_a_cross_and_the_best_is_bold():
    curves = [
        Curve("finished", series(0.1, 0.2, 0.3), is_best=True),
        Curve("finished", series(0.1, 0.15, 0.2)),
        Curve("pruned", series(0.05, 0.06)),
        Curve("failed", series(0.05)),
    ]
    axis = draw_learning(curves, RECALL).axes[0]
    lines = axis.get_lines()
    assert len(lines) == 5
    crosses = [line for line in lines if line.get_marker() == "x"]
    assert [(cross.get_xdata()[0], cross.get_ydata()[0]) for cross in crosses] == [(20, 0.06)]
    best = [line for line in lines if line.get_linewidth() > 2]
    assert [(line.get_color(), line.get_ydata().tolist()) for line in best] == [(GREEN, [0.1, 0.2, 0.3])]
    texts = [text.get_text() for text in axis.get_legend().get_texts()]
    assert texts == ["best setting", "finished (2)", "pruned (1)", "failed (1)"]
    assert (axis.get_xlabel(), axis.get_ylabel()) == ("optimizer step", "val/recall (higher is better)")


@pytest.mark.filterwarnings("error")
def test_without_a_best_there_is_no_word_of_it(tmp_path):
    figure = draw_learning([Curve("running", series(0.1))], RECALL)
    assert [text.get_text() for text in figure.axes[0].get_legend().get_texts()] == ["running (1)"]
    figure.savefig(tmp_path / "learning.png")
