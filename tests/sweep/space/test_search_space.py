"""What a sweep searches: grids, zips, conditions, constraints, and what is typed for it."""

from __future__ import annotations

from itertools import product

import optuna
import pytest
from hydra.core.override_parser.overrides_parser import OverridesParser
from hypothesis import given
from hypothesis import strategies as st

from rnnlab.sweep.space.dimension import Dimension
from rnnlab.sweep.space.search_space import Infeasible, Space, shown

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


def test_a_condition_about_what_is_not_there_does_not_hold() -> None:
    deep = Dimension("model.norm", values=("none", "layer"), when="model.num_layers > 1")
    space = Space((MODEL, LAYERS, deep))
    grid = list(space.grid())
    assert len(grid) == space.size() == 2 + 1 + 2
    assert all((deep.key in v) == (v.get(LAYERS.key) == "2") for v in grid)
    study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=0))
    assert all(space.suggest(study.ask()) in grid for _ in range(30))


def test_first_values_as_the_sampler_is_told_them() -> None:
    dropout = Dimension("model.dropout", values=("0.1", "5e-1"))
    space = Space((MODEL, WIDTH, dropout, RATE), zips=((WIDTH.key, dropout.key),))
    assert space.fixed({"model": "gru", WIDTH.key: 128, RATE.key: 1e-3}) == {
        "model": "gru",
        RATE.key: 1e-3,
        f"{WIDTH.key},{dropout.key}": 1,
    }
    sampler = optuna.samplers.RandomSampler(seed=0)
    first = space.fixed({dropout.key: 0.5})
    study = optuna.create_study(sampler=optuna.samplers.PartialFixedSampler(first, sampler))
    assert space.suggest(study.ask())[WIDTH.key] == "128"
    for wrong in ({WIDTH.key: 64, dropout.key: 0.5}, {"model": "sru"}, {RATE.key: 1}):
        with pytest.raises(ValueError, match=r"model|lr"):
            space.fixed(wrong)


settings = st.lists(
    st.tuples(st.sampled_from("abcdef"), st.lists(st.sampled_from("0123"), min_size=1, max_size=3)),
    min_size=1,
    max_size=4,
    unique_by=lambda pair: pair[0],
)


@given(settings)
def test_a_grid_has_each_product_once_and_in_order(found: list[tuple[str, list[str]]]) -> None:
    space = Space(tuple(Dimension(key, values=tuple(values)) for key, values in found))
    expected = list(dict.fromkeys(product(*(values for _, values in found))))
    assert [tuple(values.values()) for values in space.grid()] == expected


@given(settings, st.data())
def test_a_condition_keeps_a_grid_without_doubles(
    found: list[tuple[str, list[str]]], data: st.DataObject
) -> None:
    dimensions = [Dimension(found[0][0], values=tuple(found[0][1]))]
    for key, values in found[1:]:
        before = data.draw(st.sampled_from([d.key for d in dimensions]))
        dimensions.append(Dimension(key, values=tuple(values), when=f"{before} > 1"))
    space = Space(tuple(dimensions))
    grid = list(space.grid())
    assert len({tuple(values.items()) for values in grid}) == len(grid)
    for values in grid:
        for d in dimensions[1:]:
            before = str(d.when).split()[0]
            assert (d.key in values) == (int(values.get(before, 0)) > 1)
