"""Sentences about films whose label depends on negation and word order: a bag of words cannot predict it.

A sentence joins clauses: `the plot was not good but the cast was fine though the music was dull`. A clause is
positive when its adjective is and it is not negated, or when neither holds. Read from the left, the verdict
is that of the first clause; `but` replaces it with its own clause's, `though` leaves it as it is. Every
sentence has a twin of the other label in the same split that is made of exactly the same words.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from rnnlab.errors import SettingError

SUBJECTS = (
    "plot",
    "cast",
    "music",
    "ending",
    "script",
    "humour",
    "hero",
    "pace",
    "sound",
    "mood",
    "scenery",
    "tale",
)
GOOD = ("good", "great", "lovely", "clever", "moving", "bright", "superb", "charming")
BAD = ("bad", "awful", "dull", "silly", "weak", "clumsy", "boring", "dreadful")
FILLERS = (
    "really",
    "in truth",
    "to be fair",
    "as a whole",
    "at times",
    "i must say",
    "for once",
    "all in all",
)
CONNECTIVES = ("but", "though")


class Clause(NamedTuple):
    """One opinion; it holds (True) if its negations do not reverse the adjective's polarity."""

    subject: str
    negations: int
    fillers: tuple[str, ...]
    adjective: str

    @property
    def positive(self) -> bool:
        return (self.adjective in GOOD) != (self.negations % 2 == 1)

    def __str__(self) -> str:
        outer = "it is not true that " * max(self.negations - 1, 0)
        inner = ["not"] if self.negations else []
        return outer + " ".join(["the", self.subject, "was", *inner, *self.fillers, self.adjective])


class Sentence(NamedTuple):
    """Clauses and the connectives between them (one fewer)."""

    clauses: tuple[Clause, ...]
    connectives: tuple[str, ...]

    @property
    def positive(self) -> bool:
        verdict = self.clauses[0].positive
        for connective, clause in zip(self.connectives, self.clauses[1:], strict=True):
            verdict = clause.positive if connective == "but" else verdict
        return verdict

    def __str__(self) -> str:
        parts = [str(self.clauses[0])]
        for connective, clause in zip(self.connectives, self.clauses[1:], strict=True):
            parts += [connective, str(clause)]
        return " ".join(parts)


def sentiment(
    rows: Mapping[str, int], clauses: int, negations: int, fillers: int, seed: int
) -> dict[str, tuple[list[str], list[int]]]:
    """Generate texts and labels (0 negative, 1 positive) for each split; no sentence occurs twice overall.

    Args:
        rows: number of rows of each split; odd numbers are rounded down, as rows come in twins.
        clauses: clauses of a sentence at most, 2 or more.
        negations: negations of a clause at most; with 0 only the order of clauses determines the label.
        fillers: neutral phrases at most between negation and adjective.

    Raises:
        SettingError: a number out of range, or more rows than these settings have sentences.
    """
    for name, value, least in (("clauses", clauses, 2), ("negations", negations, 0), ("fillers", fillers, 0)):
        if value < least:
            raise SettingError(f"data.{name}", value, f"must be {least} or more")
    rng = np.random.default_rng(seed)
    seen: set[str] = set()
    made = {}
    for split, wanted in rows.items():
        texts: list[str] = []
        labels: list[int] = []
        for _ in range(20 * wanted + 100):
            if len(texts) + 2 > wanted:
                break
            pair = _twins(_draw(rng, clauses, negations, fillers), rng)
            if pair and not seen & {str(sentence) for sentence in pair}:
                seen |= {str(sentence) for sentence in pair}
                texts += [str(sentence) for sentence in pair]
                labels += [int(sentence.positive) for sentence in pair]
        else:
            raise SettingError(
                f"data.{split}_rows", wanted, "these settings have too few different sentences"
            )
        order = rng.permutation(len(texts))
        made[split] = ([texts[row] for row in order], [labels[row] for row in order])
    return made


def _draw(rng: np.random.Generator, clauses: int, negations: int, fillers: int) -> Sentence:
    number = int(rng.integers(2, clauses, endpoint=True))
    subjects = rng.choice(SUBJECTS, size=number, replace=number > len(SUBJECTS))
    drawn = [
        Clause(
            str(subject),
            int(rng.integers(0, negations, endpoint=True)),
            tuple(map(str, rng.choice(FILLERS, size=rng.integers(0, fillers, endpoint=True)))),
            str(rng.choice(GOOD if rng.random() < 0.5 else BAD)),
        )
        for subject in subjects
    ]
    return Sentence(tuple(drawn), tuple(map(str, rng.choice(CONNECTIVES, size=number - 1))))


def _twins(sentence: Sentence, rng: np.random.Generator) -> tuple[Sentence, Sentence] | None:
    """Return the sentence and a twin with the other label, made by moving clauses and negations; or None."""
    for _ in range(10):
        order = rng.permutation(len(sentence.clauses))
        negations = rng.permutation([clause.negations for clause in sentence.clauses])
        moved = [
            sentence.clauses[index]._replace(negations=int(number))
            for index, number in zip(order, negations, strict=True)
        ]
        twin = Sentence(tuple(moved), sentence.connectives)
        if twin.positive != sentence.positive:
            return sentence, twin
    return None
