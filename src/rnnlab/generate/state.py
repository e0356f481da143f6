"""The recurrent state of a language model between two tokens, for several rows. Shapes: B rows."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

State = tuple[Tensor, ...]
"""Parts (L, B, ...) as the network gives them."""


def select(state: State, rows: np.ndarray | Sequence[int]) -> State:
    """Return the state of some rows, in that order; a row may appear several times."""
    index = torch.as_tensor(np.asarray(rows, np.int64))
    return tuple(part.index_select(1, index.to(part.device)) for part in state)


def join(states: Sequence[State]) -> State:
    """Concatenate the rows of several states."""
    return tuple(torch.cat(parts, dim=1) for parts in zip(*states, strict=True))
