"""The loss of observed points, and what a validation keeps."""

from functools import partial
from typing import NamedTuple

import numpy as np
import pytest
import torch
from torch import nn

from rnnlab.kinds.forecasting.task import Forecasting
from rnnlab.training.scheduler.lr_curve import Constant


class Found(NamedTuple):
    point: torch.Tensor
    quantiles: torch.Tensor


class Batch(NamedTuple):
    target: torch.Tensor
    target_observed: torch.Tensor
    series: torch.Tensor
    lengths: torch.Tensor
    rows: torch.Tensor


class Level(nn.Module):
    """Predicts one learned number, and quantiles that lie around it."""

    def __init__(self, probabilistic=True):
        super().__init__()
        self.number = nn.Parameter(torch.zeros(()))
        self.head = nn.Module()
        self.head.probabilistic = probabilistic

    def losses(self, batch):
        return (batch.target - self.number).square()

    def forecast(self, batch, levels):
        point = self.number.expand_as(batch.target)
        return Found(point, point.unsqueeze(-1) + torch.tensor(levels) - 0.5)


class Doubled:
    """A scaler of two series: the second one's values are three times as large."""

    def invert(self, values, series):
        return values * np.array([2.0, 6.0], np.float32)[series][:, None, None]


def task(network=None, **settings):
    parts = (network or Level(), partial(torch.optim.SGD, lr=0.1), Constant(), Doubled(), np.ones((2, 1)))
    return Forecasting(*parts, **settings)


def batch(target, observed=None, series=None):
    target = torch.tensor(target)
    seen = torch.ones_like(target, dtype=torch.bool) if observed is None else torch.tensor(observed)
    rows = torch.arange(len(target))
    return Batch(target, seen, torch.zeros_like(rows) if series is None else series, rows + 1, rows)


def test_the_loss_is_the_mean_over_observed_points():
    made = batch([[[1.0], [2.0]], [[3.0], [0.0]]], [[[True], [True]], [[True], [False]]])
    assert float(task().loss(made).detach()) == pytest.approx((1 + 4 + 9) / 3)


@pytest.mark.parametrize("missing", [0.0, 1e30])
def test_a_missing_target_has_no_gradient(missing):
    made, trained = batch([[[1.0], [missing]]], [[[True], [False]]]), task()
    trained.loss(made).backward()
    assert float(trained.network.number.grad) == pytest.approx(-2.0)


def test_a_batch_without_observed_points_has_no_loss():
    assert float(task().loss(batch([[[1.0]]], [[[False]]])).detach()) == 0


def test_horizon_weights_are_geometric_and_leave_the_mean():
    made = task(horizon_weight=4.0)
    weights = made.step_weights(torch.zeros(1, 3, 1))
    assert (weights / weights[0]).tolist() == pytest.approx([1, 2, 4])
    assert float(weights.mean()) == pytest.approx(1)
    steps = batch([[[1.0], [0.0], [2.0]]])
    assert float(made.loss(steps).detach()) == pytest.approx((1 * 1 + 4 * 4) / 7)


def test_a_validation_in_training_keeps_sums_and_another_one_whole_windows():
    made, series = task(levels=[0.5, 0.9]), torch.tensor([0, 1])
    steps = batch([[[1.0], [0.0]], [[1.0], [2.0]]], [[[True], [False]], [[True], [True]]], series)
    made.on_fit_start()
    with torch.no_grad():
        sums = made.predictions(steps)
    assert not {"label", "predicted", "quantiles"} & set(sums)
    assert sums["series"].tolist() == [0, 1]
    assert sums["sum_count"].squeeze(1).tolist() == [1, 2]
    assert sums["sum_size"].squeeze(1).tolist() == [2, 6 + 12]  # in the data's units
    assert sums["sum_scaled_square"].squeeze(1).tolist() == [1, 1 + 4]
    assert set(made.scores(sums)) == {"weighted_quantile_loss", "scaled_mse", "scaled_mae", "mase"}
    made.on_fit_end()
    with torch.no_grad():
        whole = made.predictions(steps)
    assert whole["label"].shape == whole["predicted"].shape == (2, 2, 1)
    assert whole["label"][1].squeeze().tolist() == [6, 12]
    assert bool(whole["label"][0, 1].isnan())
    assert made.scores(whole)["mae"] == pytest.approx((2 + 6 + 12) / 3)
    torch.testing.assert_close(whole["quantiles"][:, 0, 0], torch.tensor([[0.0, 0.8], [0.0, 2.4]]))


def test_levels_are_sorted_and_a_head_without_a_distribution_has_the_median_alone():
    assert task(levels=[0.9, 0.1, 0.5]).levels == (0.1, 0.5, 0.9)
    assert task(Level(probabilistic=False), levels=[0.1, 0.9]).levels == (0.5,)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"levels": []}, "a list of different numbers between 0 and 1"),
        ({"levels": [0.5, 1]}, "a list of different numbers between 0 and 1"),
        ({"levels": [0.5, 0.5]}, "a list of different numbers between 0 and 1"),
        ({"horizon_weight": 0.0}, "horizon_weight=0.0 must be a number > 0"),
    ],
)
def test_wrong_settings_are_refused(settings, said):
    with pytest.raises(ValueError, match=said):
        task(**settings)


def test_metrics_of_a_point_forecast_are_those_of_its_median():
    made = task(Level(probabilistic=False))
    with torch.no_grad():
        found = made.scores(made.predictions(batch([[[1.0], [-2.0]]])))
    assert found["weighted_quantile_loss"] == pytest.approx(found["nd"])
    assert found["crps"] == pytest.approx(found["mae"])
