"""An ONNX graph, written node by node."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import onnx
from onnx import helper, numpy_helper

OPSET = 17  # the first with LayerNormalization
IR_VERSION = 8  # of the same age as that opset, so that older runtimes read it too
NO_ATTRIBUTES: Mapping[str, Any] = {}


class Graph:
    """Collects nodes and constants; values are known by their names.

    >>> graph = Graph()
    >>> total = graph.op("Add", [x, graph.constant(np.ones(3, np.float32))])

    Args:
        prefix: of all generated names, for a graph that will be joined to another.
    """

    def __init__(self, prefix: str = "") -> None:
        self.prefix = prefix
        self._nodes: list[onnx.NodeProto] = []
        self._constants: list[onnx.TensorProto] = []
        self._inputs: list[onnx.ValueInfoProto] = []
        self._outputs: list[onnx.ValueInfoProto] = []
        self._number = 0

    def op(self, kind: str, inputs: Sequence[str], attributes: Mapping[str, Any] = NO_ATTRIBUTES) -> str:
        """Add a node with one output; return the output's name."""
        return self.ops(kind, inputs, 1, attributes)[0]

    def ops(
        self, kind: str, inputs: Sequence[str], outputs: int, attributes: Mapping[str, Any] = NO_ATTRIBUTES
    ) -> list[str]:
        """Add a node with several outputs; return their names. An input with an empty name is left out."""
        names = [self._name(kind) for _ in range(outputs)]
        self._nodes.append(helper.make_node(kind, inputs, names, **attributes))
        return names

    def constant(self, value: np.ndarray) -> str:
        name = self._name("constant")
        self._constants.append(numpy_helper.from_array(np.asarray(value, order="C"), name))
        return name

    def floats(self, *values: float) -> str:
        """Add a constant (N,) float32."""
        return self.constant(np.array(values, np.float32))

    def integers(self, *values: int) -> str:
        """Add a constant (N,) int64, such as a shape or axes."""
        return self.constant(np.array(values, np.int64))

    def input(self, name: str, kind: type[np.generic], shape: Sequence[int | str]) -> str:
        self._inputs.append(helper.make_tensor_value_info(name, _type(kind), shape))
        return name

    def output(self, name: str, value: str, kind: type[np.generic], shape: Sequence[int | str]) -> None:
        """Add a graph output: a value under this name."""
        self._nodes.append(helper.make_node("Identity", [value], [name]))
        self._outputs.append(helper.make_tensor_value_info(name, _type(kind), shape))

    def behind(self, before: onnx.GraphProto) -> onnx.GraphProto:
        """Append this graph to `before`, whose values it may name; return the joined graph.

        Its inputs and outputs are those of `before`, without those consumed here, and then this graph's.
        """
        used = {name for node in self._nodes for name in node.input}
        kept = [value for value in before.output if value.name not in used]
        return helper.make_graph(
            [*before.node, *self._nodes],
            f"{before.name}_and_more",
            [*before.input, *self._inputs],
            [*kept, *self._outputs],
            [*before.initializer, *self._constants],
        )

    def inside(self, kind: str) -> Graph:
        """Return an empty graph whose names differ from all of this one's, for the body of a loop."""
        return Graph(f"{self._name(kind)}_")

    def proto(self, name: str) -> onnx.GraphProto:
        """Return the graph, such as the body of a loop."""
        return helper.make_graph(self._nodes, name, self._inputs, self._outputs, self._constants)

    def model(self) -> onnx.ModelProto:
        """Return the checked model."""
        graph = self.proto("rnnlab")
        model = helper.make_model(
            graph, opset_imports=[helper.make_opsetid("", OPSET)], producer_name="rnnlab"
        )
        model.ir_version = IR_VERSION
        onnx.checker.check_model(model)
        return model

    def _name(self, kind: str) -> str:
        self._number += 1
        return f"{self.prefix}{kind}_{self._number}"


def _type(kind: type[np.generic]) -> int:
    return helper.np_dtype_to_tensor_dtype(np.dtype(kind))
