"""Answers of a probe's network to typed rows. No torch.

N rows, B rows of a batch, T steps, F values of a step, K outputs.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from rnnlab.data.padded_batches import row_batches
from rnnlab.errors import SettingError
from rnnlab.kinds.row_answers import MOST_STEPS, Network, exported_network, network_of
from rnnlab.kinds.use import JSON, TEXT, Answerer

if TYPE_CHECKING:
    from rnnlab.finished import FinishedRun
    from rnnlab.kinds.usable import Exported


class ProbeAnswers(Answerer):
    """The answer at the last step of each row, and those at all steps.

    A row of tokens is text such as `1 0 1 1`; one of values is JSON, a list of F numbers a step.

    Args:
        network: gives outputs (B, T, K).
        facts: of the run, see `rnnlab.kinds.probing.kind.ProbingKind`.
    """

    free_text = False

    def __init__(self, network: Network, facts: Mapping[str, Any]) -> None:
        self.network, self.features = network, facts["features"]
        self.ids = {token: number for number, token in enumerate(facts["tokens"]) if number}
        self.classes = tuple(facts["answers"])
        self.reads = TEXT if self.ids else JSON
        self.example: Any = " ".join(list(self.ids)[:4]) if self.ids else [[0.5] * int(self.features)] * 4
        answer = str if self.classes else float
        self.fields = {"answer": answer, "steps": list[answer]}  # type: ignore[valid-type]
        self.fields |= {"probability": float} if self.classes else {}
        self.columns = ("answer", *(("probability",) if self.classes else ()), "steps")

    @classmethod
    def of_run(cls, run: FinishedRun) -> ProbeAnswers:
        return cls(network_of(run), run.facts)

    @classmethod
    def of_export(cls, exported: Exported) -> ProbeAnswers:
        return cls(exported_network(exported), exported.settings)

    def encode(self, rows: Sequence[Any]) -> list[np.ndarray]:
        return [self.ids_of(row) if self.ids else self.values_of(row) for row in rows]

    def ids_of(self, row: str) -> np.ndarray:
        """Return the ids (T,) of a text; tokens of one character each need no blanks between them."""
        words = row.split()
        if all(len(token) == 1 for token in self.ids):
            words = list("".join(words))
        unknown = next((word for word in words if word not in self.ids), None)
        if unknown is not None:
            raise SettingError("TEXT", row, f"{unknown} is no token of this probe", self.ids)
        if not words:
            raise SettingError("TEXT", row, "must have a token at least", self.ids)
        return np.array([self.ids[word] for word in words], dtype=np.int64)

    def values_of(self, row: Any) -> np.ndarray:
        """Return the values (T, F) of lists of numbers."""
        rule = f"must be a list of steps, each a list of {self.features} numbers"
        try:
            found = np.array(row, dtype=np.float32)
        except (TypeError, ValueError) as error:
            raise SettingError("TEXT", json.dumps(row), rule) from error
        if found.ndim != 2 or found.shape[1] != self.features or not np.isfinite(found).all():
            raise SettingError("TEXT", json.dumps(row), rule)
        return found

    def compute(self, encoded: Sequence[np.ndarray]) -> list[np.ndarray]:
        """Return the outputs (T, K) of each row."""
        found: list[Any] = [None] * len(encoded)
        for rows, padded, lengths in row_batches(encoded, MOST_STEPS):
            for row, length, output in zip(rows, lengths, self.network(padded, lengths), strict=True):
                found[row] = output[:length]
        return found

    def answers(
        self, rows: Sequence[Any], encoded: Sequence[Any], outputs: Sequence[np.ndarray]
    ) -> list[dict[str, Any]]:
        return [self.answer_of(output) for output in outputs]

    def answer_of(self, output: np.ndarray) -> dict[str, Any]:
        """Return the answer to a row from its outputs (T, K)."""
        if not self.classes:
            steps = [float(value) for value in output[:, 0]]
            return {"answer": steps[-1], "steps": steps}
        best = output.argmax(1)
        shares = np.exp(output[-1].astype(np.float64) - output[-1].max())
        steps = [self.classes[place] for place in best]
        return {"answer": steps[-1], "probability": float(shares.max() / shares.sum()), "steps": steps}

    def cells(self, answer: Mapping[str, Any]) -> dict[str, Any]:
        return {**super().cells(answer), "steps": " ".join(map(shortly, answer["steps"]))}


def shortly(answer: str | float) -> str:
    """Return an answer as short text."""
    return f"{answer:.4g}" if isinstance(answer, float) else answer
