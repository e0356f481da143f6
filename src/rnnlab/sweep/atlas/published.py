"""Published accuracies on probes like ours, to set beside the atlas."""

from __future__ import annotations

from typing import NamedTuple


class Published(NamedTuple):
    """A published figure.

    Attributes:
        score: scaled so that chance is 0, unless `note` says otherwise.
        note: how its protocol differs from ours.
    """

    model: str
    probe: str
    score: float
    source: str
    note: str


GRAZZI = "Grazzi et al. 2025"
LONGER = "trained to length 40, tested to 256; scaled; best of 3 seeds; two to three layers"
XLSTM = "Beck et al. 2024"
MIN_RNN = "Feng et al. 2024"
COPYING = "4,096 steps; accuracy; three layers"

PUBLISHED = (
    Published("window_attention", "parity", 0.022, GRAZZI, f"a Transformer; {LONGER}"),
    Published("window_attention", "modular_arithmetic", 0.031, GRAZZI, f"a Transformer; {LONGER}"),
    Published("window_attention", "modular_brackets", 0.067, GRAZZI, f"a Transformer; {LONGER}"),
    Published("mlstm", "parity", 0.087, GRAZZI, LONGER),
    Published("slstm", "parity", 1.0, GRAZZI, LONGER),
    Published("mamba", "parity", 0.0, GRAZZI, LONGER),
    Published("deltanet", "parity", 0.017, GRAZZI, LONGER),
    Published("deltanet_negative", "parity", 1.0, GRAZZI, LONGER),
    Published("mlstm", "modular_arithmetic", 0.040, GRAZZI, LONGER),
    Published("slstm", "modular_arithmetic", 0.787, GRAZZI, LONGER),
    Published("slstm", "modular_arithmetic", 1.0, XLSTM, "the same task, other sizes and rates"),
    Published("mamba", "modular_arithmetic", 0.095, GRAZZI, LONGER),
    Published("deltanet", "modular_arithmetic", 0.314, GRAZZI, LONGER),
    Published("deltanet_negative", "modular_arithmetic", 0.971, GRAZZI, LONGER),
    Published("mlstm", "modular_brackets", 0.114, GRAZZI, LONGER),
    Published("slstm", "modular_brackets", 0.178, GRAZZI, LONGER),
    Published("slstm", "modular_brackets", 0.57, XLSTM, "the same task, other sizes and rates"),
    Published("mamba", "modular_brackets", 0.123, GRAZZI, LONGER),
    Published("deltanet", "modular_brackets", 0.194, GRAZZI, LONGER),
    Published("deltanet_negative", "modular_brackets", 0.260, GRAZZI, LONGER),
    Published("mingru", "selective_copy", 0.995, MIN_RNN, COPYING),
    Published("minlstm", "selective_copy", 0.960, MIN_RNN, COPYING),
    Published("mamba", "selective_copy", 0.998, MIN_RNN, COPYING),
)
