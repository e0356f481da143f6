"""What the data modules of language models share: how their splits are evaluated."""

from __future__ import annotations

from pytorch_lightning import LightningDataModule

from rnnlab.data.cache import Split
from rnnlab.data.loader import ResumableLoader
from rnnlab.data.ranks import Place, place_of
from rnnlab.data.running import SPLITS


class LanguageData(LightningDataModule):
    """Texts whose training part is read whole; a subclass says how they are prepared and evaluated."""

    def prepare(self) -> None:
        """Finds, splits and encodes the texts, or takes them from the cache; a second call does nothing."""
        raise NotImplementedError

    def evaluation_loader(self, split: str, place: Place) -> ResumableLoader:
        """A process's share of a whole split, in order, each part from an empty state."""
        raise NotImplementedError

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
