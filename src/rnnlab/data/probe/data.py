"""Data module of probes: training rows drawn anew for each step, and fixed rows to validate and test on."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

from pytorch_lightning import LightningDataModule

from rnnlab.data.loader import ResumableLoader, make_loader
from rnnlab.data.probe.base import ProbeRows, ProbeSource
from rnnlab.data.probe.batches import (
    TEST,
    TRAIN,
    VALIDATION,
    DrawnBatches,
    KeptBatches,
    PlaceSampler,
    ProbeBatch,
    StepSampler,
    batches_of,
    generator_of,
)
from rnnlab.data.ranks import place_of


class ProbeData(LightningDataModule):
    """Rows of a probe. No training row is read twice; validation and test are the same rows in every run.

    Attributes:
        serves, holds, provenance: see `rnnlab.data.protocol.RunData`.

    Args:
        name: in messages. probe: draws the rows.
        shortest, longest: lengths of training and validation rows, in the probe's own unit.
        test_lengths: lengths of test rows; `longest` is tested as well.
        batch_size: rows of a training batch.
        validate_every: training steps between two validations.
        validation_rows: rows of lengths as in training; test_rows: rows of each test length.
        evaluation_seed: of validation and test rows; seed: of training rows.
        num_workers: processes that draw training batches.

    Raises:
        SettingError: a length that the probe does not have.
    """

    serves = ("probing",)
    holds = "rows of a probe, drawn as they are needed"

    def __init__(
        self,
        name: str,
        probe: ProbeSource,
        shortest: int,
        longest: int,
        test_lengths: Sequence[int],
        batch_size: int = 64,
        validate_every: int = 100,
        validation_rows: int = 256,
        test_rows: int = 512,
        evaluation_seed: int = 0,
        seed: int = 0,
        num_workers: int = 0,
    ) -> None:
        super().__init__()
        for setting, lengths in (
            ("shortest", [shortest]),
            ("longest", [longest]),
            ("test_lengths", test_lengths),
        ):
            for length in lengths:
                probe.check_length(length, f"data.{setting}")
        self.probe, self.shortest, self.longest = probe, shortest, longest
        self.test_lengths = sorted({longest, *test_lengths})
        self.batch_size, self.validate_every = batch_size, validate_every
        self.split_rows = {VALIDATION: validation_rows, TEST: test_rows}
        self.evaluation_seed, self.seed, self.num_workers = evaluation_seed, seed, num_workers
        self.provenance: dict[str, Any] = {}

    @property
    def facts(self) -> dict[str, Any]:
        """Facts that the network, its answers and the report depend on."""
        probe = self.probe
        return {
            "probe": probe.name,
            "unit": probe.unit,
            "tokens": list(probe.tokens),
            "answers": list(probe.classes),
            "features": probe.input_size,
            "tolerance": probe.tolerance,
            "longest": self.longest,
            "chance": {str(length): probe.chance(length) for length in self.test_lengths},
        }

    def prepare(self) -> None:
        """Say what is drawn; a second call does nothing."""
        if self.provenance:
            return
        rows = {TRAIN: self.batch_size * self.validate_every, **self.split_rows}
        first = self.rows(VALIDATION, 0)
        values = first.inputs.numpy().tobytes() + first.targets.numpy().tobytes()
        self.provenance = {
            "name": self.probe.name,
            "source": self.probe.source,
            "official": None,
            "rows": rows,
            "fingerprint": hashlib.sha256(values).hexdigest(),
            "notes": [],
        }

    def setup(self, stage: str) -> None:
        self.prepare()

    def rows(self, split: str, length: int) -> ProbeRows:
        """Return the rows of `validation` or `test`.

        Args:
            length: of all rows, in the probe's unit; 0 for lengths as in training.
        """
        if self.probe.fixed:
            return self.probe.rows(split)
        generator = generator_of(self.evaluation_seed, split, length)
        span = (length, length) if length else (self.shortest, self.longest)
        return self.probe.sample(self.split_rows[VALIDATION if split == TRAIN else split], *span, generator)

    def drawn(self, step: int, rank: int) -> ProbeBatch:
        """Return the training batch of a step in one of several processes."""
        generator = generator_of(self.seed, TRAIN, step, rank)
        rows = self.probe.sample(self.batch_size, self.shortest, self.longest, generator)
        return ProbeBatch(*rows, 0)

    def train_dataloader(self) -> ResumableLoader:
        place = place_of(self.trainer)
        sampler = StepSampler(self.validate_every, place.overfits)
        return make_loader(DrawnBatches(self.drawn, place.rank), sampler, self.num_workers)

    def val_dataloader(self) -> ResumableLoader:
        return self.evaluation_loader(batches_of(self.rows(VALIDATION, 0), 0))

    def test_dataloader(self) -> ResumableLoader:
        parts = (batches_of(self.rows(TEST, length), length) for length in self.test_lengths)
        return self.evaluation_loader([batch for part in parts for batch in part])

    def evaluation_loader(self, batches: Sequence[ProbeBatch]) -> ResumableLoader:
        sampler = PlaceSampler(len(batches), place_of(self.trainer))
        return make_loader(KeptBatches(batches), sampler)
