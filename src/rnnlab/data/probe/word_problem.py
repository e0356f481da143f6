"""Word problems of finite groups: the product of the elements so far."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import permutations
from typing import Any

import torch
from torch import Tensor

from rnnlab.data.probe.base import ProbeRows, ProbeSource, padded
from rnnlab.data.probe.settings import checked

Permutation = tuple[int, ...]


class WordProblem(ProbeSource):
    """Elements g_1, g_2, ... of a group, drawn uniformly from all of them or from two that generate it; the
    target of each step is their product so far.

        y_t = g_1 g_2 ... g_t

    The elements are permutations in one-line notation, and a product applies its left factor first: the
    product's place i is g_2[g_1[i]]. S3 is the smallest group whose products depend on their order. The
    word problem of A5, which is not solvable, is complete for NC1: no fixed number of layers of attention or
    of a linear diagonal recurrence solves it at all lengths, unless TC0 = NC1 (Merrill et al. 2024).

    Args:
        group: S3, S4, S5 (all permutations), A5 (the even ones of five places).
        generators: only two elements are drawn, a short cycle, (1 2) or in A5 (1 2 3), and the one of all
            places: a network has less to learn about its inputs, and the states are the same.
        sizes: see `ProbeSource`.
    """

    source = "Merrill, Petty & Sabharwal 2024, The Illusion of State in State-Space Models"
    unit = "elements"
    min_length = 2

    def __init__(
        self,
        group: str = "S3",
        generators: bool = False,
        sizes: Mapping[str, Mapping[str, Any]] | None = None,
    ) -> None:
        elements = GROUPS[checked("group", group)]()
        self.name, self.group, self.generators = group.lower(), group, checked("generators", generators)
        super().__init__(sizes)
        self.classes = tuple("".join(str(place + 1) for place in one) for one in elements)
        self.table = multiplication_table(elements)
        drawn = generating(elements) if generators else elements
        self.drawn = torch.tensor([elements.index(one) for one in drawn])  # the numbers of what is drawn
        self.tokens = ("", *(self.classes[number] for number in self.drawn.tolist()))

    def draw(self, lengths: Tensor, generator: torch.Generator) -> ProbeRows:
        shape = (len(lengths), int(lengths.max()))
        inputs = torch.randint(len(self.drawn), shape, generator=generator)  # (B, T)
        return padded(inputs + 1, lengths, prefix_products(self.drawn[inputs], self.table))

    def chance(self, length: int) -> float:
        """Count the products of each step, a random walk on the group."""
        odds = torch.zeros(len(self.classes), dtype=torch.float64)
        odds[0], found = 1.0, torch.zeros_like(odds)  # the first element is the identity
        for _ in range(length):
            moved = torch.zeros_like(odds)
            for number in self.drawn.tolist():
                moved.index_add_(0, self.table[:, number], odds / len(self.drawn))
            odds, found = moved, found + moved / length
        return float(found.max())


def multiplication_table(elements: list[Permutation]) -> Tensor:
    """Return (G, G), the number of the element that the i-th followed by the j-th is."""
    places = torch.tensor(elements)  # (G, N)
    products = places[:, places].permute(
        1, 0, 2
    )  # (j, i, N) before: products[j, i] = elements[j][elements[i]]
    numbers = {one: number for number, one in enumerate(elements)}
    return torch.tensor([[numbers[tuple(one)] for one in row] for row in products.tolist()])


def prefix_products(elements: Tensor, table: Tensor) -> Tensor:
    """Return (B, T), the product of each step and all before it, in log2(T) rounds of doubled spans."""
    size, products, span = len(table), elements, 1
    flat = table.flatten()
    while span < products.shape[1]:
        joined = flat[products[:, :-span] * size + products[:, span:]]
        products = torch.cat((products[:, :span], joined), 1)
        span *= 2
    return products


def generating(elements: list[Permutation]) -> list[Permutation]:
    """Return a cycle of the first two places (three where all are even) and the one of all places."""
    places = len(elements[0])
    swap = (1, 0, *range(2, places))
    short = swap if swap in elements else (1, 2, 0, *range(3, places))
    return [short, (*range(1, places), 0)]


def symmetric(places: int) -> list[Permutation]:
    return list(permutations(range(places)))


def alternating(places: int) -> list[Permutation]:
    """Return the permutations with an even number of inversions."""
    pairs = [(i, j) for j in range(places) for i in range(j)]
    return [one for one in symmetric(places) if sum(one[i] > one[j] for i, j in pairs) % 2 == 0]


GROUPS: dict[str, Callable[[], list[Permutation]]] = {
    "S3": lambda: symmetric(3),
    "S4": lambda: symmetric(4),
    "S5": lambda: symmetric(5),
    "A5": lambda: alternating(5),
}
