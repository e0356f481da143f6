"""Scores of outputs by group of rows: source length, unknown words, length ratio, repetitions. N rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from rnnlab.evaluation.bootstrap import RESAMPLES, Interval
from rnnlab.evaluation.sequence.lengths import length_statistics, repetition_statistics
from rnnlab.evaluation.sequence.pairs import Written
from rnnlab.evaluation.sequence.resample import sequence_intervals

GROUPS = 6  # by source length, of about equally many rows
MOST_UNKNOWN = 2  # unknown words; rows with as many or more are one group
SHORT, LONG = 0.8, 1.25  # output tokens a reference token


class Group(NamedTuple):
    """Some of N rows: a label, such as "5 to 9", and their numbers."""

    label: str
    rows: np.ndarray


class Slice(NamedTuple):
    """The scores of a group of rows, each with its interval."""

    label: str
    rows: int
    scores: dict[str, Interval]


def breakdown(
    found: Mapping[str, np.ndarray], groups: Sequence[Group], resamples: int = RESAMPLES
) -> list[Slice]:
    """Return the scores of each group from statistics (N, k) of all rows by measure."""
    return [
        Slice(one.label, len(one.rows), sequence_intervals(_taken(found, one.rows), resamples))
        for one in groups
    ]


def _taken(found: Mapping[str, np.ndarray], rows: np.ndarray) -> dict[str, np.ndarray]:
    return {name: values[rows] for name, values in found.items()}


def by_source_length(texts: Written, tokens_of: Callable[[str], Sequence[str]] = str.split) -> list[Group]:
    """Return groups of about equally many rows by the number of tokens of the source, shortest first."""
    lengths = np.array([len(tokens_of(source)) for source in texts.sources])
    borders = np.quantile(lengths, np.linspace(0, 1, GROUPS + 1)[1:-1], method="inverted_cdf")
    places = np.searchsorted(np.unique(borders), lengths, side="left")
    found = []
    for place in np.unique(places):
        rows = np.flatnonzero(places == place)
        low, high = lengths[rows].min(), lengths[rows].max()
        found.append(Group(f"{low}" if low == high else f"{low} to {high}", rows))
    return found


def by_unknown_words(unknown: Sequence[int] | np.ndarray) -> list[Group]:
    """Return groups by the number (N,) of a source's tokens that the vocabulary lacks: 0, 1, 2 or more."""
    counts = np.minimum(np.asarray(unknown), MOST_UNKNOWN)
    labels = {MOST_UNKNOWN: f"{MOST_UNKNOWN} or more"}
    return [Group(labels.get(one, f"{one}"), np.flatnonzero(counts == one)) for one in np.unique(counts)]


def by_length_ratio(texts: Written) -> list[Group]:
    """Return groups by the tokens of an output over those of its reference."""
    own, other = length_statistics(texts).T
    ratios = own / np.maximum(other, 1)
    masks = {
        f"below {SHORT}": ratios < SHORT,
        f"{SHORT} to {LONG}": (ratios >= SHORT) & (ratios <= LONG),
        f"above {LONG}": ratios > LONG,
    }
    return [Group(label, np.flatnonzero(mask)) for label, mask in masks.items() if mask.any()]


def by_repetition(texts: Written) -> list[Group]:
    """Return groups by whether an output repeats a sequence of three tokens."""
    repeated = repetition_statistics(texts)[:, 0] > 0
    masks = {"no repetition": ~repeated, "repetitions": repeated}
    return [Group(label, np.flatnonzero(mask)) for label, mask in masks.items() if mask.any()]
