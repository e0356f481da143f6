"""Vectors of words from their letters in a graph.

Shapes: B rows, T words, W letters of a word, N = B T words one below the other, C features of a letter, F of
a word.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from rnnlab.errors import SettingError
from rnnlab.export.depth import constant
from rnnlab.export.encoder import add_encoder
from rnnlab.export.graph import Graph
from rnnlab.model.characters.cnn import LetterCNN
from rnnlab.model.characters.lstm import LetterLSTM

INT64, FLOAT32 = 7, 1  # of ONNX


def add_letters(graph: Graph, characters: Any, letters: str) -> str:
    """Add `Letters`; return the vectors (B, T, F) of words with letters (B, T, W), zero for padding.

    Raises:
        SettingError: a class that cannot be exported.
    """
    flat = graph.op("Flatten", [letters], {"axis": 2})  # (N, W)
    zero = graph.constant(np.array(0, np.int64))
    real = graph.op("Cast", [graph.op("Greater", [flat, zero])], {"to": FLOAT32})  # (N, W)
    vectors = graph.op("Gather", [constant(graph, characters.vectors.weight), flat], {"axis": 0})  # (N, W, C)
    if type(characters) is LetterCNN:
        found = add_filters(graph, characters.filters, vectors, real)
    elif type(characters) is LetterLSTM:
        found = add_reader(graph, characters.encoder, vectors, real)
    else:
        rule = "cannot be exported: letters are read by cnn or lstm"
        raise SettingError("characters", type(characters).__name__, rule)
    shape = graph.op("Shape", [letters])
    rows = graph.op("Slice", [shape, graph.integers(0), graph.integers(2)])
    wide = graph.op("Concat", [rows, graph.integers(characters.output_size)], {"axis": 0})
    return graph.op("Reshape", [found, wide])


def add_filters(graph: Graph, filters: Any, vectors: str, real: str) -> str:
    """Return the greatest value (N, F) of each filter in a word, at least 0."""
    turned = graph.op("Transpose", [vectors], {"perm": [0, 2, 1]})  # (N, C, W)
    weights = [constant(graph, filters.weight), constant(graph, filters.bias)]
    side = filters.padding[0]
    shape = {"kernel_shape": list(filters.kernel_size), "pads": [side, side]}
    found = graph.op("Relu", [graph.op("Conv", [turned, *weights], shape)])  # (N, F, W)
    shown = graph.op("Mul", [found, graph.op("Unsqueeze", [real, graph.integers(1)])])
    return graph.op("ReduceMax", [shown], {"axes": [2], "keepdims": 0})


def add_reader(graph: Graph, encoder: Any, vectors: str, real: str) -> str:
    """Return the last states (N, F) of a recurrent network from both ends of a word, zero for padding."""
    count = graph.op("ReduceSum", [real, graph.integers(1)], {"keepdims": 0})  # (N,)
    lengths = graph.op("Max", [count, graph.floats(1.0)])
    whole = graph.op("Cast", [lengths], {"to": INT64})
    steps = graph.op("Transpose", [vectors], {"perm": [1, 0, 2]})  # (W, N, C)
    final = add_encoder(graph, encoder, steps, whole).final  # (N, F)
    there = graph.op("Min", [count, graph.floats(1.0)])
    return graph.op("Mul", [final, graph.op("Unsqueeze", [there, graph.integers(1)])])
