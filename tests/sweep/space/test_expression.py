"""Conditions and constraints: what they come to, and what is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnlab.sweep.space.expression import Expression

VALUES = {
    "model": "lstm",
    "model.num_layers": "2",
    "model.hidden_size": 64,
    "optimizer.lr": 1e-3,
    "task.x": "true",
}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("model == lstm", True),
        ("model in [gru, rnn]", False),
        ("model not in (gru, rnn)", True),
        ("model.num_layers * model.hidden_size <= 128", True),
        ("model.num_layers * model.hidden_size / 2 - 1 == 63", True),
        ("1e-4 < optimizer.lr < 1e-2 and not model == 'gru'", True),
        ("model == gru or model.num_layers > 1", True),
        ("task.x == true", True),
        ("-model.num_layers < 0", True),
    ],
)
def test_it_comes_to(text: str, value: bool) -> None:
    assert Expression(text).value(VALUES) is value


@pytest.mark.parametrize(
    "text",
    [
        "model ==",
        "__import__('os').system('x')",
        "model[0] == 1",
        "f(1) == 1",
        "model ** 2 > 1",
        "lambda: 1",
        "[m for m in model]",
    ],
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"expression|neither|arithmetic|no setting"):
        Expression(text)


def test_values_that_do_not_go_together_are_told() -> None:
    with pytest.raises(ValueError, match="cannot be worked out"):
        _ = Expression("model < 3").value(VALUES)


@given(a=st.integers(-100, 100), b=st.integers(-100, 100), c=st.integers(1, 100))
def test_arithmetic_is_pythons(a: int, b: int, c: int) -> None:
    values = {"x.a": a, "x.b": str(b), "x.c": c}
    assert Expression("x.a * x.b - x.c / 4 + 1").value(values) == a * b - c / 4 + 1
    assert Expression("x.a < x.b or x.b >= x.c").value(values) == (a < b or b >= c)


def test_names_are_the_settings_and_words() -> None:
    assert Expression("model in [gru] and model.dropout > 0.1").names() == {"model", "gru", "model.dropout"}


def test_a_comparison_with_what_is_absent_is_false() -> None:
    values = {"model": "gru"}
    absent = {"model.num_layers"}
    assert not Expression("model.num_layers > 1").holds(values, absent)
    assert not Expression("model == gru and model.num_layers * 2 > 1").holds(values, absent)
    assert Expression("model == gru or model.num_layers > 1").holds(values, absent)
    assert Expression("not model.num_layers > 1").holds(values, absent)


@pytest.mark.parametrize(
    ("text", "given_values", "bound"),
    [
        ("model == lstm", {"model": "gru"}, "'gru' == lstm"),
        ("model.num_layers * x.y <= 4", {"model.num_layers": "2"}, "2 * x.y <= 4"),
        ("x.y in [a, true]", {"x": 1}, "x.y in [a, true]"),
    ],
)
def test_given_values_take_the_place_of_names(text: str, given_values: dict, bound: str) -> None:
    assert Expression(text).given(given_values) == bound


def test_the_parts_that_are_true_or_false_by_themselves() -> None:
    text = "model == lstm and not (x.y > 1 or flag)"
    assert list(Expression(text).comparisons()) == [{"model", "lstm"}, {"x.y"}, {"flag"}]


@given(low=st.integers(-5, 5), high=st.integers(-5, 5))
def test_binding_changes_nothing(low: int, high: int) -> None:
    text = "x.low < x.high and x.high - x.low < 3 or x.low == 5"
    whole = Expression(text).holds({"x.low": low, "x.high": high})
    assert Expression(Expression(text).given({"x.low": low})).holds({"x.high": high}) is whole


@given(
    a=st.integers(0, 3),
    b=st.integers(0, 3),
    known=st.sampled_from(["x.a", "x.b"]),
    op=st.sampled_from(["and", "or"]),
)
def test_what_is_settled_is_what_it_comes_to(a: int, b: int, known: str, op: str) -> None:
    values = {"x.a": a, "x.b": b}
    text = f"not (x.a > 1 {op} x.b == 2) or x.b < 1"
    rest = {key: value for key, value in values.items() if key != known}
    left = Expression(Expression(text).given({known: values[known]})).settled(rest)
    come_to = left if isinstance(left, bool) else Expression(left).holds(rest)
    assert come_to is Expression(text).holds(values)


def test_what_is_settled_with_an_absent_setting() -> None:
    assert Expression("x.a > 1 and x.b > 1").settled({"x.b"}, {"x.a"}) is False
    assert Expression("x.a > 1 or x.b > 1").settled({"x.b"}, {"x.a"}) == "x.b > 1"
