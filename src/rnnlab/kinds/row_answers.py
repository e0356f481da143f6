"""Answers of a network that reads padded rows and their lengths, by torch or by an exported graph.

N rows, B of them in a batch, T steps, F features of a step. Nothing heavy is imported here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from rnnlab.data.padded_batches import encode, row_batches
from rnnlab.data.truncation import Truncation
from rnnlab.errors import SettingError
from rnnlab.kinds.use import JSON, Answerer
from rnnlab.text.pairs import joined
from rnnlab.tokenizer.unread import unread

if TYPE_CHECKING:
    from rnnlab.finished import FinishedRun
    from rnnlab.kinds.usable import Exported

MOST_STEPS = 16_384  # of a padded batch; a longer row is a batch of its own
Network = Callable[[np.ndarray, np.ndarray], np.ndarray]  # padded rows (B, T, ...), lengths (B,) to (B, ...)
Answer = Callable[[np.ndarray], dict[str, Any]]  # a row's output (...) to the fields of an answer


def network_of(run: FinishedRun) -> Network:
    """Return a run's network as a function of arrays."""
    import torch

    def compute(padded: np.ndarray, lengths: np.ndarray) -> np.ndarray:
        inputs = (torch.from_numpy(array).to(run.device) for array in (padded, lengths))
        with torch.inference_mode():
            return np.asarray(run.network(*inputs).cpu().numpy())

    return compute


def exported_network(exported: Exported) -> Network:
    """Return an exported graph as a function of arrays: its two inputs to its first output."""
    inputs = [one.name for one in exported.session.get_inputs()]

    def compute(padded: np.ndarray, lengths: np.ndarray) -> np.ndarray:
        return np.asarray(exported.session.run(None, dict(zip(inputs, (padded, lengths), strict=True)))[0])

    return compute


class RowAnswers(Answerer):
    """Base for texts and series.

    Args:
        network: see `network_of` and `exported_network`.
        answer: turns the network's output for a row into plain values.
        fields: the type of each of these values, by name.
        padding: the side where a row is padded, post or pre.
    """

    def __init__(
        self, network: Network, answer: Answer, fields: Mapping[str, type], padding: str = "post"
    ) -> None:
        self.network, self.answer, self.padding = network, answer, padding
        self.fields, self.columns = fields, tuple(fields)

    def compute(self, encoded: Sequence[Any]) -> list[np.ndarray]:
        found: list[Any] = [None] * len(encoded)
        for rows, padded, lengths in row_batches(encoded, MOST_STEPS, self.padding):
            for row, output in zip(rows.tolist(), self.network(padded, lengths), strict=True):
                found[row] = output
        return found

    def answers(
        self, rows: Sequence[Any], encoded: Sequence[Any], outputs: Sequence[Any]
    ) -> list[dict[str, Any]]:
        return [self.answer(output) for output in outputs]


class TextAnswers(RowAnswers):
    """Answers to texts, each with a `note` where the network could read nothing.

    Args:
        parts: cleaner, tokenizer and what is read of a text.
    """

    example = "not bad at all, I would happily see it again"

    def __init__(
        self,
        network: Network,
        answer: Answer,
        fields: Mapping[str, type],
        cleaner: Any,
        tokenizer: Any,
        shape: Truncation,
    ) -> None:
        super().__init__(network, answer, {**fields, "note": str}, shape.padding)
        self.cleaner, self.tokenizer, self.shape = cleaner, tokenizer, shape
        if shape.separator is not None:
            self.example = joined("A man eats.", "Somebody has a meal.")

    @classmethod
    def of_run(cls, run: FinishedRun, answer: Answer, fields: Mapping[str, type]) -> TextAnswers:
        """Answer with a run's network."""
        return cls(network_of(run), answer, fields, run.cleaner, run.tokenizer, run.shape)

    @classmethod
    def of_export(cls, exported: Exported, answer: Answer, fields: Mapping[str, type]) -> TextAnswers:
        """Answer with an exported graph."""
        read = [exported.settings[name] for name in ("max_length", "truncation", "head_fraction")]
        shape = Truncation(*read)._replace(separator=exported.settings.get("separator"))
        parts = (exported.cleaner, exported.tokenizer, shape)
        return cls(exported_network(exported), answer, fields, *parts)

    def encode(self, rows: Sequence[Any]) -> list[np.ndarray]:
        return encode(rows, self.cleaner, self.tokenizer, self.shape)

    def answers(
        self, rows: Sequence[Any], encoded: Sequence[Any], outputs: Sequence[Any]
    ) -> list[dict[str, Any]]:
        notes = unread(rows, encoded, self.cleaner, self.tokenizer)
        return [{**self.answer(one), "note": note} for one, note in zip(outputs, notes, strict=True)]


class SeriesAnswers(RowAnswers):
    """Answers to series, each a list of steps: of F numbers, or of one number where F is 1.

    Args:
        features: F.
    """

    reads = JSON

    def __init__(self, network: Network, answer: Answer, fields: Mapping[str, type], features: int) -> None:
        super().__init__(network, answer, fields)
        self.features = features
        self.example = [[0.0] * features] * 10

    def encode(self, rows: Sequence[Any]) -> list[np.ndarray]:
        return [self.values_of(row) for row in rows]

    def values_of(self, row: Any) -> np.ndarray:
        """Return a row as (T, F) float32.

        Raises:
            SettingError: it is not a list of at least one step, or a step does not have F finite numbers.
        """
        try:
            with np.errstate(over="ignore"):  # becomes infinite, which is refused below
                values = np.array(row, dtype=np.float32)
        except (TypeError, ValueError, OverflowError):
            values = np.empty(0, dtype=np.float32)
        if values.ndim == 1 and self.features == 1:
            values = values[:, None]
        if values.ndim != 2 or values.shape[1] != self.features or not len(values):
            rule = f"must be a list of steps of {self.features} numbers each, such as {self.example[:2]}"
            raise SettingError("values", str(row)[:60], rule)
        if not np.isfinite(values).all():
            raise SettingError("values", str(row)[:60], "must hold finite numbers alone")
        return values
