import math
import random

import numpy as np
import pytest

from rnnlab.report.curves import COLOURS, draw_curves
from rnnlab.report.history import Series


def titles(figure):
    return [axis.get_title(loc="left") for axis in figure.axes if axis.get_visible()]


def labels(axis):
    return axis.get_legend_handles_labels()[1]


def long_run(epochs=6, steps=200):
    noise = random.Random(0)
    train = [
        (step // steps, step, 1 / (1 + step / 100) + noise.gauss(0, 0.1)) for step in range(epochs * steps)
    ]
    ends = [(epoch, (epoch + 1) * steps, 0.5 + 0.1 * (epoch - 2) ** 2) for epoch in range(epochs)]
    names = ("val/loss", "val/accuracy", "val/recall_bad", "val/recall_good")
    return {"train/loss": Series(*map(list, zip(*train, strict=True)))} | {
        name: Series(*map(list, zip(*ends, strict=True))) for name in names
    }


def test_losses_share_a_panel_and_classes_share_one_each_metric():
    figures = draw_curves(long_run() | {"lr": Series([0], [1], [0.1]), "test/loss": Series([6], [9], [0.5])})
    assert titles(figures["loss"]) == ["loss"]
    assert labels(figures["loss"].axes[0]) == ["train", "val", "best val 0.5"]
    assert titles(figures["metrics"]) == ["accuracy", "recall of each class (val)", "lr"]
    assert labels(figures["metrics"].axes[1]) == ["bad", "good"]


def test_the_mean_of_an_epoch_stands_beside_its_steps():
    history = long_run(2) | {"train/loss_epoch": Series([0, 1], [200, 400], [0.6, 0.3])}
    axis = draw_curves(history)["loss"].axes[0]
    assert labels(axis) == ["train", "val", "best val 0.6", "train, epoch's mean"]
    lines = [line for line in axis.get_lines() if line.get_label() in ("train", "val", labels(axis)[-1])]
    assert len({line.get_color() for line in lines}) == 3


def test_the_best_point_is_the_lowest_loss_and_the_highest_accuracy():
    figures = draw_curves(long_run())
    loss, accuracy = figures["loss"].axes[0], figures["metrics"].axes[0]
    rings = [line for line in loss.get_lines() if str(line.get_label()).startswith("best")]
    assert [list(ring.get_xdata()) for ring in rings] == [[600]]
    assert "best val 0.5" in labels(loss)
    assert "best val 1.4" in labels(accuracy)


def test_noise_of_a_long_run_is_smoothed_and_its_raw_values_stay_visible():
    axis = draw_curves(long_run())["loss"].axes[0]
    raw, smooth = (np.array(line.get_ydata()) for line in axis.get_lines()[:2])
    assert len(raw) == len(smooth) == 1200
    assert np.abs(np.diff(smooth[600:])).mean() < 0.2 * np.abs(np.diff(raw[600:])).mean()
    assert smooth[600:].mean() == pytest.approx(raw[600:].mean(), rel=0.05)


def test_epoch_ends_are_marked_and_named_only_while_they_can_be_told_apart():
    few, many = draw_curves(long_run(6))["loss"].axes[0], draw_curves(long_run(40))["loss"].axes[0]
    assert "end of an epoch" in few.get_xlabel()
    assert many.get_xlabel() == "step"


@pytest.mark.filterwarnings("error")
def test_a_run_of_one_point_is_drawn_with_whole_numbers_on_the_axis(tmp_path):
    figure = draw_curves({"val/accuracy": Series([0], [3], [0.5])})["metrics"]
    figure.savefig(tmp_path / "one.png")
    ticks = [tick for tick in figure.axes[0].get_xticks() if 0 <= tick <= 3]
    assert ticks == [int(tick) for tick in ticks]
    assert ticks


@pytest.mark.filterwarnings("error")
def test_a_diverged_run_is_drawn_on_a_log_scale_without_a_best_point(tmp_path):
    blown = [0.7 * 1.5**i for i in range(30)] + [math.nan, math.inf]
    curves = {
        "train/loss": Series([0] * 32, list(range(32)), blown),
        "val/loss": Series([0], [31], [math.nan]),
    }
    figure = draw_curves(curves)["loss"]
    figure.savefig(tmp_path / "blown.png")
    assert figure.axes[0].get_yscale() == "log"
    assert titles(figure) == ["loss (log scale)"]
    assert labels(figure.axes[0]) == ["train", "val"]


def test_of_many_classes_the_lowest_are_drawn():
    history = {f"val/recall_{i}": Series([0], [1], [i / 20]) for i in range(20)}
    assert labels(draw_curves(history)["metrics"].axes[0]) == [str(i) for i in range(len(COLOURS))]


def test_nothing_logged_draws_nothing():
    assert draw_curves({}) == {}


def test_the_best_value_is_marked_by_the_declared_direction():
    history = {"val/loss": Series([0, 0, 0], [1, 2, 3], [0.5, 0.25, 1.0])}
    facts = [{"name": "loss", "lower_is_better": False}]
    assert "best val 0.25" in labels(draw_curves(history)["loss"].axes[0])
    assert "best val 1" in labels(draw_curves(history, facts)["loss"].axes[0])
