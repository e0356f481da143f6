"""Attention of a few test rows, kept with a run for its page. S source tokens, T target tokens."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from rnnlab.atomic import write_whole
from rnnlab.generate.sequence.engine import SequenceEngine
from rnnlab.generate.sequence.hypothesis import Hypothesis
from rnnlab.generate.sequence.text import steps_of
from rnnlab.kinds.text_to_text.alignment import forced, target_names
from rnnlab.kinds.text_to_text.reader import Reader
from rnnlab.untrusted import read_json

FILE = "attention.json"  # in the run's folder
ROWS = 6
LONGEST = 30  # source tokens
DIGITS = 4


class Aligned(NamedTuple):
    """A row's attention: weights (T, S) of each output token over the source tokens."""

    row: int
    source: list[str]
    output: list[str]
    weights: list[list[float]]


def write_attention(
    engine: SequenceEngine,
    reader: Reader,
    sources: dict[int, str],
    found: dict[int, Hypothesis],
    folder: Path,
) -> None:
    """Write the attention of some rows of a test, evenly drawn of those that are not too long to look at.

    Nothing is written for a network without attention.

    Args:
        sources: texts by row; found: what was written for them. folder: the run's.
    """
    if not engine.attends:
        return
    rows = [row for row in sorted(found) if len(steps(reader, sources[row])) <= LONGEST]
    chosen = (
        [rows[place] for place in np.unique(np.linspace(0, len(rows) - 1, ROWS).astype(int))] if rows else []
    )
    aligned = [align(engine, reader, row, sources[row], found[row])._asdict() for row in chosen]
    write_whole(folder / FILE, json.dumps(aligned, ensure_ascii=True))


def align(engine: SequenceEngine, reader: Reader, row: int, text: str, found: Hypothesis) -> Aligned:
    """Return the attention under which an output is written."""
    source, tokenizer = reader.sources([text])[0], reader.tokenizer
    tokens = [*found.tokens, tokenizer.end_id]
    seen = forced(engine, [source], tokens).attention
    assert seen is not None
    weights = [[round(float(value), DIGITS) for value in line] for line in seen[0]]
    return Aligned(row, steps(reader, text), target_names(tokenizer, tokens, reader.own(text)), weights)


def steps(reader: Reader, text: str) -> list[str]:
    """Return the source tokens as texts; one for a source without any."""
    return steps_of(text, reader.cleaner, reader.tokenizer, reader.shape) or [""]


def read_attention(folder: Path) -> list[Aligned]:
    """Return what `write_attention` wrote; nothing where there is none, or another file of that name."""
    try:
        return [_checked(entry) for entry in read_json(folder / FILE)]
    except (OSError, ValueError, TypeError, KeyError):
        return []


def _checked(entry: Any) -> Aligned:
    weights = np.asarray(entry["weights"], float)
    source, output = ([str(token) for token in entry[side]] for side in ("source", "output"))
    if weights.shape != (len(output), len(source)) or not np.isfinite(weights).all():
        raise ValueError(f"weights of the shape {weights.shape} for {len(output)} by {len(source)} tokens")
    return Aligned(int(entry["row"]), source, output, weights.tolist())
