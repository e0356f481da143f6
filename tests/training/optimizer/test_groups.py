"""Rates and decays by layer and kind."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest
import torch
from hydra import compose, initialize_config_dir
from torch import nn

from rnnlab.model.cell_options import CELLS, CellOptions
from rnnlab.model.classifier import Classifier
from rnnlab.model.encoder import RecurrentEncoder
from rnnlab.model.ensemble import Ensemble
from rnnlab.model.make_layer import make_layer
from rnnlab.model.short_convolution import convolved
from rnnlab.training.optimizer.groups import depths_of, grouped, kinds_of, regroup
from rnnlab.training.optimizer.muon import MuonAdamW

CONF = Path(__file__).parents[3] / "conf"


def classifier() -> Classifier:
    return Classifier(20, 8, RecurrentEncoder("lstm", 8, 4, 2, True, norm="layer"), "max", 3)


def rates(optimizer: torch.optim.Optimizer, network: nn.Module) -> dict[str, tuple[float, float]]:
    """Name to (learning rate, weight decay)."""
    names = {id(parameter): name for name, parameter in network.named_parameters()}
    return {
        names[id(parameter)]: (group["lr"], group["weight_decay"])
        for group in optimizer.param_groups
        for parameter in group["params"]
    }


def adamw(network: nn.Module, no_decay: tuple[str, ...] = (), layer_decay: float | None = None):
    make = partial(torch.optim.AdamW, lr=1.0, weight_decay=0.5)
    return grouped(make, network, no_decay, layer_decay, network.named_parameters())


def test_without_settings_the_optimizer_is_left_alone():
    network = classifier()
    optimizer = adamw(network)
    assert len(optimizer.param_groups) == 1
    assert set(rates(optimizer, network).values()) == {(1.0, 0.5)}


def test_each_layer_below_has_the_rate_of_the_one_above_divided():
    network = classifier()
    found = rates(adamw(network, layer_decay=2.0), network)
    assert found["head.weight"][0] == 1.0
    assert found["encoder.forward_layers.1.weight_hh_l0"][0] == 0.5
    assert found["encoder.backward_layers.1.bias_ih_l0"][0] == 0.5
    assert found["encoder.forward_layers.0.weight_ih_l0"][0] == 0.25
    assert found["embedding.vectors.weight"][0] == 0.125
    assert len(found) == len(list(network.parameters()))


def test_members_of_an_ensemble_have_the_same_depths():
    network = Ensemble([classifier(), classifier()])
    depths = depths_of(network)
    named = {name: depths[id(parameter)] for name, parameter in network.named_parameters()}
    assert named["members.0.embedding.vectors.weight"] == named["members.1.embedding.vectors.weight"] == 3
    assert named["members.1.head.bias"] == 0


def test_kinds_that_keep_their_size():
    network = classifier()
    found = rates(adamw(network, no_decay=("bias", "norm", "embedding")), network)
    kept = {name for name, (_, decay) in found.items() if decay == 0}
    assert {"head.bias", "embedding.vectors.weight", "encoder.depth.norms.0.weight"} <= kept
    assert found["encoder.forward_layers.0.weight_hh_l0"] == (1.0, 0.5)
    assert found["head.weight"] == (1.0, 0.5)
    assert kinds_of(network)[id(network.encoder.depth.norms[0].bias)] == {"bias", "norm"}


EVERY_KIND = ("bias", "norm", "embedding", "rate")
MATRIX = {"weight_ih", "weight_gates"}
DECAYING = {
    "rnn": {"weight_ih_l0", "weight_hh_l0"},
    "lstm": {"weight_ih_l0", "weight_hh_l0"},
    "gru": {"weight_ih_l0", "weight_hh_l0"},
    "layernorm_lstm": {"weight_ih_l0", "weight_hh_l0"},
    "mogrifier_lstm": {"weight_ih_l0", "weight_hh_l0", *(f"gating_l0.{number}" for number in range(5))},
    "slstm": {"weight_ih_l0", "weight_hh_heads_l0.0"},
    "indrnn": {"weight_ih_l0"},
    "cfc": {"weight_ih_l0", "weight_hh_l0"},
    "mingru": {"weight_ih"},
    "minlstm": {"weight_ih"},
    "rg_lru": {"weight_ih"},
    "lru": {"weight_ih", "weight_out"},
    "gla": {"weight_ih"},
    "mamba": {"weight_ih", "weight_select", "weight_size"},
    "deltanet": MATRIX,
    "gated_deltanet": MATRIX,
    "rwkv7": {"weight_ih"},
    "mlstm": MATRIX,
    "window_attention": {"weight_ih"},
}
"""Parameters of a layer of each cell with weight decay where all kinds that can be are exempt."""
RATES = {
    "indrnn": {"recurrent_l0"},
    "rg_lru": {"raw_decay"},
    "lru": {"log_rate", "log_phase", "log_gain"},
    "gla": {"scale"},
    "mamba": {"log_rate", "bias_size", "skip"},
    "deltanet": {"scale"},
    "gated_deltanet": {"scale", "log_rate", "bias_gates"},
    "rwkv7": {"scale", "lookup_scale", "rate_mix"},
    "mlstm": {"scale"},
}
"""Parameters of the kind `rate`; of cells that are not here, none."""


def exempt(layer: nn.Module, no_decay: tuple[str, ...]) -> set[str]:
    return {name for name, (_, decay) in rates(adamw(layer, no_decay), layer).items() if decay == 0}


@pytest.mark.parametrize("cell", CELLS)
def test_what_decays_of_each_cell(cell):
    layer = make_layer(cell, 5, 8, CellOptions())
    named = {name for name, _ in layer.named_parameters()}
    assert named - exempt(layer, EVERY_KIND) == DECAYING[cell]
    assert exempt(layer, ("rate",)) == RATES.get(cell, set())


def test_decay_rates_of_mamba_2_are_exempt_behind_a_convolution():
    layer = convolved(make_layer("gla", 5, 8, CellOptions(decay_kind="scalar")), 4)
    kept = {f"layer.{name}" for name in ("scale", "log_rate", "bias_gates", "skip")}
    assert exempt(layer, ("rate",)) == kept


@pytest.mark.parametrize("task", sorted(path.stem for path in (CONF / "task").glob("*.yaml")))
def test_no_task_decays_rates_by_default(task):
    with initialize_config_dir(str(CONF), version_base="1.3"):
        cfg = compose("train", [f"task={task}"])
    assert "rate" in cfg.task.no_decay


def test_a_step_follows_the_groups():
    network = nn.Sequential(nn.Linear(2, 2))
    make = partial(torch.optim.SGD, lr=0.1, weight_decay=1.0)
    optimizer = grouped(make, network, ("bias",), None, network.named_parameters())
    before = [parameter.detach().clone() for parameter in network.parameters()]
    for parameter in network.parameters():
        parameter.grad = torch.zeros_like(parameter)
    optimizer.step()
    torch.testing.assert_close(network[0].weight, before[0] * 0.9)
    assert torch.equal(network[0].bias, before[1])


def test_muon_keeps_its_matrices_and_can_be_saved():
    network = classifier()
    optimizer = MuonAdamW(network.named_parameters(), lr=1.0, muon_lr=0.1, weight_decay=0.5)
    regroup(optimizer, network, ("bias",), 2.0)
    found = rates(optimizer, network)
    assert found["encoder.forward_layers.1.weight_hh_l0"] == (0.05, 0.5)
    assert found["encoder.forward_layers.0.weight_ih_l0"][0] == 0.25
    network(torch.randint(2, 20, (3, 5)), torch.tensor([5, 3, 4])).sum().backward()
    before = {name: parameter.detach().clone() for name, parameter in network.named_parameters()}
    optimizer.step()
    assert not any(
        torch.equal(before[name], now) for name, now in network.named_parameters() if now.grad.any()
    )
    state = optimizer.state_dict()
    optimizer.load_state_dict(state)
    assert [len(part.param_groups) for part in optimizer.parts] == [
        sum(group["part"] == number for group in optimizer.param_groups) for number in (0, 1)
    ]


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"no_decay": ("biases",)}, "must be a list of bias, norm, embedding"),
        ({"layer_decay": 0.5}, "layer_decay=0.5 must be a number >= 1"),
    ],
)
def test_wrong_settings_are_refused(settings, message):
    with pytest.raises(ValueError, match=message):
        regroup(torch.optim.SGD(classifier().parameters()), classifier(), **settings)
