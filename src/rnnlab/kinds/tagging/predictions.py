"""A tagger's predictions of a split, with their counts and errors. N sentences, T words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from rnnlab.evaluation.bootstrap import RESAMPLES, Interval
from rnnlab.evaluation.entities import Span
from rnnlab.evaluation.entity_errors import CORRECT, ERRORS, MISSED, Match, matches
from rnnlab.evaluation.entity_scores import EntityCounts, entity_counts, entity_intervals, read_spans

COLUMNS = ("row", "words", "label", "predicted", "probability")
FIELDS = {"row": "rows", "label": "labels", "probability": "probabilities"}  # that have other names
MOST_WORDS = 1 << 27  # all sentences together


@dataclass(frozen=True)
class Predictions:
    """The tags of N sentences.

    Attributes:
        rows: number of each in its split, from 0.
        words, labels, predicted: of each, T each; the tags are those of `scheme`.
        probabilities: of each predicted tag by itself, T each.
        scheme: see `rnnlab.evaluation.entities`; None where tags mark no entities.
    """

    rows: list[int]
    words: list[list[str]]
    labels: list[list[str]]
    predicted: list[list[str]]
    probabilities: list[list[float]]
    scheme: str | None

    @cached_property
    def counts(self) -> EntityCounts:
        return entity_counts(self.labels, self.predicted, self.scheme, self.words)

    @cached_property
    def matches(self) -> list[list[Match]]:
        """Return the entities of each sentence, true ones paired with predicted ones."""
        pairs = zip(self.labels, self.predicted, strict=True)
        return [matches(*(read_spans(tags, self.scheme) for tags in pair)) for pair in pairs]

    @property
    def unit(self) -> str:
        """Name of the counted unit: entities, or words where tags mark no entities."""
        return "entities" if self.scheme else "words"

    def named(self, error: str) -> str:
        """Return an error's name: of a type, or of a tag where tags mark no entities."""
        return error if self.scheme else error.replace("type", "tag")

    def intervals(self, resamples: int = RESAMPLES) -> dict[str, Interval]:
        """Return every score with its interval, by resamples of the sentences."""
        return entity_intervals(self.counts, resamples)


class Error(NamedTuple):
    """An error, the place of its sentence among the rows, and the probability of its least sure word."""

    place: int
    match: Match
    probability: float


def errors_of(found: Predictions) -> list[Error]:
    """Return every error, the surest first."""
    errors = [
        Error(place, match, sureness(match, found.probabilities[place]))
        for place, own in enumerate(found.matches)
        for match in own
        if match.name != CORRECT
    ]
    return sorted(errors, key=lambda error: -error.probability)


def varied(errors: Sequence[Error]) -> list[Error]:
    """Return errors that are sorted so that the kinds take turns: the surest of each, then the next ones."""
    turns: dict[str, int] = {}
    ranked = []
    for error in errors:
        turn = turns[error.match.name] = turns.get(error.match.name, 0) + 1
        ranked.append((turn, ERRORS.index(error.match.name), error))
    return [error for _, _, error in sorted(ranked, key=lambda one: one[:2])]


def sureness(match: Match, probabilities: Sequence[float]) -> float:
    """Return the least probability of the predicted tags of an entity's words; of a missed one, of the tags
    that stand in its place.
    """
    span = match.true if match.name == MISSED else match.predicted
    assert span is not None
    return min(probabilities[span.start : span.end])


def words_of_span(words: Sequence[str], span: Span | None) -> str:
    """Return the words of an entity joined by blanks; "" for none."""
    return "" if span is None else " ".join(words[span.start : span.end])


def read_predictions(path: Path, scheme: str | None) -> Predictions | None:
    """Read predictions.parquet; None if it is missing, empty or not one that a run writes."""
    return _read(path, scheme, path.stat().st_mtime_ns) if path.is_file() else None


@lru_cache(maxsize=8)
def _read(path: Path, scheme: str | None, version: int) -> Predictions | None:
    import pyarrow
    import pyarrow.parquet as pq

    try:
        file = pq.ParquetFile(path)
        if file.metadata.num_rows > path.stat().st_size or not set(COLUMNS) <= set(file.schema_arrow.names):
            return None  # fewer bytes than rows: a decompression bomb
        if sum(_values(file, name) for name in ("words", "label")) > MOST_WORDS:
            return None
        cells = file.read(columns=list(COLUMNS)).to_pydict()
        found = Predictions(**{FIELDS.get(name, name): cells[name] for name in COLUMNS}, scheme=scheme)
        lists = (found.words, found.labels, found.predicted)
        lengths = [list(map(len, column)) for column in (*lists, found.probabilities)]
        sound = len(found.rows) > 0 and all(own == lengths[0] for own in lengths)
        if sound and all(map(_is_text, (row for column in lists for row in column))):
            found.counts  # noqa: B018  reads every tag
            return found
    except (OSError, pyarrow.ArrowException, TypeError, ValueError):
        pass
    return None


def _values(file: Any, column: str) -> int:
    """Return the number of a list column's values, from the file's metadata."""
    meta, names = file.metadata, file.schema
    places = [place for place in range(len(names)) if names.column(place).path.split(".")[0] == column]
    return sum(
        meta.row_group(group).column(place).num_values
        for group in range(meta.num_row_groups)
        for place in places
    )


def _is_text(cells: Sequence[Any]) -> bool:
    return all(isinstance(cell, str) for cell in cells)


def marked_words(words: Sequence[str], spans: Sequence[Span]) -> Iterator[tuple[str, Span | None]]:
    """Yield a sentence in parts: the words of an entity with it, and those between entities with None."""
    place = 0
    for span in spans:
        if span.start > place:
            yield " ".join(words[place : span.start]), None
        yield " ".join(words[span.start : span.end]), span
        place = span.end
    if place < len(words):
        yield " ".join(words[place:]), None
