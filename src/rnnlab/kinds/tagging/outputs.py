"""Outputs of a tagger's finished training: its predictions, and sentences to read in loggers."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

from rnnlab.atomic import whole_file
from rnnlab.kinds.tagging.columns import NOTHING, names_of
from rnnlab.kinds.work import Outputs, Work

SHOWN = 50  # sentences in a logger's table


def write_outputs(work: Work) -> Outputs:
    """Write predictions.parquet: a row's number in its split, its words, and tags by their names."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    columns = {name: values.numpy() for name, values in work.task.columns.items()}
    words, names = work.data.inputs("test"), work.facts["tags"]
    sizes = (columns["label"] != NOTHING).sum(1).tolist()
    table = {
        "row": columns["row"],
        "words": [words[row] for row in columns["row"].tolist()],
        **{name: names_of(columns[name], names) for name in ("label", "predicted")},
        "probability": [row[:size] for row, size in zip(columns["probability"].tolist(), sizes, strict=True)],
        "loss": columns["loss"],
    }
    with whole_file(work.folder.predictions) as part:
        pq.write_table(pa.table(table), part)
    return Outputs(tables={"sentences": partial(worst_sentences, work.folder.predictions)})


def worst_sentences(path: Path) -> tuple[list[str], list[list[Any]]]:
    """Return the sentences with wrong tags whose loss is greatest, words and tags joined by blanks."""
    import pyarrow.parquet as pq

    rows = pq.ParquetFile(path).read().to_pylist()
    wrong = sorted((row for row in rows if row["label"] != row["predicted"]), key=lambda row: -row["loss"])
    joined = [[" ".join(row[name]) for name in ("words", "label", "predicted")] for row in wrong[:SHOWN]]
    lines = [[row["row"], *texts, row["loss"]] for row, texts in zip(wrong, joined, strict=False)]
    return ["row", "words", "label", "predicted", "loss"], lines
