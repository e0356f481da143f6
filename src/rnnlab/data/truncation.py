"""Truncation and padding of a text: the part of batching that needs no torch."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from rnnlab.errors import SettingError

TRUNCATIONS = ("head", "tail", "head_tail", "middle")
PADDINGS = ("post", "pre")
LEAST_PAIR = 3  # tokens: one of each text, and the mark


class Truncation(NamedTuple):
    """Settings of truncation and padding; see `Rows`.

    `separator` is the id of the mark between two texts: each is truncated by itself, so that the mark stays.
    None for single texts.
    """

    max_length: int = 500
    truncation: str = "head"
    head_fraction: float = 0.25
    padding: str = "post"
    separator: int | None = None


def evaluation_shape(shape: Truncation, length: int | None) -> Truncation:
    """Return the truncation for evaluation, at most `length` tokens of each row; None as in training.

    Raises:
        SettingError: the length is below that of training.
    """
    if length is None:
        return shape
    if length < shape.max_length:
        rule = f"must be at least data.max_length={shape.max_length}, or null for as much"
        raise SettingError("data.evaluation_length", length, rule)
    return shape._replace(max_length=length)


def cut(ids: np.ndarray, shape: Truncation, place: int | None = None) -> np.ndarray:
    """Truncate the ids of one text.

    Args:
        place: of the mark of a pair, for values that are no ids; None looks for it.
    """
    if len(ids) <= shape.max_length:
        return ids
    if shape.separator is not None:
        found = int((ids == shape.separator).argmax()) if place is None else place
        return _cut_pair(ids, shape, found)
    head, rest = (int(part) for part in kept(np.array(len(ids)), shape))
    return np.concatenate([ids[:head], ids[rest : rest + shape.max_length - head]])


def _cut_pair(ids: np.ndarray, shape: Truncation, place: int) -> np.ndarray:
    """Truncate each text of a pair, whose mark is at a place: the longer one first, to the same length."""
    room = shape.max_length - 1
    first, second = ids[:place], ids[place + 1 :]
    most = max(room // 2, room - len(second))
    single = shape._replace(separator=None)
    first = cut(first, single._replace(max_length=most))
    second = cut(second, single._replace(max_length=room - len(first)))
    return np.concatenate([first, ids[place : place + 1], second])


def kept(lengths: np.ndarray, shape: Truncation) -> tuple[np.ndarray, np.ndarray]:
    """Return for rows of these lengths how many tokens of the head are kept and where the rest begins."""
    most, truncation, head_fraction = shape[:3]
    cut = lengths - np.minimum(lengths, most)  # removed tokens
    if truncation == "middle":
        return np.zeros_like(lengths), cut // 2
    head = {"head": most, "tail": 0, "head_tail": round(head_fraction * most)}[truncation]
    heads = np.minimum(lengths, head)
    return heads, heads + cut


def check_shape(
    max_length: int, truncation: str, head_fraction: float, padding: str, separator: int | None = None
) -> None:
    """Check settings; raises SettingError for a length below 1, a wrong word or a fraction outside 0 to 1."""
    if max_length < 1:
        raise SettingError("data.max_length", max_length, "must be at least 1")
    if separator is not None and max_length < LEAST_PAIR:
        raise SettingError("data.max_length", max_length, f"must be at least {LEAST_PAIR} for pairs of texts")
    if truncation not in TRUNCATIONS:
        raise SettingError("data.truncation", truncation, "must be the part to keep", names=TRUNCATIONS)
    if not 0 <= head_fraction <= 1:
        raise SettingError("data.head_fraction", head_fraction, "must lie between 0 and 1")
    if padding not in PADDINGS:
        raise SettingError("data.padding", padding, "must be the side to fill up", names=PADDINGS)
