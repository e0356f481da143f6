"""Rows held out of a train split if a data set has no validation or test split of its own."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from hashlib import blake2b

import numpy as np

from rnnlab.errors import SettingError

LARGE = 50  # rows of a label; rounding then changes its fraction by 0.01 at most


def hold_out(
    texts: Sequence[str], labels: Sequence[Hashable], fraction: float, seed: int, block: int = 1
) -> tuple[np.ndarray, np.ndarray]:
    """Return the indices of the rows that stay and of those held out, both ascending int64 arrays.

    The fraction holds for each label and for the total; see `_quotas`. Rows whose texts differ only in case
    and white space stay on one side, so that no test text is trained on; the label of such a group is that of
    its first row. The split depends on `seed` alone.

    Args:
        fraction: part of the rows to hold out, in (0, 1).
        block: >= 1, neighbouring rows of a label that are held out together or not at all; fewer if the
            fraction is smaller than a block. It keeps neighbours about the same subject on one side.

    Raises:
        SettingError: `fraction` is out of range, there are too few different texts for two sides, or no label
            has two.
    """
    if not 0 < fraction < 1:
        raise SettingError("fraction", fraction, "must lie between 0 and 1, both excluded")
    rng = np.random.default_rng(seed)
    strata: dict[Hashable, list[list[int]]] = {}
    groups = _same_text(texts)
    for rows in groups:
        strata.setdefault(labels[rows[0]], []).append(rows)
    units = [_blocks(groups, block, fraction) for groups in strata.values()]
    quotas = _quotas(units, fraction, len(texts), seed)
    held = sorted(
        row for blocks, quota in zip(units, quotas, strict=True) for row in _draw(blocks, quota, rng)
    )
    if not held or len(held) == len(texts):
        rule = f"too few different texts to hold some out of {len(texts)} rows"
        if len(groups) > 1:
            rule = f"no label has two different texts in {len(texts)} rows: each is needed to train on"
        raise SettingError("fraction", fraction, rule)
    mask = np.zeros(len(texts), dtype=bool)
    mask[held] = True
    return np.flatnonzero(~mask), np.flatnonzero(mask)


def _same_text(texts: Sequence[str]) -> list[list[int]]:
    """Group rows by their text, ignoring case and white space, in order of first appearance."""
    groups: dict[int, list[int]] = {}
    for row, text in enumerate(texts):
        groups.setdefault(_key(text), []).append(row)
    return list(groups.values())


def _key(text: str) -> int:
    """Return 64 bits of a hash of the folded text, which take a small part of its memory.

    Two different texts among ten millions are alike with a probability of three in a million, and then are
    no more than on the same side, or counted once too often.
    """
    content = folded(text).encode("utf-8", "surrogatepass")
    return int.from_bytes(blake2b(content, digest_size=8).digest(), "little")


def folded(text: str) -> str:
    """Fold case and white space, so that texts that count as duplicates become equal."""
    return " ".join(text.casefold().split())


def count_known(texts: Sequence[str], others: Sequence[str]) -> int:
    """Count the texts, empty ones aside, that also occur in `others`, ignoring case and white space."""
    known = set(map(_key, others)) - {_key("")}
    return sum(_key(text) in known for text in texts)


def _blocks(groups: list[list[int]], block: int, fraction: float) -> list[list[int]]:
    """Merge neighbouring groups into that many blocks, none larger than the number of wanted rows."""
    size = max(1, min(block, round(fraction * len(groups))))
    starts = range(0, len(groups), size)
    return [[row for group in groups[start : start + size] for row in group] for start in starts]


def shared_rows(texts: Mapping[str, list[str]]) -> tuple[dict[str, dict[str, int]], list[str]]:
    """Count the rows of each split whose text also occurs in another split.

    Returns:
        Counts as {split: {other: count}}, and a note on each.
    """
    found: dict[str, dict[str, int]] = {}
    notes = []
    for one, other in (("test", "train"), ("validation", "train"), ("test", "validation")):
        if one in texts and other in texts and (count := count_known(texts[one], texts[other])):
            found.setdefault(one, {})[other] = count
            notes.append(f"{count:,} of {len(texts[one]):,} {one} rows stand in {other} too")
    return found, notes


def _quotas(units: list[list[list[int]]], fraction: float, rows: int, seed: int) -> list[int]:
    """Return the number of rows to hold out of each label; 0 for a label with a single text.

    Each label's quota is rounded by itself (to at least one) if all labels are large or the total fits.
    Otherwise, as with thousands of labels of three rows each, it is rounded down, and the missing rows come
    from the labels with the largest remainders, one each, ties in random order.
    """
    sizes = [sum(map(len, groups)) if len(groups) > 1 else 0 for groups in units]
    alone = [min(max(round(fraction * size), 1), size - 1) if size else 0 for size in sizes]
    wanted = fraction * rows
    if abs(sum(alone) - wanted) <= 1 or min(sizes, default=0) >= LARGE:
        return alone
    quotas = [int(fraction * size) for size in sizes]
    room = [n for n, size in enumerate(sizes) if quotas[n] < min(fraction * size - 1e-9, size - 1)]
    order = np.random.default_rng([seed, len(sizes)]).permutation(len(room)).tolist()
    room = sorted((room[place] for place in order), key=lambda place: quotas[place] - fraction * sizes[place])
    for place in room[: max(round(wanted), 1) - sum(quotas)]:
        quotas[place] += 1
    return quotas


def _draw(groups: list[list[int]], wanted: int, rng: np.random.Generator) -> list[int]:
    """Draw whole groups in random order, no more rows than wanted unless the smallest group is larger."""
    if not wanted:
        return []
    drawn: list[int] = []
    for index in rng.permutation(len(groups)):
        if len(drawn) + len(groups[index]) <= wanted:
            drawn += groups[index]
    return drawn or min(groups, key=len)
