"""LightningDataModule of several texts, each with its own style."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from rnnlab.data.cache import Corpus, Split
from rnnlab.data.lanes import WindowSampler
from rnnlab.data.language_data import LanguageData, WindowSizes
from rnnlab.data.language_modeling import STREAM_CHUNK
from rnnlab.data.loader import ResumableLoader, make_loader
from rnnlab.data.prepared import Prepared, prepare_corpus
from rnnlab.data.ranks import DistributedRank, place_of
from rnnlab.data.running import SplitSpec
from rnnlab.data.styled_corpus import build
from rnnlab.data.styled_lanes import StyledLanes, StyledLaneSampler, StyledWindows
from rnnlab.data.styles import find_texts, style_names
from rnnlab.text.cleaner import Cleaner
from rnnlab.tokenizer import Tokenizer


class StyledData(LanguageData):
    """Texts of S styles in the two protocols of `LanguageModelingData`, every row within one text.

    The end of each text is held out for validation and test. In training a longer text has more lanes; see
    `StyledLanes`. As one stream the texts follow one another, each from a zero state.

    Attributes:
        styles: names, in the order of their numbers.
        tokenizer: trained on the training part of all texts.
        provenance: as of `LanguageModelingData`; `styles` has the tokens of each split by style.

    Args:
        paths: a text of each style, under `data_dir` or the working directory, or absolute.
        names: of the styles; None takes the files' names without ending.
        package: a wheel that has texts which are not there; see `rnnlab.data.styles.find_texts`.
        validation_fraction, test_fraction: the end of each text; with a test_fraction of 0 the final metrics
            are those of the validation.
        train_rows: number of lines to keep in total, as many from the start of each text; None keeps all.
        cleaner, tokenizer, batch_size, window, eval_batch_size, eval_window, seed, num_workers, workers: as
            of `LanguageModelingData`.

    Raises:
        SettingError: a value is out of range or names are invalid (see `style_names`); `prepare` raises it
            for errors in files.
    """

    def __init__(
        self,
        name: str,
        paths: Sequence[str],
        tokenizer: Tokenizer,
        cleaner: Cleaner,
        names: Sequence[str] | None = None,
        package: Mapping[str, object] | None = None,
        data_dir: str | Path | None = None,
        cache_dir: str | Path = ".cache",
        batch_size: int = 32,
        window: int = 64,
        eval_window: int = 256,
        eval_batch_size: int = 64,
        validation_fraction: float = 0.1,
        test_fraction: float = 0.0,
        train_rows: int | None = None,
        seed: int = 0,
        num_workers: int = 0,
        workers: int | None = None,
    ) -> None:
        sizes = WindowSizes(batch_size, window, eval_batch_size, eval_window)
        work = (cache_dir, seed, num_workers, workers)
        super().__init__(tokenizer, cleaner, sizes, *work, train_rows=train_rows)
        self.name, self.styles = name, style_names(paths, names)
        self.paths, self.package = list(paths), package
        self.data_dir = None if data_dir is None else Path(data_dir)
        each = None if train_rows is None else max(train_rows // len(self.styles), 1)
        self.reading = SplitSpec(validation_fraction, test_fraction, each)
        self._prepared: Prepared | None = None

    def prepare(self) -> None:
        """Find, split and encode the texts, or load them from the cache; a second call does nothing."""
        if self._prepared is not None:
            return
        found = find_texts(self.paths, self.styles, self.package, self.data_dir, self.cache_dir)
        settings = {**self.reading.key({}), "text": self.cleaner.settings(), "styles": self.styles}
        tokenizer = self.tokenizer

        def make(own: Path) -> Corpus:
            return build(found.files, self.reading, self.cleaner, tokenizer, self.workers, own)

        prepared = prepare_corpus(found, settings, tokenizer, self.cache_dir, make)
        splits = prepared.corpus.splits
        shape = (self.batch_size, self.window)
        self.check_lanes(lambda: StyledLanes(splits["train"], *shape), self.train_rows)
        self._prepared, self.tokenizer = prepared, prepared.corpus.tokenizer
        self.provenance = prepared.provenance()
        self.provenance["rows"] = self.provenance["tokens"]  # running texts have no rows to count
        self.say_tested(self.reading.test_fraction > 0)
        self.provenance["styles"] = {
            style: {name: int(split.lengths[number]) for name, split in splits.items()}
            for number, style in enumerate(self.styles)
        }

    def encoded(self, split: str) -> Split:
        """Return the ids of a split, a row for each text, labelled with its style."""
        self.prepare()
        assert self._prepared is not None
        return self._prepared.corpus.splits[split]

    def train_dataloader(self) -> ResumableLoader:
        place = place_of(self.trainer)
        shape = (self.batch_size, self.window, place.rank, place.world_size)
        lanes = StyledLanes(self.encoded("train"), *shape)
        return make_loader(lanes, StyledLaneSampler(lanes, self.seed, place.overfits), self.num_workers)

    def stream_dataloader(self, split: str) -> ResumableLoader:
        """Return a loader of a split's texts in long chunks of batch 1; `fresh` where a text begins."""
        windows = StyledWindows(self.encoded(split), STREAM_CHUNK, carried=True)
        return make_loader(windows, WindowSampler(len(windows), 1))

    def evaluation_loader(self, split: str, place: DistributedRank) -> ResumableLoader:
        """Return a loader of windows of `eval_window`, in order."""
        return self.window_loader(StyledWindows(self.encoded(split), self.eval_window), split, place)
