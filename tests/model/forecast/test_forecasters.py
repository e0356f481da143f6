"""What every forecaster keeps: padding and missing values change nothing, rows stand by themselves."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any

import pytest
import torch
from torch import Tensor

from rnnlab.model.cell_options import CELLS
from rnnlab.model.encoder import RecurrentEncoder
from rnnlab.model.forecast.base import Forecaster
from rnnlab.model.forecast.deepar import DeepAR
from rnnlab.model.forecast.direct import DirectForecaster
from rnnlab.model.forecast.es_rnn import ESRNN, steps_of_smoothing
from rnnlab.model.forecast.options import SEGMENTS, ForecastOptions, input_size
from rnnlab.model.forecast.segrnn import SegRNN
from rnnlab.model.forecast.seq2seq import Seq2Seq
from rnnlab.model.forecast.skip import Skip
from rnnlab.model.forecast.window import WindowNorm
from rnnlab.model.head.distribution import DistributionHead
from rnnlab.model.head.gaussian import Gaussian
from rnnlab.model.head.mixture import Mixture
from rnnlab.model.head.negative_binomial import NegativeBinomial
from rnnlab.model.head.point import Point
from rnnlab.model.head.quantile import Quantile

ROWS, STEPS, HORIZON = 5, 16, 6
LEVELS = (0.1, 0.5, 0.9)
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
    head: DistributionHead | None = None,
    sizes: dict[str, int] = SIZES,
    forecaster: type[Forecaster] = DirectForecaster,
    cell: str = "gru",
    num_layers: int = 1,
    horizon: int = HORIZON,
    **chosen: object,
) -> Forecaster:
    torch.manual_seed(0)
    options = ForecastOptions(**{"segment_length": 5, "num_paths": 30} | chosen)
    model = {**vars(options), "hidden_size": 8}
    if forecaster is SegRNN:
        model["forecaster"] = SEGMENTS
    encoder = RecurrentEncoder(cell, input_size(model, sizes), 8, num_layers)
    given = {"num_series": 4, "season": 4, "options": options, "dropout": 0.0}
    made = forecaster(encoder, head or Gaussian(), horizon, STEPS, **sizes, **given).double()
    for weight in made.parameters():  # so that parts that start at zero take part
        weight.data += 0.05 * torch.randn_like(weight)
    return made


DIRECT = [
    (
        DirectForecaster,
        {"window_norm": norm, "channels": channels, "skip": skip, "series_embedding_size": size},
    )
    for norm, skip, channels, size in (
        ("none", "none", "joint", 0),
        ("last", "linear", "independent", 3),
        ("mean", "seasonal", "joint", 3),
        ("revin", "both", "independent", 0),
        ("revin", "linear", "joint", 2),
        ("scale", "none", "joint", 0),
    )
]
OTHERS = [
    (SegRNN, {"channels": "independent", "window_norm": "last", "series_embedding_size": 2}),
    (SegRNN, {"skip": "both", "window_norm": "revin"}),
    (Seq2Seq, {"window_norm": "last", "series_embedding_size": 2}),
    (Seq2Seq, {"channels": "independent", "skip": "linear"}),
    (ESRNN, {"channels": "independent"}),
    (ESRNN, {"window_norm": "revin", "series_embedding_size": 2}),
    (DeepAR, {"window_norm": "scale"}),
    (DeepAR, {"channels": "independent", "skip": "seasonal", "series_embedding_size": 2}),
    (DeepAR, {"window_norm": "revin", "skip": "both"}),
]


def name_of(case: object) -> str:
    return (
        case.__name__
        if isinstance(case, type)
        else "-".join(map(str, vars(ForecastOptions(**case)).values()))
    )


@pytest.mark.parametrize(("forecaster", "chosen"), DIRECT + OTHERS, ids=name_of)
@pytest.mark.parametrize("head", [Quantile(), Mixture(2)], ids=lambda head: type(head).__name__)
class TestEveryForecaster:
    @pytest.fixture
    def network(self, forecaster, chosen, head):
        return make(head, forecaster=forecaster, **chosen).eval()

    def test_a_row_alone_equals_the_row_in_a_batch(self, network):
        given = batch()
        losses, forecast = network.losses(given), network.forecast(given, LEVELS)
        assert losses.shape == forecast.point.shape == given.target.shape
        for row in range(ROWS):
            alone = given.rows(slice(row, row + 1))
            torch.testing.assert_close(network.losses(alone)[0], losses[row])
            for whole, own in zip(forecast, network.forecast(alone, LEVELS), strict=True):
                torch.testing.assert_close(own[0], whole[row])

    def test_a_batch_of_short_rows_may_have_fewer_steps(self, network):
        given = batch().rows(slice(1, 3))
        assert int(given.lengths.max()) == 9
        cut = {name: getattr(given, name)[:, :9] for name in ("values", "observed", "past", "known", "gap")}
        torch.testing.assert_close(network.losses(replace(given, **cut)), network.losses(given))

    def test_padding_and_missing_values_change_nothing(self, network):
        given = batch()
        padded = (torch.arange(STEPS) >= given.lengths.unsqueeze(1)).unsqueeze(2)
        hidden = torch.rand(given.target.shape) > 0.7
        given = replace(given, target_observed=~hidden, target=given.target.masked_fill(hidden, 0))
        other = replace(
            given,
            values=given.values.masked_fill(~given.observed, 7.0),
            past=given.past.masked_fill(padded, 7.0),
            known=given.known.masked_fill(padded, 7.0),
            gap=given.gap.masked_fill(padded.squeeze(2), 7.0),
            target=given.target.masked_fill(hidden, 7.0),
        )
        for one, same in zip(network.forecast(given, LEVELS), network.forecast(other, LEVELS), strict=True):
            torch.testing.assert_close(one, same)
        torch.testing.assert_close(network.losses(given)[~hidden], network.losses(other)[~hidden])

    def test_every_weight_gets_a_gradient(self, network):
        network.train().losses(batch()).mean().backward()
        assert [name for name, weight in network.named_parameters() if not weight.grad.any()] == []
        assert set(network.state_dict()) == {name for name, _ in network.named_parameters()}

    def test_quantiles_do_not_cross_and_samples_have_their_shape(self, network):
        given = batch()
        quantiles = network.forecast(given, LEVELS).quantiles
        assert quantiles.shape == (*given.target.shape, 3)
        assert (quantiles.diff(dim=-1) >= 0).all()
        drawn = network.samples(given, 7, torch.Generator().manual_seed(1))
        assert drawn.shape == (7, *given.target.shape)


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("forecaster", [DirectForecaster, SegRNN, Seq2Seq, DeepAR], ids=name_of)
def test_every_cell_forecasts(forecaster, cell):
    network = make(forecaster=forecaster, cell=cell, num_layers=2).eval()
    assert torch.isfinite(network.losses(batch())).all()
    assert torch.isfinite(network.forecast(batch(), LEVELS).quantiles).all()


@pytest.mark.parametrize("forecaster", [DirectForecaster, Seq2Seq, DeepAR], ids=name_of)
def test_a_cell_of_elapsed_time_reads_the_gaps_themselves(forecaster, monkeypatch):
    network, given, found = make(forecaster=forecaster, cell="cfc"), batch(), []
    gap = torch.rand(given.gap.shape, generator=torch.Generator().manual_seed(2), dtype=torch.double)
    run = network.encoder.forward

    def listening(steps: Tensor, lengths: Any, state: Any, elapsed: Tensor) -> Any:
        found.append((steps[..., 2 * network.width], elapsed))
        return run(steps, lengths, state, elapsed)

    monkeypatch.setattr(network.encoder, "forward", listening)
    network.forecast(replace(given, gap=torch.where(gap > 0.5, gap, 0.0)), LEVELS)
    assert found
    for logarithms, elapsed in found:
        expected = [math.exp(x) - 1 if x > 0 else 1.0 for x in logarithms.flatten().tolist()]
        assert elapsed.flatten().tolist() == pytest.approx(expected)


@pytest.mark.parametrize("forecaster", [DirectForecaster, SegRNN, Seq2Seq, DeepAR, ESRNN], ids=name_of)
def test_without_covariates_and_with_gradients_right_to_finite_differences(forecaster):
    sizes = {"targets": 1, "past": 0, "known": 0, "static": 0}
    network, given = make(forecaster=forecaster, sizes=sizes), batch(sizes, rows=3)
    if forecaster is DeepAR:  # what it puts in place of missing values has no gradient
        given = replace(given, observed=given.values == given.values, lengths=torch.full((3,), STEPS))
    weights = list(network.parameters())

    def loss(*values: Tensor) -> Tensor:
        swapped = dict(zip(dict(network.named_parameters()), values, strict=True))
        return torch.func.functional_call(
            Losses(network), {f"of.{k}": v for k, v in swapped.items()}, (given,)
        )

    assert torch.autograd.gradcheck(loss, [w.detach().requires_grad_() for w in weights], fast_mode=True)


class Losses(torch.nn.Module):
    def __init__(self, of: Forecaster) -> None:
        super().__init__()
        self.of = of

    def forward(self, given: Batch) -> Tensor:
        return self.of.losses(given).mean()


def test_the_future_of_a_target_is_read_by_no_forecast_and_by_no_earlier_loss():
    network, given = make(forecaster=DeepAR).eval(), batch()
    other = replace(given, target=given.target.clone())
    other.target[:, 3] += 5
    before, after = network.losses(given), network.losses(other)
    torch.testing.assert_close(before[:, :3], after[:, :3])
    assert not torch.isclose(before[:, 4:], after[:, 4:]).any()
    torch.testing.assert_close(network.forecast(given, LEVELS).point, network.forecast(other, LEVELS).point)


def test_one_autoregressive_step_has_the_distribution_of_the_loss():
    """The first step of a forecast's paths has the quantiles of the distribution that the loss is of."""
    network, given = make(Gaussian(), forecaster=DeepAR).eval(), batch()
    drawn = network.samples(given, 4000, torch.Generator().manual_seed(3))[:, :, 0]  # (N, B, C)
    zero, one = (replace(given, target=torch.full_like(given.target, value)) for value in (0.0, 1.0))
    a, b = network.losses(zero)[:, 0], network.losses(one)[:, 0]
    mean, spread = drawn.mean(0), drawn.std(0)
    expected = 0.5 * ((1 - mean) ** 2 - mean**2) / spread**2  # of two normal log densities
    torch.testing.assert_close(b - a, expected, rtol=0.1, atol=0.1)


def test_a_point_forecast_of_an_autoregressive_network_is_one_path():
    network, given = make(Point(), forecaster=DeepAR).eval(), batch()
    forecast = network.forecast(given, LEVELS)
    told = network.losses(replace(given, target=forecast.point))  # reads what it forecast itself
    torch.testing.assert_close(told, torch.zeros_like(told))


LONGER = 2 * HORIZON + 1
OPEN_ENDED = [{"window_norm": "scale"}, {"channels": "independent", "skip": "seasonal"}]


def longer(given: Batch) -> Batch:
    """The same windows, with the future of LONGER steps."""
    more = torch.randn(ROWS, LONGER - HORIZON, 3, generator=torch.Generator().manual_seed(4)).double()
    return replace(given, future=torch.cat((given.future, more), dim=1))


@pytest.mark.parametrize("chosen", OPEN_ENDED, ids=name_of)
def test_an_autoregressive_forecast_past_the_horizon_goes_on_from_the_shorter_one(chosen):
    network, given = make(forecaster=DeepAR, **chosen).eval(), batch()
    short, long = network.forecast(given, LEVELS), network.forecast(longer(given), LEVELS)
    assert network.open_ended
    assert long.quantiles.shape == (ROWS, LONGER, 2, 3)
    for one, other in zip(short, long, strict=True):
        torch.testing.assert_close(one, other[:, :HORIZON])
    changed = longer(given)
    changed.future[:, -1] += 3
    other = network.forecast(changed, LEVELS).point
    torch.testing.assert_close(other[:, :-1], long.point[:, :-1])
    assert not torch.isclose(other[:, -1], long.point[:, -1]).any()


@pytest.mark.parametrize("chosen", OPEN_ENDED, ids=name_of)
def test_past_the_horizon_it_forecasts_what_a_network_of_that_horizon_would(chosen):
    network, given = make(Point(), forecaster=DeepAR, **chosen).eval(), batch()
    other = make(Point(), forecaster=DeepAR, horizon=LONGER, **chosen).eval()
    other.load_state_dict(network.state_dict())
    found, expected = (one.forecast(longer(given), LEVELS).point for one in (network, other))
    torch.testing.assert_close(found, expected)


def test_others_and_a_linear_skip_end_with_the_horizon():
    of = {case: make(forecaster=case).open_ended for case in (DirectForecaster, SegRNN, Seq2Seq, ESRNN)}
    assert not any(of.values())
    network = make(forecaster=DeepAR, skip="both").eval()
    assert not network.open_ended
    with pytest.raises(ValueError, match="steps=13: skip=both is a map to horizon=6 steps"):
        network.forecast(longer(batch()), LEVELS)


@pytest.mark.parametrize("name", ["last", "mean", "revin", "scale"])
def test_a_window_norm_undoes_what_it_did(name):
    values, observed = torch.randn(4, 9, 2).double(), torch.rand(4, 9, 2) > 0.3
    norm = WindowNorm(name, 2).double()
    for weight in norm.parameters():
        torch.nn.init.normal_(weight)
    normal, loc, scale = norm(values, observed, None)
    torch.testing.assert_close((loc.unsqueeze(1) + scale.unsqueeze(1) * normal)[observed], values[observed])
    assert (normal[~observed] == 0).all()
    if name == "last":
        rows = [values[0, :, 0][observed[0, :, 0]][-1], values[3, :, 1][observed[3, :, 1]][-1]]
        assert [loc[0, 0], loc[3, 1]] == rows
    if name == "scale":
        torch.testing.assert_close(scale[2, 1], 1 + values[2, :, 1][observed[2, :, 1]].abs().mean())


def test_the_seasonal_skip_repeats_the_latest_season_that_was_observed():
    values = torch.tensor([1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0]).view(1, 8, 1)
    skip = Skip("seasonal", 8, 5, 3)
    whole = torch.ones(1, 8, 1, dtype=torch.bool)
    assert skip(values, whole, None).flatten().tolist() == [6, 7, 8, 6, 7]
    whole[0, 6] = False  # the 7 is missing: the one of a season before stands in
    assert skip(values, whole, None).flatten().tolist() == [6, 4, 8, 6, 4]
    assert skip(values, whole, torch.tensor([3])).flatten().tolist() == [1, 2, 3, 1, 2]
    assert skip(values, whole, torch.tensor([2])).flatten().tolist() == [2, 1, 2, 2, 1]  # 2: the last value


def test_the_linear_skip_starts_as_the_last_value_and_is_nlinear():
    values, whole = torch.randn(3, 8, 2), torch.ones(3, 8, 2, dtype=torch.bool)
    skip = Skip("linear", 8, 5, 1)
    torch.testing.assert_close(skip(values, whole, None), values[:, -1:].expand(-1, 5, -1))
    torch.nn.init.normal_(skip.weight)
    last = values[:, -1:]
    expected = torch.nn.functional.linear((values - last).transpose(1, 2), skip.weight).transpose(1, 2) + last
    torch.testing.assert_close(skip(values, whole, None), expected)


def test_smoothing_is_holt_and_winters_by_hand():
    values = [3.0, 5.0, 4.0, 7.0, 5.0]
    level, seasons, within = 2.0, [1.0, -1.0], []
    for t, x in enumerate(values):
        season = seasons[t % 2]
        within.append(season)
        level = level + 0.5 * (x - season - level)
        seasons[t % 2] = season + 0.25 * (x - level - season)
    given = torch.tensor(values).view(5, 1, 1)
    rate, seasonal = torch.full((1, 1), 0.5), torch.full((1, 1), 0.25)
    first = [torch.full((1, 1), 1.0), torch.full((1, 1), -1.0)]
    found = steps_of_smoothing(given, torch.ones_like(given), rate, seasonal, torch.full((1, 1), 2.0), first)
    assert found[0].item() == pytest.approx(level)
    assert found[1].flatten().tolist() == pytest.approx(within)
    assert found[2].flatten().tolist() == pytest.approx(
        [seasons[1], seasons[0]]
    )  # step 6 has the second phase


def test_a_purely_seasonal_series_is_forecast_exactly_by_what_es_rnn_smooths():
    network = make(Point(), {"targets": 1, "past": 0, "known": 0, "static": 0}, ESRNN)
    torch.nn.init.zeros_(network.to_horizon.weight)
    torch.nn.init.zeros_(network.to_horizon.bias)
    wave = torch.tensor([1.0, 4.0, 2.0, -3.0]).double().repeat(6)
    given = batch({"targets": 1, "past": 0, "known": 0, "static": 0}, rows=1)
    whole = torch.ones(1, STEPS, 1, dtype=torch.bool)
    given = replace(given, values=wave[:STEPS].view(1, -1, 1), observed=whole)
    found = network.forecast(given, (0.5,)).point.flatten()
    torch.testing.assert_close(found, wave[STEPS : STEPS + HORIZON])


def test_counts_are_forecast_as_counts():
    network, given = make(NegativeBinomial(), forecaster=DeepAR, window_norm="scale").eval(), batch()
    counts = {"values": (given.values.abs() * 5).round(), "target": (given.target.abs() * 5).round()}
    given = replace(given, **counts)
    assert torch.isfinite(network.losses(given)).all()
    drawn = network.samples(given, 10, torch.Generator().manual_seed(1))
    assert torch.equal(drawn, drawn.round())
    assert (drawn >= 0).all()


def bidirectional(forecaster: type[Forecaster]) -> Forecaster:
    width = 8 if forecaster is SegRNN else 3
    encoder = RecurrentEncoder("gru", width, 8, bidirectional=True)
    return forecaster(encoder, Point(), HORIZON, STEPS, options=ForecastOptions(segment_length=4))


@pytest.mark.parametrize(
    ("making", "message"),
    [
        (lambda: bidirectional(SegRNN), "SegRNN decodes from the encoder's state: it needs a causal encoder"),
        (lambda: bidirectional(DeepAR), "reads from left to right: it needs a causal encoder"),
        (
            lambda: make(forecaster=SegRNN, segment_length=17),
            "segment_length=17 must be at most input_length=16",
        ),
        (lambda: make(forecaster=ESRNN, skip="linear"), "skip=linear must be none: ES-RNN has a level"),
        (lambda: make(NegativeBinomial(), window_norm="last"), "window_norm=last shifts counts"),
        (lambda: make(NegativeBinomial(), skip="linear"), "skip=linear is added to the forecast"),
        (lambda: make(NegativeBinomial(), forecaster=ESRNN), "ES-RNN adds a level to the forecast"),
        (lambda: Skip("seasonal", 8, 2, 9), "input_length=8 must be at least season=9"),
        (
            lambda: ForecastOptions(window_norm="z"),
            "window_norm=z must be one of none, last, mean, revin, scale",
        ),
        (
            lambda: DirectForecaster(RecurrentEncoder("gru", 4, 8), Point(), 2, 8),
            "encoder.input_size=4 must be a step's 3 features",
        ),
    ],
)
def test_what_is_refused(making, message):
    with pytest.raises(ValueError, match=message):
        making()
