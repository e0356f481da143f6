"""From the command line and the config to a space."""

from __future__ import annotations

import pytest

from rnnlab.errors import SettingError
from rnnlab.sweep.dimension import Dimension
from rnnlab.sweep.parse import parse_space

KINDS = [
    ("model=gru,lstm", Dimension("model", values=("gru", "lstm"))),
    ("seed=range(3)", Dimension("seed", values=("0", "1", "2"))),
    ("model.dropout=choice(0.1,0.3)", Dimension("model.dropout", values=("0.1", "0.3"))),
    ("optimizer.lr=interval(1e-4,0.1)", Dimension("optimizer.lr", "float", low=1e-4, high=0.1)),
    (
        "optimizer.lr=tag(log,interval(1e-4,0.1))",
        Dimension("optimizer.lr", "float", low=1e-4, high=0.1, log=True),
    ),
    ("model.hidden_size=int(interval(32,256))", Dimension("model.hidden_size", "int", low=32.0, high=256.0)),
    (
        "model.hidden_size=tag(int,log,interval(32,256))",
        Dimension("model.hidden_size", "int", low=32.0, high=256.0, log=True),
    ),
    ("model.dropout=tag(float,interval(0,1))", Dimension("model.dropout", "float", low=0.0, high=1.0)),
]


@pytest.mark.parametrize(("typed", "dimension"), KINDS)
def test_what_is_typed(typed: str, dimension: Dimension) -> None:
    space, fixed = parse_space(["task=tweets", typed, "threads=1"], {})
    assert space.dimensions == (dimension,)
    assert fixed == ["task=tweets", "threads=1"]


def test_the_configs_space_and_what_is_typed_replaces_it() -> None:
    config = {
        "space": {
            "optimizer.lr": {"low": 1e-4, "high": 1e-2, "log": True},
            "model": ["gru", "lstm"],
            "model.num_layers": {"low": 1, "high": 3, "int": True, "when": "model == lstm"},
            "model.dropout": {"values": [0.1, 0.5]},
        }
    }
    space, _ = parse_space(["model=rnn,lstm", "model.dropout=0.2"], config)
    assert {d.key: d.kind for d in space.dimensions} == {
        "optimizer.lr": "float",
        "model.num_layers": "int",
        "model": "choice",
    }
    assert {d.key: d.values for d in space.dimensions}["model"] == ("rnn", "lstm")


WRONG = [
    (["optimizer.lr=interval(1,0.1)"], {}, "optimizer.lr", "a low end below the high one"),
    ([], {"space": {"x.y": 3}}, "sweep.space.x.y", "a list of values"),
    ([], {"space": {"x.y": {"lo": 3}}}, "sweep.space.x.y", "did you mean low"),
    ([], {"space": {"x.y": {"low": "a", "high": 1}}}, "sweep.space.x.y.low", "must be a number"),
    (["a.b=1,2", "c.d=1,2,3"], {"zip": [["a.b", "c.d"]]}, "sweep.zip", "a.b has 2, c.d has 3"),
    (["a.b=1,2"], {"zip": [["a.b", "c.d"]]}, "sweep.zip", "must name settings that are searched"),
    (["a.b=interval(1,2)", "c.d=1,2"], {"zip": [["a.b", "c.d"]]}, "sweep.zip", "this is an interval"),
    (["a.b=1,2"], {"constraints": ["a.c < 2"]}, "sweep.constraints", "must name a setting that is searched"),
    (["a.b=1,2"], {"constraints": ["a.b <"]}, "sweep.constraints", "is no expression"),
    (
        [],
        {"space": {"a.b": {"values": [1], "when": "e.f > 1"}, "c.d": [1, 2]}},
        "sweep.space.a.b.when",
        "stands before it",
    ),
]


@pytest.mark.parametrize(("typed", "config", "setting", "rule"), WRONG)
def test_a_space_that_makes_no_sense(typed: list[str], config: dict, setting: str, rule: str) -> None:
    with pytest.raises(SettingError) as caught:
        parse_space(typed, config)
    assert caught.value.setting == setting
    assert rule in str(caught.value)
