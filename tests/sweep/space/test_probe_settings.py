"""Settings whose configs are tried before a sweep: every value once, as few combinations as can be."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnlab.errors import SettingError
from rnnlab.sweep.space.dimension import Dimension
from rnnlab.sweep.space.probe_settings import numbers_of, tries
from rnnlab.sweep.space.search_space import Space

MODEL = Dimension("model", values=("gru", "lstm", "rnn"))
LAYERS = Dimension("model.num_layers", "int", low=1, high=3, when="model == lstm")
NORM = Dimension("model.norm", values=("none", "layer"), when="model.num_layers > 1")
RATE = Dimension("optimizer.lr", "float", low=1e-4, high=1e-2)


def test_they_grow_with_the_values_and_not_with_their_product() -> None:
    digits = [Dimension(f"x.{key}", values=("a", "b", "c")) for key in "pqrs"]
    assert len(list(tries(Space(tuple(digits))))) == 1 + 4 * 2


def test_both_ends_of_an_interval_stand_for_it() -> None:
    assert [values[RATE.key] for values in tries(Space((RATE,)))] == [1e-4, 1e-2]


def test_a_setting_with_a_condition_is_tried_where_it_holds_and_nowhere_else() -> None:
    found = list(tries(Space((MODEL, LAYERS, NORM))))
    assert {"model": "gru"} in found
    assert {"model": "lstm", LAYERS.key: 1} in found
    assert {"model": "lstm", LAYERS.key: 3, NORM.key: "layer"} in found
    assert all(values["model"] == "lstm" for values in found if LAYERS.key in values)


def test_paired_values_stay_together_and_constraints_are_kept() -> None:
    width = Dimension("model.hidden_size", values=("64", "128"))
    dropout = Dimension("model.dropout", values=("0.1", "0.5"))
    zipped = Space((MODEL, width, dropout), zips=((width.key, dropout.key),), constraints=("model != gru",))
    found = list(tries(zipped))
    assert {values["model"] for values in found} == {"lstm", "rnn"}
    assert {(v[width.key], v[dropout.key]) for v in found} == {("64", "0.1"), ("128", "0.5")}


def test_of_many_numbers_the_least_and_the_greatest_are_tried_and_all_are_known() -> None:
    space = Space((Dimension("seed", values=tuple(str(seed) for seed in (5, *range(100)))),))
    assert [values["seed"] for values in tries(space)] == ["0", "99"]
    assert len(list(numbers_of(space))) == 101


@pytest.mark.parametrize(
    ("space", "setting", "rule"),
    [
        (
            Space((MODEL, Dimension("a.b", values=("1",), when="model == sru"))),
            "sweep.space.a.b.when",
            "never",
        ),
        (Space((MODEL,), constraints=("model == sru",)), "sweep.constraints", "nothing of the grid"),
    ],
)
def test_what_can_never_be_is_refused(space: Space, setting: str, rule: str) -> None:
    with pytest.raises(SettingError, match=rule) as caught:
        list(tries(space))
    assert caught.value.setting == setting


@given(st.lists(st.integers(1, 5), min_size=1, max_size=5))
def test_every_value_stands_at_least_once(counts: list[int]) -> None:
    dimensions = [
        Dimension(f"x.d{place}", values=tuple(f"v{value}" for value in range(count)))
        for place, count in enumerate(counts)
    ]
    found = list(tries(Space(tuple(dimensions))))
    assert len(found) == 1 + sum(count - 1 for count in counts)
    for d in dimensions:
        assert {values[d.key] for values in found} == set(d.values)
