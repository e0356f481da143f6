"""Export of a finished forecaster. B windows, L input steps, H steps, C targets, Q levels."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from types import SimpleNamespace
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from rnnlab.data.series.windows import WindowArrays
from rnnlab.errors import SettingError
from rnnlab.export.card import size_said
from rnnlab.export.exportable import Exportable, Measured
from rnnlab.export.graph import Graph
from rnnlab.export.parity import random_lengths, relative
from rnnlab.export.quantise import milliseconds
from rnnlab.export.traced.build import traced_graph
from rnnlab.finished import FinishedRun
from rnnlab.kinds.forecasting.answer import ForecastAnswers
from rnnlab.kinds.forecasting.example import example_of
from rnnlab.kinds.forecasting.export_windows import Sizes, examples, random_windows, real_windows, sizes_of
from rnnlab.kinds.forecasting.network import FIELDS, Network, Scaled, levels_of, network_of
from rnnlab.kinds.forecasting.reader import conformal_of, reader_of
from rnnlab.kinds.forecasting.runtime import feed
from rnnlab.model.forecast.deepar import DeepAR
from rnnlab.model.head.mixture import Mixture
from rnnlab.model.head.negative_binomial import NegativeBinomial

USAGE = """\
from rnnlab.runtime import open_model

model = open_model("{folder}")
found = model.predict(EXAMPLE)
found["times"], found["predicted"], found["quantiles"]"""
OUTPUTS = ("point", "quantiles")


class Traced(nn.Module):
    """A forecaster as a function of a window's tensors, at fixed levels."""

    def __init__(self, network: nn.Module, levels: Sequence[float]) -> None:
        super().__init__()
        self.network, self.levels = network, tuple(levels)

    def forward(self, *tensors: Tensor) -> tuple[Tensor, Tensor]:
        batch = SimpleNamespace(**dict(zip(FIELDS, tensors, strict=True)))
        network: Any = self.network
        found = network.forecast(batch, self.levels)
        return found.point, found.quantiles


def exportable(run: FinishedRun) -> Exportable:
    """Return the run's network, ready to export.

    Raises:
        SettingError: a network that cannot be exported.
    """
    network: Any = run.network
    check_exportable(network)
    reader, levels, sizes = reader_of(run), levels_of(run), sizes_of(run)
    graph = graph_of(network, levels, sizes)
    windows, note = real_windows(run)
    names = ", ".join(reader.columns.targets)
    limits = [
        f"It forecasts {sizes.horizon} steps of {reader.frequency.alias or 'irregular'} data, not more.",
        "It knows series like those of its training; another one is scaled by its own history.",
    ]
    example = "dict(values=[...]" + (', start="2024-01-31")' if reader.frequency.dated else ")")
    return Exportable(
        graph,
        partial(differences, run, sizes, windows),
        f"A recurrent forecaster of {names}{size_said(run)}.",
        USAGE.replace("EXAMPLE", example),
        limits,
        {"series": reader.to_json(), "levels": list(levels), "conformal": saved_intervals(run)},
        notes=[note],
        cost=None if windows is None else partial(cost, windows),
        has_tokenizer=False,
    )


def graph_of(network: Any, levels: Sequence[float], sizes: Sizes) -> Graph:
    """Return the graph of a forecaster: its inputs are those of FIELDS that it reads; `point` (B, H, C) and
    `quantiles` (B, H, C, Q) in scaled units.

    Raises:
        SettingError: a network that cannot be exported.
    """
    traced = Traced(network, levels).eval()
    with torch.inference_mode():  # what a head fits at its first call is a constant of the graph
        traced(*examples(sizes, 1).values())
    try:
        return traced_graph(traced, partial(examples, sizes), OUTPUTS)
    except SettingError as error:
        names = f"{type(network).__name__} with {type(network.head).__name__}"
        raise SettingError("model.forecaster", names, error.rule) from error


def saved_intervals(run: FinishedRun) -> dict[str, Any] | None:
    """Return a run's conformal intervals as plain values, None where it has none."""
    found = conformal_of(run)
    return None if found is None else found.to_json()


def check_exportable(network: Any) -> None:
    """Raise SettingError for a network whose forecasts come from a loop, which a graph does not have."""
    if isinstance(network, DeepAR):
        rule = "cannot be exported: it draws each step from the one before; a direct forecaster can"
        raise SettingError("model.forecaster", type(network).__name__, rule)
    if isinstance(network.head, NegativeBinomial | Mixture):
        rule = "cannot be exported: its quantiles are searched for; point, quantile, gaussian, student_t can"
        raise SettingError("head", type(network.head).__name__, rule)


def differences(
    run: FinishedRun, sizes: Sizes, windows: WindowArrays | None, session: Any
) -> Iterator[float]:
    """Yield differences for random windows of unequal lengths, for real ones, and for a made-up series that
    is read as for a forecast.
    """
    network, names = network_of(run), [one.name for one in session.get_inputs()]
    for lengths, generator in random_lengths():
        scaled = np.maximum(lengths * sizes.steps // lengths.max(), 1)
        yield from apart(network, session, names, random_windows(sizes, scaled, generator))
    if windows is not None:
        yield from apart(network, session, names, windows)
    reader = reader_of(run)
    for asked in ForecastAnswers(network, reader, levels_of(run)).encode([example_of(reader)]):
        yield from apart(network, session, names, asked.windows)


def apart(network: Network, session: Any, names: Sequence[str], windows: WindowArrays) -> Iterator[float]:
    """Yield how far the graph's point forecasts and quantiles are from the network's."""
    found = Scaled(*session.run(list(OUTPUTS), feed(windows, names)))
    for own, other in zip(found, network(windows), strict=True):
        yield relative(own, other)


def cost(windows: WindowArrays, sessions: list[Any]) -> Measured:
    """Return the mean absolute error of windows in scaled units, and milliseconds a window."""
    found = []
    for session in sessions:
        names = [one.name for one in session.get_inputs()]
        point, _ = session.run(list(OUTPUTS), feed(windows, names))
        error = np.abs(point - windows.target)[windows.target_observed].mean()
        rows = range(len(windows.lengths))
        feeds = [feed(WindowArrays(*(part[[row]] for part in windows)), names) for row in rows]
        found.append((float(error), milliseconds(session, feeds)))
    return "scaled MAE on validation", found
