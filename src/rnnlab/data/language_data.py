"""What the data modules of language models share: how their splits are evaluated."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pytorch_lightning import LightningDataModule

from rnnlab.data.cache import Split
from rnnlab.data.limited import Limits
from rnnlab.data.loader import ResumableLoader
from rnnlab.data.ranks import DistributedRank, place_of
from rnnlab.data.running import NO_TEST, SHARED, SPLITS
from rnnlab.errors import SettingError
from rnnlab.tokenizer import Tokenizer


class LanguageData(LightningDataModule):
    """Base of the data modules of language models; subclasses prepare and evaluate their splits.

    Attributes:
        limits: limits on the batches of validation and test; set before training, none by default.
        reversed: whether every row is read from its end to its start.
    """

    tokenizer: Tokenizer
    reversed = False

    def __init__(self) -> None:
        super().__init__()
        self.limits = Limits("tokens")
        self.provenance: dict[str, Any] = {}

    def prepare(self) -> None:
        """Finds, splits and encodes the texts, or takes them from the cache; a second call does nothing."""
        raise NotImplementedError

    def encoded(self, split: str) -> Split:
        """The ids of a split, whole texts one after the other, and where each begins."""
        raise NotImplementedError

    def evaluation_loader(self, split: str, place: DistributedRank) -> ResumableLoader:
        """A process's share of a whole split, in order, each part from an empty state."""
        raise NotImplementedError

    def say_tested(self, held_out: bool) -> None:
        """Record in the provenance whether the final metrics are those of test or validation."""
        self.provenance["tested"] = "test" if held_out else "validation"
        if not held_out:
            notes = [NO_TEST if note == SHARED else note for note in self.provenance["notes"]]
            self.provenance["notes"] = notes if NO_TEST in notes else [*notes, NO_TEST]

    def check_lanes(self, make: Callable[[], object], rows: int | None) -> None:
        """Build the lanes once, so that a text that is too short fails before training.

        Raises:
            SettingError: the text is too short; names `data.train_rows` if that is set.
        """
        try:
            make()
        except SettingError as error:
            if rows is None:
                raise
            raise SettingError("data.train_rows", rows, f"are too few lines: {error.rule}") from error

    def setup(self, stage: str) -> None:
        self.prepare()

    def unlabelled(self) -> Split | None:
        """None: there are no texts that are not read already."""
        return None

    def val_dataloader(self) -> ResumableLoader:
        return self.evaluation_loader("validation", place_of(self.trainer))

    def test_dataloader(self) -> ResumableLoader:
        return self.evaluation_loader("test", place_of(self.trainer))

    def splits(self) -> dict[str, ResumableLoader]:
        """Each split whole, as `evaluation_loader` reads it."""
        return {name: self.evaluation_loader(name, DistributedRank()) for name in SPLITS}
