"""A finished run as an object: network, tokenizer, data and results, opened from its folder alone."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from rnnlab.data.truncation import Truncation
from rnnlab.errors import SettingError
from rnnlab.kinds.base import Kind
from rnnlab.kinds.lookup import kind_of
from rnnlab.kinds.option import check_options
from rnnlab.run.config.saved import config_of, saved_config
from rnnlab.run.folder.result import read
from rnnlab.run.folder.run_folder import RunFolder
from rnnlab.run.folder.run_preprocessing import cleaner_of, shape_of, tokenizer_of
from rnnlab.tokenizer.unread import unread

if TYPE_CHECKING:
    from omegaconf import DictConfig
    from torch import nn

    from rnnlab.explain.explainer import Explainer
    from rnnlab.kinds.use import Answerer
    from rnnlab.text.cleaner import Cleaner
    from rnnlab.tokenizer import Tokenizer


class OpenRun:
    """A run's parts, each built when it is first asked for.

    Attributes:
        folder: names of its files.
        config: every choice, as config.yaml has them; result: what result.json has.
        task: its name; kind: the name of its kind of problem; problem: that kind itself.
        temperature: what logits are divided by for calibrated probabilities; 1 where none was fitted.

    N texts, C classes.

    Raises:
        SettingError: its config.yaml cannot be read, names no task, or one of a kind that cannot be found.
    """

    def __init__(self, folder: RunFolder, device: str = "cpu") -> None:
        self.folder, self.device = folder, device
        self.result = read(folder.path / "result.json")
        settings = config_of(folder.config)
        self.problem: Kind = problem_of(settings, folder)
        self.kind, self.task = self.problem.name, str(settings["task"].get("name"))
        self.temperature = float((self.result.get("metrics") or {}).get("temperature", 1.0))

    def __repr__(self) -> str:
        return f"OpenRun({str(self.folder.path)!r}, task={self.task!r}, model={self.model!r})"

    @property
    def model(self) -> str:
        """Name of the model chosen with model=."""
        return str((self.result.get("model") or {}).get("name", "unknown"))

    @property
    def metrics(self) -> dict[str, float]:
        """Metrics by name."""
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
    def facts(self) -> dict[str, Any]:
        """Facts of its data, such as the names of its classes.

        Raises:
            SettingError: the run does not have them.
        """
        return self.problem.run_facts(self)

    @property
    def classes(self) -> tuple[str, ...]:
        """Names of the classes in the order of their ids; empty for a run whose kind has no classes."""
        return tuple(self.facts.get("classes") or ())

    @cached_property
    def shape(self) -> Truncation:
        """The length of text that is read, and the side where shorter texts are padded."""
        return shape_of(self.settings, lambda: self.tokenizer)

    @cached_property
    def network(self) -> nn.Module:
        """The network with the weights of best.ckpt, in evaluation mode.

        Raises:
            SettingError: there are none, or they do not fit.
        """
        from rnnlab.run.build.rebuild import rebuild
        from rnnlab.run.folder.device import on_device

        tokenizer = self.tokenizer if self.config.get("tokenizer") else None
        return on_device(rebuild(self.config, self.folder, tokenizer, self.facts), self.device)

    @cached_property
    def explainer(self) -> Explainer:
        """Return the explainer, which scores the tokens of a text.

        Raises:
            SettingError: this kind has no explainer.
        """
        return self.problem.explain(self)

    def encode(self, texts: Sequence[str]) -> list[np.ndarray]:
        """Return the ids of each text as the network reads them: cleaned, tokenised, truncated."""
        from rnnlab.data.padded_batches import encode

        return encode(texts, self.cleaner, self.tokenizer, self.shape)

    def notes(self, texts: Sequence[str], encoded: Sequence[np.ndarray] | None = None) -> list[str]:
        """Return a note on each text without a known token, "" for the others."""
        return unread(texts, encoded or self.encode(texts), self.cleaner, self.tokenizer)

    def answerer(self, **options: Any) -> Answerer:
        """Return the answerer of rows, as `rnnlab predict` and the service use it.

        Args:
            options: of the kind, such as `ngrams=True`.

        Raises:
            SettingError: this kind has no answerer, no such option, or forbids its value.
        """
        self.problem.require("predict", self.folder.path)
        given = {name: value for name, value in options.items() if value is not None and value is not False}
        check_options(given, self.problem.options, self.problem.noun, self.folder.path)
        return self.problem.answer(self, given)

    def probabilities(self, texts: Sequence[str], progress: bool = False, **options: Any) -> np.ndarray:
        """Predict class probabilities (N, C) float64 of N texts, at the run's prior and temperature.

        Args:
            options: `ngrams=True` blends the network with the run's n-grams (`ngrams=naive_bayes`).

        Raises:
            SettingError: the run is of a kind without classes, or has no n-grams.
        """
        answers: Any = self.answerer(**options)
        if not self.classes:
            rule = f"is {self.problem.noun}'s: its answers are no probabilities of classes"
            raise SettingError("RUN", self.folder.path, rule)
        found: np.ndarray = answers.probabilities(texts, progress)
        return found

    def predict(self, texts: Any, **options: Any) -> list[Any]:
        """Answer a row or a list of them.

        A classifier's answer has the most probable class as `label`, its `probability`, and all
        `probabilities`. Options as in `answerer`.
        """
        listed = [texts] if isinstance(texts, str) else list(texts)
        return list(self.answerer(**options).predict(listed))

    def data(self) -> Any:
        """The prepared data module that the run was trained on, its own tokenizer in it.

        Raises:
            SettingError: the data have changed since, or are missing.
        """
        from rnnlab.run.folder.data import data_of

        return data_of(self)


def problem_of(settings: dict[str, Any], folder: RunFolder) -> Kind:
    """Return the kind of problem of a run's task."""
    try:
        return kind_of(settings)
    except SettingError as error:
        task = settings.get("task")
        target = task.get("_target_") if isinstance(task, dict) else None
        why = f": {target} {error.rule}" if isinstance(target, str) else ""
        raise SettingError("RUN", folder.path, f"its config.yaml has no task of rnnlab{why}") from error
