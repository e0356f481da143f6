"""Written texts with their sources and references, as the measures of text to text read them. N rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from rnnlab.errors import UserError
from rnnlab.evaluation.similarity import Embed

Sums = Sequence[float]  # a measure's statistics, summed over rows


@dataclass(frozen=True)
class Written:
    """N outputs and what they are measured against.

    Attributes:
        sources, references, outputs: N texts each; references are raw, outputs detokenised.
        tokens_of: splits a text into the tokens that token measures count, such as words or phonemes.
        embeds: text embeddings by the name of the measure that needs one; see `similarity`.
        others: further references, N texts in each list, where a row has several.

    Raises:
        UserError: there are no rows, or not equally many in every list.
    """

    sources: Sequence[str]
    references: Sequence[str]
    outputs: Sequence[str]
    tokens_of: Callable[[str], Sequence[str]] = str.split
    embeds: Mapping[str, Embed] = field(default_factory=dict)
    others: Sequence[Sequence[str]] = ()

    def __post_init__(self) -> None:
        counts = [len(self.sources), len(self.references), len(self.outputs)]
        if len(set(counts)) > 1 or not counts[0]:
            said = "{:,} sources, {:,} references and {:,} outputs".format(*counts)
            raise UserError(f"{said}: there must be equally many of each, and at least one")
        for more in self.others:
            if len(more) != len(self.references):
                said = f"{len(self.references):,} references, and {len(more):,} further ones"
                raise UserError(f"{said}: there must be equally many in each list")

    @property
    def cases(self) -> Iterator[tuple[str, list[str]]]:
        """Yield each output with all its references."""
        all_of_them = zip(self.references, *self.others, strict=True)
        return zip(self.outputs, map(list, all_of_them), strict=True)

    def __len__(self) -> int:
        return len(self.outputs)


def ratio(sums: Sums) -> float:
    """Return the first sum divided by the second; where that is 0, 1 if the first is above 0, else 0."""
    top, bottom = sums
    return float(top / bottom) if bottom else float(top > 0)


def percent(sums: Sums) -> float:
    """Return `ratio` in percent."""
    return 100 * ratio(sums)


def with_count(values: Sequence[float] | np.ndarray) -> np.ndarray:
    """Return values (N,) and ones as (N, 2): `ratio` of their sums is the mean."""
    return np.column_stack([np.asarray(values, float), np.ones(len(values))])
