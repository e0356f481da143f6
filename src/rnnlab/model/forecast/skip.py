"""Skip connections: forecasts that a network's output is added to.

Shapes: R rows, L input steps, H horizon, c targets, m steps of a season, n whole seasons of an input.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from rnnlab.model.forecast.options import checked
from rnnlab.model.forecast.window import align_end, last_observed


class Skip(nn.Module):
    """The sum of a linear map of the inputs and the last season, as `name` has them.

    linear: last + W (x - last), one map W (H, L) for all targets (NLinear, Zeng et al. 2023); W starts at 0,
        the repeated last value. Missing values count as the last one.
    seasonal: the value one season before, of the latest season where it is observed; else the last value.
    both: seasonal + W (x - last).

    Args:
        name: none, linear, seasonal or both.
        input_length, horizon, season: L, H, m.

    Raises:
        ValueError: an unknown name; a season longer than the input where it is needed.
    """

    def __init__(self, name: str, input_length: int, horizon: int, season: int) -> None:
        super().__init__()
        self.name, self.input_length, self.horizon = checked("skip", name), input_length, horizon
        self.season = season
        self.seasonal = name in ("seasonal", "both")
        if self.seasonal and season > input_length:
            raise ValueError(
                f"skip={name} repeats the last season: input_length={input_length} must be at least "
                f"season={season}"
            )
        self.weight = nn.Parameter(torch.zeros(horizon, input_length)) if name in ("linear", "both") else None

    def forward(
        self, values: Tensor, observed: Tensor, lengths: Tensor | None, steps: int | None = None
    ) -> Tensor | None:
        """Return what is added to the forecast (R, steps, c), None for nothing.

        Args:
            values, observed: (R, L, c), right-padded to `lengths` (R,).
            steps: of the forecast, H by default.

        Raises:
            ValueError: more steps than H, for a linear map.
        """
        steps = self.horizon if steps is None else steps
        if self.name == "none":
            return None
        values = align_end(values, lengths, self.input_length)
        real = align_end(observed, lengths, self.input_length)
        last = last_observed(values, real).unsqueeze(1)  # (R, 1, c)
        base = self.last_season(values, real, last, steps) if self.seasonal else last.expand(-1, steps, -1)
        if self.weight is None:
            return base
        if steps > self.horizon:
            raise ValueError(f"steps={steps}: skip={self.name} is a map to horizon={self.horizon} steps")
        return base + torch.matmul(self.weight[:steps], (values - last) * real)  # (R, steps, c)

    def last_season(self, values: Tensor, real: Tensor, last: Tensor, steps: int) -> Tensor:
        """Return the seasonal naive forecast (R, steps, c)."""
        seasons = self.input_length // self.season
        shape = (len(values), seasons, self.season, values.shape[2])
        values, real = (each[:, -seasons * self.season :].reshape(shape) for each in (values, real))
        order = torch.arange(1, seasons + 1, device=values.device).view(1, -1, 1, 1)
        latest = (order * real).amax(1, keepdim=True)  # (R, 1, m, c), counted from 1
        found = values.gather(1, (latest - 1).clamp(min=0)).squeeze(1)
        found = torch.where(latest.squeeze(1) > 0, found, last)  # (R, m, c)
        return found[:, torch.arange(steps, device=values.device) % self.season]

    def extra_repr(self) -> str:
        return f"name={self.name}"
