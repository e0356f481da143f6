"""Paired difference between a run and baselines that need only its sources. N rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from rnnlab.evaluation.bootstrap import RESAMPLES
from rnnlab.evaluation.sequence.measures import statistics
from rnnlab.evaluation.sequence.pairs import Written
from rnnlab.evaluation.sequence.resample import paired_sequence_differences
from rnnlab.evaluation.significance import Difference
from rnnlab.kinds.text_to_text.baselines import CopiedSource, Lead, lead
from rnnlab.kinds.text_to_text.texts import Texts

Entries = Mapping[str, Mapping[str, Any]]  # `baselines` of a result.json


def rewritten(entries: Entries, sources: Sequence[str]) -> tuple[str, list[str]] | None:
    """Return the name and the outputs of the baseline to beat, as far as the sources tell them.

    That is the first words, as many as were chosen on validation, else the copied source; None for a run
    without either.
    """
    chosen = (entries.get(Lead.name) or {}).get("chosen")
    count = chosen.get("words") if isinstance(chosen, Mapping) else None
    if isinstance(count, int) and count > 0:
        return Lead.name, [lead(source, count) for source in sources]
    return (CopiedSource.name, list(sources)) if "metrics" in (entries.get(CopiedSource.name) or {}) else None


def margins(
    found: Mapping[str, np.ndarray], texts: Texts, entries: Entries, resamples: int = RESAMPLES
) -> tuple[str, dict[str, Difference]] | None:
    """Return a baseline's name and, by measure, the run minus it on resamples of the same rows.

    Args:
        found: statistics (N, k) of the run's outputs by measure; similarity needs vectors and is left out.
    """
    other = rewritten(entries, texts.sources)
    if other is None or not resamples:
        return None
    names = [name for name in found if not name.startswith("similarity")]
    theirs = statistics(names, Written(texts.sources, texts.references, other[1]))
    return other[0], paired_sequence_differences(theirs, {name: found[name] for name in names}, resamples)
