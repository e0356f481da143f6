"""Rules for every setting, by name: checked before anything heavy is imported or downloaded.

A rule is found by a setting's full key (`scheduler.every`) or, failing that, its last part (`hidden_size`),
so that a new model which uses the field's standard names has its values checked without a line here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from rnnlab.rule import NAME, SEED, SIZE, Choice, Flag, Number, Pattern, Text
from rnnlab.rule_lists import Items, Rule, Tree
from rnnlab.run.config.rules_data import DATA_RULES
from rnnlab.run.config.rules_model import MODEL_RULES
from rnnlab.run.config.rules_sweep import SWEEP_RULES
from rnnlab.run.config.rules_training import TRAINING_RULES

RULES: dict[str, Rule] = {
    "seed": SEED,
    "report": Flag(),
    "figures": Flag(),
    "baselines": Flag(),
    "checkpoints": Flag(),
    "threads": Number(1, 1024, whole=True, words=("auto",)),
    "pretrained": Items(Text(), 1, words=(None,), alone=True),
    "paths.data_dir": Text(optional=True),
    "paths.cache_dir": Text(),
    "paths.output_dir": Text(),
    "_target_": Pattern(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)+", "a class such as package.module.Name", False),
    "_partial_": Flag(),
    "_recursive_": Flag(),
    "_convert_": Choice(("none", "partial", "object", "all")),
    **MODEL_RULES,
    **SWEEP_RULES,
    "task": Tree(),
    "task.name": NAME,
    "monitor": Text(),
    "task.network": Tree(),
    "sampling": Choice(("natural", "balanced")),
    "every": SIZE,
    **DATA_RULES,
    **TRAINING_RULES,
}
NONE: Mapping[str, Rule] = {}
PART = re.compile(r"(callback|logger)\.\w+")  # null removes one


def rule_for(key: str, own: Mapping[str, Rule] = NONE) -> Rule | None:
    """Return the rule of a dotted key: that of the whole key, else of its last part.

    Args:
        own: the rules of the task's kind, which come first.
    """
    last = key.rpartition(".")[2]
    for name in (key, last):
        for rules in (own, RULES):
            if name in rules:
                return rules[name]
        if name == key and PART.fullmatch(key):
            return Tree(optional=True)
    return None
