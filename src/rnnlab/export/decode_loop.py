"""Many steps of a language model in one call: each step draws a token, which the next one reads.

Shapes: K steps, B rows, V ids, L layers, H units.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import onnx
from onnx import helper

from rnnlab.export.sampling_graph import Choice, add_choice

OUTPUTS: dict[str, type[np.generic]] = {"drawn": np.int64, "logs": np.float32}


def walk_model(step: onnx.ModelProto, choice: Choice) -> onnx.ModelProto:
    """Wrap the model of one step, or its quantised form, in a loop of K steps (ONNX's Scan).

    Inputs: `begin` (B,) int64, the tokens to be read first; `begin_0`, `begin_1`, ..., the state, parts
    (L, B, H); `begin_counts` (B, V) float64, how often each token came, where there are penalties; `numbers`
    (K, B) float64 in [0, 1), by which tokens are drawn; `banned` (V,) float64, 0, or -inf for banned tokens;
    and the numbers of the choice. Outputs: `drawn` (K, B) int64; `logs` (K, B), the log probability of
    each under the model as it is; `end_0`, ..., the state before the last of them is read; `end_counts`.
    """
    states = [value for value in step.graph.input if value.name.startswith("state_")]
    parts = [str(number) for number in range(len(states))] + (["counts"] if choice.penalties else [])
    model = helper.make_model(
        helper.make_graph([scan_of(step.graph, parts, choice)], "walk", *ends(states, choice)),
        opset_imports=step.opset_import,
        producer_name="rnnlab",
    )
    model.ir_version = step.ir_version
    onnx.checker.check_model(model)
    return model


def scan_of(step: onnx.GraphProto, parts: Sequence[str], choice: Choice) -> onnx.NodeProto:
    """Build the loop around a step and the choice of a token; `parts` name the state it carries."""
    body = add_choice(choice).behind(step)
    before = [part if part == "counts" else f"state_{part}" for part in parts]
    after = ["counted" if part == "counts" else f"next_{part}" for part in parts]
    arrange(body.input, ["tokens", *before, "number"])
    arrange(body.output, ["token", *after, "kept", "log"])
    given = ["begin", *(f"begin_{part}" for part in parts), "numbers"]
    found = ["end", *(f"end_{part}" for part in parts), "drawn", "logs"]
    return helper.make_node("Scan", given, found, body=body, num_scan_inputs=1)


def arrange(values: Any, names: Sequence[str]) -> None:
    """Put a graph's inputs or outputs into this order."""
    values.sort(key=lambda value: names.index(value.name))


def ends(states: Sequence[onnx.ValueInfoProto], choice: Choice) -> tuple[list[Any], list[Any]]:
    """Return the inputs and outputs of the whole graph."""
    inputs = [value_of("begin", np.int64, ["batch"]), value_of("numbers", np.float64, ["steps", "batch"])]
    inputs += [value_of("banned", np.float64, ["ids"])]
    for name in choice.numbers:
        whole = name == "top_k"
        inputs.append(value_of(name, np.int64 if whole else np.float64, [1] if whole else []))
    inputs += [renamed(value, f"begin_{i}") for i, value in enumerate(states)]
    outputs = [value_of(name, kind, ["steps", "batch"]) for name, kind in OUTPUTS.items()]
    outputs += [renamed(value, f"end_{i}") for i, value in enumerate(states)]
    if choice.penalties:
        inputs.append(value_of("begin_counts", np.float64, ["batch", "ids"]))
        outputs.append(value_of("end_counts", np.float64, ["batch", "ids"]))
    return inputs, outputs


def value_of(name: str, kind: type[np.generic], shape: Sequence[int | str]) -> onnx.ValueInfoProto:
    return helper.make_tensor_value_info(name, helper.np_dtype_to_tensor_dtype(np.dtype(kind)), shape)


def renamed(value: onnx.ValueInfoProto, name: str) -> onnx.ValueInfoProto:
    """Return a value of the same kind and shape under another name."""
    copy = onnx.ValueInfoProto()
    copy.CopyFrom(value)
    copy.name = name
    return copy
