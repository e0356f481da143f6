"""Outputs of a finished training: predictions.parquet, samples for loggers, decoding settings."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

from rnnlab.atomic import whole_file
from rnnlab.evaluation.sequence.measures import signatures
from rnnlab.kinds.text_to_text.attention import write_attention
from rnnlab.kinds.text_to_text.choice import Chosen
from rnnlab.kinds.text_to_text.texts import SIMILARITY, Texts, reader_of
from rnnlab.kinds.work import Outputs, Work

SHOWN = 100  # rows of the table in loggers
HEAD = ["row", "source", "reference", "output"]


def write_outputs(work: Work, chosen: Chosen) -> Outputs:
    """Write predictions.parquet; return the settings of decoding, the measures' signatures and samples."""
    texts = work.task.texts
    write_predictions(texts, work.folder.predictions)
    write_maps(work, texts)
    facts = {**chosen.facts(), "signatures": signatures(work.task.test_measures)}
    return Outputs(facts=facts, tables={"samples": partial(samples, texts)})


def write_maps(work: Work, texts: Texts) -> None:
    """Write the attention of a few rows, for the run's page."""
    from rnnlab.generate.sequence_engine import TorchEngine

    best = {row: found[0] for row, found in work.task.outputs.items()}
    sources = dict(zip(texts.rows, texts.sources, strict=True))
    write_attention(TorchEngine(work.task.network), reader_of(work.data), sources, best, work.folder.path)


def write_predictions(texts: Texts, path: Path) -> None:
    """Write row, source, label (the reference), predicted, score and, where measured, similarity of rows."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    columns = {
        "row": texts.rows,
        "source": texts.sources,
        "label": texts.references,
        "predicted": texts.outputs,
        "score": texts.scores,
        **({SIMILARITY: list(texts.similarity)} if texts.similarity else {}),
    }
    with whole_file(path) as part:
        pq.write_table(pa.table(columns), part)


def samples(texts: Texts) -> tuple[list[str], list[list[Any]]]:
    """Return the columns and the first rows of a table to read."""
    rows = zip(texts.rows, texts.sources, texts.references, texts.outputs, strict=True)
    return HEAD, [list(row) for row, _ in zip(rows, range(SHOWN), strict=False)]
