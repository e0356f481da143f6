"""What the data modules of language models share: how their splits are evaluated."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pytorch_lightning import LightningDataModule

from rnnlab.data.cache import Split
from rnnlab.data.limited import Limits
from rnnlab.data.loader import ResumableLoader
from rnnlab.data.ranks import Place, place_of
from rnnlab.data.running import NO_TEST, SHARED, SPLITS
from rnnlab.errors import SettingError


class LanguageData(LightningDataModule):
    """Texts whose training part is read whole; a subclass says how they are prepared and evaluated.

    Attributes:
        limits: how many batches of validation and test are wanted; set before training, all if not.
    """

    def __init__(self) -> None:
        super().__init__()
        self.limits = Limits("tokens")
        self.provenance: dict[str, Any] = {}

    def prepare(self) -> None:
        """Finds, splits and encodes the texts, or takes them from the cache; a second call does nothing."""
        raise NotImplementedError

    def evaluation_loader(self, split: str, place: Place) -> ResumableLoader:
        """A process's share of a whole split, in order, each part from an empty state."""
        raise NotImplementedError

    def say_tested(self, held_out: bool) -> None:
        """Put into the provenance what the figures at the end are of."""
        self.provenance["tested"] = "test" if held_out else "validation"
        if not held_out:
            notes = [NO_TEST if note == SHARED else note for note in self.provenance["notes"]]
            self.provenance["notes"] = notes if NO_TEST in notes else [*notes, NO_TEST]

    def check_lanes(self, make: Callable[[], object], rows: int | None) -> None:
        """Build the lanes once, so that too short a text is refused before the training.

        Raises:
            SettingError: names `data.train_rows` where that made it short.
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
        return {name: self.evaluation_loader(name, Place()) for name in SPLITS}
