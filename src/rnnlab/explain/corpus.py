"""Text for hidden units to be compared on, with what is true at each of its tokens."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from rnnlab.errors import SettingError
from rnnlab.explain.explanation import read
from rnnlab.explain.predicates import predicates
from rnnlab.text.characters import lines_of

if TYPE_CHECKING:
    from rnnlab.finished import FinishedRun

MOST_TOKENS = 40_000
PIECES = 64  # of a running text, read side by side, each from an empty state


class Corpus(NamedTuple):
    """texts: ids of each; facts: each predicate's name to its values at the tokens of each text."""

    texts: list[list[int]]
    facts: dict[str, list[np.ndarray]]


def corpus_of(run: FinishedRun, file: Path | None = None) -> Corpus:
    """From the file, a text in each line for a classifier; without one from the run: a language model's
    validation text, or the texts of a classifier's predictions.

    Raises:
        SettingError: the file cannot be read or holds too little; a run without the one or the other.
    """
    if run.kind == "classification":
        lines = _predicted(run) if file is None else lines_of(_text(file))
        pieces = _pieces([line for line in lines if line.strip()], run)
    else:
        text = _validation(run) if file is None else run.cleaner(_text(file))
        pieces = _cut(run, text)
    if len(pieces) < 2:
        place = run.folder.path if file is None else file
        raise SettingError("--file", place, "must hold at least two texts, or a running text of some length")
    names = pieces[0][1]
    return Corpus([ids for ids, _ in pieces], {name: [facts[name] for _, facts in pieces] for name in names})


def _pieces(lines: Sequence[str], run: FinishedRun) -> list[tuple[list[int], dict[str, np.ndarray]]]:
    pieces, count = [], 0
    for line in lines:
        if count >= MOST_TOKENS:
            break
        reading = read(run, line)
        pieces.append((reading.ids, at(reading.text, reading.spans)))
        count += len(reading.ids)
    return pieces


def _cut(run: FinishedRun, text: str) -> list[tuple[list[int], dict[str, np.ndarray]]]:
    """The text's first tokens in pieces of equal length."""
    start = text[: 8 * MOST_TOKENS]
    ids, facts = run.tokenizer.encode(start), at(start, run.tokenizer.offsets(start))
    size = min(len(ids), MOST_TOKENS) // PIECES
    places = [slice(number * size, (number + 1) * size) for number in range(PIECES if size > 1 else 0)]
    return [(ids[part], {name: values[part] for name, values in facts.items()}) for part in places]


def at(text: str, spans: Sequence[tuple[int, int]]) -> dict[str, np.ndarray]:
    """Each predicate where each token ends (T,): the network has read so far when it has read the token."""
    last = np.array([max(end - 1, 0) for _, end in spans], dtype=np.int64)
    return {
        name: values[last] if len(values) else np.zeros(len(last))
        for name, values in predicates(text).items()
    }


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except (OSError, ValueError) as error:
        raise SettingError("--file", file, f"cannot be read as UTF-8 text: {error}") from error


def _validation(run: FinishedRun) -> str:
    ids = run.data().encoded("validation").ids[:MOST_TOKENS]
    return run.tokenizer.decode(ids.tolist())


def _predicted(run: FinishedRun) -> list[str]:
    path = run.folder.predictions
    if not path.is_file():
        raise SettingError(
            "RUN", run.folder.path, "has no predictions.parquet; name a file of texts with --file"
        )
    import pyarrow.parquet as pq

    texts: list[str] = pq.read_table(path, columns=["text"])["text"].to_pylist()
    return texts
