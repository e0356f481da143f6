"""What networks that score times hand to their encoders."""

from __future__ import annotations

import torch

from rnnlab.model.encoder import RecurrentEncoder
from rnnlab.model.scoring.autoencoder import SequenceAutoencoder
from rnnlab.model.scoring.base import squash
from rnnlab.model.scoring.forecaster import StepForecaster

ROWS, TIMES, CHANNELS = 2, 6, 2
FEATURES = 2 * CHANNELS + 1


def inputs() -> torch.Tensor:
    torch.manual_seed(0)
    steps = torch.randn(ROWS, TIMES, FEATURES)
    steps[..., -1] = torch.log1p(torch.tensor([0.0, 1.0, 1.0, 7.0, 0.5, 1.0]))
    return steps


def test_a_cell_of_elapsed_time_reads_the_gap_in_usual_steps():
    encoder, given = RecurrentEncoder("cfc", FEATURES, 3), inputs()
    elapsed = torch.tensor([1.0, 1.0, 1.0, 7.0, 0.5, 1.0]).expand(ROWS, -1)  # unknown before the first time
    expected = encoder(squash(given), None, None, elapsed).outputs
    for network in (StepForecaster(encoder, CHANNELS), SequenceAutoencoder(encoder, CHANNELS, TIMES)):
        torch.testing.assert_close(network.encode(given).outputs, expected)
    assert not torch.equal(encoder(squash(given)).outputs, expected)
