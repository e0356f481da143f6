"""The score of the Numenta Anomaly Benchmark (Lavin and Ahmad 2015); the threshold is chosen on scored data.

Each labelled window counts once, by its earliest alarm: from 1 at its start down to 0 at its end, by a
sigmoid. Each alarmed point outside costs something, less shortly after a window. The first 15 % of a series,
at most 750 points, are not scored. 0 is a detector without alarms, 100 one that alarms each window's first
point and no other.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from rnnlab.evaluation.series.labelled import check_scored, runs_of

PROBATION, MOST_PROBATION = 0.15, 750
_FAR = 3.0  # window lengths after which an alarm is wholly false


class Profile(NamedTuple):
    """Weights of a found event, a false alarm and a missed event."""

    found: float
    false_alarm: float
    missed: float


PROFILES = {
    "standard": Profile(1.0, 0.11, 1.0),
    "reward_low_fp_rate": Profile(1.0, 0.22, 1.0),
    "reward_low_fn_rate": Profile(1.0, 0.11, 2.0),
}


class NabScore(NamedTuple):
    """The best score over all thresholds, and the threshold: alarms are the scores that reach it."""

    score: float
    threshold: float


def probation(points: int) -> int:
    """Return how many first points of a series are not scored."""
    return min(int(PROBATION * points), MOST_PROBATION)


def nab_score(
    series: Sequence[tuple[np.ndarray, np.ndarray]], profile: str = "standard", whole: bool = True
) -> NabScore:
    """Return NAB's score of all series at the one threshold that is best for it.

    The threshold is chosen on the scored data, as the benchmark does: a figure to compare with its table,
    not one to expect of new data.

    Args:
        series: labels (N,), not 0 inside of a labelled window, and scores (N,) of each series.
        profile: `standard`, `reward_low_fp_rate` or `reward_low_fn_rate`.
        whole: False if the series lack their first points already: then all points are scored.

    Raises:
        ValueError: another profile, or no labelled window among the scored points of any series.
    """
    if profile not in PROFILES:
        raise ValueError(f"profile={profile!r} must be one of {', '.join(PROFILES)}")
    weights = PROFILES[profile]
    scores, gains, windows = [], [], 0
    for labels, own in series:
        found = _series_gains(labels, own, weights, probation(len(labels)) if whole else 0)
        scores.append(found[0])
        gains.append(found[1])
        windows += found[2]
    if not windows:
        raise ValueError("no series has a labelled window among its scored points")
    order = np.argsort(-np.concatenate(scores), kind="stable")
    ranked, total = np.concatenate(scores)[order], np.cumsum(np.concatenate(gains)[order])
    last = np.append(ranked[1:] != ranked[:-1], True)  # a threshold takes equal scores together
    thresholds = np.concatenate([[np.inf], ranked[last]])
    values = np.concatenate([[0.0], total[last]])
    best = int(values.argmax())
    full = windows * (weights.found + weights.missed)
    return NabScore(float(100 * values[best] / full), float(thresholds[best]))


def _series_gains(
    labels: np.ndarray, scores: np.ndarray, weights: Profile, start: int
) -> tuple[np.ndarray, np.ndarray, int]:
    """Return scores (M,) and what each adds (M,) once all higher ones are alarms, and the number of windows.

    Points before `start` are not scored. Of a window's points only those add that lie earlier than all with
    higher scores.
    """
    marked, scores = check_scored(labels, scores)
    values, runs = point_values(marked), runs_of(marked)
    gains = np.where(marked, 0.0, values * weights.false_alarm)
    windows = 0
    for first, end in zip(np.maximum(runs.starts, start), runs.ends, strict=True):
        if first >= end:
            continue
        windows += 1
        order = first + np.argsort(-scores[first:end], kind="stable")
        reached = np.maximum.accumulate(values[order] * weights.found / _FIRST)
        gains[order] = np.diff(reached, prepend=-weights.missed)
    return scores[start:], gains[start:], windows


def point_values(labels: np.ndarray) -> np.ndarray:
    """Return what an alarm at each point is worth (N,), unweighted: from -1 outside of windows up to 0.99."""
    marked = np.asarray(labels) != 0
    starts, ends = runs_of(marked)
    points = np.arange(len(marked))
    place = np.searchsorted(starts, points, side="right") - 1  # the last window that has begun
    if not len(starts):
        return np.full(len(marked), -1.0)
    end, width = ends[place], (ends - starts)[place]
    inside = (points - end) / width  # -1 at the first point; never 0, as in the published code
    after = (points - end + 1) / np.maximum(width - 1, 1)
    positions = np.where(marked, inside, np.where(place < 0, _FAR, np.minimum(after, _FAR)))
    return np.where(positions >= _FAR, -1.0, 2 / (1 + np.exp(5 * positions)) - 1)


_FIRST = 2 / (1 + np.exp(-5.0)) - 1  # of a window's first point
