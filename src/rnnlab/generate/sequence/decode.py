"""Targets for many sources: batches of similar length, each searched or sampled as the settings say."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from rnnlab.errors import SettingError
from rnnlab.generate.sequence.beam import BeamSearch
from rnnlab.generate.sequence.engine import SequenceEngine, Source
from rnnlab.generate.sequence.hypothesis import Hypothesis
from rnnlab.generate.sequence.sampling import Sampling
from rnnlab.generate.sequence.settings import SequenceDecoding

ROWS = 320  # hypotheses at once: as many products of matrices in one
MOST_STEPS = 2**15  # source steps of all hypotheses at once, each of which has a vector in memory


def decode(
    engine: SequenceEngine,
    sources: Sequence[Source],
    settings: SequenceDecoding,
    attention: bool = False,
    batch: int | None = None,
) -> list[list[Hypothesis]]:
    """Return the best `settings.nbest` targets of each source, best first.

    A beam may find fewer than asked for where there are no more targets.

    Args:
        attention: whether they keep their attention.
        batch: most sources at once, which does not change what is found; None for what is fast.

    Raises:
        SettingError: a setting that needs attention, and the network has none.
    """
    check(engine, settings)
    found: list[list[Hypothesis]] = [[] for _ in sources]
    for numbers in batches([len(source.ids) for source in sources], settings, batch):
        search = begin(engine, [sources[n] for n in numbers], settings, numbers, attention)
        while search.going:
            search.advance()
        for number, results in zip(numbers, search.results(), strict=True):
            found[number] = results
    return found


def begin(
    engine: SequenceEngine,
    sources: Sequence[Source],
    settings: SequenceDecoding,
    numbers: Sequence[int] = (0,),
    attention: bool = False,
) -> BeamSearch | Sampling:
    """Return the search of one batch, before its first step."""
    if settings.samples:
        return Sampling(engine, sources, settings, numbers, attention)
    return BeamSearch(engine, sources, settings, attention)


def stream(engine: SequenceEngine, source: Source, settings: SequenceDecoding) -> Iterator[Hypothesis]:
    """Yield one target as it grows, at each step; the last one is what `decode` returns.

    Raises:
        SettingError: a beam, whose first token is known only at its end; see also `decode`.
    """
    check(engine, settings)
    if settings.beam > 1:
        raise SettingError("--beam", settings.beam, "must be 1 to stream: a beam may still change its start")
    if settings.nbest > 1:
        raise SettingError("--nbest", settings.nbest, "must be 1 to stream")
    search = begin(engine, [source], settings)
    while search.going:
        search.advance()
        yield search.partial()


def check(engine: SequenceEngine, settings: SequenceDecoding) -> None:
    """Raise SettingError for a setting that needs attention where the network has none."""
    if engine.attends:
        return
    rule = "needs a decoder with attention, and this one has none (decoder=none)"
    if settings.replace_unknown:
        raise SettingError("--replace-unknown", True, rule)
    if settings.coverage_penalty:
        raise SettingError("--coverage-penalty", settings.coverage_penalty, rule)


def batches(lengths: Sequence[int], settings: SequenceDecoding, most: int | None) -> Iterator[list[int]]:
    """Yield numbers of sources of similar length, longest first, that fit into memory together."""
    order = np.argsort(-np.array(lengths, np.int64), kind="stable").tolist()
    rows = settings.nbest if settings.samples else settings.beam
    most = max(1, ROWS // rows) if most is None else most
    while order:
        count = min(most, max(1, MOST_STEPS // (rows * max(lengths[order[0]], 1))))
        yield order[:count]
        order = order[count:]
