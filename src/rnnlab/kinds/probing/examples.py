"""Examples of a probe with the network's answers: examples.json of a run. T steps."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

from rnnlab.atomic import write_whole
from rnnlab.data.probe.base import ProbeRows
from rnnlab.data.probe.batches import TEST
from rnnlab.kinds.probing.scores import asked_of, row_scores
from rnnlab.kinds.work import Work

FILE = "examples.json"
ROWS = 6
DIGITS = 4  # of numbers


def write_examples(work: Work) -> None:
    """Write a few test rows of the longest training length, with the answers of the best checkpoint.

    Each row has `inputs` (T,), `targets` and `answers` (T,), null where nothing is asked for, and how many
    are `right` of those `asked`.
    """
    facts, network = work.facts, work.network
    rows = ProbeRows(*(part[:ROWS] for part in work.data.rows(TEST, facts["longest"])))
    with torch.inference_mode():
        outputs = network(rows.inputs.to(next(network.parameters()).device)).cpu()  # (B, T, K)
    found = answers_of(outputs, rows, facts["tokens"], facts["answers"])
    counts = row_scores(outputs, rows.targets, facts["tolerance"])[:, 1:3].long().tolist()
    for row, (right, asked) in zip(found, counts, strict=True):
        row |= {"right": right, "asked": asked}
    write_whole(work.folder.path / FILE, json.dumps(found, ensure_ascii=False))


def answers_of(
    outputs: Tensor, rows: ProbeRows, tokens: Sequence[str], classes: Sequence[str]
) -> list[dict[str, Any]]:
    """Return rows and their answers as text; tokens are empty for values, classes for numbers."""
    answers = outputs.argmax(-1) if classes else outputs.squeeze(-1)
    asked, listed = asked_of(rows.targets), []

    def words(values: Tensor, kept: Tensor) -> list[Any]:
        pairs = zip(values.tolist(), kept.tolist(), strict=True)
        return [
            (classes[value] if classes else round(value, DIGITS)) if keep else None for value, keep in pairs
        ]

    for place, length in enumerate(rows.lengths.tolist()):
        inputs, kept = rows.inputs[place, :length], asked[place, :length]
        listed.append(
            {
                "inputs": [tokens[one] for one in inputs.tolist()] if tokens else rounded(inputs),
                "targets": words(rows.targets[place, :length], kept),
                "answers": words(answers[place, :length], kept),
            }
        )
    return listed


def rounded(values: Tensor) -> list[list[float]]:
    """Return values (T, F) as plain numbers."""
    return [[round(one, DIGITS) for one in step] for step in values.tolist()]
