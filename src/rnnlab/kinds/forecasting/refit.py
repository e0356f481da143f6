"""A backtest with refitting: before each origin the network's training goes on, on windows that end before
it.

The weights go from origin to origin; scaler and settings stay those of the run. B rows, H steps, C targets.
"""

from __future__ import annotations

import copy
from typing import Any

import numpy as np

from rnnlab.data.series.windows import find_origins
from rnnlab.kinds.forecasting.backtest import Span, predict
from rnnlab.kinds.forecasting.naive import Places
from rnnlab.kinds.forecasting.predicted import Predicted

STEPS = 50  # of training before each origin
SLOWER = 0.1  # the learning rate, as a part of the run's


def refitted(
    run: Any, prepared: Any, places: Places, span: Span, data_settings: Any, seed: int = 0
) -> Predicted:
    """Return the forecasts at rolling origins of a copy of the network that is trained on before each.

    The last origin of every series is one step of this walk, the one before it another, and so on.
    """
    network, levels = copy.deepcopy(run.network), run.config.task.levels
    last = np.array([int((places.series == series).sum()) for series in range(len(span.starts))])
    order = np.arange(len(places.series)) - np.repeat(np.cumsum(last) - last, last)
    turn = order + (last.max() - last)[places.series]  # so that all series end together
    generator, parts, rows = np.random.default_rng(seed), [], []
    for now in range(int(last.max())):
        own = np.flatnonzero(turn == now)
        here = places.take(own)
        go_on(network, prepared, here, span, data_settings, run, generator)
        parts.append(
            predict(network, prepared, here, data_settings.input_length, span.horizon, levels, run.device)
        )
        rows.append(own)
    return in_order(parts, np.concatenate(rows))


def go_on(
    network: Any,
    prepared: Any,
    here: Places,
    span: Span,
    data_settings: Any,
    run: Any,
    generator: np.random.Generator,
) -> None:
    """Train a network for STEPS steps on windows whose targets end before the origins."""
    import torch

    from rnnlab.data.series.batch import SeriesBatch

    ends = np.array(span.begins)
    ends[here.series] = here.origins
    bounds = np.stack([span.starts, ends], axis=1)
    borders = np.append(span.starts, len(prepared.table.values))
    found = find_origins(bounds, borders, span.fewest, span.horizon)
    if not len(found.series):
        return
    optimizer = torch.optim.AdamW(
        network.parameters(), lr=float(run.config.optimizer.get("lr", 0.003)) * SLOWER
    )
    network.train()
    for _ in range(STEPS):
        drawn = generator.integers(0, len(found.series), data_settings.batch_size)
        arrays = prepared.windows(
            found.series[drawn], found.origins[drawn], data_settings.input_length, span.horizon
        )
        batch = SeriesBatch(*(part.to(run.device) for part in SeriesBatch.of(arrays)))
        losses, seen = network.losses(batch), batch.target_observed
        loss = losses.where(seen, 0).sum() / seen.sum().clamp_min(1)
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimizer.step()
    network.eval()


def in_order(parts: list[Predicted], rows: np.ndarray) -> Predicted:
    """Return the parts' rows as one, in the order of `rows`."""
    order = np.argsort(rows)
    series, origins, label, predicted, quantiles = (
        np.concatenate([getattr(part, name) for part in parts])[order]
        for name in ("series", "origins", "label", "predicted", "quantiles")
    )
    return Predicted(np.sort(rows), series, origins, label, predicted, quantiles, parts[0].levels)
