"""Dependence of a probe's last answer on each input of a row.

Shapes: B rows, T steps, F values of a step, E features of an input vector, K outputs, R replacements.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import Tensor, nn

from rnnlab.data.probe.base import ProbeRows
from rnnlab.data.probe.batches import TEST, VALIDATION
from rnnlab.errors import SettingError
from rnnlab.explain.corpus import Piece
from rnnlab.explain.explainer import Explainer
from rnnlab.explain.explanation import Explanation, Reading, explanation_of
from rnnlab.explain.gradients import MOST_TOKENS, integrated_gradients
from rnnlab.explain.memory_curves import gradient_norms
from rnnlab.explain.outcome import Aim, NumberAim
from rnnlab.kinds.probing.answer import ProbeAnswers, shortly
from rnnlab.model.step_network import StepNetwork

if TYPE_CHECKING:
    from rnnlab.finished import FinishedRun

ZEROS = "input vectors of zeros"
OTHERS = "each input replaced by that of other rows at the same step"
NOTHING = "none: the slope at the row itself"
NUMBER = "the answer"
REPLACEMENTS = 8
DRAWS = 32  # random projections of a gradient


class LastAnswer(nn.Module):
    """The outputs of a probe's network at the last step alone: (B, T) or (B, T, F) to (B, K)."""

    def __init__(self, network: StepNetwork) -> None:
        super().__init__()
        self.embedding, self.encoder, self.head = network.embedding, network.encoder, network.head

    def from_vectors(self, vectors: Tensor, lengths: Tensor) -> Tensor:
        """Map input vectors (B, T, E) of full rows to (B, K)."""
        outputs: Tensor = self.head(self.encoder(vectors).outputs[:, -1])
        return outputs

    def forward(self, inputs: Tensor, lengths: Tensor) -> Tensor:
        return self.from_vectors(self.embedding(inputs), lengths)


class ProbeExplainer(Explainer):
    """Integrated gradients, occlusion and the gradient through time, of the answer at a row's last step.

    A row is typed as for `rnnlab predict`, or chosen among the test rows by its number.
    """

    methods = ("gradients", "occlusion", "memory")
    by_class = ("gradients", "occlusion")

    def __init__(self, run: FinishedRun) -> None:
        super().__init__(run)
        self.answers = ProbeAnswers.of_run(run)
        self.inside = bool(self.answers.ids)
        network: Any = run.network
        self.network: Any = LastAnswer(network).eval()

    def reading(self, text: str) -> Reading:
        (row,) = self.answers.encode([self._parsed(text)])
        tokens = self._names(row)
        ends = np.cumsum([len(token) + 1 for token in tokens]).tolist()
        spans = [(end - 1 - len(token), end - 1) for end, token in zip(ends, tokens, strict=True)]
        return Reading(" ".join(tokens), row.tolist(), tokens, spans, 0)

    def _parsed(self, text: str) -> Any:
        try:
            return self.answers.read(text)
        except ValueError as error:
            rule = f"must be JSON, a list of steps, each a list of {self.answers.features} numbers"
            raise SettingError("TEXT", text[:60], rule) from error

    def _names(self, row: np.ndarray) -> list[str]:
        """Return the inputs (T,) or (T, F) as text."""
        if self.inside:
            return [self.run.facts["tokens"][number] for number in row]
        return [",".join(map(shortly, map(float, values))) for values in row]

    def class_probabilities(self, reading: Reading) -> list[tuple[str, float]]:
        (outputs,) = self.answers.compute([self._inputs(reading).numpy()])  # (T, K)
        shares = torch.from_numpy(outputs[-1]).double().softmax(0).tolist()
        return list(zip(self.answers.classes, shares, strict=True)) if self.answers.classes else []

    def explain(self, reading: Reading, method: str, target: str | None, steps: int) -> Explanation:
        probabilities = dict(self.class_probabilities(reading))
        label = self._label(probabilities, target)
        aim = NumberAim() if label is None else Aim(self.answers.classes.index(label))
        named = (label, None if label is None else probabilities[label])
        inputs = self._inputs(reading).to(self.run.device)
        with torch.no_grad():
            lengths = torch.tensor([len(inputs)], device=inputs.device)
            outcome = float(aim.outcome(self.network(inputs[None], lengths)))
        before = None
        if method == "gradients":
            found = integrated_gradients(self.network, reading.ids, aim, steps)
            scores, baseline, before = found.scores, ZEROS, found.baseline_outcome
        elif method == "occlusion":
            kept = replacements(self.run.data().rows(VALIDATION, 0), len(inputs)).to(inputs.device)
            scores, baseline = drops(self.network, inputs, kept, aim), OTHERS
        else:
            generator = torch.Generator().manual_seed(0)
            scores = gradient_norms(self.network, inputs[None], generator, DRAWS).flip(0)
            baseline = NOTHING
        whole = explanation_of(reading, scores.tolist(), method, named, baseline)
        whole = whole._replace(outcome=outcome, baseline_outcome=before)
        return whole if self.answers.classes else whole._replace(quantity=NUMBER)

    def _inputs(self, reading: Reading) -> Tensor:
        """Return the inputs (T,) or (T, F)."""
        return torch.tensor(reading.ids, dtype=torch.int64 if self.inside else torch.float32)

    def _label(self, probabilities: dict[str, float], target: str | None) -> str | None:
        """Return the answer to explain; None for a number.

        Raises:
            SettingError: the target is not one of the probe's answers.
        """
        if not probabilities:
            if target is not None:
                raise SettingError("--class", target, "is for answers that are classes: this is a number")
            return None
        if target is not None and target not in probabilities:
            raise SettingError("--class", target, "must be an answer of this probe", names=probabilities)
        return target or max(probabilities, key=lambda name: probabilities[name])

    def row(self, number: int) -> str:
        data: Any = self.run.data()
        rows = data.rows(TEST, data.longest)
        if not 0 <= number < len(rows.inputs):
            raise SettingError("--row", number, f"must be a test row, 0 to {len(rows.inputs) - 1}")
        inputs = rows.inputs[number, : rows.lengths[number]]
        return " ".join(self._names(inputs.numpy())) if self.inside else json.dumps(inputs.tolist())

    def pieces(self, file: Path | None) -> list[Piece]:
        rule = "is for texts: rows of a probe have none of the properties that units are compared with"
        raise SettingError("--method", "units", rule)


def replacements(rows: ProbeRows, steps: int) -> Tensor:
    """Return inputs (R, T) or (R, T, F) of other rows: at each step those of rows that are as long, or of
    any step where none is.
    """
    generator = torch.Generator().manual_seed(0)
    real = torch.arange(rows.inputs.shape[1]) < rows.lengths.unsqueeze(1)  # (B, S)
    columns = []
    for step in range(steps):
        there = rows.inputs[rows.lengths > step, step] if step < rows.inputs.shape[1] else rows.inputs[:0, 0]
        pool = there if len(there) else rows.inputs[real]
        columns.append(pool[torch.randint(len(pool), (REPLACEMENTS,), generator=generator)])
    return torch.stack(columns, 1)


@torch.no_grad()
def drops(network: nn.Module, inputs: Tensor, others: Tensor, aim: Aim | NumberAim) -> Tensor:
    """Return (T,), by how much the outcome falls when one input is replaced, averaged over replacements.

    Args:
        inputs: (T,) or (T, F). others: (R, T) or (R, T, F).
    """
    steps, number = len(inputs), len(others)
    rows = inputs.expand(steps * number, *inputs.shape).clone()
    place = torch.arange(steps, device=inputs.device).repeat_interleave(number)
    rows[torch.arange(len(rows), device=inputs.device), place] = others.transpose(0, 1).flatten(0, 1)
    found = []
    for part in torch.cat((inputs[None], rows)).split(max(MOST_TOKENS // steps, 1)):
        lengths = torch.full((len(part),), steps, device=part.device)
        found.append(aim.outcome(network(part, lengths)))
    outcomes = torch.cat(found)
    return outcomes[0] - outcomes[1:].view(steps, number).mean(1)
