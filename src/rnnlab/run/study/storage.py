"""Where Optuna keeps what a sweep has tried. The ledger is the truth: this need not outlive a crash."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import optuna
from optuna.storages import BaseStorage, JournalStorage, RDBStorage

from rnnlab.run.study.journal import Journal
from rnnlab.untrusted import read_yaml

optuna.logging.set_verbosity(optuna.logging.WARNING)

FILE = "study.jsonl"


def open_storage(folder: Path, address: str | None) -> BaseStorage:
    """The file in the sweep's folder, or the database at an address such as `postgresql://...`."""
    return JournalStorage(Journal(folder / FILE, durable=False)) if address is None else RDBStorage(address)


def create_study(folder: Path, name: str, directions: Sequence[str], address: str | None) -> optuna.Study:
    """A new study, empty.

    Raises:
        optuna.exceptions.DuplicatedStudyError: a database has a study of this name.
    """
    storage = open_storage(folder, address)
    return optuna.create_study(storage=storage, study_name=name, directions=list(directions))  # type: ignore[arg-type]


def open_study(folder: Path) -> optuna.Study:
    """The study of the sweep in a folder, with the pruner that its `sweep.yaml` names."""
    from rnnlab.run.study.choice import make_pruner

    spec = read_yaml(folder / "sweep.yaml")
    storage = open_storage(folder, spec["storage"])
    pruner = make_pruner(spec["pruner"], spec["pruner_options"])
    return optuna.load_study(study_name=spec["name"], storage=storage, pruner=pruner)
