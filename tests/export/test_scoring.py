"""Graphs of networks that score the times of series, against the networks."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from rnnlab.export.scoring import scoring_graph
from rnnlab.export.session import open_session
from rnnlab.model.encoder import RecurrentEncoder
from rnnlab.model.scoring.autoencoder import SequenceAutoencoder
from rnnlab.model.scoring.forecaster import StepForecaster

CHANNELS, SIZE = 2, 6  # values and whether they are there, the time since the step before, a covariate


def series(rows, times):
    """Inputs whose gaps are from none to some usual steps; 0 where the gap is unknown."""
    inputs = torch.randn(rows, times, SIZE)
    inputs[..., 2 * CHANNELS] = torch.rand(rows, times).mul(6).log1p() * (torch.rand(rows, times) > 0.3)
    return inputs


def session_of(network):
    return open_session(scoring_graph(network).model().SerializeToString(), threads=1)


@pytest.mark.parametrize("cell", ["gru", "cfc"])
@pytest.mark.parametrize("layers", [1, 2])
def test_a_forecaster_reads_chunks_with_a_carried_state(cell, layers):
    torch.manual_seed(0)
    network = StepForecaster(RecurrentEncoder(cell, SIZE, 5, layers), CHANNELS, (1, 3), "last").eval()
    session, inputs = session_of(network), series(3, 9)
    with torch.no_grad():
        whole, _ = network(inputs)
    state = [part.numpy() for part in network.encoder.initial_state(3)]
    found = []
    for chunk in inputs.split(4, 1):
        given = {f"state_{number}": part for number, part in enumerate(state)}
        expected, *state = session.run(None, {"inputs": chunk.numpy(), **given})
        found.append(expected)
    np.testing.assert_allclose(np.concatenate(found, 1), whole.numpy(), atol=2e-5)


@pytest.mark.parametrize("cell", ["gru", "cfc"])
def test_an_autoencoder_reads_windows(cell):
    torch.manual_seed(0)
    network = SequenceAutoencoder(RecurrentEncoder(cell, SIZE, 5), CHANNELS, window=7).eval()
    inputs = series(3, 7)
    with torch.no_grad():
        expected, _ = network(inputs)
    found = session_of(network).run(None, {"inputs": inputs.numpy()})[0]
    np.testing.assert_allclose(found, expected.numpy(), atol=2e-5)
