"""A training needs a task that was chosen: without one, list the tasks instead of starting a long run."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from rnnlab.errors import UserError
from rnnlab.run.folder.code import train_command

DEFAULT = "imdb"  # the task of conf/train.yaml, which older runs did not have to type
CHOOSES = ("task", "experiment", "resume")  # settings that name a task, or a file or run that does
SENTENCE = re.compile(r"(.+?)(?:(?<!et al)[.:;](?: |$)|$)")


def ask_task(overrides: Iterable[str], folders: Sequence[Path]) -> None:
    """Raise UserError with the list of tasks if no override chooses a task.

    Args:
        overrides: as typed.
        folders: the folders that hold the groups, conf/ first.
    """
    if not chooses_task(overrides):
        raise UserError(text_of(tasks_of(folders)))


def chooses_task(overrides: Iterable[str]) -> bool:
    return any(override.lstrip("+").partition("=")[0] in CHOOSES for override in overrides)


def tasks_of(folders: Iterable[Path]) -> dict[str, str]:
    """Return the names of all tasks, each with the first sentence of its file's comment."""
    files = {path.stem: path for folder in folders for path in sorted((folder / "task").glob("*.yaml"))}
    return {name: first_sentence(path.read_text(encoding="utf-8")) for name, path in sorted(files.items())}


def first_sentence(yaml: str) -> str:
    """Return the first sentence of the comment at the top of a YAML file; empty if there is none."""
    lines = []
    for line in yaml.splitlines():
        if not line.startswith("#") or line.startswith("#   "):
            break
        if not line.startswith("# @package"):
            lines.append(line.removeprefix("#").strip())
    found = SENTENCE.match(" ".join(lines))
    return found[1] if found else ""


def text_of(tasks: dict[str, str]) -> str:
    """Return the message: what to type, the tasks, and two examples."""
    width = max(map(len, tasks), default=0)
    train = train_command()
    return "\n".join(
        [
            "no task is chosen: type task=NAME, with one of these names",
            *(f"  {name:<{width}}  {sentence}" for name, sentence in tasks.items()),
            "for example:",
            f"  {train} task=imdb model=bilstm",
            f"  {train} task=tweets model=gru trainer.max_epochs=2",
            f"all choices: {train} --help",
        ]
    )
