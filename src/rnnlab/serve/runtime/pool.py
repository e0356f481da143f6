"""Run an exported classifier on several cores, with a process each because cleaning text holds the GIL."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np

from rnnlab.errors import SettingError
from rnnlab.serve.runtime.model import open_model

CHUNK = 2048  # texts at a time at most: enough of each length
_OPENED: list[Any] = []  # the model of a worker process


class Pool:
    """Context manager that predicts with `workers` processes.

    Raises:
        SettingError: the folder is no exported classifier, `workers` is below 1, or the machine has no shared
            memory for processes.
    """

    def __init__(self, folder: str | Path, workers: int = 2) -> None:
        if workers < 1:
            raise SettingError("workers", workers, "must be at least 1")
        model = open_model(folder)
        if not getattr(model, "classes", ()):
            raise SettingError("folder", folder, "holds no classifier: a pool predicts classes")
        self.model, self._workers = model, workers
        context = get_context("spawn")  # a fork would copy the threads' locks
        try:
            self._processes = ProcessPoolExecutor(workers, context, _open, (str(folder),))
        except OSError as error:  # no /dev/shm, or one that cannot be written
            rule = f"this machine lets no processes share memory ({error.strerror}): use open_model"
            raise SettingError("workers", workers, rule) from error
        list(self._processes.map(_predict, [[]] * workers))  # so that the first texts find them ready

    def probabilities(self, texts: Sequence[str]) -> np.ndarray:
        """Return probabilities (N, C) float32 in the order of the texts."""
        return self._said(texts)[0]

    def predict_batch(self, texts: Sequence[str]) -> list[Any]:
        """Return the `Prediction` of each text, in order."""
        return self.model.predictions(*self._said(texts))

    def _said(self, texts: Sequence[str]) -> tuple[np.ndarray, list[str]]:
        size = chunk_size(len(texts), self._workers)
        chunks = [texts[start : start + size] for start in range(0, len(texts), size)]
        parts = list(self._processes.map(_predict, chunks))
        none = np.empty((0, len(self.model.classes)), np.float32)
        return np.concatenate([none, *(rows for rows, _ in parts)]), [n for _, notes in parts for n in notes]

    def __enter__(self) -> Pool:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._processes.shutdown()


def chunk_size(count: int, workers: int) -> int:
    """Return how many texts to send at a time, so that each process gets equal parts and all end together."""
    parts = workers * max(1, -(-count // (workers * CHUNK)))
    return max(1, -(-count // parts))


def _open(folder: str) -> None:
    _OPENED.append(open_model(folder))


def _predict(texts: Sequence[str]) -> tuple[np.ndarray, list[str]]:
    """Return probabilities (N, C) and N notes."""
    model = _OPENED[0]
    encoded = [model.encode(text) for text in texts]
    return model.probabilities_of(encoded), model.notes(texts, encoded)
