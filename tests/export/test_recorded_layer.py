"""Cells without an operator in ONNX, in graphs: each gives what its layer gives, forwards and backwards."""

import numpy as np
import pytest
import torch

from rnnlab.errors import SettingError
from rnnlab.export.graph import Graph
from rnnlab.export.recorded_layer import add_any_layer, add_any_step
from rnnlab.export.session import open_session
from rnnlab.model.cell_options import CELLS, CellOptions
from rnnlab.model.layer import Layer, LayerOutput
from rnnlab.model.make_layer import make_layer
from rnnlab.model.sequence import flip, flip_index
from rnnlab.model.short_convolution import convolved
from rnnlab.model.side_by_side import read_both_ways

SIZE, STEPS = 4, 6
OPTIONS = [
    ("lstm", CellOptions(peephole=True, zoneout=0.1, memory_zoneout=0.2)),
    ("lstm", CellOptions(coupled=True)),
    ("lstm", CellOptions(projection_size=3)),
    ("gru", CellOptions(recurrent_dropout=0.5, recurrent_dropout_kind="variational")),
    ("slstm", CellOptions(heads=2)),
    ("mlstm", CellOptions(heads=2)),
    ("gated_deltanet", CellOptions(heads=2, householders=3, negative_eigenvalues=True)),
]
CASES = [pytest.param(cell, CellOptions(), id=cell) for cell in CELLS if cell not in ("rnn", "lstm", "gru")]
CASES += [pytest.param(*case, id=f"{case[0]}-{number}") for number, case in enumerate(OPTIONS)]
cells = pytest.mark.parametrize(("cell", "options"), CASES)


def make(cell, options, seed=0):
    torch.manual_seed(seed)
    layer = make_layer(cell, SIZE, SIZE, options)
    with torch.no_grad():
        for weight in layer.parameters():
            weight.add_(0.3 * torch.randn_like(weight))
    return layer.eval()


def run(graph, **given):
    session = open_session(graph.model().SerializeToString(), threads=1)
    return session.run(None, {name: value.numpy() for name, value in given.items()})


def close(found, expected):
    np.testing.assert_allclose(found, expected.detach().numpy(), atol=2e-5, rtol=1e-5)


@pytest.mark.parametrize("cell", ["lstm", "mingru", "slstm"])
def test_steps_one_by_one_are_those_of_the_layer(cell):
    layer, graph, rows = make(cell, CellOptions()), Graph(), 3
    inputs = graph.input("inputs", np.float32, ["batch", SIZE])
    shapes = [["batch", size] for size in layer.state_sizes]
    before = [graph.input(f"state_{i}", np.float32, shape) for i, shape in enumerate(shapes)]
    step = add_any_step(graph, layer, before, inputs)
    graph.output("output", step.output, np.float32, ["batch", layer.output_size])
    for i, (part, shape) in enumerate(zip(step.state, shapes, strict=True)):
        graph.output(f"next_{i}", part, np.float32, shape)
    steps = torch.randn(STEPS, rows, SIZE)
    expected = layer(steps, None, None)
    state = [torch.zeros(rows, size) for size in layer.state_sizes]
    for number in range(STEPS):
        given = {f"state_{i}": part for i, part in enumerate(state)}
        output, *after = run(graph, inputs=steps[number], **given)
        state = [torch.from_numpy(part) for part in after]
        close(output, expected.outputs[number])
    for part, last in zip(state, expected.state, strict=True):
        close(part, last[0])


@cells
def test_a_loop_goes_on_from_a_state_and_ends_with_each_rows_last_step(cell, options):
    layer, graph = make(cell, options), Graph()
    steps = graph.input("steps", np.float32, ["time", "batch", SIZE])
    lengths = graph.input("lengths", np.int32, ["batch"])
    shapes = [[1, "batch", size] for size in layer.state_sizes]
    before = [graph.input(f"state_{i}", np.float32, shape) for i, shape in enumerate(shapes)]
    read = add_any_layer(graph, [layer], steps, lengths, before)
    graph.output("outputs", read.outputs, np.float32, ["time", "batch", layer.output_size])
    for i, (part, shape) in enumerate(zip(read.final, shapes, strict=True)):
        graph.output(f"next_{i}", part, np.float32, shape)
    values, real = torch.randn(STEPS, 3, SIZE), torch.tensor([2, 6, 5])
    state = layer(torch.randn(2, 3, SIZE), None, None).state
    given = {f"state_{i}": part.detach() for i, part in enumerate(state)}
    outputs, *found = run(graph, steps=values, lengths=real.int(), **given)
    expected = layer(values, real, state)
    for row, length in enumerate(real):
        close(outputs[:length, row], expected.outputs[:length, row])
    for part, last in zip(found, expected.state, strict=True):
        close(part, last)


@pytest.mark.parametrize("cell", ["gru", "minlstm", "slstm"])
def test_rows_of_different_lengths_in_both_directions(cell):
    layers, graph = [make(cell, CellOptions()), make(cell, CellOptions(), 1)], Graph()
    steps = graph.input("steps", np.float32, ["time", "batch", SIZE])
    lengths = graph.input("lengths", np.int32, ["batch"])
    read = add_any_layer(graph, layers, steps, lengths, [])
    graph.output("outputs", read.outputs, np.float32, ["time", "batch", 2 * SIZE])
    values, real = torch.randn(STEPS, 4, SIZE), torch.tensor([6, 1, 4, 3])
    outputs = run(graph, steps=values, lengths=real.int())[0]
    index = flip_index(real, STEPS)
    ahead = layers[0](values, None, None).outputs
    back = flip(layers[1](flip(values, index), None, None).outputs, index)
    for row, length in enumerate(real):
        close(outputs[:length, row, :SIZE], ahead[:length, row])
        close(outputs[:length, row, SIZE:], back[:length, row])


@pytest.mark.parametrize("behind", [0, 3])
def test_a_loop_reads_the_time_between_steps(behind):
    layer, graph = convolved(make("cfc", CellOptions()), behind).eval(), Graph()
    steps = graph.input("steps", np.float32, ["time", "batch", SIZE])
    elapsed = graph.input("elapsed", np.float32, ["time", "batch", 1])
    read = add_any_layer(graph, [layer], steps, "", [], elapsed)
    graph.output("outputs", read.outputs, np.float32, ["time", "batch", SIZE])
    values, times = torch.randn(STEPS, 2, SIZE), torch.rand(STEPS, 2) * 3
    state = tuple(torch.zeros(1, 2, size) for size in layer.state_sizes)
    outputs = run(graph, steps=values, elapsed=times.unsqueeze(-1))[0]
    expected = layer(values, None, state, times)
    close(outputs, expected.outputs)
    assert not torch.allclose(expected.outputs, layer(values, None, state).outputs, atol=1e-3)


@pytest.mark.parametrize("given", [True, False], ids=["lengths", "full rows"])
def test_the_other_direction_reads_the_time_from_the_end(given):
    layers, graph = [make("cfc", CellOptions()), make("cfc", CellOptions(), 1)], Graph()
    steps = graph.input("steps", np.float32, ["time", "batch", SIZE])
    elapsed = graph.input("elapsed", np.float32, ["time", "batch", 1])
    lengths = graph.input("lengths", np.int32, ["batch"]) if given else ""
    read = add_any_layer(graph, layers, steps, lengths, [], elapsed)
    graph.output("outputs", read.outputs, np.float32, ["time", "batch", 2 * SIZE])
    values, times = torch.randn(STEPS, 3, SIZE), torch.rand(STEPS, 3) * 3
    real = torch.tensor([6, 2, 4] if given else [6, 6, 6])
    more = {"lengths": real.int()} if given else {}
    outputs = run(graph, steps=values, elapsed=times.unsqueeze(-1), **more)[0]
    ahead, back = read_both_ways(*layers, values, flip_index(real, STEPS), (times,))
    for row, length in enumerate(real):
        close(outputs[:length, row, :SIZE], ahead[:length, row])
        close(outputs[:length, row, SIZE:], back[:length, row])


def test_without_lengths_the_other_direction_begins_at_the_last_step():
    layers, graph = [make("mingru", CellOptions()), make("mingru", CellOptions(), 1)], Graph()
    steps = graph.input("steps", np.float32, ["time", "batch", SIZE])
    read = add_any_layer(graph, layers, steps, "", [])
    graph.output("outputs", read.outputs, np.float32, ["time", "batch", 2 * SIZE])
    values = torch.randn(STEPS, 2, SIZE)
    outputs = run(graph, steps=values)[0]
    close(outputs[..., :SIZE], layers[0](values, None, None).outputs)
    close(outputs[..., SIZE:], layers[1](values.flip(0), None, None).outputs.flip(0))


class Sorted(Layer):
    """A layer with an operation that has no translation."""

    input_size = hidden_size = output_size = SIZE
    state_sizes = (SIZE,)

    def forward(self, steps, lengths=None, state=None):
        return LayerOutput(steps.sort(-1).values, state)


def test_a_cell_with_an_unknown_operation_is_refused_by_its_name():
    graph = Graph()
    inputs, state = (graph.input(name, np.float32, ["batch", SIZE]) for name in ("inputs", "state"))
    with pytest.raises(
        SettingError, match=r"^model\.cell=Sorted: cannot be exported: its operation aten\.sort"
    ):
        add_any_step(graph, Sorted(), [state], inputs)
