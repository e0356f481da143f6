"""From the command line and the config to a space."""

from __future__ import annotations

from pathlib import Path

import pytest
from hydra import initialize_config_dir
from hydra.core.override_parser.overrides_parser import OverridesParser
from hypothesis import given
from hypothesis import strategies as st

from rnnlab.errors import SettingError
from rnnlab.sweep.space.dimension import Dimension
from rnnlab.sweep.space.override_syntax import quoted
from rnnlab.sweep.space.parse import parse_space

CONFIG_DIR = Path(__file__).parents[3] / "conf"

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


WRONG += [
    (["sweep.trials=1,2"], {}, "sweep.trials", "cannot be searched"),
    (["a.b=1,2", "a.b=2,3"], {}, "a.b", "is searched twice"),
    (["a.b=1,2", "c.d=1,2"], {"zip": ["a.b", "c.d"]}, "sweep.zip", "a list of lists"),
    (["a.b=1,2"], {"zip": [["a.b", "a.b"]]}, "sweep.zip", "must name a setting once"),
    (["a.b=1,2"], {"constraints": "a.b < 2"}, "sweep.constraints", "must be a list"),
    (["a.b=1,2", "c.d=3"], {"constraints": ["c.d < 3"]}, "sweep.constraints", "broken by the values"),
    (["a.b=1,2"], {"constraints": ["a.b < 3 and big"]}, "sweep.constraints", "must name a setting"),
    ([], {"space": {"x.y": {"values": [1], "low": 3}}}, "sweep.space.x.y.low", "cannot stand beside values"),
    ([], {"space": {"x.y": {"values": 3}}}, "sweep.space.x.y.values", "must be a list"),
    ([], {"space": {"x.y": {"low": 1, "high": 2, "log": "yes"}}}, "sweep.space.x.y.log", "true or false"),
    ([], {"space": {"x.y": []}}, "x.y", "at least one value"),
    (
        ["a.b=1,2"],
        {"space": {"c.d": {"values": [1, 2], "when": "a.b > 1"}}, "zip": [["a.b", "c.d"]]},
        "sweep.zip",
        "cannot have a condition",
    ),
]


@pytest.mark.parametrize(("typed", "config", "setting", "rule"), WRONG)
def test_a_space_that_makes_no_sense(typed: list[str], config: dict, setting: str, rule: str) -> None:
    with pytest.raises(SettingError) as caught:
        parse_space(typed, config)
    assert caught.value.setting == setting
    assert rule in str(caught.value)


def test_a_value_that_is_typed_settles_conditions_and_constraints() -> None:
    config = {
        "space": {
            "model": ["gru", "lstm"],
            "model.num_layers": {"low": 1, "high": 3, "int": True, "when": "model == lstm"},
            "model.norm": {"values": ["none", "layer"], "when": "model.num_layers > 1"},
            "model.dropout": {"values": [0.1, 0.5], "when": "model == gru and optimizer.lr > 0"},
            "optimizer.lr": [0.1, 0.2],
        },
        "constraints": ["model.num_layers * optimizer.lr < 1", "optimizer.lr < data.x"],
    }
    config["space"] = {
        k: config["space"][k] for k in sorted(config["space"], key=lambda k: k == "model.dropout")
    }
    space, _ = parse_space(["model=gru", "+data.x=0.15"], config)
    assert [(d.key, d.when) for d in space.dimensions] == [
        ("optimizer.lr", None),
        ("model.dropout", "optimizer.lr > 0"),
    ]
    assert [values["optimizer.lr"] for values in space.grid()] == ["0.1", "0.1"]
    other, _ = parse_space(["model=lstm", "+data.x=1"], config)
    assert [d.key for d in other.dimensions] == ["optimizer.lr", "model.num_layers", "model.norm"]


def test_a_glob_is_over_the_choices_of_a_group() -> None:
    with initialize_config_dir(str(CONFIG_DIR), version_base="1.3"):
        space, _ = parse_space(["model=glob(*gru*,exclude=min*)"], {})
    assert space.dimensions[0].values == ("bigru", "bigru_attention", "gru", "gru_attention")


scalars = (
    st.none()
    | st.booleans()
    | st.integers(-(10**9), 10**9)
    | st.floats(allow_nan=False)
    | st.text(max_size=9)
)
values_of_yaml = scalars | st.lists(scalars, max_size=3)


@given(st.lists(values_of_yaml, min_size=1, max_size=4))
def test_values_of_a_file_are_the_same_once_hydra_has_read_what_is_typed(values: list) -> None:
    try:
        space, _ = parse_space([], {"space": {"x.y": values}})
    except SettingError as error:
        assert "cannot be typed" in str(error)  # noqa: PT017
        return
    typed = [space.overrides({"x.y": text})[0] for text in space.dimensions[0].values]
    read = [override.value() for override in OverridesParser.create().parse_overrides(typed)]
    assert read == values
    assert [type(value) for value in read] == [type(value) for value in values]


@given(st.lists(scalars.filter(lambda v: not isinstance(v, str) or v.isalnum()), min_size=2, max_size=4))
def test_choices_that_are_typed_come_out_as_hydra_reads_them(values: list) -> None:
    typed = f"x.y={','.join(quoted(value) for value in values)}"
    space, _ = parse_space([typed], {})
    single = [space.overrides({"x.y": text})[0] for text in space.dimensions[0].values]
    assert [override.value() for override in OverridesParser.create().parse_overrides(single)] == values
