"""Rows of different lengths in a graph: where their steps are real, and their order from the end.

Shapes: T steps, B rows, I input features, F features.
"""

from __future__ import annotations

import numpy as np

from rnnlab.export.graph import Graph


def real_steps(graph: Graph, steps: str, lengths: str) -> str:
    """Return a mask (T, B, 1) bool, True where a step of (T, B, I) is within its row's length (B,) int32."""
    time = graph.op("Gather", [graph.op("Shape", [steps]), graph.constant(np.array(0, np.int64))])
    ends = [graph.constant(np.array(number, np.int64)) for number in (0, 1)]
    places = graph.op("Cast", [graph.op("Range", [ends[0], time, ends[1]])], {"to": 6})
    wide = graph.op("Unsqueeze", [places, graph.integers(1, 2)])  # (T, 1, 1)
    return graph.op("Less", [wide, graph.op("Unsqueeze", [lengths, graph.integers(0, 2)])])


def reverse(graph: Graph, steps: str, lengths: str) -> str:
    """Reverse each row's real steps (T, B, F); its padding stays. lengths (B,) int64."""
    return graph.op("ReverseSequence", [steps, lengths], {"time_axis": 0, "batch_axis": 1})


def time_from_the_end(graph: Graph, elapsed: str, lengths: str) -> str:
    """Return the time since the step before, (T, B, 1), for a loop from the rows' ends; 1 where it begins.

    Args:
        lengths: (B,) int64: the steps are then reversed, as by `reverse`. An empty name: they keep their
            order, for a loop that itself runs backwards.
    """
    turned = reverse(graph, elapsed, lengths) if lengths else elapsed
    begin, end = (0, -1) if lengths else (1, np.iinfo(np.int64).max)
    ends = [graph.integers(number) for number in (begin, end, 0)]
    others = graph.op("Slice", [turned, *ends])
    first = [graph.integers(number) for number in (0, 1, 0)]
    shape = graph.op("Shape", [graph.op("Slice", [turned, *first])])
    one = graph.op("Expand", [graph.floats(1.0), shape])
    return graph.op("Concat", [one, others] if lengths else [others, one], {"axis": 0})
