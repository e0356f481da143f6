import numpy as np
import pytest

from rnnlab.report.search.progress import draw_progress
from rnnlab.report.search.tried import Goal, Tried

LOSS = Goal("val/loss", True)


def tried(*reached):
    return [Tried(name, "finished", {}, (value,)) for name, value in enumerate(reached)]


def line(axis, label):
    return next(found for found in axis.get_lines() if str(found.get_label()).startswith(label))


def labels(axis):
    return [text.get_text() for text in axis.get_legend().get_texts()]


def test_the_best_so_far_only_gets_better_and_the_best_is_named():
    axis = draw_progress(tried(0.5, 0.7, 0.4, 0.6), [LOSS]).axes[0]
    assert line(axis, "best so far").get_ydata().tolist() == [0.5, 0.5, 0.4, 0.4]
    assert [text.get_text() for text in axis.texts] == ["trial 2: 0.4"]
    assert axis.get_ylabel() == "val/loss (lower is better)"
    assert axis.get_xlabel() == "settings in the order in which they ended"


def test_pruned_and_failed_settings_are_marked_where_they_ended():
    settings = [
        *tried(0.5, 0.4),
        Tried(2, "pruned", {}, (0.45,)),
        Tried(3, "pruned", {}),
        Tried(4, "failed", {}),
    ]
    axis = draw_progress(settings, [LOSS]).axes[0]
    assert labels(axis) == ["finished (2)", "best so far", "pruned (2)", "failed (1)"]
    assert line(axis, "pruned").get_xdata().tolist() == [3, 4]
    assert line(axis, "pruned").get_ydata()[0] == 0.45
    assert line(axis, "failed").get_xdata().tolist() == [5]


def test_a_setting_that_blew_up_does_not_flatten_the_rest():
    axis = draw_progress(tried(0.5, 0.52, 0.51, 0.49, 900.0), [LOSS]).axes[0]
    assert axis.get_ylim()[1] < 1
    assert "beyond the axis (1)" in labels(axis)


def test_seeds_show_as_intervals_and_a_setting_that_lacks_some_is_not_the_best():
    settings = [
        Tried(0, "finished", {}, (0.5,), (0.01,)),
        Tried(1, "finished", {}, (0.4,), (None,), is_whole=False),
    ]
    axis = draw_progress(settings, [LOSS]).axes[0]
    assert {"finished (1)", "seeds missing (1)", "95 % interval over seeds"} <= set(labels(axis))
    assert axis.texts[0].get_text() == "trial 0: 0.5"
    assert len(axis.collections[0].get_segments()) == 2


@pytest.mark.filterwarnings("error")
def test_each_goal_has_a_panel_whose_best_goes_its_own_way(tmp_path):
    goals = [Goal("val/recall", False), Goal("parameters", True)]
    settings = [Tried(0, "finished", {}, (0.5, 9.0)), Tried(1, "finished", {}, (0.6, 10.0))]
    figure = draw_progress(settings, goals)
    steps = [np.asarray(line(axis, "best so far").get_ydata()).tolist() for axis in figure.axes]
    assert steps == [[0.5, 0.6], [9.0, 9.0]]
    figure.savefig(tmp_path / "history.png")


@pytest.mark.filterwarnings("error")
def test_a_single_setting_can_be_drawn(tmp_path):
    draw_progress(tried(0.5), [LOSS]).savefig(tmp_path / "history.png")
