"""Training task of text to text: teacher-forced training, and free-running output in every validation.

Shapes: B rows, S source steps, T target steps, V target ids.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import torch
from torch import Tensor, nn
from torch.optim import Optimizer

from rnnlab.data.pair_batch import PairBatch
from rnnlab.evaluation.sequence.meaning import train_vectors
from rnnlab.evaluation.similarity import Embed
from rnnlab.generate.sequence.hypothesis import Hypothesis
from rnnlab.generate.sequence.settings import SequenceDecoding
from rnnlab.kinds.text_to_text.free_running import FreeRunning, spread
from rnnlab.kinds.text_to_text.loss import row_losses
from rnnlab.kinds.text_to_text.settings import checked
from rnnlab.kinds.text_to_text.texts import Texts, measured, with_similarity, written_texts
from rnnlab.model.target_loss import target_loss
from rnnlab.training.scheduler.base import Scheduler
from rnnlab.training.scheduler.progress import progress
from rnnlab.training.task.gather import gather
from rnnlab.training.task.row_task import ROW, RowTask, in_row_order
from rnnlab.training.task.running import RunningMeans

MOST_NATS = 700  # whose exponential is still a finite number
SPLITS = {"val": "validation", "test": "test"}


class TextToText(RowTask):
    """Trains an encoder-decoder on pairs, and measures what it writes by itself.

    `train/loss` is the mean cross-entropy of a target token (the end mark counts), without smoothing and
    coverage. A validation logs the same of its rows, teacher-forced, and `measures` of greedy output; the
    test is written with `decoding`. After each, `outputs` holds the written targets.

    Args:
        label_smoothing: probability in [0, 1) that is spread over all target ids.
        coverage: weight of the network's coverage loss, for one that has any (See et al. 2017).
        scheduled_sampling: probability in [0, 1] that a step reads the network's own prediction instead of
            the reference (Bengio et al. 2015); it rises from 0 in a straight line over the training.
            `train/teacher_forcing` is then the fraction of reference tokens.
        measures: names of the measures of free-running output in each validation; see
            `rnnlab.evaluation.sequence.measures`. test_measures: those of the test; None takes the same.
        validation_rows: rows to write in each validation, evenly drawn; None writes all.
        decoding: how the test is written, see `SequenceDecoding`; a validation takes a beam of 1.

    Attributes:
        decoding: how the test is written, and validation_decoding, how a validation is; a kind may change
            both once the training has ended.
    """

    kind = "rnnlab.kinds.text_to_text:KIND"
    network: Any  # an EncoderDecoder, or what has its methods

    def __init__(
        self,
        network: nn.Module,
        optimizer: Callable[[Iterable[tuple[str, Tensor]]], Optimizer],
        scheduler: Scheduler,
        monitor: str = "val/bleu",
        mode: str = "max",
        label_smoothing: float = 0.0,
        coverage: float = 0.0,
        scheduled_sampling: float = 0.0,
        measures: Sequence[str] = ("bleu",),
        test_measures: Sequence[str] | None = None,
        validation_rows: int | None = None,
        decoding: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(network, optimizer, scheduler, monitor, mode)
        self.label_smoothing = checked("label_smoothing", label_smoothing)
        self.coverage = checked("coverage", coverage)
        self.scheduled_sampling = checked("scheduled_sampling", scheduled_sampling)
        self.measures = tuple(checked("measures", list(measures)))
        self.validation_rows = checked("task.validation_rows", validation_rows)
        names = {"coverage_loss": coverage, "teacher_forcing": scheduled_sampling}
        self.running = RunningMeans(("loss", *(name for name, active in names.items() if active)))
        self.test_measures = self.measures if test_measures is None else tuple(test_measures)
        checked("test_measures", list(self.test_measures))
        self.decoding = SequenceDecoding(**(decoding or {}))
        self.validation_decoding = replace(self.decoding, beam=1, nbest=1)
        self._written = FreeRunning()
        self._texts: Texts | None = None
        self._embed: Embed | None = None

    @property
    def outputs(self) -> Mapping[int, list[Hypothesis]]:
        """Hypotheses of each row that the last validation or test wrote, best first, by row number."""
        return self._written.outputs

    @property
    def texts(self) -> Texts:
        """Texts of the last validation or test, in row order.

        Raises:
            RuntimeError: there has been none.
        """
        if self._texts is None:
            raise RuntimeError("there are no outputs before a validation or a test")
        return self._texts

    def training_step(self, batch: PairBatch, batch_idx: int) -> Tensor:
        inputs, more = self.network.inputs_of(batch.targets), []  # (B, T)
        sources = (batch.sources, batch.lengths, batch.copy_sources)
        if self.scheduled_sampling:
            share = self.scheduled_sampling * progress(self.trainer)
            inputs = self.network.sampled_inputs(*sources[:2], inputs, share, sources[2])
        targets, lengths = wanted(batch), batch.target_lengths
        loss = target_loss(self.network, sources, inputs, targets, lengths, self.label_smoothing)
        trained = loss.trained
        if self.coverage and loss.coverage is not None:
            trained = trained + self.coverage * loss.coverage
            more.append(loss.coverage.detach())
        if self.scheduled_sampling:
            more.append(trained.new_tensor(1 - share))
        self.running.add(lengths.sum(), loss.nats, *more)
        return trained

    def predictions(self, batch: PairBatch) -> Mapping[str, Tensor]:
        inputs = self.network.inputs_of(batch.targets)
        decoded = self.network(batch.sources, batch.lengths, inputs, batch.copy_sources, batch.target_lengths)
        return row_losses(decoded.scores, wanted(batch))

    def validation_step(self, batch: PairBatch, batch_idx: int) -> None:
        super().validation_step(batch, batch_idx)
        self._written.add(batch, self.network.target_size)

    def on_validation_epoch_start(self) -> None:
        super().on_validation_epoch_start()
        self._written = FreeRunning()

    def on_test_epoch_start(self) -> None:
        super().on_test_epoch_start()
        self._written = FreeRunning()

    def scores(self, columns: Mapping[str, Tensor]) -> dict[str, float]:
        """Return the teacher-forced metrics of a whole split, means over its target tokens."""
        tokens = float(columns["tokens"].sum())
        nats = float(columns["nats"].double().sum()) / tokens
        perplexity = math.exp(nats) if nats < MOST_NATS else math.inf
        accuracy = float(columns["correct"].sum()) / tokens
        return {"loss": nats, "perplexity": perplexity, "token_accuracy": accuracy}

    def _score(self, split: str) -> None:
        own = {name: torch.cat([part[name] for part in self._parts]).cpu() for name in self._parts[0]}
        self._parts = []
        self._columns = in_row_order(gather(own))
        rows: list[int] = self._columns[ROW].tolist()
        is_test = split == "test"
        decoding = self.decoding if is_test else self.validation_decoding
        self._written.write(self.network, decoding, rows if is_test else spread(rows, self.validation_rows))
        names = self.test_measures if is_test else self.measures
        texts = written_texts(self._data, SPLITS[split], self.outputs, decoding.replace_unknown)
        self._texts = with_similarity(texts, names, self._train_vectors)
        self.log_validation(split, {**self.scores(self._columns), **measured(names, self._texts)})

    @property
    def _data(self) -> Any:
        trainer: Any = self.trainer
        return trainer.datamodule

    def _train_vectors(self) -> Embed:
        """Return vectors of words, learned once on the train targets."""
        if self._embed is None:
            self._embed = train_vectors(self._data.targets("train"))
        return self._embed


def wanted(batch: PairBatch) -> Tensor:
    """Return the targets (B, T) of the loss: where words can be copied, with the ids of each row's own."""
    return batch.targets if batch.copy_targets is None else batch.copy_targets
