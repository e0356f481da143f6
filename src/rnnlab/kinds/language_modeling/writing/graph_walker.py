"""Run many steps of an exported language model in one call. Shapes: K steps, B rows, V ids."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from rnnlab.export.session import open_session
from rnnlab.generate.decoding.settings import Decoding
from rnnlab.generate.engine import Walked
from rnnlab.generate.state import State

if TYPE_CHECKING:
    from rnnlab.export.sampling_graph import Choice


class GraphWalker:
    """Runs its steps inside one call of the runtime, so that Python's overhead is paid once for all of them.

    Args:
        step: the file of an exported language model.
    """

    def __init__(self, step: Path, vocab_size: int) -> None:
        import onnx

        self._vocab_size, self._step = vocab_size, onnx.load(step)
        self._sessions: dict[Choice, Any] = {}

    def __call__(
        self,
        tokens: np.ndarray,
        state: State,
        numbers: np.ndarray,
        decoding: Decoding,
        banned: Sequence[int],
        counts: np.ndarray | None,
    ) -> Walked:
        choice = choice_of(decoding)
        feed = {"begin": np.asarray(tokens, np.int64), "numbers": numbers}
        feed |= {f"begin_{i}": part.numpy() for i, part in enumerate(state)}
        feed["banned"] = np.zeros(self._vocab_size)
        feed["banned"][list(banned)] = -np.inf
        if counts is not None:
            feed["begin_counts"] = counts.astype(np.float64)
        feed |= {name: self._number(name, decoding) for name in choice.numbers}
        drawn, logs, *after = self._session(choice).run(None, feed)
        counted = after.pop() if choice.penalties else None
        return Walked(drawn, logs, tuple(torch.from_numpy(part) for part in after), counted)

    def _number(self, name: str, decoding: Decoding) -> np.ndarray:
        """Convert a number to the graph's type."""
        if name == "top_k":
            return np.array([min(decoding.top_k or self._vocab_size, self._vocab_size)])
        value = float(getattr(decoding, name))
        return np.array(np.log(value) if name == "min_p" else value)

    def _session(self, choice: Choice) -> Any:
        """Return a session; threads that come at once make one each, and one is kept."""
        from rnnlab.export.decode_loop import walk_model

        if choice not in self._sessions:
            model = walk_model(self._step, choice).SerializeToString()
            self._sessions[choice] = open_session(model, threads=1)
        return self._sessions[choice]


def choice_of(decoding: Decoding) -> Choice:
    """Return the filters that are on."""
    from rnnlab.export.sampling_graph import Choice

    by = decoding
    return Choice(
        draws=by.draws,
        top_k=by.draws and by.top_k is not None,
        top_p=by.draws and by.top_p < 1,
        min_p=by.draws and by.min_p > 0,
        penalties=by.repetition_penalty != 1 or by.frequency_penalty != 0,
    )
