"""Flags of a task that select another: `task=classification task.multi_label=true` is `task=multi_label`.

A task's YAML shows such a flag as false, and a choice of its own has the flag's name.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import yaml

TASK, FLAG = re.compile(r"task=([\w.-]+)"), re.compile(r"task\.(\w+)=true", re.IGNORECASE)


def with_variant(argv: Sequence[str], config_dir: Path) -> list[str]:
    """Return the arguments with the task that a flag selects in place of both; others as they are."""
    tasks = [found[1] for argument in argv if (found := TASK.fullmatch(argument))]
    flags = [found[1] for argument in argv if (found := FLAG.fullmatch(argument))]
    for name in flags:
        if len(tasks) == 1 and is_variant(config_dir / "task", tasks[0], name):
            rest = [one for one in argv if one.lower() != f"task.{name}=true".lower()]
            return [f"task={name}" if TASK.fullmatch(one) else one for one in rest]
    return list(argv)


def is_variant(folder: Path, task: str, flag: str) -> bool:
    """Return whether a task's own YAML has the flag, off, and another task its name."""
    own = folder / f"{task}.yaml"
    if not own.is_file() or not (folder / f"{flag}.yaml").is_file():
        return False
    content = yaml.safe_load(own.read_text(encoding="utf-8"))
    return content.get("task", {}).get(flag) is False
