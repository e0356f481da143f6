"""Modular arithmetic: Python's own evaluation of what is written, and the shapes of the expressions."""

from __future__ import annotations

from collections import Counter

import pytest
import torch

from rnnlab.data.probe.arithmetic import ModularArithmetic, ModularBrackets
from rnnlab.data.probe.base import IGNORED


def written(probe, shortest, longest, rows=150):
    """The symbols of each row and its targets, as text or None."""
    found = probe.sample(rows, shortest, longest, torch.Generator().manual_seed(0))
    for ids, length, targets in zip(*(part.tolist() for part in found), strict=True):
        answers = [None if one == IGNORED else probe.classes[one] for one in targets[:length]]
        yield [probe.tokens[one] for one in ids[:length]], answers


@pytest.mark.parametrize("modulus", [2, 5, 13])
def test_each_number_asks_for_the_value_so_far(modulus):
    for symbols, answers in written(ModularArithmetic(modulus), 1, 12):
        assert len(symbols) % 2 == 1
        for step, (symbol, answer) in enumerate(zip(symbols, answers, strict=True)):
            if symbol in "+-*":
                assert answer is None
            else:
                assert answer == str(eval("".join(symbols[: step + 1])) % modulus)


@pytest.mark.parametrize("modulus", [2, 5, 13])
def test_each_closing_bracket_asks_for_the_value_of_what_it_closes(modulus):
    for symbols, answers in written(ModularBrackets(modulus), 1, 9):
        opened = []
        for step, (symbol, answer) in enumerate(zip(symbols, answers, strict=True)):
            if symbol == "(":
                opened.append(step)
            if symbol != ")":
                assert answer is None
                continue
            inside = "".join(symbols[opened.pop() : step + 1])
            assert answer == str(eval(inside) % modulus)
        assert opened == []


def test_the_lengths_are_operations():
    plain = [sum(one in "+-*" for one in symbols) for symbols, _ in written(ModularArithmetic(), 2, 5)]
    brackets = [sum(one in "+-*" for one in symbols) for symbols, _ in written(ModularBrackets(), 2, 5)]
    assert set(plain) == set(brackets) == {2, 3, 4, 5}


def test_every_shape_of_brackets_is_equally_likely():
    """14 binary trees have four operations."""
    shapes = Counter(
        "".join(one if one in "()" else "." for one in symbols)
        for symbols, _ in written(ModularBrackets(), 4, 4, 14 * 300)
    )
    assert len(shapes) == 14
    assert all(count == pytest.approx(300, abs=90) for count in shapes.values())


@pytest.mark.parametrize("made", [ModularArithmetic, ModularBrackets])
def test_chance_at_one_operation_is_counted_over_all_expressions(made):
    """Of 75 expressions of two numbers, and of the first number alone where it is asked for."""
    values = Counter(eval(f"{a}{sign}{b}") % 5 for a in range(5) for b in range(5) for sign in "+-*")
    first = made is ModularArithmetic
    if first:
        values.update(dict.fromkeys(range(5), 15))  # the first number's own step
    assert made(5).chance(1) == pytest.approx(max(values.values()) / (150 if first else 75))
