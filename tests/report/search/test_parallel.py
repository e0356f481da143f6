import numpy as np
import pytest

from rnnlab.report.search.parallel import ABSENT, draw_parallel
from rnnlab.report.search.tried import Goal, Scale, Tried

RECALL = Goal("val/recall", False)
SCALES = [
    Scale("model", ("gru", "lstm")),
    Scale("optimizer.lr", (), 1e-4, 1e-1, is_log=True),
    Scale("model.num_layers", (), 1, 3, is_int=True),
]
TRIED = [
    Tried(0, "finished", {"model": "gru", "optimizer.lr": 1e-4}, (0.5,)),
    Tried(1, "finished", {"model": "lstm", "optimizer.lr": 1e-2, "model.num_layers": 3}, (0.7,)),
    Tried(2, "finished", {"model": "lstm", "optimizer.lr": 1e-1, "model.num_layers": 1}, (0.6,)),
    Tried(3, "pruned", {"model": "gru", "optimizer.lr": 1e-1}, (0.1,)),
]


@pytest.fixture
def axis():
    return draw_parallel(TRIED, SCALES, RECALL).axes[0]


def paths(axis):
    return [np.asarray(segment) for segment in axis.collections[0].get_segments()]


def test_each_finished_setting_is_a_line_over_all_axes_the_best_on_top(axis):
    assert [path.shape for path in paths(axis)] == [(4, 2)] * 3
    assert axis.collections[0].get_array().tolist() == [0.5, 0.6, 0.7]
    assert [float(width) for width in axis.collections[0].get_linewidths()] == [1.1, 1.1, 3.0]
    assert axis.get_title(loc="left") == "3 settings, dark is good; bold: trial 1, 0.7"


def test_a_log_axis_has_ratios_and_an_axis_of_numbers_its_ends(axis):
    worst, middle, best = paths(axis)
    assert [path[1, 1] for path in (worst, best, middle)] == pytest.approx([0, 2 / 3, 1])
    assert (best[2, 1], middle[2, 1]) == (1, 0)


def test_a_choice_is_spread_a_little_and_what_is_absent_passes_below(axis):
    worst, middle, best = paths(axis)
    assert worst[0, 1] == 0
    assert middle[0, 1] < 1 < best[0, 1]
    assert worst[2, 1] == ABSENT


def test_axes_are_labelled_with_choices_round_numbers_and_the_goal(axis):
    names = [label.get_text() for label in axis.get_xticklabels()]
    assert names == ["model", "optimizer.lr", "model.\nnum_layers", "val/recall\n(higher is better)"]
    texts = [text.get_text() for text in axis.texts]
    assert texts[:7] == ["gru", "lstm", "0.0001", "0.001", "0.01", "0.1", "1"]
    assert "(none)" in texts
    assert {"2", "3"} <= set(texts)


@pytest.mark.filterwarnings("error")
def test_one_setting_and_one_value_can_be_drawn(tmp_path):
    scales = [Scale("model", ("gru",)), Scale("seed", (), 3, 3)]
    one = Tried(0, "finished", {"model": "gru", "seed": 3}, (0.5,))
    draw_parallel([one], scales, Goal("val/loss", True)).savefig(tmp_path / "parallel.png")
