"""What a sweep searches: grids, zips, conditions, constraints, and what is typed for it."""

from __future__ import annotations

from itertools import product

import optuna
import pytest
from hydra.core.override_parser.overrides_parser import OverridesParser
from hypothesis import given
from hypothesis import strategies as st

from rnnlab.sweep.dimension import Dimension
from rnnlab.sweep.space import Infeasible, Space, shown

MODEL = Dimension("model", values=("gru", "lstm", "rnn"))
LAYERS = Dimension("model.num_layers", values=("1", "2"), when="model == lstm")
WIDTH = Dimension("model.hidden_size", values=("64", "128"))
RATE = Dimension("optimizer.lr", "float", low=1e-4, high=1e-2, log=True)


def test_a_grid_is_every_combination_with_the_last_fastest() -> None:
    grid = [tuple(values.values()) for values in Space((MODEL, WIDTH)).grid()]
    assert grid == list(product(MODEL.values, WIDTH.values))
    assert Space((MODEL, WIDTH)).size() == 6


def test_a_condition_leaves_its_setting_out_and_no_setting_comes_twice() -> None:
    grid = list(Space((MODEL, LAYERS)).grid())
    assert grid == [
        {"model": "gru"},
        {"model": "lstm", "model.num_layers": "1"},
        {"model": "lstm", "model.num_layers": "2"},
        {"model": "rnn"},
    ]


def test_zipped_lists_go_together() -> None:
    dropout = Dimension("model.dropout", values=("0.1", "0.5"))
    space = Space((WIDTH, MODEL, dropout), zips=((WIDTH.key, dropout.key),))
    pairs = [(v[WIDTH.key], v["model"], v[dropout.key]) for v in space.grid()]
    assert pairs == [(w, m, d) for w, d in (("64", "0.1"), ("128", "0.5")) for m in MODEL.values]


def test_a_constraint_thins_the_grid_and_refuses_suggestions() -> None:
    space = Space((LAYERS, WIDTH), constraints=("model.hidden_size < 100",))
    plain = Space((Dimension("model.num_layers", values=("1", "2")), WIDTH), constraints=space.constraints)
    assert [v[WIDTH.key] for v in plain.grid()] == ["64", "64"]
    trial = optuna.trial.FixedTrial({"model.num_layers": "1", WIDTH.key: "128"})
    with pytest.raises(Infeasible, match="breaks one of"):
        plain.suggest(trial)


def test_suggestions_keep_zips_and_conditions() -> None:
    dropout = Dimension("model.dropout", values=("0.1", "0.5"))
    space = Space((MODEL, LAYERS, WIDTH, dropout, RATE), zips=((WIDTH.key, dropout.key),))
    study = optuna.create_study(sampler=optuna.samplers.TPESampler(seed=1, multivariate=True, group=True))
    for _ in range(25):
        trial = study.ask()
        values = space.suggest(trial)
        assert (LAYERS.key in values) == (values["model"] == "lstm")
        assert (values[WIDTH.key], values[dropout.key]) in {("64", "0.1"), ("128", "0.5")}
        assert RATE.holds(values[RATE.key])
        study.tell(trial, values[RATE.key])


def test_a_grid_has_no_points_in_an_interval() -> None:
    with pytest.raises(ValueError, match=r"optimizer\.lr is an interval"):
        list(Space((RATE,)).grid())
    assert Space((RATE,)).size() is None


def test_it_survives_a_file() -> None:
    space = Space((MODEL, LAYERS, RATE), zips=(), constraints=("optimizer.lr < 1",))
    assert Space.from_dict(space.to_dict()) == space


@given(st.floats(allow_nan=False, allow_infinity=False) | st.integers(-(10**12), 10**12) | st.booleans())
def test_a_value_is_the_same_once_hydra_has_read_it(value: object) -> None:
    override = OverridesParser.create().parse_override(f"x.y={shown(value)}")
    assert override.value() == value
    assert type(override.value()) is type(value)
