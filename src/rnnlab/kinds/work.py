"""What the lab hands to a kind at work, and what a kind hands back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from torch import nn

Settings = Any  # a config, read by attribute (`settings.task.name`) and by `get`
Facts = dict[str, Any]  # plain values that data say of themselves and result.json keeps


class Lab(Protocol):
    """What only the lab can do for a kind, because it knows configs, checkpoints and run folders."""

    def make(self, node: Any, parts: Mapping[str, Any]) -> Any:
        """Build the object that a config node names, from its keys and from parts that exist already."""

    def member(self, model: Mapping[str, Any]) -> nn.Module:
        """Build one more network of the run, with these settings of `model` changed."""

    def validate(self) -> None:
        """Let the best checkpoint predict the validation rows, by the task's validation steps."""

    def open(self, name: str, setting: str) -> Any:
        """Open the finished run that a setting names, as `rnnlab.run.folder.open_run.OpenRun`."""


@dataclass
class Work:
    """A run at work, as a kind sees it. Parts are None until they are built, in this order.

    Attributes:
        settings: the config; folder: names of the files in the run's folder; lab: see `Lab`.
        data: the prepared data module; facts: what it says of itself, `Kind.facts`.
        words: the word vectors; None for data that are no text.
        network, trainer, task: those of the training.
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


@dataclass
class Outputs:
    """What a kind adds to a finished training.

    Attributes:
        metrics: by their names, such as `test/ece`.
        facts: fields of result.json.
        texts: texts to show in loggers, by name.
        tables: columns and rows to show in loggers, by name.
    """

    metrics: dict[str, float] = field(default_factory=dict)
    facts: Facts = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    tables: dict[str, tuple[list[str], list[list[Any]]]] = field(default_factory=dict)
