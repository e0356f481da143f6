"""A tagger's prediction for a text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple


class Entity(NamedTuple):
    """An entity of a text, or a word where tags mark none; [start, end) are characters of the text."""

    type: str
    text: str
    start: int
    end: int
    probability: float


class TaggedText(NamedTuple):
    """The entities of a text, its words, and the tag of each word with its probability.

    `note` is not empty if the text holds nothing that the model can read.
    """

    spans: list[Entity]
    words: list[str]
    tags: list[str]
    probabilities: list[float]
    note: str = ""


def prediction_of(answer: Mapping[str, Any]) -> TaggedText:
    """Return the prediction in an answer of `rnnlab.kinds.tagging.answer`."""
    spans = [Entity(**span) for span in answer["spans"]]
    return TaggedText(spans, *(answer[name] for name in TaggedText._fields[1:]))
