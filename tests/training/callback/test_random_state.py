"""Random states: taken, put back, and plain enough for a checkpoint."""

from __future__ import annotations

import io
import random

import numpy as np
import torch

from rnnlab.training.callback.random_state import random_states, set_random_states


def draw() -> tuple[float, float, float, float]:
    return random.random(), random.gauss(0, 1), float(np.random.standard_normal()), float(torch.rand(()))


def test_what_was_drawn_is_drawn_again_after_a_round_trip_through_a_plain_file() -> None:
    draw()  # an odd number of normal draws leaves one in store in Python and in NumPy
    file = io.BytesIO()
    torch.save(random_states(), file)
    first = [draw() for _ in range(3)]
    file.seek(0)
    set_random_states(torch.load(file, weights_only=True))
    assert [draw() for _ in range(3)] == first
