"""Optuna alone: workers as processes on one journal, successive halving."""

from __future__ import annotations

# user: begin
import multiprocessing
from pathlib import Path

import optuna
from optuna.storages import JournalStorage
from optuna.storages.journal import JournalFileBackend
from optuna.study import MaxTrialsCallback
from optuna.trial import TrialState
from sweep_training import sweep_job, train

JOB = sweep_job()


def objective(trial: optuna.Trial) -> float:
    def report(epoch: int, accuracy: float) -> None:
        trial.report(accuracy, epoch)
        if trial.should_prune():
            raise optuna.TrialPruned

    return train(JOB, trial.suggest_int("trial", 0, len(JOB["trials"]) - 1), report)


def study() -> optuna.Study:
    return optuna.create_study(
        storage=JournalStorage(JournalFileBackend(str(Path(JOB["folder"]) / "journal.log"))),
        study_name="race", direction="maximize", load_if_exists=True,
        pruner=optuna.pruners.SuccessiveHalvingPruner(),
    )  # fmt: skip


def work() -> None:
    ended = (TrialState.COMPLETE, TrialState.PRUNED)
    study().optimize(objective, callbacks=[MaxTrialsCallback(len(JOB["trials"]), states=ended)])


if __name__ == "__main__":
    opened = study()
    if not opened.trials:
        for number in range(len(JOB["trials"])):
            opened.enqueue_trial({"trial": number})
    workers = [multiprocessing.Process(target=work) for _ in range(JOB["workers"])]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
# user: end
