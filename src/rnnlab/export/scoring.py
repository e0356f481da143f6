"""ONNX graphs of networks that score the times of series.

Shapes: B rows, T times, F features of a time, C channels, A numbers of steps ahead, P parameters, L layers,
H units, W times of a window, E features of the code.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from rnnlab.export.depth import add_linear
from rnnlab.export.encoder import add_encoder
from rnnlab.export.graph import Graph
from rnnlab.export.layer import check_layers

INPUTS, EXPECTED = "inputs", "expected"


def scoring_graph(network: Any) -> Graph:
    """Build the graph of a network that expects values.

    Inputs: `inputs` (B, T, F) and, where a state is carried, its parts `state_0`, ... (L, B, H). Outputs:
    `expected` (B, T, A, C, P), and the next state as `next_0`, ...

    Raises:
        SettingError: a network that cannot be exported.
    """
    check_layers(network.encoder)
    return window_graph(network) if network.window else step_graph(network)


def step_graph(network: Any) -> Graph:
    """Build the graph of a `rnnlab.model.scoring.forecaster.StepForecaster`, of any number of times."""
    graph, encoder = Graph(), network.encoder
    inputs = graph.input(INPUTS, np.float32, ["batch", "times", encoder.input_size])
    shapes = [[encoder.num_layers, "batch", size] for size in encoder.state_sizes]
    given = [graph.input(f"state_{i}", np.float32, shape) for i, shape in enumerate(shapes)]
    steps = graph.op("Transpose", [add_squash(graph, inputs)], {"perm": [1, 0, 2]})  # (T, B, F)
    encoding = add_encoder(graph, encoder, steps, "", given, add_elapsed(graph, network, inputs))
    outputs = graph.op("Transpose", [encoding.steps], {"perm": [1, 0, 2]})  # (B, T, O)
    expected = add_shape(graph, network, add_linear(graph, network.head, outputs))
    expected = add_skip(graph, network, inputs, expected)
    write_expected(graph, network, expected)
    for i, shape in enumerate(shapes):
        graph.output(f"next_{i}", encoding.state[i], np.float32, shape)
    return graph


def window_graph(network: Any) -> Graph:
    """Build the graph of a `rnnlab.model.scoring.autoencoder.SequenceAutoencoder`, of windows of W times."""
    graph, encoder, window = Graph(), network.encoder, network.window
    inputs = graph.input(INPUTS, np.float32, ["batch", window, encoder.input_size])
    steps = graph.op("Transpose", [add_squash(graph, inputs)], {"perm": [1, 0, 2]})  # (W, B, F)
    elapsed = add_elapsed(graph, network, inputs)
    final = add_encoder(graph, encoder, steps, add_lengths(graph, inputs, window), (), elapsed).final
    code = graph.op("Unsqueeze", [add_linear(graph, network.code, final), graph.integers(0)])  # (1, B, E)
    repeated = graph.op("Expand", [code, graph.integers(window, 1, 1)])
    decoded = add_linear(graph, network.head, add_encoder(graph, network.decoder, repeated, "").steps)
    order = graph.integers(*reversed(range(window)))
    values = graph.op("Gather", [decoded, order], {"axis": 0})  # (W, B, C)
    write_expected(
        graph, network, add_shape(graph, network, graph.op("Transpose", [values], {"perm": [1, 0, 2]}))
    )
    return graph


def add_elapsed(graph: Graph, network: Any, inputs: str) -> str:
    """Return the time since the step before (T, B, 1) from its logarithm in the inputs (B, T, F), as
    `rnnlab.model.sequence.elapsed_time` does; an empty name for an encoder that does not read it.
    """
    if not network.encoder.reads_elapsed:
        return ""
    place = 2 * network.channels
    ends = [graph.integers(number) for number in (place, place + 1, 2)]
    gap = graph.op("Transpose", [graph.op("Slice", [inputs, *ends])], {"perm": [1, 0, 2]})
    known = graph.op("Greater", [gap, scalar(graph, 0.0)])
    time = graph.op("Sub", [graph.op("Exp", [gap]), scalar(graph, 1.0)])
    return graph.op("Where", [known, time, scalar(graph, 1.0)])


def add_squash(graph: Graph, values: str) -> str:
    """Add sign(x) log(1 + |x|)."""
    size = graph.op("Log", [graph.op("Add", [graph.op("Abs", [values]), graph.floats(1.0)])])
    return graph.op("Mul", [graph.op("Sign", [values]), size])


def add_lengths(graph: Graph, inputs: str, window: int) -> str:
    """Return lengths (B,) int64, all of them the window's."""
    rows = graph.op("Slice", [graph.op("Shape", [inputs]), graph.integers(0), graph.integers(1)])
    return graph.op("Expand", [graph.integers(window), rows])


def add_shape(graph: Graph, network: Any, values: str) -> str:
    """Reshape (B, T, A C P) to (B, T, A, C, P)."""
    sizes = (len(network.ahead), network.channels, network.num_parameters)
    return graph.op("Reshape", [values, graph.integers(0, 0, *sizes)])


def add_skip(graph: Graph, network: Any, inputs: str, expected: str) -> str:
    """Add the present value to the parameters that are locations, as the network does."""
    if network.skip != "last":
        return expected
    ends = [graph.integers(number) for number in (0, network.channels, 2)]
    now = graph.op("Slice", [inputs, *ends])  # (B, T, C)
    now = graph.op("Clip", [now, scalar(graph, -network.most), scalar(graph, network.most)])
    now = graph.op("Reshape", [now, graph.integers(0, 0, 1, network.channels, 1)])
    moved = graph.op("Mul", [now, graph.floats(*network.locations.tolist())])  # (B, T, 1, C, P)
    return graph.op("Add", [expected, moved])


def scalar(graph: Graph, value: float) -> str:
    return graph.constant(np.array(value, np.float32))


def write_expected(graph: Graph, network: Any, expected: str) -> None:
    """Add the output."""
    times = network.window or "times"
    sizes = [len(network.ahead), network.channels, network.num_parameters]
    graph.output(EXPECTED, expected, np.float32, ["batch", times, *sizes])
