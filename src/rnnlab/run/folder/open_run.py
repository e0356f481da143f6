"""A finished run as an object: everything that was trained, opened from its folder alone."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from rnnlab.data.truncation import Truncation, evaluation_shape
from rnnlab.errors import SettingError
from rnnlab.finished import CLASSIFICATION, LANGUAGE_MODELING
from rnnlab.run.config.saved import config_of, saved_config
from rnnlab.run.folder.prediction import Prediction, predictions_of
from rnnlab.run.folder.result import read
from rnnlab.run.folder.run_folder import RunFolder
from rnnlab.run.folder.run_preprocessing import cleaner_of, tokenizer_of
from rnnlab.tokenizer.unread import unread

if TYPE_CHECKING:
    from omegaconf import DictConfig
    from torch import nn

    from rnnlab.text.cleaner import Cleaner
    from rnnlab.tokenizer import Tokenizer

KINDS = {".Classification": CLASSIFICATION, ".LanguageModeling": LANGUAGE_MODELING}


class OpenRun:
    """A run's parts, each built when it is first asked for.

    Attributes:
        folder: names of its files.
        config: every choice, as config.yaml has them; result: what result.json has.
        task: its name; kind: classification or language_modeling.
        temperature: what logits are divided by for calibrated probabilities; 1 where none was fitted.

    N texts, C classes.
    """

    def __init__(self, folder: RunFolder, device: str = "cpu") -> None:
        self.folder, self.device = folder, device
        self.result = read(folder.path / "result.json")
        settings: Any = config_of(folder.config).get("task")
        target = str(settings.get("_target_")) if isinstance(settings, dict) else ""
        kinds = [kind for ending, kind in KINDS.items() if target.endswith(ending)]
        if not kinds:
            raise SettingError("RUN", folder.path, "its config.yaml has no task of rnnlab")
        self.kind, self.task = kinds[0], str(settings.get("name"))
        self.temperature = float((self.result.get("metrics") or {}).get("temperature", 1.0))

    def __repr__(self) -> str:
        return f"OpenRun({str(self.folder.path)!r}, task={self.task!r}, model={self.model!r})"

    @property
    def model(self) -> str:
        """The name that was chosen with model=."""
        return str((self.result.get("model") or {}).get("name", "unknown"))

    @property
    def metrics(self) -> dict[str, float]:
        """What was measured, by its name."""
        return dict(self.result.get("metrics") or {})

    @cached_property
    def settings(self) -> dict[str, Any]:
        """Return config.yaml as plain containers."""
        return config_of(self.folder.config)

    @cached_property
    def config(self) -> DictConfig:
        return saved_config(self.folder.config)

    @cached_property
    def cleaner(self) -> Cleaner:
        return cleaner_of(self.folder)

    @cached_property
    def tokenizer(self) -> Tokenizer:
        return tokenizer_of(self.folder)

    @cached_property
    def classes(self) -> tuple[str, ...]:
        """Names in the order of their ids; none of a language model.

        Raises:
            SettingError: the run does not tell them.
        """
        return () if self.kind != CLASSIFICATION else classes_of(self)

    @cached_property
    def style_names(self) -> tuple[str, ...]:
        """Of the styles that the network can write in, by their numbers; none of a plain model."""
        from rnnlab.run.folder.styles import styles_of

        return styles_of(self.config)

    @cached_property
    def shape(self) -> Truncation:
        """How much of a text is read, and where shorter ones are filled up."""
        data = config_of(self.folder.config)["data"]
        shape = Truncation(**{name: data[name] for name in Truncation._fields if name in data})
        return evaluation_shape(shape, data.get("evaluation_length"))

    @cached_property
    def network(self) -> nn.Module:
        """With the weights of best.ckpt, in evaluation mode.

        Raises:
            SettingError: there are none, or they do not fit.
        """
        from rnnlab.run.build.rebuild import rebuild
        from rnnlab.run.folder.device import on_device

        return on_device(rebuild(self.config, self.folder, self.tokenizer, self.classes), self.device)

    @cached_property
    def prior_shift(self) -> list[float] | None:
        """What `task.prior` adds to the log probability of each class (C,)."""
        from rnnlab.run.folder.prior import shift_of

        return shift_of(self)

    def encode(self, texts: Sequence[str]) -> list[np.ndarray]:
        """Of each text the ids as the network reads them: cleaned, tokenised and cut as in training."""
        from rnnlab.data.padded_batches import encode

        return encode(texts, self.cleaner, self.tokenizer, self.shape)

    def notes(self, texts: Sequence[str], encoded: Sequence[np.ndarray] | None = None) -> list[str]:
        """Return a note on each text without a known token, "" for the others."""
        return unread(texts, encoded or self.encode(texts), self.cleaner, self.tokenizer)

    def probabilities(self, texts: Sequence[str], progress: bool = False, ngrams: bool = False) -> np.ndarray:
        """(N, C) float64 in the order of the texts, at the run's prior and temperature.

        Args:
            ngrams: blend the network with the run's n-grams (`ngrams=naive_bayes`).

        Raises:
            SettingError: the run is a language model's, or has no n-grams.
        """
        from rnnlab.run.folder.classify import probabilities

        return probabilities(self, texts, progress, ngrams)

    def predict(self, texts: str | Sequence[str], ngrams: bool = False) -> list[Prediction]:
        """Of each text the likeliest class and all probabilities; `ngrams` as in `probabilities`."""
        from rnnlab.run.folder.classify import probabilities

        listed = [texts] if isinstance(texts, str) else list(texts)
        ids = self.encode(listed)
        shares = probabilities(self, listed, ngrams=ngrams, encoded=ids)
        return predictions_of(shares, self.classes, self.notes(listed, ids))

    def data(self) -> Any:
        """The prepared data module that the run was trained on, its own tokenizer in it.

        Raises:
            SettingError: the data have changed since, or are not to be found.
        """
        from rnnlab.run.folder.data import data_of

        return data_of(self)


def classes_of(run: OpenRun) -> tuple[str, ...]:
    """From result.json, else from the config, else from the columns of predictions.parquet."""
    named = (run.result.get("data") or {}).get("classes")
    named = named or config_of(run.folder.config).get("data", {}).get("classes")
    if not named and run.folder.predictions.is_file():
        import pyarrow.parquet as pq

        columns = pq.read_schema(run.folder.predictions).names
        start, ensemble = "probability_", "probability_ensemble_"
        columns = [name for name in columns if not name.startswith(ensemble)]
        named = [name.removeprefix(start) for name in columns if name.startswith(start)]
    if not named:
        raise SettingError(
            "RUN", run.folder.path, "does not tell the names of its classes: it never finished"
        )
    return tuple(map(str, named))
