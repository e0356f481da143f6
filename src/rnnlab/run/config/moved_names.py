"""Names that classes had in older versions: saved configs and a user's own YAML may still use them."""

from __future__ import annotations

import re
import sys
from functools import cache
from typing import TYPE_CHECKING, Any

from rnnlab.run.config.allowed import targets

if TYPE_CHECKING:
    from omegaconf import DictConfig

# An older module, or a package with a trailing dot, and its new place. The longest match counts.
MOVED = {
    "rnnlab.augment.": "rnnlab.data.augment.",
    "rnnlab.callback.": "rnnlab.training.callback.",
    "rnnlab.logger.": "rnnlab.training.logger.",
    "rnnlab.model.options.": "rnnlab.model.cell_options.",
    "rnnlab.ngrams.": "rnnlab.kinds.classification.ngrams.",
    "rnnlab.optimizer.": "rnnlab.training.optimizer.",
    "rnnlab.pretraining.": "rnnlab.kinds.classification.pretraining.",
    "rnnlab.scheduler.": "rnnlab.training.scheduler.",
    "rnnlab.scheduler.shape.": "rnnlab.training.scheduler.lr_curve.",
    "rnnlab.task.classification.": "rnnlab.kinds.classification.task.",
    "rnnlab.task.language_modeling.": "rnnlab.kinds.language_modeling.task.",
    "rnnlab.task.objective.": "rnnlab.kinds.classification.objective.objectives.",
}
DOTTED = re.compile(r"(?<![\w.])rnnlab(?:\.\w+)+")


def current(name: str) -> str:
    """Return today's name of a class, given by any name that it has had; other names as they are."""
    found = max((old for old in MOVED if name.startswith(old)), key=len, default=None)
    return name if found is None else MOVED[found] + name.removeprefix(found)


def current_in(text: str) -> str:
    """Return a text, such as an override, with today's names of the classes that it mentions."""
    return DOTTED.sub(lambda match: current(match[0]), text)


def rename_saved(content: Any) -> None:
    """Change every `_target_` in a saved config's nested dicts and lists to today's name, in place."""
    waiting = [content]
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict):
            if isinstance(node.get("_target_"), str):
                node["_target_"] = current(node["_target_"])
            waiting += node.values()
        elif isinstance(node, list):
            waiting += node


def rename_typed(cfg: DictConfig) -> None:
    """Change every `_target_` of a composed config to today's name, in place.

    Renamed classes are printed to stderr, once in a process: the user typed it or has it in a YAML file.
    """
    from omegaconf import OmegaConf

    for place, value in list(targets(OmegaConf.to_container(cfg, resolve=False))):
        if isinstance(value, str) and current(value) != value:
            OmegaConf.update(cfg, place, current(value))
            _say(place, value)


@cache
def _say(place: str, name: str) -> None:
    print(f"note: {place}={name} is an older name of {current(name)}", file=sys.stderr)
