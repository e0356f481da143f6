"""Steps of a language model with matrices of 8 bits. Shapes: B rows, V ids."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
import torch

from rnnlab.commands.writing.graph_walker import GraphWalker
from rnnlab.export.files import MODEL
from rnnlab.generate.engine import Engine
from rnnlab.generate.state import State
from rnnlab.run.folder.open_run import OpenRun
from rnnlab.serve.runtime import open_model


class EightBitEngine(Engine):
    """Prompts are read and texts are scored by the network itself; each step after that is the exported one.

    A quarter of the bytes: the matrices stay in a core's own cache, which at one text is most of the time.
    Where the temperature alone decides, many steps are one call.

    Args:
        workers: threads that share many rows.

    Raises:
        SettingError: a classifier, or a network that has no export.
    """

    def __init__(self, run: OpenRun, workers: int = 1) -> None:
        from rnnlab.export.write import export

        run.problem.require("generate", run.folder.path)
        super().__init__(run.network)
        with tempfile.TemporaryDirectory() as place:
            export(run, run.problem.export(run), Path(place) / "model", quantised=True, measured=False)
            model = open_model(Path(place) / "model")
            self.walker = GraphWalker(Path(place) / "model" / MODEL, self.vocab_size)
        self._model, self.workers = model, workers

    def step(self, tokens: np.ndarray, state: State) -> tuple[np.ndarray, State]:
        logits, after = self._model.step(tokens, [part.numpy() for part in state])
        return logits, tuple(torch.from_numpy(part) for part in after)
