"""The ONNX graph of any network of plain operations, from what one call of it records."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from torch import Tensor, nn

from rnnlab.export.graph import Graph
from rnnlab.export.traced.operations import OPERATIONS
from rnnlab.export.traced.trace import Examples, Program, Ref, Rows, trace
from rnnlab.export.traced.translate import NUMPY, Translator, Value


def traced_graph(module: nn.Module, examples: Examples, outputs: Sequence[str]) -> Graph:
    """Build the graph of a network from the operations that one call of it records.

    Inputs are those of the examples that the outputs depend on; rows are any number, all other sizes fixed.

    Args:
        module, examples: see `trace`.
        outputs: a name for each of its results.

    Raises:
        SettingError: a network that cannot be exported.
    """
    program, graph, given = record(module, examples), Graph(), examples(2)
    used = needed(program)
    names = {}
    for inner, name in program.inputs.items():
        if inner in used:
            names[name] = graph.input(name, NUMPY[given[name].dtype], ["batch", *given[name].shape[1:]])
    for name, found in zip(outputs, add_program(graph, module, program, given, names), strict=True):
        sizes: list[Any] = ["batch", *found.shape[1:]]
        graph.output(name, found.name, NUMPY[found.dtype], sizes)
    return graph


def record(module: nn.Module, examples: Examples) -> Program:
    """Record a network's operations; see `trace`."""
    return trace(module, examples, OPERATIONS)


def add_program(
    graph: Graph, module: nn.Module, program: Program, given: Mapping[str, Tensor], names: Mapping[str, str]
) -> list[Value]:
    """Add a recorded network to a graph; return its outputs.

    Args:
        module: the network, for messages.
        given: an example of each input, which says its type and sizes.
        names: the graph's values to read, by the names of the inputs; some that no output depends on
            may be missing.
    """
    place, first = graph.constant(np.array(0, np.int64)), next(iter(names.values()))
    translator = Translator(graph, graph.op("Gather", [graph.op("Shape", [first]), place], {"axis": 0}))
    translator.values.update(program.weights)
    for inner, name in program.inputs.items():
        if name in names:
            shape = (Rows(1), *given[name].shape[1:])
            translator.values[inner] = Value(names[name], given[name].dtype, shape)
    used = needed(program)
    translator.run(module, (step for step in program.steps if step.name in used), OPERATIONS)
    found = [translator.values[inner] for inner in program.outputs]
    return [one._replace(name=translator.name(one)) for one in found]


def needed(program: Program) -> set[str]:
    """Return the names of all values that the outputs depend on."""
    found, steps = set(program.outputs), {step.name: step for step in program.steps}

    def references(part: Any) -> list[str]:
        if isinstance(part, Ref):
            return [part.name]
        if isinstance(part, dict):
            return [name for one in part.values() for name in references(one)]
        return [name for one in part for name in references(one)] if isinstance(part, list | tuple) else []

    for step in reversed(steps.values()):
        if step.name in found:
            found.update(references(step.args))
            found.update(references(step.kwargs))
    return found
