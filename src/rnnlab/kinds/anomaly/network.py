"""A trained network as a function of arrays. B rows, T times, F features of a step."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from rnnlab.kinds.anomaly.reading import Arrays, Expect, Reader
from rnnlab.kinds.anomaly.saved import NetworkFacts


def reader_of(network: Any, device: Any) -> Reader:
    """Return the reader of a `rnnlab.model.scoring.base.ScoringNetwork`."""
    return NetworkFacts.of(network).reader(expect_by(network, device))


def expect_by(network: Any, device: Any) -> Expect:
    """Return a network as a function of arrays."""

    def expect(inputs: np.ndarray, state: Arrays) -> tuple[np.ndarray, Arrays]:
        given = tuple(torch.from_numpy(np.ascontiguousarray(part)).to(device) for part in state) or None
        with torch.inference_mode():
            found, after = network(torch.from_numpy(np.ascontiguousarray(inputs)).to(device), given)
        return found.float().cpu().numpy(), tuple(part.float().cpu().numpy() for part in after or ())

    return expect
