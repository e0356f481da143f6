import pytest

from rnnlab.report.search.tried import Goal, Tried, best_of, contenders, sane_limits

LOSS, RECALL = Goal("val/loss", True), Goal("val/recall", False)


def test_a_goal_says_which_way_is_better():
    assert LOSS.label == "val/loss (lower is better)"
    assert RECALL.label == "val/recall (higher is better)"


def test_only_what_no_seed_is_missing_of_can_be_the_best():
    tried = [Tried(0, "finished", {}, (0.9,), is_whole=False), Tried(1, "finished", {}, (0.5,))]
    tried.append(Tried(2, "pruned", {}, (0.99,)))
    assert best_of(tried, 0, [RECALL]).name == 1
    assert [one.name for one in contenders(tried[:1])] == [0]


@pytest.mark.parametrize(
    ("values", "goal", "inside", "outside"),
    [
        ([0.5, 0.6, 0.55, 0.52, 900.0], LOSS, 0.5, 900.0),
        ([0.5, 0.6, 0.55, 0.52, -9.0], RECALL, 0.6, -9.0),
        ([0.5, 0.6, 0.55, 0.1], LOSS, 0.1, None),
    ],
)
def test_the_bad_ends_outliers_are_left_out_and_the_good_end_is_not(values, goal, inside, outside):
    low, high = sane_limits(values, goal)
    assert low < inside < high
    assert outside is None or not low <= outside <= high


@pytest.mark.parametrize("values", [[], [float("nan")], [0.5], [0.0, 0.0]])
def test_limits_are_a_range_whatever_there_is(values):
    low, high = sane_limits(values, LOSS)
    assert low < high
