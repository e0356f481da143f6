"""Forecasts of the next values from a carried state: what differs from them is unusual.

Shapes: B rows, T times, F features of a time, C channels, A numbers of steps ahead, P parameters.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from rnnlab.model.encoder import RecurrentEncoder
from rnnlab.model.head.distribution import DistributionHead
from rnnlab.model.head.gaussian import Gaussian
from rnnlab.model.head.mixture import Mixture
from rnnlab.model.head.student_t import StudentT
from rnnlab.model.layer import State
from rnnlab.model.scoring.base import ScoringNetwork
from rnnlab.model.scoring.settings import checked


class StepForecaster(ScoringNetwork):
    """A causal encoder that forecasts, at every time, the values of some steps ahead (Malhotra et al. 2015).

    The loss is Huber's of scaled values. The encoder's state is carried from chunk to chunk, so that a series
    read in pieces gives what it gives as a whole.

    Attributes:
        locations: (P,) 1 for a parameter that the skip connection adds the present value to, else 0.
        most: standard deviations that it passes on.

    Args:
        encoder: causal, with `input_size` F. channels: C, the first C features of a step are their values.
        ahead: different numbers of steps >= 1.
        skip: last adds the present value to the forecast, so that the network learns the change; none.
        dropout: probability in [0, 1) to drop an output feature of the encoder.
        locations: of the parameters; by default there is one, the forecast itself.

    Raises:
        ValueError: an argument outside its range; an encoder that is not causal.
    """

    most = 10.0
    locations: Tensor

    def __init__(
        self,
        encoder: RecurrentEncoder,
        channels: int,
        ahead: Sequence[int] = (1,),
        skip: str = "none",
        dropout: float = 0.0,
        locations: Sequence[float] = (1.0,),
    ) -> None:
        super().__init__()
        if not encoder.causal:
            raise ValueError("the encoder must be causal: a forecast may not see what it forecasts")
        self.encoder, self.channels = encoder, channels
        self.ahead, self.skip = tuple(sorted(checked("ahead", list(ahead)))), checked("skip", skip)
        self.num_parameters = len(locations)
        self.register_buffer("locations", torch.tensor(locations), persistent=False)
        self.dropout = nn.Dropout(dropout)
        self.head = nn.Linear(encoder.output_size, len(self.ahead) * channels * len(locations))

    def forward(self, inputs: Tensor, state: State | None = None) -> tuple[Tensor, State | None]:
        before = self.encoder.initial_state(len(inputs)) if state is None else state
        encoded = self.encode(inputs, before)
        shape = (*inputs.shape[:2], len(self.ahead), self.channels, self.num_parameters)
        expected = self.head(self.dropout(encoded.outputs)).view(shape)  # (B, T, A, C, P)
        if self.skip == "last":
            now = inputs[..., : self.channels].clamp(-self.most, self.most)  # (B, T, C)
            expected = expected + now[:, :, None, :, None] * self.locations
        return expected, encoded.state

    def losses(self, expected: Tensor, values: Tensor) -> Tensor:
        return F.huber_loss(expected.squeeze(-1), values, reduction="none")


class StepDensity(StepForecaster):
    """The same with a distribution for each next value; the loss is its negative log density.

    Expectations are what the head constrains to parameters.

    Args:
        encoder, channels, ahead, skip, dropout: see `StepForecaster`.
        head: a distribution over real numbers, such as `rnnlab.model.head.student_t.StudentT`.

    Raises:
        ValueError: as of `StepForecaster`; a head whose densities are none of real numbers.
    """

    def __init__(
        self,
        encoder: RecurrentEncoder,
        channels: int,
        head: DistributionHead,
        ahead: Sequence[int] = (1,),
        skip: str = "none",
        dropout: float = 0.0,
    ) -> None:
        names = [name for kind, name in DENSITIES.items() if isinstance(head, kind)]
        if not names:
            rule = f"must be one of {', '.join(DENSITIES.values())}"
            raise ValueError(f"head={type(head).__name__} {rule}: a density of real numbers")
        locations = locations_of(head)
        super().__init__(encoder, channels, ahead, skip, dropout, locations)
        self.density, self.measure = head, names[0]

    def losses(self, expected: Tensor, values: Tensor) -> Tensor:
        density: DistributionHead = self.density  # type: ignore[assignment]
        return density.loss(density.constrain(expected), values)


DENSITIES: dict[type[DistributionHead], str] = {
    Gaussian: "gaussian",
    StudentT: "student_t",
    Mixture: "mixture",
}


def locations_of(head: DistributionHead) -> list[float]:
    """Return 1 for each number before `constrain` that shifts the distribution, else 0."""
    zero, one = torch.zeros(1), torch.ones(1)
    raw = torch.zeros(1, head.num_parameters)
    params = head.constrain(raw)
    changed = (head.moved(params, one, one) != head.moved(params, zero, one)).squeeze(0)
    return changed.float().tolist()
