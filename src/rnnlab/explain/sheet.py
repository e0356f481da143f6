"""A text with one or several values at each token: the content of terminal output, figures and pages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from rnnlab.explain.explanation import Explanation
from rnnlab.explain.unit_map import UnitMap

LEVELS = 8  # of strength, not counting none


class Strip(NamedTuple):
    """A copy of the text, coloured by `values`, one a token.

    Attributes:
        name: meaning of the values. note: a sentence about them, or none.
        signed: the values are centred on 0, with meaning on both sides; else they begin at `low`.
        low, high: the values without colour and with full colour.
    """

    name: str
    values: Sequence[float]
    signed: bool
    note: str = ""
    low: float = 0.0
    high: float = 1.0

    def strength(self, value: float) -> float:
        """Return the colour strength in [-1, 1]; the sign is its side."""
        if self.high <= self.low:
            return 0.0
        return max(min((value - self.low) / (self.high - self.low), 1.0), -1.0 if self.signed else 0.0)

    def level(self, value: float) -> int:
        """Return a level in -LEVELS to LEVELS; 0 is no colour."""
        return round(LEVELS * self.strength(value))


class Grid(NamedTuple):
    """A value of each token of the text for each of the tokens that were written for it.

    Attributes:
        outputs: the tokens that were written.
        strips: a strip for each of them, all with the same colours.
    """

    name: str
    outputs: Sequence[str]
    strips: Sequence[Strip]
    note: str = ""


class Sheet(NamedTuple):
    """A text's tokens, [start, end) in it, the strips, grids and maps; `notes` are about the whole.

    `answers` are all that the network could have answered, with their probabilities.
    """

    title: str
    text: str
    tokens: Sequence[str]
    spans: Sequence[tuple[int, int]]
    strips: Sequence[Strip]
    notes: Sequence[str] = ()
    grids: Sequence[Grid] = ()
    maps: Sequence[UnitMap] = ()
    answers: Sequence[tuple[str, float]] = ()


class Piece(NamedTuple):
    """A stretch of the text; `token` is the token's number, None between tokens."""

    text: str
    token: int | None


def strip_of(
    name: str, values: Sequence[float], signed: bool, note: str = "", low: float | None = None
) -> Strip:
    """Return a strip whose strongest value has full colour."""
    if signed:
        return Strip(name, values, True, note, 0.0, max(map(abs, values)))
    return Strip(name, values, False, note, min(values) if low is None else low, max(values))


def pieces(sheet: Sheet) -> Iterator[Piece]:
    """Yield the text from its first token to its last in order, without repeats; for a text without
    characters, the names of the tokens.
    """
    at = sheet.spans[0][0] if sheet.spans else 0
    for number, (start, end) in enumerate(sheet.spans):
        if start > at:
            yield Piece(sheet.text[at:start], None)
        if end > max(at, start):
            yield Piece(sheet.text[max(at, start) : end], number)
        at = max(at, end)
    if not any(end > start for start, end in sheet.spans):
        yield from (Piece(token, number) for number, token in enumerate(sheet.tokens))


def strips_of(explanation: Explanation) -> list[Strip]:
    """Return the strips of one explanation: the scores and, for a hierarchical model, their components."""
    one, scores = explanation, list(explanation.scores)
    if one.signed:
        return [strip_of(one.method, scores, True, note_of(one))]
    strips = [strip_of(one.method, scores, False, note_of(one), 0.0)]
    if one.words:
        inside = "the weight of each word in its sentence"
        strips.append(strip_of("words", list(one.words), False, inside, 0.0))
        weights = [
            next((s.score for s in one.sentences if s.start <= start < s.end), 0.0) for start, _ in one.spans
        ]
        strips.append(strip_of("sentences", weights, False, "the weight of each sentence in the text", 0.0))
    return strips


def grid_of(one: Explanation) -> Grid | None:
    """Return the scores of the text's tokens for each token that was written; None for other kinds."""
    if not one.outputs:
        return None
    values = [value for row in one.weights for value in row]
    high = max(map(abs, values), default=0.0) if one.signed else 1.0
    rows = zip(one.outputs, one.weights, strict=True)
    strips = [Strip(output, row, one.signed, "", 0.0, high) for output, row in rows]
    note = "by how much the log probability of each output token falls without a source token"
    if not one.signed:
        note = "where each output token looks: its weights over the source tokens sum to 1"
    return Grid(f"{one.method}, output by source", one.outputs, strips, note)


def grid_of_classes(several: Sequence[Explanation]) -> Grid | None:
    """Return the scores of the tokens for each class; None if fewer than two classes are explained.

    Args:
        several: of one signed method, each of another class.
    """
    if len(several) < 2:
        return None
    high = max(abs(score) for one in several for score in one.scores)
    names = [one.label or one.quantity.removeprefix("the log-odds of ") for one in several]
    strips = [Strip(name, one.scores, True, "", 0.0, high) for name, one in zip(names, several, strict=True)]
    note = "what each token adds to the log-odds of each class, the most probable class first"
    return Grid(f"{several[0].method}, all classes", names, strips, note)


def note_of(one: Explanation) -> str:
    """Describe the scores in one line."""
    total, quantity = sum(one.scores), one.quantity or f"the log-odds of {one.label}"
    if one.method == "gradients" and one.outcome is not None and one.baseline_outcome is not None:
        moved = f"{one.baseline_outcome:+.3f} to {one.outcome:+.3f}"
        return f"what each adds to {quantity}: {total:+.3f} in all, from {moved}"
    if one.method == "occlusion":
        return f"by how much {quantity}, {one.outcome:+.3f}, fall without it"
    if one.method == "attention":
        if one.outputs:
            return "the mean weight of each source token over the output tokens"
        return "the weight of each token in the text; weights sum to 1 and say where, not for which class"
    if one.method == "memory":
        return "how strongly the last output depends on each: the norm of its gradient through time"
    mean = total / max(len(one.scores) - 1, 1)
    return f"nats of surprise at each token after those before it: {mean:.3f} on average"


def heading(one: Explanation) -> str:
    """Return the label and its probability, the explained number, or nothing for a language model."""
    if one.outputs:
        return f"{one.label}   (log probability {one.outcome:.3f})"
    if one.quantity:
        return f"{one.quantity}: {one.outcome:.3f}"
    return "" if one.label is None else f"{one.label}, probability {one.probability:.3f}"
