"""The ONNX graph of any network of plain operations, from what one call of it records."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from torch import nn

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
    program, graph, given = trace(module, examples), Graph(), examples(2)
    used = needed(program)
    names: dict[str, str] = {}
    for inner, name in program.inputs.items():
        if inner in used:
            sizes = ["batch", *given[name].shape[1:]]
            names[inner] = graph.input(name, NUMPY[given[name].dtype], sizes)
    first = next(iter(names.values()))
    place = graph.constant(np.array(0, np.int64))
    translator = Translator(graph, graph.op("Gather", [graph.op("Shape", [first]), place], {"axis": 0}))
    translator.values.update(program.weights)
    for inner, name in names.items():
        shape = (Rows(1), *given[program.inputs[inner]].shape[1:])
        translator.values[inner] = Value(name, given[program.inputs[inner]].dtype, shape)
    translator.run(module, (step for step in program.steps if step.name in used), OPERATIONS)
    for name, inner in zip(outputs, program.outputs, strict=True):
        found = translator.values[inner]
        graph.output(name, translator.name(found), NUMPY[found.dtype], ["batch", *found.shape[1:]])
    return graph


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
