"""Export of a finished forecaster. B windows, L input steps, H steps, C targets, Q levels."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from types import SimpleNamespace
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor, nn

from rnnlab.data.series.windows import WindowArrays
from rnnlab.errors import SettingError
from rnnlab.export.card import size_said
from rnnlab.export.exportable import Exportable, Measured
from rnnlab.export.layer import check_layers
from rnnlab.export.parity import random_lengths, relative
from rnnlab.export.quantise import ROWS, milliseconds
from rnnlab.export.traced.build import traced_graph
from rnnlab.finished import FinishedRun
from rnnlab.kinds.forecasting.answer import ForecastAnswers
from rnnlab.kinds.forecasting.example import example_of
from rnnlab.kinds.forecasting.network import FIELDS, Scaled, levels_of, network_of
from rnnlab.kinds.forecasting.reader import reader_of
from rnnlab.kinds.forecasting.runtime import feed
from rnnlab.model.forecast.deepar import DeepAR

USAGE = """\
from rnnlab.runtime import open_model

model = open_model("{folder}")
found = model.predict(EXAMPLE)
found["times"], found["predicted"], found["quantiles"]"""
OUTPUTS = ("point", "quantiles")


class Sizes(NamedTuple):
    """Sizes of a window: L, H, C, P past, K known covariates, A static features, S series."""

    steps: int
    horizon: int
    targets: int
    past: int
    known: int
    static: int
    series: int


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
    if isinstance(network, DeepAR):
        rule = "cannot be exported: it draws each step from the one before; a direct forecaster can"
        raise SettingError("model.forecaster", type(network).__name__, rule)
    check_layers(network.encoder)
    reader, levels, sizes = reader_of(run), levels_of(run), sizes_of(run)
    graph = traced_graph(Traced(network, levels).eval(), partial(examples, sizes), OUTPUTS)
    names = ", ".join(reader.columns.targets)
    limits = [
        f"It forecasts {sizes.horizon} steps of {reader.frequency.alias or 'irregular'} data, not more.",
        "It knows series like those of its training; another one is scaled by its own history.",
    ]
    example = "dict(values=[...]" + (', start="2024-01-31")' if reader.frequency.dated else ")")
    return Exportable(
        graph,
        partial(differences, run, sizes),
        f"A recurrent forecaster of {names}{size_said(run)}.",
        USAGE.replace("EXAMPLE", example),
        limits,
        {"series": reader.to_json(), "levels": list(levels)},
        cost=partial(cost, run),
        has_tokenizer=False,
    )


def sizes_of(run: FinishedRun) -> Sizes:
    facts = run.facts
    names = ("input_length", "horizon", "targets", "past", "known", "static", "num_series")
    return Sizes(*(int(facts[name]) for name in names))


def examples(sizes: Sizes, rows: int) -> Mapping[str, Tensor]:
    """Return random windows as tensors."""
    lengths = np.full(rows, sizes.steps)
    windows = random_windows(sizes, lengths, np.random.default_rng(0))
    return {name: torch.from_numpy(getattr(windows, name)) for name in FIELDS}


def random_windows(sizes: Sizes, lengths: np.ndarray, generator: np.random.Generator) -> WindowArrays:
    """Draw windows of these lengths (B,), a tenth of their points missing."""
    rows = len(lengths)

    def drawn(*shape: int) -> np.ndarray:
        return generator.standard_normal((rows, *shape)).astype(np.float32)

    real = np.arange(sizes.steps) < lengths[:, None]  # (B, L)
    observed = (generator.random((rows, sizes.steps, sizes.targets)) > 0.1) & real[..., None]
    target = drawn(sizes.horizon, sizes.targets)
    return WindowArrays(
        values=drawn(sizes.steps, sizes.targets) * observed,
        observed=observed,
        past=drawn(sizes.steps, sizes.past) * real[..., None],
        known=drawn(sizes.steps, sizes.known) * real[..., None],
        future=drawn(sizes.horizon, sizes.known),
        static=drawn(sizes.static),
        gap=np.abs(drawn(sizes.steps)) * real,
        series=generator.integers(-1, sizes.series, rows),
        lengths=lengths,
        target=target,
        target_observed=np.ones_like(target, dtype=bool),
        rows=np.arange(rows),
    )


def differences(run: FinishedRun, sizes: Sizes, session: Any) -> Iterator[float]:
    """Yield differences for random windows of unequal lengths, and for a series read as for a forecast."""
    network, names = network_of(run), [one.name for one in session.get_inputs()]
    for lengths, generator in random_lengths():
        scaled = np.maximum(lengths * sizes.steps // lengths.max(), 1)
        yield from apart(network, session, names, random_windows(sizes, scaled, generator))
    reader = reader_of(run)
    answers = ForecastAnswers(network, reader, levels_of(run))
    for asked in answers.encode([example_of(reader)]):
        yield from apart(network, session, names, asked.windows)


def apart(network: Any, session: Any, names: Sequence[str], windows: WindowArrays) -> Iterator[float]:
    found = Scaled(*session.run(list(OUTPUTS), feed(windows, names)))
    for own, other in zip(found, network(windows), strict=True):
        yield relative(own, other)


def cost(run: FinishedRun, sessions: list[Any]) -> Measured:
    """Return the mean absolute error of validation windows in scaled units, and milliseconds a window."""
    data = run.data()
    rows = data.windows("validation")
    places = np.unique(np.linspace(0, len(rows) - 1, ROWS).astype(int))
    windows = WindowArrays(*(np.asarray(part) for part in rows[places.tolist()]))
    found = []
    for session in sessions:
        names = [one.name for one in session.get_inputs()]
        point, _ = session.run(list(OUTPUTS), feed(windows, names))
        error = np.abs(point - windows.target)[windows.target_observed].mean()
        feeds = [feed(WindowArrays(*(part[[row]] for part in windows)), names) for row in range(len(places))]
        found.append((float(error), milliseconds(session, feeds)))
    return "scaled MAE on validation", found
