"""Many steps of a language model in one call: each draws a token, which the next one reads.

Shapes: K steps, B rows, V ids, L layers, H units.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import onnx
from onnx import helper

from rnnlab.export.graph import Graph

LAST = 2**62  # an index behind the end of every axis
OUTPUTS: dict[str, type[np.generic]] = {"drawn": np.int64, "logs": np.float32}


def walk_model(step: onnx.ModelProto, draws: bool) -> onnx.ModelProto:
    """The model of one step, or its quantised form, K times over.

    Inputs: `begin` (B,) int64, the tokens to be read first; `begin_0`, `begin_1`, ..., the state, parts
    (L, B, H); `numbers` (K, B) float64 in [0, 1), by which tokens are drawn; `banned` (V,) float64, 0, or
    -inf for what may not come; `temperature` () float64, where `draws`. Outputs: `drawn` (K, B) int64; `logs`
    (K, B), the log probability of each under the model as it is; `end_0`, ..., the state before the last of
    them is read.

    Args:
        draws: by chance; else the likeliest tokens are taken.
    """
    states = [value for value in step.graph.input if value.name.startswith("state_")]
    model = helper.make_model(
        helper.make_graph([scan_of(step.graph, len(states), draws)], "walk", *ends(states, draws)),
        opset_imports=step.opset_import,
        producer_name="rnnlab",
    )
    model.ir_version = step.ir_version
    onnx.checker.check_model(model)
    return model


def scan_of(step: onnx.GraphProto, states: int, draws: bool) -> onnx.NodeProto:
    """The loop, around a step and the choice of a token."""
    body = add_choice(draws).behind(step)
    parts = range(states)
    arrange(body.input, ["tokens", *(f"state_{i}" for i in parts), "number"])
    arrange(body.output, ["token", *(f"next_{i}" for i in parts), "kept", "log"])
    given = ["begin", *(f"begin_{i}" for i in parts), "numbers"]
    found = ["end", *(f"end_{i}" for i in parts), "drawn", "logs"]
    return helper.make_node("Scan", given, found, body=body, num_scan_inputs=1)


def arrange(values: Any, names: Sequence[str]) -> None:
    """Put a graph's inputs or outputs into this order."""
    values.sort(key=lambda value: names.index(value.name))


def ends(states: Sequence[onnx.ValueInfoProto], draws: bool) -> tuple[list[Any], list[Any]]:
    """Inputs and outputs of the whole."""
    inputs = [value_of("begin", np.int64, ["batch"]), value_of("numbers", np.float64, ["steps", "batch"])]
    inputs += [value_of("banned", np.float64, ["ids"])]
    inputs += [value_of("temperature", np.float64, [])] if draws else []
    inputs += [renamed(value, f"begin_{i}") for i, value in enumerate(states)]
    outputs = [value_of(name, kind, ["steps", "batch"]) for name, kind in OUTPUTS.items()]
    return inputs, outputs + [renamed(value, f"end_{i}") for i, value in enumerate(states)]


def add_choice(draws: bool) -> Graph:
    """The tokens that are chosen by the scores `logits` (B, V), as `rnnlab.decoding.draw` chooses them.

    Outputs: the tokens (B,), for the next step and to be kept, and their log probabilities (B,).
    """
    graph = Graph("choice_")
    number = graph.input("number", np.float64, ["batch"])
    whole = {"to": helper.np_dtype_to_tensor_dtype(np.dtype(np.float64))}
    scores = graph.op("Add", [graph.op("Cast", ["logits"], whole), "banned"])
    columns = graph.integers(1)
    chosen = drawn(graph, scores, number, columns) if draws else likeliest(graph, scores)
    logs = graph.op("LogSoftmax", ["logits"], {"axis": 1})
    log = graph.op("Squeeze", [graph.op("GatherElements", [logs, chosen], {"axis": 1}), columns])
    token = graph.op("Squeeze", [chosen, columns])
    graph.output("token", token, np.int64, ["batch"])
    graph.output("kept", token, np.int64, ["batch"])
    graph.output("log", log, np.float32, ["batch"])
    return graph


def likeliest(graph: Graph, scores: str) -> str:
    """(B, 1)."""
    return graph.op("ArgMax", [scores], {"axis": 1, "keepdims": 1})


def drawn(graph: Graph, scores: str, number: str, columns: str) -> str:
    """(B, 1): where the sum of the probabilities passes the row's number."""
    lifted = graph.op("Sub", [scores, graph.op("ReduceMax", [scores], {"axes": [1], "keepdims": 1})])
    shares = graph.op("Exp", [graph.op("Div", [lifted, "temperature"])])
    sums = graph.op("CumSum", [shares, graph.constant(np.array(1))])
    total = graph.op("Slice", [sums, graph.integers(-1), graph.integers(LAST), columns])
    limit = graph.op("Mul", [graph.op("Unsqueeze", [number, columns]), total])
    passed = graph.op("Cast", [graph.op("Greater", [sums, limit])], {"to": onnx.TensorProto.INT32})
    return likeliest(graph, passed)


def value_of(name: str, kind: type[np.generic], shape: Sequence[int | str]) -> onnx.ValueInfoProto:
    return helper.make_tensor_value_info(name, helper.np_dtype_to_tensor_dtype(np.dtype(kind)), shape)


def renamed(value: onnx.ValueInfoProto, name: str) -> onnx.ValueInfoProto:
    """The same kind and shape under another name."""
    copy = onnx.ValueInfoProto()
    copy.CopyFrom(value)
    copy.name = name
    return copy
