"""The choice of the next token as an ONNX graph. Shapes: B rows, V ids; scores are (B, V) float64."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from onnx import TensorProto, helper

from rnnlab.export.graph import Graph

LAST = 2**62  # an index past the end of every axis
WHOLE = {"to": helper.np_dtype_to_tensor_dtype(np.dtype(np.float64))}


class Choice(NamedTuple):
    """The active filters of `rnnlab.generate.decoding`; their numbers are inputs of the graph, by name.

    `draws`: sample with `temperature`; else take the likeliest token, with the next three off.
    `penalties`: `repetition_penalty` and `frequency_penalty`.
    """

    draws: bool = True
    top_k: bool = False
    top_p: bool = False
    min_p: bool = False
    penalties: bool = False

    @property
    def numbers(self) -> list[str]:
        """Name those inputs: () float64, but `top_k` is (1,) int64 and `min_p` its logarithm."""
        shares = [name for name in ("top_k", "top_p", "min_p") if getattr(self, name)]
        penalties = ["repetition_penalty", "frequency_penalty"] if self.penalties else []
        return penalties + (["temperature", *shares] if self.draws else [])


def add_choice(choice: Choice) -> Graph:
    """Build the graph that chooses tokens by logits (B, V) as `rnnlab.generate.decoding.draw` does.

    Inputs: `number` (B,) and, with penalties, `counts` (B, V). Outputs: the tokens (B,), for the next step
    and as output, their log probabilities (B,), and the counts including them.
    """
    graph = Graph("choice_")
    number = graph.input("number", np.float64, ["batch"])
    scores, columns = graph.op("Cast", ["logits"], WHOLE), graph.integers(1)
    if choice.penalties:
        scores = penalised(graph, scores, graph.input("counts", np.float64, ["batch", "ids"]))
    scores = graph.op("Add", [scores, "banned"])
    chosen = drawn(graph, scores, number, choice) if choice.draws else likeliest(graph, scores)
    logs = graph.op("LogSoftmax", ["logits"], {"axis": 1})
    log = graph.op("Squeeze", [graph.op("GatherElements", [logs, chosen], {"axis": 1}), columns])
    token = graph.op("Squeeze", [chosen, columns])
    graph.output("token", token, np.int64, ["batch"])
    graph.output("kept", token, np.int64, ["batch"])
    graph.output("log", log, np.float32, ["batch"])
    if choice.penalties:
        now = graph.op("GatherElements", ["counts", chosen], {"axis": 1})
        more = graph.op("Add", [now, graph.constant(np.array(1.0))])
        counts = graph.op("ScatterElements", ["counts", chosen, more], {"axis": 1})
        graph.output("counted", counts, np.float64, ["batch", "ids"])
    return graph


def penalised(graph: Graph, scores: str, counts: str) -> str:
    """Apply both penalties to tokens that came already."""
    none = graph.constant(np.array(0.0))
    less = graph.op("Div", [scores, "repetition_penalty"])
    below = graph.op("Mul", [scores, "repetition_penalty"])
    repeated = graph.op("Where", [graph.op("Greater", [scores, none]), less, below])
    scores = graph.op("Where", [graph.op("Greater", [counts, none]), repeated, scores])
    return graph.op("Sub", [scores, graph.op("Mul", [counts, "frequency_penalty"])])


def likeliest(graph: Graph, scores: str) -> str:
    """Return the likeliest token of each row (B, 1)."""
    return graph.op("ArgMax", [scores], {"axis": 1, "keepdims": 1})


def drawn(graph: Graph, scores: str, number: str, choice: Choice) -> str:
    """Draw a token a row (B, 1): where the cumulative filtered probability passes the row's number."""
    most = graph.op("ReduceMax", [scores], {"axes": [1], "keepdims": 1})
    scores = graph.op("Div", [graph.op("Sub", [scores, most]), "temperature"])  # the largest one is 0
    if choice.top_p:
        scores = add_top_p(graph, scores, choice.top_k)
    elif choice.top_k:
        found = graph.ops("TopK", [scores, "top_k"], 2, {"axis": 1})
        scores = only(graph, scores, last(graph, found[0]))
    if choice.min_p:
        scores = only(graph, scores, "min_p")
    sums = graph.op("CumSum", [graph.op("Exp", [scores]), graph.constant(np.array(1))])
    limit = graph.op("Mul", [graph.op("Unsqueeze", [number, graph.integers(1)]), last(graph, sums)])
    passed = graph.op("Cast", [graph.op("Greater", [sums, limit])], {"to": TensorProto.INT32})
    return likeliest(graph, passed)


def add_top_p(graph: Graph, scores: str, top_k: bool) -> str:
    """Keep the likeliest tokens whose probabilities sum to `top_p`, after `top_k` if that is on; ties go to
    the lower id. One sort serves both: ties with the last of `top_k` are left out here.
    """
    shape = graph.op("Shape", [scores])
    size = "top_k" if top_k else graph.op("Gather", [shape, graph.integers(1)])
    ordered, ids = graph.ops("TopK", [scores, size], 2, {"axis": 1})
    shares = graph.op("Softmax", [ordered], {"axis": 1})
    before = graph.op("CumSum", [shares, graph.constant(np.array(1))], {"exclusive": 1})
    never = graph.constant(np.array(-np.inf))
    kept = graph.op("Where", [graph.op("Less", [before, "top_p"]), ordered, never])
    return graph.op("ScatterElements", [graph.op("Expand", [never, shape]), ids, kept], {"axis": 1})


def only(graph: Graph, scores: str, least: str) -> str:
    """Keep the scores that are not below `least`."""
    enough = graph.op("GreaterOrEqual", [scores, least])
    return graph.op("Where", [enough, scores, graph.constant(np.array(-np.inf))])


def last(graph: Graph, values: str) -> str:
    """Return the last column (B, 1)."""
    return graph.op("Slice", [values, graph.integers(-1), graph.integers(LAST), graph.integers(1)])
