"""CRPS of a network's own samples at some origins, for `rnnlab evaluate RUN --samples N`.

B windows, H steps, C targets, N samples, n origins.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from rnnlab.errors import SettingError
from rnnlab.evaluation.series.sample_crps import sample_crps
from rnnlab.kinds.forecasting.naive import Places

if TYPE_CHECKING:
    from rnnlab.finished import FinishedRun

NUMBERS_AT_ONCE = 1 << 23  # of samples
SEED = 2  # of the samples: the same ones at every evaluation


def sample_crps_sums(run: FinishedRun, prepared: Any, places: Places, number: int) -> np.ndarray:
    """Return the sum over observed steps (n, C) of the CRPS of the network's samples, in the data's units.

    Sample paths of an autoregressive network are what its quantiles come from; other networks draw each step
    by itself.

    Raises:
        SettingError: the network's head has no distribution.
    """
    import torch

    from rnnlab.data.series.batch import SeriesBatch

    network: Any = run.network
    if not network.head.probabilistic:
        raise SettingError("--samples", number, "a head without a distribution has none: leave it out")
    length, horizon = run.facts["input_length"], run.facts["horizon"]
    values, parts = prepared.table.values, []
    size = max(1, NUMBERS_AT_ONCE // (number * horizon * values.shape[1]))
    generator = torch.Generator(run.device).manual_seed(SEED)
    for start in range(0, len(places.series), size):
        here = places.take(slice(start, start + size))
        arrays = prepared.windows(here.series, here.origins, length, horizon)
        batch = SeriesBatch(*(part.to(run.device) for part in SeriesBatch.of(arrays)))
        with torch.inference_mode():
            drawn = network.samples(batch, number, generator).transpose(0, 1)  # (B, N, H, C)
        samples = prepared.invert(drawn.float().cpu().numpy(), here.series).swapaxes(0, 1)
        label = np.asarray(values[here.origins[:, None] + np.arange(horizon)])
        parts.append(np.nansum(sample_crps(samples, label), axis=1))
    return np.concatenate(parts)
