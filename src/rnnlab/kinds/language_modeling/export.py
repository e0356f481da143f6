"""Export of a finished language model. B rows, T tokens, V ids."""

from __future__ import annotations

import time
from collections.abc import Iterator
from functools import partial
from itertools import pairwise
from typing import Any

import numpy as np
import torch

from rnnlab.export.card import size_said
from rnnlab.export.exportable import TRAINED, Exportable, Measured, text_settings
from rnnlab.export.language_model import language_graph
from rnnlab.export.parity import SEEDS, random_ids, relative
from rnnlab.export.quantise import ROWS
from rnnlab.finished import FinishedRun
from rnnlab.kinds.language_modeling.mix import styles_of

STEPS = 40  # tokens that the network reads in a check
USAGE = """\
from rnnlab.runtime import open_model

model = open_model("{folder}")
model.generate("A prompt", length=200, temperature=0.8, seed=1)"""


def exportable(run: FinishedRun) -> Exportable:
    """Return one step of the run's network, ready to export.

    Raises:
        SettingError: a network that cannot be exported.
    """
    settings, styles = text_settings(run), styles_of(run)
    size = f"{settings['vocabulary']:,} tokens{size_said(run)}"
    return Exportable(
        language_graph(run.network),
        partial(differences, run),
        f"A recurrent language model over {size}; `model.onnx` is one step.",
        USAGE,
        [TRAINED, "What it writes is made up, and may repeat its training text."],
        {"classes": [], **settings},
        [f"it writes in the mean of its styles: {', '.join(styles)}"] if styles else [],
        partial(cost, run),
    )


def differences(run: FinishedRun, session: Any) -> Iterator[float]:
    """Yield the differences of scores at each step of random texts, relative to the largest score."""
    for seed in SEEDS:
        generator = np.random.default_rng(seed)
        rows = seed + 1
        tokens = np.stack([random_ids(run.tokenizer, STEPS, generator) for _ in range(rows)])  # (B, T)
        with torch.inference_mode():
            expected = run.network(torch.from_numpy(tokens))[0].numpy()  # (B, T, V)
        state = empty_state(run, rows)
        for step in range(STEPS):
            feed = {f"state_{i}": part for i, part in enumerate(state)}
            logits, *state = session.run(None, feed | {"tokens": tokens[:, step]})
            yield relative(logits, expected[:, step])


def cost(run: FinishedRun, sessions: list[Any]) -> Measured:
    """Return nats a token over the start of the validation text, and milliseconds a token."""
    ids = np.asarray(run.data().encoded("validation").ids[: ROWS + 1], np.int64)
    found = []
    for session in sessions:
        state = empty_state(run, 1)
        total, start = 0.0, time.perf_counter()
        for token, following in pairwise(ids):
            feed = {f"state_{i}": part for i, part in enumerate(state)} | {"tokens": token[None]}
            logits, *state = session.run(None, feed)
            scores = logits[0].astype(np.float64) - logits[0].max()
            total += np.log(np.exp(scores).sum()) - scores[following]
        spent = 1000 * (time.perf_counter() - start)
        found.append((total / (len(ids) - 1), spent / (len(ids) - 1)))
    return "nats a token on validation", found


def empty_state(run: FinishedRun, rows: int) -> list[np.ndarray]:
    """Return an empty state: parts (layers, B, H) of zeros."""
    encoder: Any = run.network.encoder
    return [np.zeros((encoder.num_layers, rows, size), np.float32) for size in encoder.state_sizes]
