"""Rebuild a lost study from the ledger; values reported for pruning cannot be recovered."""

from __future__ import annotations

import optuna
from optuna.trial import TrialState, create_trial

from rnnlab.run.study.storage import create_study, open_storage
from rnnlab.sweep.folder import SweepFolder
from rnnlab.sweep.ledger.ledger import Ledger
from rnnlab.sweep.ledger.rebuild import keep_broken
from rnnlab.sweep.spec import Spec


def restudy(folder: SweepFolder, spec: Spec, ledger: Ledger) -> str | None:
    """Rebuild the study if it lacks trials of the ledger; return a note, or None if it is complete."""
    known = {trial.study: trial for trial in ledger.trials if trial.study is not None}
    if spec.storage is not None or _count(folder, spec) > max(known, default=-1):
        return None
    kept = keep_broken(folder.study)
    study = create_study(folder.path, spec.name, spec.directions, None)
    for number in range(max(known, default=-1) + 1):
        trial = known.get(number)
        if trial is None or not trial.jobs:
            study.add_trial(create_trial(state=TrialState.FAIL))
            continue
        fixed = optuna.trial.FixedTrial(spec.space.fixed(ledger.rows[trial.jobs[0]].values))
        spec.space.suggest(fixed)  # type: ignore[arg-type]
        study.add_trial(
            create_trial(
                state=TrialState.RUNNING,
                params=fixed.params,
                distributions=fixed.distributions,
                user_attrs={"trial": trial.number},
            )
        )
    return f"{folder.study} had lost trials: made again from the ledger{kept}"


def _count(folder: SweepFolder, spec: Spec) -> int:
    """Return the number of trials in the study, -1 if it cannot be read."""
    if not folder.study.is_file():
        return -1
    try:
        study = optuna.load_study(study_name=spec.name, storage=open_storage(folder.path, None))
        return len(study.get_trials(deepcopy=False))
    except (LookupError, ValueError, TypeError):
        return -1
