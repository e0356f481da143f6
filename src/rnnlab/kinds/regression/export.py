"""Export of a finished regression. B rows, K levels."""

from __future__ import annotations

from functools import partial
from typing import Any

import torch

from rnnlab.export.exportable import Exportable
from rnnlab.export.graph import Graph
from rnnlab.finished import FinishedRun
from rnnlab.kinds.row_export import text_exportable


def exportable(run: FinishedRun) -> Exportable:
    """Return the run's network, whose numbers have the labels' unit, ready to export.

    Raises:
        SettingError: a network that cannot be exported.
    """
    low, high = run.facts["low"], run.facts["high"]
    limits = [f"It was trained on numbers from {low:g} to {high:g}, and knows no others."]
    return text_exportable(run, "A recurrent regression of texts", partial(add_unit, run.network), limits)


def add_unit(network: Any, graph: Graph, scores: str) -> str:
    """Add the way from the head's scores (B, 1) to numbers (B, 1) in the labels' unit."""
    if network.ordinal is None:
        wide = graph.op("Mul", [scores, graph.floats(float(network.std))])
        return graph.op("Add", [wide, graph.floats(float(network.mean))])
    with torch.no_grad():
        thresholds, levels = network.ordinal.thresholds().numpy(), network.ordinal.levels.numpy()
    above = graph.op("Sigmoid", [graph.op("Sub", [scores, graph.floats(*thresholds)])])  # (B, K - 1)
    steps = graph.constant((levels[1:] - levels[:-1])[:, None])  # (K - 1, 1)
    return graph.op("Add", [graph.op("MatMul", [above, steps]), graph.floats(levels[0])])
