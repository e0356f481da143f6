"""Many steps of an exported language model at once. Shapes: K steps, B rows, V ids."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch

from rnnlab.generate.engine import Walked
from rnnlab.generate.state import State
from rnnlab.runtime.session import open_session


class GraphWalker:
    """Takes its steps inside one call of the runtime, so that Python's part is paid once for all of them.

    Args:
        step: the file of an exported language model.
    """

    def __init__(self, step: Path, vocab_size: int) -> None:
        import onnx

        from rnnlab.export.walk import walk_model

        self._vocab_size, model = vocab_size, onnx.load(step)
        self._sessions = [
            open_session(walk_model(model, draws).SerializeToString(), threads=1) for draws in (False, True)
        ]

    def __call__(
        self, tokens: np.ndarray, state: State, numbers: np.ndarray, banned: Sequence[int], temperature: float
    ) -> Walked:
        session = self._sessions[temperature > 0]
        feed = {"begin": np.asarray(tokens, np.int64), "numbers": numbers}
        feed |= {f"begin_{i}": part.numpy() for i, part in enumerate(state)}
        feed["banned"] = np.zeros(self._vocab_size)
        feed["banned"][list(banned)] = -np.inf
        if temperature > 0:
            feed["temperature"] = np.array(temperature)
        drawn, logs, *after = session.run(None, feed)
        return Walked(drawn, logs, tuple(torch.from_numpy(part) for part in after))
