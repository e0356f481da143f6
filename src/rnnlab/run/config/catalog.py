"""Every group of conf/ with its choices and their settings: default, allowed values, meaning.

The reference in the docs and `rnnlab settings` are made from it. It reads YAML, rules and the sources of
classes, and imports no torch.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from rnnlab.kinds.lookup import kind_of_class
from rnnlab.rule import shown
from rnnlab.rule_lists import Rule
from rnnlab.run.config.comments import Setting, read_choice
from rnnlab.run.config.defaults import in_words, taken_from
from rnnlab.run.config.rules import NONE, rule_for

TARGET = "_target_"
OF_HYDRA = re.compile(r"(^|\.)_\w+_$")  # _target_, _partial_, _convert_: no settings of anybody's
ABOUT = {
    "augment": "Augmentation of training rows, drawn anew in each epoch.",
    "callback": "What happens around the steps of a training: checkpoints, weight averaging, early stopping.",
    "characters": "How a tagger reads the letters of a word, besides its id.",
    "data": "Data sets: files, hub or package, columns, splits, lengths, batches.",
    "debug": "Short runs for finding faults.",
    "decoder": "The decoder of text to text, with its attention.",
    "embedding": "Word vectors: where they come from, and whether they are trained.",
    "experiment": "Recorded results, each a whole command as a file.",
    "head": "What a network's outputs are read as: tags of a sentence, or the distribution of a forecast.",
    "kind": "Which groups a kind of problem adds to the config; its tasks select one.",
    "launcher": "Where the trainings of a sweep run, and how many at once.",
    "logger": "Where metrics are logged, besides metrics.csv.",
    "model": "The recurrent network: cell, sizes, layers, dropout, attention, pooling.",
    "ngrams": "A linear n-gram classifier in addition to the network, reported by itself.",
    "objective": "Loss terms of text classification besides the supervised one.",
    "optimizer": "The optimizer; optimizer.lr is the peak of the schedule.",
    "paths": "Folders of data, caches and runs.",
    "probe": "Small problems with known answers, which show what a recurrence can hold in its state.",
    "pretraining": "Unsupervised pretraining of a classifier's embedding and encoder.",
    "scheduler": "The learning rate over the training, in fractions of its length and of optimizer.lr.",
    "scoring": "How a network scores the times of a series for anomalies.",
    "sweep": "With -m: which settings are tried, by which sampler, with which pruning.",
    "task": "What is learned: the loss, the metrics, the monitored metric; it selects the groups that fit.",
    "text": "Cleaning of raw text, step by step.",
    "tokenizer": "Text to ids; the vocabulary is learned from the train split alone.",
    "trainer": "Lightning's Trainer: device, precision, clipping, limits, length of the training.",
}
UNLISTED = ("hydra",)  # folders of conf/ without settings of ours


@dataclass(frozen=True)
class Documented:
    """A setting as the reference shows it; `allowed` is "" where no rule limits it."""

    key: str
    value: Any
    allowed: str
    meaning: str

    @property
    def default(self) -> str:
        return in_words(self.value)


class Group:
    """A folder of conf/: its choices, each with the settings that it has itself or takes from its bases."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.name = folder, folder.name
        self.choices = {path.stem: read_choice(path) for path in sorted(folder.glob("*.yaml"))}

    def bases(self, name: str) -> list[str]:
        """Return the choices of this group that a choice is based on, nearest first."""
        found: list[str] = []
        for entry in self.choices[name].defaults:
            base = entry if isinstance(entry, str) else ""
            if base in self.choices and base != name:
                found += [base, *self.bases(base)]
        return list(dict.fromkeys(found))

    def own(self, name: str) -> dict[str, Setting]:
        """Return the settings of this group in a choice's own file, by their keys without the group."""
        choice, found = self.choices[name], {}
        for one in choice.settings:
            inside, _, key = one.key.partition(".")
            if not choice.of_top:
                found[one.key] = one
            elif inside == self.name and key:
                found[key] = replace(one, key=key)
        return found

    def sets(self, name: str) -> dict[str, Any]:
        """Return the settings of other groups that a choice sets, by their full keys."""
        choice = self.choices[name]
        kept = [one for one in choice.settings if choice.of_top and one.key.partition(".")[0] != self.name]
        return {one.key: one.value for one in kept if not OF_HYDRA.search(one.key)}

    def selects(self, name: str) -> dict[str, str]:
        """Return the choices of other groups that a choice selects."""
        found = {}
        for entry in self.choices[name].defaults:
            for group, choice in entry.items() if isinstance(entry, dict) else ():
                found[group.removeprefix("override ").lstrip("/")] = shown(choice)
        return found

    def settings(self, name: str) -> dict[str, Setting]:
        """Return all settings of a choice, those of its bases among them; each has the nearest meaning."""
        found: dict[str, Setting] = {}
        for part in [*reversed(self.bases(name)), name]:
            for one in self.own(part).values():
                _override(found, one)
        return found

    @cached_property
    def targets(self) -> dict[str, str]:
        """Return the class of each choice; "" for one without."""
        return {
            name: str(self.settings(name).get(TARGET, Setting(TARGET, "")).value) for name in self.choices
        }

    @cached_property
    def meanings(self) -> dict[str, str]:
        """Return a meaning of each key, from the choice that most others are based on that gives one."""
        found: dict[str, str] = {}
        for name in self.by_use:
            for key, one in self.own(name).items():
                if one.meaning:
                    found.setdefault(key, one.meaning)
        return found

    @cached_property
    def by_use(self) -> list[str]:
        """Return the choices, those that most others are based on first."""
        bases = [base for name in self.choices for base in self.bases(name)]
        return sorted(self.choices, key=lambda name: (-bases.count(name), name))

    def documented(self, name: str) -> Iterator[Documented]:
        """Yield the settings of a choice as the reference shows them."""
        rules = self.rules_of(name)
        for key, one in self.settings(name).items():
            if not OF_HYDRA.search(key):
                full = f"{self.name}.{key}"
                rule = rule_for(full, rules)
                meaning = one.meaning or self.meanings.get(key) or taken_from(one.value) or one.of_block
                yield Documented(full, one.value, "" if rule is None else str(rule), meaning)

    def rules_of(self, name: str) -> Mapping[str, Rule]:
        """Return the rules of the kind of a task; none for another group."""
        target = self.targets[name]
        return kind_of_class(target).rules if self.name == "task" and target else NONE


def _override(found: dict[str, Setting], one: Setting) -> None:
    """Put a setting in the place of the same setting of a base, as Hydra merges them."""
    parts = [key for key in found if key.startswith(f"{one.key}.")]
    if parts and isinstance(one.value, dict):  # {config: null} of `hub`, of which the base lists every key
        for key, value in one.value.items():
            _override(found, Setting(f"{one.key}.{key}", value))
        return
    for key in [*parts, *(key for key in found if one.key.startswith(f"{key}."))]:
        del found[key]
    base = found.get(one.key, one)
    found[one.key] = replace(one, meaning=one.meaning or base.meaning, of_block=one.of_block or base.of_block)


def groups(config_dir: Path) -> list[Group]:
    """Return the groups of a folder such as conf/, by name."""
    folders = sorted(path for path in config_dir.iterdir() if path.is_dir() and path.name not in UNLISTED)
    return [Group(folder) for folder in folders if any(folder.glob("*.yaml"))]


def general(config_dir: Path) -> list[Documented]:
    """Return the settings outside the groups, those of train.yaml."""
    found = []
    for one in read_choice(config_dir / "train.yaml").settings:
        if not one.key.startswith("hydra."):
            rule = rule_for(one.key)
            found.append(Documented(one.key, one.value, "" if rule is None else str(rule), one.meaning))
    return found
