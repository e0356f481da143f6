"""What every forecaster keeps: padding and missing values change nothing, rows stand by themselves."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest
import torch
from torch import Tensor

from rnnlab.model.encoder import RecurrentEncoder
from rnnlab.model.forecast.base import Forecaster
from rnnlab.model.forecast.direct import DirectForecaster
from rnnlab.model.forecast.options import ForecastOptions, input_size
from rnnlab.model.head.gaussian import Gaussian
from rnnlab.model.head.point import Point
from rnnlab.model.head.quantile import Quantile

ROWS, STEPS, HORIZON = 5, 16, 6
SIZES = {"targets": 2, "past": 1, "known": 3, "static": 2}


@dataclass(frozen=True)
class Batch:
    values: Tensor
    observed: Tensor
    past: Tensor
    known: Tensor
    future: Tensor
    static: Tensor
    gap: Tensor
    series: Tensor
    lengths: Tensor
    target: Tensor
    target_observed: Tensor

    def rows(self, which: slice) -> Batch:
        return Batch(**{name: value[which] for name, value in vars(self).items()})


def batch(sizes: dict[str, int] = SIZES, rows: int = ROWS, seed: int = 1) -> Batch:
    generator = torch.Generator().manual_seed(seed)

    def normal(*shape: int) -> Tensor:
        return torch.randn(*shape, generator=generator, dtype=torch.double)

    lengths = torch.tensor([STEPS, 9, 1, STEPS, 12])[:rows]
    real = torch.arange(STEPS) < lengths.unsqueeze(1)
    observed = (torch.rand(rows, STEPS, sizes["targets"], generator=generator) > 0.2) & real.unsqueeze(2)
    hidden = normal(rows, STEPS, sizes["targets"]) * observed
    known, past = normal(rows, STEPS, sizes["known"]), normal(rows, STEPS, sizes["past"])
    given = (normal(rows, HORIZON, sizes["known"]), normal(rows, sizes["static"]))
    target = normal(rows, HORIZON, sizes["targets"])
    series = torch.tensor([0, 2, -1, 3, 1])[:rows]
    gap = torch.zeros(rows, STEPS, dtype=torch.double)
    return Batch(hidden, observed, past, known, *given, gap, series, lengths, target, target == target)


def make(
    head=None, sizes=SIZES, forecaster=DirectForecaster, cell="gru", dropout=0.0, **chosen
) -> Forecaster:
    torch.manual_seed(0)
    options = ForecastOptions(**chosen)
    width = input_size({**vars(options)}, sizes)
    encoder = RecurrentEncoder(cell, width, 8)
    given = {"num_series": 4, "season": 4, "options": options, "dropout": dropout}
    made = forecaster(encoder, head or Gaussian(), HORIZON, STEPS, **sizes, **given).double()
    for weight in made.parameters():  # so that parts that start at zero take part
        weight.data += 0.05 * torch.randn_like(weight)
    return made


EVERY = [
    {"window_norm": norm, "channels": channels, "skip": skip, "series_embedding_size": size}
    for norm, skip, channels, size in (
        ("none", "none", "joint", 0),
        ("last", "linear", "independent", 3),
        ("mean", "seasonal", "joint", 3),
        ("revin", "both", "independent", 0),
        ("revin", "linear", "joint", 2),
        ("scale", "none", "joint", 0),
    )
]


@pytest.mark.parametrize("chosen", EVERY, ids=lambda chosen: "-".join(map(str, chosen.values())))
@pytest.mark.parametrize("head", [Point(), Quantile(), Gaussian()], ids=lambda head: type(head).__name__)
class TestEveryOption:
    def test_a_row_alone_equals_the_row_in_a_batch(self, head, chosen):
        network, given = make(head, **chosen).eval(), batch()
        together = network(given)
        assert together.shape == (ROWS, HORIZON, SIZES["targets"], head.num_parameters)
        for row in range(ROWS):
            torch.testing.assert_close(network(given.rows(slice(row, row + 1)))[0], together[row])

    def test_padding_and_missing_values_change_nothing(self, head, chosen):
        network, given = make(head, **chosen).eval(), batch()
        padded = (torch.arange(STEPS) >= given.lengths.unsqueeze(1)).unsqueeze(2)
        other = replace(
            given,
            values=given.values.masked_fill(~given.observed, 7.0),
            past=given.past.masked_fill(padded, 7.0),
            known=given.known.masked_fill(padded, 7.0),
        )
        torch.testing.assert_close(network(other), network(given))

    def test_every_weight_gets_a_gradient(self, head, chosen):
        network, given = make(head, **chosen), batch()
        losses = network.losses(given)
        assert losses.shape == given.target.shape
        losses.mean().backward()
        still = [name for name, weight in network.named_parameters() if not weight.grad.any()]
        assert still == []
        assert set(network.state_dict()) == {name for name, _ in network.named_parameters()}

    def test_quantiles_do_not_cross_and_samples_have_their_shape(self, head, chosen):
        network, given = make(head, **chosen).eval(), batch()
        forecast = network.forecast(given, (0.1, 0.5, 0.9))
        assert forecast.point.shape == given.target.shape
        assert forecast.quantiles.shape == (*given.target.shape, 3)
        assert (forecast.quantiles.diff(dim=-1) >= 0).all()
        drawn = network.samples(given, 7, torch.Generator().manual_seed(1))
        assert drawn.shape == (7, *given.target.shape)
