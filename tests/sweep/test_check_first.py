"""The first trials that a user gives."""

from __future__ import annotations

from typing import Any

import pytest

from rnnlab.errors import SettingError
from rnnlab.sweep.check_first import first_values
from rnnlab.sweep.space.dimension import Dimension
from rnnlab.sweep.space.search_space import Space

WIDTH = Dimension("model.hidden_size", values=("64", "128"))
DROPOUT = Dimension("model.dropout", values=("0.1", "5e-1"))
RATE = Dimension("optimizer.lr", "float", low=1e-4, high=1e-2, log=True)
SPACE = Space(
    (RATE, WIDTH, DROPOUT), ((WIDTH.key, DROPOUT.key),), ("optimizer.lr * model.hidden_size < 0.5",)
)


def test_they_come_in_the_form_that_is_typed() -> None:
    first = [{RATE.key: 0.001}, {WIDTH.key: 128, DROPOUT.key: 0.5}]
    assert first_values(SPACE, first) == [{RATE.key: 0.001}, {WIDTH.key: "128", DROPOUT.key: "5e-1"}]


@pytest.mark.parametrize(
    ("given", "setting", "rule"),
    [
        (3, "sweep.first[0]", "must be a mapping"),
        ({"lr": 1}, "sweep.first[0].lr", "there are: model.dropout"),
        ({RATE.key: 0.1}, "sweep.first[0].optimizer.lr", r"0.0001 to 0.01 \(log\)"),
        ({WIDTH.key: 32}, "sweep.first[0].model.hidden_size", "64, 128"),
        ({WIDTH.key: 64, DROPOUT.key: 0.5}, "sweep.first[0].model.hidden_size", "must go together"),
        ({RATE.key: 0.01, WIDTH.key: 128, DROPOUT.key: 0.5}, "sweep.first[0]", "breaks one of"),
    ],
)
def test_what_is_not_searched_is_refused(given: Any, setting: str, rule: str) -> None:
    with pytest.raises(SettingError, match=rule) as caught:
        first_values(SPACE, [given])
    assert caught.value.setting == setting
