"""Windows by which an exported graph is compared with its network.

B windows, L input steps, H steps, C targets.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from rnnlab.data.series.windows import WindowArrays
from rnnlab.errors import SettingError
from rnnlab.finished import FinishedRun
from rnnlab.kinds.forecasting.network import FIELDS

MOST_WINDOWS = 500  # of validation that the graph and the network both read


class Sizes(NamedTuple):
    """Sizes of a window: L, H, C, P past, K known covariates, A static features, S series."""

    steps: int
    horizon: int
    targets: int
    past: int
    known: int
    static: int
    series: int


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


def real_windows(run: FinishedRun) -> tuple[WindowArrays | None, str]:
    """Return validation windows from the shortest to the longest one, None without the data, and a note."""
    try:
        rows = run.data().windows("validation")
    except SettingError as error:
        told = " ".join(str(error).split())
        return None, f"it was compared on made-up windows alone, as the data cannot be read: {told}"
    order = np.argsort(rows.lengths, kind="stable")
    places = order[np.unique(np.linspace(0, len(rows) - 1, MOST_WINDOWS).astype(int))]
    windows = WindowArrays(*(np.asarray(part) for part in rows[places.tolist()]))
    return windows, f"{len(places):,} windows of its validation part were among what was compared"
