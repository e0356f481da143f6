"""Export of a finished classifier. B rows, T tokens, C classes."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import numpy as np
import torch

from rnnlab.data.padded_batches import rectangle
from rnnlab.evaluation.adjusted import adjusted
from rnnlab.export.card import size_said
from rnnlab.export.classifier import classifier_graph
from rnnlab.export.exportable import TRAINED, Exportable, Measured, text_settings
from rnnlab.export.parity import random_ids, random_lengths, relative
from rnnlab.export.quantise import ROWS, milliseconds
from rnnlab.finished import FinishedRun
from rnnlab.kinds.classification.answer import prior_shift
from rnnlab.kinds.classification.blend import scales_of
from rnnlab.model.sequence import to_post

USAGE = """\
from rnnlab.runtime import open_model

model = open_model("{folder}")
model.predict("a text")           # Prediction(label=..., probability=..., probabilities={{...}})
model.predict_batch(["one", "two"])"""
WITH_NGRAMS = """
model.predict("a text", ngrams=True)  # by the network and the run's n-grams together"""


def exportable(run: FinishedRun) -> Exportable:
    """Return the run's network at its prior and temperature, ready to export.

    Raises:
        SettingError: a network that cannot be exported.
    """
    return Exportable(
        classifier_graph(run.network, prior_shift(run), run.temperature),
        partial(differences, run),
        f"A recurrent classifier of texts into {', '.join(run.classes)}{size_said(run)}.",
        USAGE + WITH_NGRAMS if run.folder.ngrams.is_file() else USAGE,
        limits(run),
        {"classes": list(run.classes), **text_settings(run), **blend_settings(run)},
        cost=partial(cost, run),
        files=[run.folder.ngrams] if run.folder.ngrams.is_file() else [],
    )


def blend_settings(run: FinishedRun) -> dict[str, Any]:
    """Return the weights of the exported graph and of the n-grams in their blend, if the run saved n-grams.

    The graph's log probabilities are those at the run's temperature T: its weight is T times the network's.
    """
    if not run.folder.ngrams.is_file():
        return {}
    network, ngrams = scales_of(run).tolist()
    return {"ngrams": [network * run.temperature, ngrams]}


def differences(run: FinishedRun, session: Any) -> Iterator[float]:
    """Yield differences of log probabilities and of attention for batches of random tokens and lengths."""
    shift = prior_shift(run)
    for lengths, generator in random_lengths():
        ids = [random_ids(run.tokenizer, int(length), generator) for length in lengths]
        said = session.run(None, {"tokens": rectangle(ids, "post"), "lengths": lengths})
        with torch.inference_mode():
            own = torch.from_numpy(rectangle(ids, run.shape.padding)), torch.from_numpy(lengths)
            expected = [adjusted(run.network(*own), shift, run.temperature)]
            if len(said) > 1:
                weights = run.network.attention(*own)  # type: ignore[operator]
                expected.append(weights if run.shape.padding == "post" else to_post(weights, own[1]))
        for found, right in zip(said, expected, strict=True):
            yield relative(found, right.numpy())


def cost(run: FinishedRun, sessions: list[Any]) -> Measured:
    """Return accuracy over validation rows, and milliseconds a row."""
    from rnnlab.data.rows import Rows

    rows = Rows(run.data().encoded("validation"), *run.shape)
    count = min(len(rows), ROWS)
    texts, labels = rows.texts(range(count)), rows.split.labels[:count]
    feeds = [{"tokens": t[None].astype(np.int64), "lengths": np.array([len(t)])} for t in texts]
    found = []
    for session in sessions:
        said = [session.run(["log_probabilities"], feed)[0][0].argmax() for feed in feeds]
        found.append((float(np.mean(np.array(said) == labels)), milliseconds(session, feeds)))
    return "accuracy on validation", found


def limits(run: FinishedRun) -> list[str]:
    """Return the limits that a reader has to know before relying on it."""
    found = [
        TRAINED,
        f"It reads {run.shape.max_length} tokens of a text ({run.shape.truncation}), not the rest.",
        "A text of another kind or language still gets a class; low probabilities are no sure sign of it.",
    ]
    if run.temperature != 1:
        found.append(
            f"Probabilities are calibrated on validation (temperature {run.temperature:.3f}), for like texts."
        )
    if run.result.get("ngrams"):
        found.append("It answers by the network alone, unless it is asked with ngrams=True.")
    return found
