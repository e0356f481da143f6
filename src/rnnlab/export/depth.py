"""Add connections and normalisation, or residual blocks, between stacked layers to a graph.

Shapes: F features of a step; before them come rows, or steps and rows.
"""

from __future__ import annotations

from typing import Any

from torch import Tensor, nn

from rnnlab.export.graph import Graph
from rnnlab.model.block import Blocks
from rnnlab.model.depth import Highway, Residual


def add_enter(graph: Graph, depth: Any, steps: str) -> str:
    """Return the inputs as the stack of layers takes them: of residual blocks the first stream."""
    plain = not isinstance(depth, Blocks) or depth.entry is None
    return steps if plain else add_linear(graph, depth.entry, steps)


def add_leave(graph: Graph, depth: Any, steps: str) -> str:
    """Return the outputs of the whole stack."""
    return add_norm(graph, depth.norm, steps) if isinstance(depth, Blocks) else steps


def passes_inputs(depth: Any) -> bool:
    """Return whether the first layer's inputs also bypass it."""
    return isinstance(depth, Blocks) or bool(depth.dense) or not isinstance(depth.connections[0], nn.Identity)


def add_read(graph: Graph, depth: Any, number: int, steps: str) -> str:
    """Return the inputs of a layer, layer-normalised where the encoder asks for it."""
    if isinstance(depth, Blocks):
        return add_norm(graph, depth.blocks[number].norm, steps)
    return steps if number == 0 or not len(depth.norms) else add_norm(graph, depth.norms[number - 1], steps)


def add_norm(graph: Graph, norm: Any, steps: str) -> str:
    """Add layer normalisation of (..., F)."""
    weights = [constant(graph, norm.weight), constant(graph, norm.bias)]
    return graph.op("LayerNormalization", [steps, *weights], {"axis": -1, "epsilon": norm.eps})


def add_hand_on(graph: Graph, depth: Any, number: int, before: str, after: str) -> str:
    """Return the input of the next layer, with residual or highway connections around this one."""
    if isinstance(depth, Blocks):
        return add_block(graph, depth.blocks[number], before, after)
    if depth.dense:
        last = number + 1 == len(depth.connections)
        return after if last else graph.op("Concat", [before, after], {"axis": -1})
    connection = depth.connections[number]
    if isinstance(connection, Residual):
        return graph.op("Add", [before, after])
    if isinstance(connection, Highway):
        gate = graph.op("Sigmoid", [add_linear(graph, connection.gate, before)])
        apart = graph.op("Sub", [after, before])
        return graph.op("Add", [before, graph.op("Mul", [gate, apart])])
    return after


def add_block(graph: Graph, block: Any, stream: str, outputs: str) -> str:
    """Return the stream after a layer's outputs and the block's MLP are added to it."""
    if block.project is not None:
        outputs = add_linear(graph, block.project, outputs)
    stream = graph.op("Add", [stream, outputs])
    if block.mlp is None:
        return stream
    read = add_linear(graph, block.mlp.read, add_norm(graph, block.mlp_norm, stream))
    gate, value = graph.ops("Split", [read], 2, {"axis": -1})
    shown = graph.op("Mul", [graph.op("Mul", [gate, graph.op("Sigmoid", [gate])]), value])
    return graph.op("Add", [stream, add_linear(graph, block.mlp.write, shown)])


def add_linear(graph: Graph, linear: nn.Linear, value: str) -> str:
    """Add x W^T + b of (..., F)."""
    product = graph.op("MatMul", [value, constant(graph, linear.weight.t())])
    return product if linear.bias is None else graph.op("Add", [product, constant(graph, linear.bias)])


def constant(graph: Graph, value: Tensor) -> str:
    return graph.constant(value.detach().cpu().float().numpy())
