"""The interface between the lab and a kind during a run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from torch import nn

Settings = Any  # a config, read by attribute (`settings.task.name`) and by `get`
Table = Callable[[], tuple[list[str], list[list[Any]]]]
# keys of conf/task that every run has and that are no arguments of a task
OF_THE_LAB = frozenset({"name", "network", "no_decay", "layer_decay"})
Facts = dict[str, Any]  # plain values that describe the data, stored in result.json


class Lab(Protocol):
    """Services of the lab to a kind, which need configs, checkpoints and run folders."""

    def make(self, node: Any, parts: Mapping[str, Any]) -> Any:
        """Build the object that a config node names, from its keys and from parts that exist already."""

    def plain(self, key: str) -> Any:
        """Return a part of the config as plain values, by its dotted key."""

    def member(self, model: Mapping[str, Any]) -> nn.Module:
        """Build one more network of the run, with these settings of `model` changed."""

    def validate(self) -> None:
        """Predict the validation rows with the best checkpoint, by the task's validation steps."""

    def earlier(self, name: str, setting: str) -> EarlierRun:
        """Return the finished run that a setting names; its errors name the setting."""


class EarlierRun(Protocol):
    """A finished run that another one learns from.

    Attributes:
        settings: its config; result: its result.json; folder: names of its files.
    """

    @property
    def settings(self) -> Settings: ...

    @property
    def result(self) -> Mapping[str, Any]: ...

    @property
    def folder(self) -> Any: ...

    def check_tokenizer(self, tokenizer: Any) -> None:
        """Refuse the run where its tokenizer is not this one, by content."""

    def network(self, tokenizer: Any, facts: Facts) -> nn.Module:
        """Return its network with the best weights, in evaluation mode."""


@dataclass
class Work:
    """A run in progress, as a kind sees it. Parts are None until they are built, in this order.

    Attributes:
        settings: the config; folder: names of the files in the run's folder; lab: see `Lab`.
        data: the prepared data module; facts: its `Kind.facts`.
        words: the word vectors; None for data that are no text.
        network, trainer, task: those of the training.
        kept: what the kind keeps from one of its hooks for a later one, by name; never saved.
    """

    settings: Settings
    folder: Any
    lab: Lab
    data: Any
    facts: Facts
    words: Any = None
    network: Any = None
    trainer: Any = None
    task: Any = None
    kept: dict[str, Any] = field(default_factory=dict)

    @property
    def has_test(self) -> bool:
        """Return whether a test is held out; if not, the validation rows are read once more at the end."""
        return bool(self.data.provenance.get("tested", "test") == "test")


@dataclass
class Outputs:
    """A kind's additions to a finished training.

    Attributes:
        metrics: by their names, such as `test/ece`.
        facts: fields of result.json.
        texts: texts to show in loggers, by name.
        tables: functions that return columns and rows to show in loggers, by name; called where one can.
    """

    metrics: dict[str, float] = field(default_factory=dict)
    facts: Facts = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    tables: dict[str, Table] = field(default_factory=dict)
