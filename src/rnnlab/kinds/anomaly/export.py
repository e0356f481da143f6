"""Export of a finished detector. B rows, T times, F features of a time."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import numpy as np

from rnnlab.export.card import size_said
from rnnlab.export.exportable import Exportable
from rnnlab.export.parity import SEEDS, relative
from rnnlab.export.scoring import scoring_graph
from rnnlab.finished import FinishedRun
from rnnlab.kinds.anomaly.network import expect_by
from rnnlab.kinds.anomaly.runtime import expect_of
from rnnlab.kinds.anomaly.saved import detection_of
from rnnlab.untrusted import read_json

USAGE = """\
from rnnlab.runtime import open_model

model = open_model("{folder}")
found = model.score(values)             # (T, C) numbers in their units: found.scores, found.alarms
stream = model.stream()
score, alarm = stream.add([0.5])        # one point after the other; memory does not grow"""
LENGTHS = (1, 7, 30, 200)  # times of random series
ROWS = (1, 3)
CHUNKS = 2


def exportable(run: FinishedRun) -> Exportable:
    """Return the run's network, ready to export.

    Raises:
        SettingError: a network that cannot be exported.
    """
    detection = detection_of(run.folder, read_json)
    columns = detection.series.columns
    return Exportable(
        scoring_graph(run.network),
        partial(differences, run),
        f"A recurrent detector of anomalies in {', '.join(columns.targets)}{size_said(run)}.",
        USAGE,
        ["It knows series like those of its training alone; what is usual elsewhere may be an alarm here."],
        {"detection": detection.to_json()},
        has_tokenizer=False,
    )


def differences(run: FinishedRun, session: Any) -> Iterator[float]:
    """Yield differences of what is expected of random series, read in two chunks with a carried state."""
    network: Any = run.network
    own, exported = expect_by(network, run.device), expect_of(session)
    size = network.encoder.input_size
    state_shapes = () if network.window else network.encoder.initial_state(1)
    for seed in SEEDS:
        generator = np.random.default_rng(seed)
        for rows in ROWS:
            for length in (network.window,) if network.window else LENGTHS:
                states = [tuple(np.zeros((len(p), rows, p.shape[2]), np.float32) for p in state_shapes)] * 2
                for _ in range(CHUNKS):
                    inputs = generator.normal(0, 3, (rows, length, size)).astype(np.float32)
                    (first, states[0]), (second, states[1]) = (
                        own(inputs, states[0]),
                        exported(inputs, states[1]),
                    )
                    yield relative(second, first)
                    yield from (relative(b, a) for a, b in zip(*states, strict=True))
