"""Generation by a language model with 8-bit matrices. Shapes: B rows, V ids."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
import torch

from rnnlab.export.files import MODEL
from rnnlab.export.session import open_session
from rnnlab.finished import FinishedRun
from rnnlab.generate.engine import Engine
from rnnlab.generate.state import State
from rnnlab.kinds.language_modeling.export import exportable
from rnnlab.kinds.language_modeling.runtime import Writer
from rnnlab.kinds.language_modeling.writing.graph_walker import GraphWalker


class EightBitEngine(Engine):
    """Reads prompts and scores texts with the network itself; takes each later step with the exported one.

    The matrices have a quarter of the bytes and stay in a core's own cache: for a single text, reading them
    takes most of the time.
    Where the temperature alone decides, many steps are one call.

    Args:
        workers: threads that share many rows.

    Raises:
        SettingError: a network that has no export.
    """

    def __init__(self, run: FinishedRun, workers: int = 1) -> None:
        from rnnlab.export.write import export

        super().__init__(run.network)
        with tempfile.TemporaryDirectory() as place:
            folder = export(
                run, exportable(run), Path(place) / "model", quantised=True, measured=False
            ).folder
            session = open_session(folder / MODEL, threads=1)
            self.walker = GraphWalker(folder / MODEL, self.vocab_size)
        self._model, self.workers = Writer(session, run.cleaner, run.tokenizer), workers

    def step(self, tokens: np.ndarray, state: State) -> tuple[np.ndarray, State]:
        logits, after = self._model.step(tokens, [part.numpy() for part in state])
        return logits, tuple(torch.from_numpy(part) for part in after)
