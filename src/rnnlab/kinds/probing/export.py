"""Export of a finished probe's network. B rows, T steps, F values of a step."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import numpy as np

from rnnlab.data.padded_batches import rectangle
from rnnlab.export.card import size_said
from rnnlab.export.exportable import Exportable
from rnnlab.export.parity import random_lengths, relative
from rnnlab.export.step_outputs import step_graph
from rnnlab.finished import FinishedRun
from rnnlab.kinds.probing.answer import ProbeAnswers
from rnnlab.kinds.row_answers import exported_network, network_of
from rnnlab.kinds.usable import Exported

USAGE = """\
from rnnlab.runtime import open_model

model = open_model("{folder}")
model([EXAMPLE])  # one answer a row"""
# Of outputs at each of 200 steps: torch's own float32 and float64 are 1.4e-5 apart in a trained GRU.
TOLERANCE = 1e-4
KEPT = ("tokens", "answers", "features")  # facts that an answer needs


def exportable(run: FinishedRun) -> Exportable:
    """Return the run's network, ready to export.

    Raises:
        SettingError: a network that cannot be exported.
    """
    facts = run.facts
    example = repr(ProbeAnswers.of_run(run).example)
    return Exportable(
        step_graph(run.network),
        partial(differences, run),
        f"A recurrent network for the probe {facts['probe']}{size_said(run)}.",
        USAGE.replace("EXAMPLE", example),
        [f"It was trained on rows of up to {facts['longest']} {facts['unit']}."],
        {name: facts[name] for name in KEPT},
        has_tokenizer=False,
        tolerance=TOLERANCE,
    )


def differences(run: FinishedRun, session: Any) -> Iterator[float]:
    """Yield the differences of the outputs at real steps, for batches of random rows."""
    facts, network, graph = run.facts, network_of(run), exported_network(Exported(session, {}))
    for lengths, generator in random_lengths():
        rows = [drawn(facts, int(length), generator) for length in lengths]
        padded = rectangle(rows, "post")
        real = np.arange(padded.shape[1]) < lengths[:, None]  # (B, T)
        yield relative(graph(padded, lengths)[real], network(padded, lengths)[real])


def drawn(facts: dict[str, Any], length: int, generator: np.random.Generator) -> np.ndarray:
    """Draw a row of ids (T,) or values (T, F)."""
    if facts["tokens"]:
        return generator.integers(1, len(facts["tokens"]), length)
    return generator.standard_normal((length, facts["features"])).astype(np.float32)
