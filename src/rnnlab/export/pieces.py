"""Words of several pieces in a graph, as `rnnlab.model.pieces` has them.

Shapes: B rows, T words, P pieces, F features.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from rnnlab.export.graph import Graph

INT64, FLOAT32 = 7, 1  # of ONNX


class Owners(NamedTuple):
    """Names of values computed of the pieces of each word.

    Attributes:
        sizes: (B, T), pieces of each word; totals: (B,), of each row.
        starts: (B, T, 1), the first piece of each word; words: (B, P, 1), the word of each piece.
        places: (P,), numbers of the pieces; word_places: (T,), of the words.
    """

    sizes: str
    totals: str
    starts: str
    words: str
    places: str
    word_places: str


def add_owners(graph: Graph, tokens: str, sizes: str) -> Owners:
    """Compute which pieces are whose, of tokens (B, P) and sizes (B, T)."""
    one, two = graph.integers(1), graph.integers(2)
    ends = graph.op("CumSum", [sizes, graph.constant(np.array(1, np.int64))])  # (B, T)
    places, word_places = (_range(graph, value) for value in (tokens, sizes))
    last_piece, last_word = (graph.op("ReduceMax", [v], {"keepdims": 0}) for v in (places, word_places))
    starts = graph.op("Min", [graph.op("Sub", [ends, sizes]), last_piece])
    column = graph.op("Unsqueeze", [places, one])  # (P, 1)
    passed = graph.op("LessOrEqual", [graph.op("Unsqueeze", [ends, one]), column])  # (B, P, T)
    number = graph.op("ReduceSum", [graph.op("Cast", [passed], {"to": INT64}), two], {"keepdims": 0})
    words = graph.op("Min", [number, last_word])  # (B, P)
    totals = graph.op("ReduceSum", [sizes, one], {"keepdims": 0})
    first, owner = (graph.op("Unsqueeze", [value, two]) for value in (starts, words))
    return Owners(sizes, totals, first, owner, places, word_places)


def spread(graph: Graph, words: str, owners: Owners) -> str:
    """Map words' vectors (B, T, F) to those of their pieces (B, P, F)."""
    return graph.op("GatherND", [words, owners.words], {"batch_dims": 1})


def first_pieces(graph: Graph, pieces: str, owners: Owners) -> str:
    """Map pieces' vectors (B, P, F) to words' (B, T, F): each word as its first piece."""
    return graph.op("GatherND", [pieces, owners.starts], {"batch_dims": 1})


def mean_pieces(graph: Graph, pieces: str, owners: Owners) -> str:
    """Map pieces' vectors (B, P, F) to words' (B, T, F): the mean of a word's pieces."""
    one = graph.integers(1)
    real = graph.op("Less", [owners.places, graph.op("Unsqueeze", [owners.totals, one])])  # (B, P)
    own = graph.op("Equal", [owners.words, owners.word_places])  # (B, P, T)
    shown = graph.op("And", [own, graph.op("Unsqueeze", [real, graph.integers(2)])])
    table = graph.op("Cast", [shown], {"to": FLOAT32})
    turned = graph.op("Transpose", [table], {"perm": [0, 2, 1]})  # (B, T, P)
    sizes = graph.op("Max", [graph.op("Cast", [owners.sizes], {"to": FLOAT32}), graph.floats(1.0)])
    return graph.op(
        "Div", [graph.op("MatMul", [turned, pieces]), graph.op("Unsqueeze", [sizes, graph.integers(2)])]
    )


def _range(graph: Graph, table: str) -> str:
    """Return 0, 1, ... for the second axis of a table (B, X)."""
    shape = graph.op("Shape", [table])
    ends = [graph.constant(np.array(number, np.int64)) for number in (0, 1)]
    size = graph.op("Gather", [shape, ends[1]], {"axis": 0})
    return graph.op("Range", [ends[0], size, ends[1]])
