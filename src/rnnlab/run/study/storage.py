"""Optuna's storage of a sweep's trials. The ledger is the truth: this need not outlive a crash."""

from __future__ import annotations

from collections.abc import Container, Sequence
from pathlib import Path

import optuna
from optuna.storages import BaseStorage, JournalStorage, RDBStorage, get_storage
from optuna.trial import FrozenTrial, TrialState

from rnnlab.run.study.journal import Journal
from rnnlab.untrusted import read_yaml

optuna.logging.set_verbosity(optuna.logging.WARNING)

FILE = "study.jsonl"


def open_storage(folder: Path, address: str | None) -> BaseStorage:
    """Open the file in the sweep's folder, or the database at an address such as `postgresql://...`."""
    if address is None:
        return JournalStorage(Journal(folder / FILE, durable=False))
    return get_storage(RDBStorage(address))


def new_trial(storage: BaseStorage, study: str, template: FrozenTrial | None = None) -> int:
    """Create a trial in the study of that name and return its id."""
    return storage.create_new_trial(storage.get_study_id_from_name(study), template_trial=template)


def trials_by_id(
    storage: BaseStorage, study: str, states: Container[TrialState] | None = None
) -> dict[int, FrozenTrial]:
    """Return the trials of the study of that name, by their ids.

    Raises:
        KeyError: the storage has no such study.
    """
    study_id = storage.get_study_id_from_name(study)
    trials = storage.get_all_trials(study_id, deepcopy=False, states=states)
    return {storage.get_trial_id_from_study_id_trial_number(study_id, t.number): t for t in trials}


def create_study(folder: Path, name: str, directions: Sequence[str], address: str | None) -> optuna.Study:
    """Create an empty study.

    Raises:
        optuna.exceptions.DuplicatedStudyError: a database has a study of this name.
    """
    storage = open_storage(folder, address)
    return optuna.create_study(storage=storage, study_name=name, directions=list(directions))  # type: ignore[arg-type]


def open_study(folder: Path) -> optuna.Study:
    """Open the study of the sweep in a folder, with the pruner that its `sweep.yaml` names."""
    from rnnlab.run.study.choice import make_pruner

    spec = read_yaml(folder / "sweep.yaml")
    storage = open_storage(folder, spec["storage"])
    pruner = make_pruner(spec["pruner"], spec["pruner_options"])
    return optuna.load_study(study_name=spec["name"], storage=storage, pruner=pruner)
