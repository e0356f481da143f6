"""All steps of the horizon at once, from the encoder's last state.

Shapes: R rows, H horizon, K known covariates, c targets, D parameters of a target, F features.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from rnnlab.model.forecast.multi_horizon import MultiHorizon
from rnnlab.model.forecast.window import Window

STEP_SIZE = 64  # features of a step of the horizon


class DirectForecaster(MultiHorizon):
    """A multi-horizon forecaster (Wen et al. 2017 call it direct): one pass, no step depends on another.

    A linear map of the encoder's final output and the row's context gives every step of the horizon. Where
    covariates of the future are known, a network of one hidden layer adds what they change: it reads the same
    features, a step's covariates and a learned vector of its place in the horizon.
    """

    def make_parts(self) -> None:
        size = self.encoder.output_size + self.context_size
        self.to_horizon = nn.Linear(size, self.horizon * self.width * self.head.num_parameters)
        numbers = self.width * self.head.num_parameters
        self.steps = StepDecoder(size, self.known, self.horizon, numbers) if self.known else None

    def decode(self, window: Window) -> Tensor:
        final = self.encode(window.steps, window.lengths).final  # (R, F)
        features = torch.cat((self.dropout(final), window.context), dim=-1)
        found: Tensor = self.to_horizon(features).view(len(features), self.horizon, -1)
        if self.steps is not None:
            found = found + self.steps(features, window.future)
        return found.view(*found.shape[:2], self.width, -1)  # (R, H, c, D)


class StepDecoder(nn.Module):
    """Maps features of a row and known covariates of each step of its horizon to numbers of each step.

    hidden = relu(W x + V future + place);  output = U hidden

    Args:
        input_size: features of a row. known: covariates of a step. horizon: steps.
        output_size: numbers of a step.
    """

    def __init__(self, input_size: int, known: int, horizon: int, output_size: int) -> None:
        super().__init__()
        self.row, self.covariates = nn.Linear(input_size, STEP_SIZE), nn.Linear(known, STEP_SIZE, bias=False)
        self.place = nn.Parameter(0.1 * torch.randn(horizon, STEP_SIZE))
        self.output = nn.Linear(STEP_SIZE, output_size, bias=False)

    def forward(self, features: Tensor, future: Tensor) -> Tensor:
        """Map (R, F) and (R, H, K) to (R, H, output_size)."""
        hidden = torch.relu(self.row(features).unsqueeze(1) + self.covariates(future) + self.place)
        found: Tensor = self.output(hidden)
        return found
