"""The protocol for explaining a run's tokens; the run's kind of problem implements it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from rnnlab.errors import SettingError
from rnnlab.explain.corpus import Piece
from rnnlab.explain.explanation import Explanation, Reading

if TYPE_CHECKING:
    from rnnlab.finished import FinishedRun

STEPS = 32  # points of the integral of integrated gradients


class Explainer:
    """Scores the tokens of a text under a finished run; `Kind.explain` makes one.

    Attributes:
        methods: names of the ways to score tokens, the first of them `auto`.
        inside: whether gates and units can be shown token by token, as the network reads from the text's
            start.
        by_class: those of the methods whose scores are of one class, and other for another one.
        lacking: the reason for a method of the kind that the run's network has not, by its name.
    """

    methods: tuple[str, ...] = ()
    inside = True
    by_class: tuple[str, ...] = ()
    lacking: Mapping[str, str] = MappingProxyType({})

    def __init__(self, run: FinishedRun) -> None:
        self.run = run

    def reading(self, text: str) -> Reading:
        """Return the text as the run's network reads it."""
        raise NotImplementedError

    def class_probabilities(self, reading: Reading) -> list[tuple[str, float]]:
        """Return every class with its probability, as `rnnlab predict` reports it; empty without classes."""
        return []

    def explain(self, reading: Reading, method: str, target: str | None, steps: int) -> Explanation:
        """Return a score for each token.

        Args:
            method: one of `methods`.
            target: the answer to explain instead of the prediction, such as another class.
            steps: at least 1, for gradients.

        Raises:
            SettingError: the target does not exist.
        """
        raise NotImplementedError

    def row(self, number: int) -> str:
        """Return a test row as text that `reading` takes.

        Raises:
            SettingError: there is no such row, or the kind's rows are not chosen by number.
        """
        raise SettingError("--row", number, "is for rows that are drawn, as those of a probe: give a text")

    def example(self) -> str:
        """Return a short text of the run, on which loggers show its gates; empty where it has none."""
        return ""

    def pieces(self, file: Path | None) -> list[Piece]:
        """Return texts for units to be found on: of the file or, without one, of the run.

        Raises:
            SettingError: there are no such texts.
        """
        raise NotImplementedError
