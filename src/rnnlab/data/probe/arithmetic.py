"""Arithmetic modulo a small number, without brackets and with them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import torch
from torch import Tensor

from rnnlab.data.probe.base import IGNORED, ProbeRows, ProbeSource, padded
from rnnlab.data.probe.random_trees import draw_trees, subtree_counts
from rnnlab.data.probe.settings import checked

PLUS, MINUS, TIMES = range(3)
OPERATORS = ("+", "-", "*")


class Modular(ProbeSource):
    """Arithmetic modulo a number: classes are the numbers below `modulus`, tokens these and the operators.

    Args:
        modulus: from 2 on (published: 5). sizes: see `ProbeSource`.
    """

    source = "Delétang et al. 2023, Neural Networks and the Chomsky Hierarchy; Grazzi et al. 2025"
    unit = "operations"
    brackets: ClassVar[tuple[str, ...]] = ()

    def __init__(self, modulus: int = 5, sizes: Mapping[str, Mapping[str, Any]] | None = None) -> None:
        self.modulus = checked("modulus", modulus)
        super().__init__(sizes)
        self.classes = tuple(map(str, range(modulus)))
        self.tokens = ("", *self.classes, *OPERATORS, *self.brackets)


class ModularArithmetic(Modular):
    """Numbers below `modulus` with + - * between them, all drawn uniformly; each number asks for the value of
    the expression up to it, multiplication first.

    Published definitions ask for the last value alone; it is the last target here. The finite state is a pair
    of numbers, the finished sum and the current product.

    Args:
        modulus: from 2 on (published: 5). sizes: see `ProbeSource`.

    Length: operations; a row has 2 length + 1 steps.
    """

    name = "modular_arithmetic"

    def draw(self, lengths: Tensor, generator: torch.Generator) -> ProbeRows:
        rows, most = len(lengths), int(lengths.max())
        numbers = torch.randint(self.modulus, (rows, most + 1), generator=generator)  # (B, N)
        operators = torch.randint(len(OPERATORS), (rows, most), generator=generator)
        inputs = torch.empty((rows, 2 * most + 1), dtype=torch.int64)  # (B, T)
        inputs[:, ::2], inputs[:, 1::2] = numbers + 1, operators + 1 + self.modulus
        targets = torch.full_like(inputs, IGNORED)
        targets[:, ::2] = prefix_values(numbers, operators, self.modulus)
        return padded(inputs, 2 * lengths + 1, targets)

    def chance(self, length: int) -> float:
        """Count values over all states, a finished sum and a product, after each number."""
        size = self.modulus
        states = torch.zeros((size, size), dtype=torch.float64)  # (sum, product)
        states[0] = 1 / size
        sums, products = torch.meshgrid(torch.arange(size), torch.arange(size), indexing="ij")
        values, found = (sums + products) % size, torch.zeros(size, dtype=torch.float64)
        found.index_add_(0, values.flatten(), states.flatten())
        for _ in range(length):
            moved = torch.zeros_like(states)
            added = torch.zeros(size, dtype=torch.float64).index_add_(0, values.flatten(), states.flatten())
            moved += 2 * added[:, None] / (3 * size)  # the next number and its negative are uniform
            for number in range(size):
                moved.index_put_((sums, products * number % size), states / (3 * size), accumulate=True)
            states = moved
            found.index_add_(0, values.flatten(), states.flatten())
        return float(found.max() / (length + 1))


class ModularBrackets(Modular):
    """Expressions such as ((1+4)*(2-3)), each operation in brackets; a closing bracket asks for the value of
    what it closes, modulo a small number.

    Every shape of n operations is equally likely, and so is each number and operator. Published definitions
    ask for the last value alone, the last target here. The state is a stack: the probe is context-free.

    Args:
        modulus: from 2 on (published: 5). sizes: see `ProbeSource`.

    Length: operations; a row has 4 length + 1 steps.
    """

    name = "modular_brackets"
    brackets = ("(", ")")

    def draw(self, lengths: Tensor, generator: torch.Generator) -> ProbeRows:
        size, trees = self.modulus, draw_trees(lengths, generator)
        shape = trees.inner.shape  # (B, N) nodes, those of inner ones hold an operation
        numbers = torch.randint(size, shape, generator=generator)
        operators = torch.randint(len(OPERATORS), shape, generator=generator)
        values = numbers
        for _ in range(trees.height):
            left, right = values.gather(1, trees.left), values.gather(1, trees.right)
            values = torch.where(trees.inner, applied(operators, left, right) % size, numbers)
        steps = 4 * lengths + 1
        inputs = torch.full((len(lengths), int(steps.max()) + 1), size + 5)  # a closing bracket, if no other
        inputs.scatter_(1, trees.start, torch.where(trees.inner, size + 4, numbers + 1))
        inputs.scatter_(1, trees.middle, operators + 1 + size)
        targets = torch.full_like(inputs, IGNORED).scatter_(1, trees.end, values)
        return padded(inputs[:, :-1], steps, targets[:, :-1])

    def chance(self, length: int) -> float:
        """Weigh the distribution of a subtree's value by how many subtrees of its size there are."""
        size = self.modulus
        numbers = torch.arange(size)
        odds = torch.zeros((length + 1, size), dtype=torch.float64)  # of each value, by operations
        odds[0] = 1 / size
        counts, splits = subtree_counts(length)
        for operations in range(1, length + 1):
            left = odds[:operations] * splits[operations, :operations, None]
            both = left.T @ odds[:operations].flip(0) / len(OPERATORS)  # (left value, right value)
            for operator in range(len(OPERATORS)):
                value = applied(torch.tensor(operator), numbers[:, None], numbers) % size
                odds[operations].index_add_(0, value.flatten(), both.flatten())
        return float((counts[length] @ odds[1:]).max() / length)


def applied(operators: Tensor, left: Tensor, right: Tensor) -> Tensor:
    """Apply each operator to its two numbers; the result is not yet reduced."""
    signed = torch.where(operators == MINUS, left - right, left + right)
    return torch.where(operators == TIMES, left * right, signed)


def prefix_values(numbers: Tensor, operators: Tensor, modulus: int) -> Tensor:
    """Return (B, N), the value of the expression up to each number, multiplication first.

    Products are joined in log2(N) rounds of doubled spans that stop where a product begins.

    Args:
        numbers: (B, N). operators: (B, N - 1), the one before each number but the first.
    """
    begins = torch.nn.functional.pad(operators != TIMES, (1, 0), value=True)  # (B, N)
    negative = torch.nn.functional.pad(operators == MINUS, (1, 0))
    products, closed, span = torch.where(negative, -numbers, numbers), begins.clone(), 1
    while span < numbers.shape[1]:
        joined = torch.where(closed[:, span:], 1, products[:, :-span]) * products[:, span:] % modulus
        products = torch.cat((products[:, :span], joined), 1)
        closed = torch.cat((closed[:, :span], closed[:, span:] | closed[:, :-span]), 1)
        span *= 2
    ended = torch.where(begins[:, 1:], products[:, :-1], 0)  # products that the next number leaves behind
    sums = torch.nn.functional.pad(ended.cumsum(1), (1, 0))
    return (sums + products) % modulus
