"""A run as a job of a sweep: what it says of itself, and how its study ends it."""

import os
import signal

import pytest
import yaml
from omegaconf import OmegaConf

from rnnlab.run.folder.result import read
from rnnlab.run.study.storage import create_study, open_study
from rnnlab.run.train.sweep_job import SweepJob, sweep_job

from ..conftest import SMALL

EPOCHS = ["trainer.max_epochs=3", "trainer.limit_train_batches=2", "callback=default"]


@pytest.fixture
def sweep(tmp_path, monkeypatch):
    """The folder of a sweep whose median pruner needs one trial; this run is job 3 of trial 1."""
    folder = tmp_path / "trials"
    folder.mkdir()
    spec = {
        "name": "trials",
        "storage": None,
        "metrics": ["val/loss"],
        "pruner": "median",
        "pruner_options": {"n_startup_trials": 1, "n_warmup_steps": 0},
    }
    (folder / "sweep.yaml").write_text(yaml.safe_dump(spec))
    study = create_study(folder, "trials", ["minimize"], None)
    for name, value in {"": folder, "_JOB": 3, "_TRIAL": 1}.items():
        monkeypatch.setenv(f"RNNLAB_SWEEP{name}", str(value))
    return folder, study


def test_outside_of_a_sweep_there_is_none(monkeypatch):
    monkeypatch.delenv("RNNLAB_SWEEP", raising=False)
    assert sweep_job() is None


def test_what_it_knows(sweep):
    folder, _ = sweep
    assert sweep_job() == SweepJob(folder, number=3, trial=1)
    assert sweep_job().pruning() is None
    assert sweep_job().fields() == {"name": "trials", "number": 3, "trial": 1}


def test_loggers_that_group_runs_are_told_and_others_are_not(sweep):
    mine = sweep_job()
    wandb = OmegaConf.create({"group": "imdb", "name": None, "tags": ["mine"]})
    assert mine.logger_settings(wandb, "imdb") == {
        "group": "trials",
        "name": "3",
        "tags": ["mine", "sweep", "trial 1"],
    }
    own = OmegaConf.create({"group": "own", "name": "given", "tags": []})
    assert mine.logger_settings(own, "imdb")["group"] == "own"
    assert mine.logger_settings(own, "imdb")["name"] == "given"
    assert mine.logger_settings(OmegaConf.create({"folder": "here"}), "imdb") == {}


def test_a_run_that_is_not_judged_trains_to_its_end(sweep, launch):
    code, _, result = launch(*SMALL["classification"])
    assert (code, result["status"]) == (0, "finished")
    assert result["sweep"] == {"name": "trials", "number": 3, "trial": 1}


def test_the_worse_run_is_pruned_with_its_best_validation_and_no_test(sweep, launch, monkeypatch):
    folder, study = sweep
    good = study.ask()
    for step in (1, 2, 3):
        good.report(0.01, step)
    study.tell(good, 0.01)
    trial = study.ask()
    monkeypatch.setenv("RNNLAB_SWEEP_STUDY_TRIAL", str(trial._trial_id))
    code, run, result = launch(*SMALL["classification"], *EPOCHS)
    assert (code, result["status"], result["epochs"]) == (0, "pruned", 1)
    assert set(result["metrics"]) == {"val/accuracy"}
    assert result["training_seconds"] > 0
    assert (run.figures / "loss.png").is_file()
    assert not run.predictions.exists()
    reported = open_study(folder).trials[1].intermediate_values
    assert set(reported) == {1}
    assert read(run.path / "result.json")["status"] == "pruned"


def test_wandb_groups_the_jobs_and_a_resumed_one_goes_on_in_its_run(sweep, launch, monkeypatch):
    import wandb

    import rnnlab.kinds.classification.task as module
    from rnnlab.training.logger import wandb as ours

    runs, finish = [], ours.finish

    def look():
        run = wandb.run
        runs.append((run.id, run.group, run.name, run.tags, dict(run.config["sweep"])))
        finish()

    monkeypatch.setenv("WANDB_MODE", "offline")
    monkeypatch.setattr(ours, "finish", look)
    step, calls = module.Classification.training_step, []

    def preempted(self, batch, index):
        calls.append(index)
        if len(calls) == 2:
            os.kill(os.getpid(), signal.SIGUSR2)
        return step(self, batch, index)

    monkeypatch.setattr(module.Classification, "training_step", preempted)
    choices = [*SMALL["classification"], "logger=wandb"]
    ended = [launch(*choices) for _ in range(2)]
    assert [code for code, _, _ in ended] == [143, 0]
    assert runs[0] == runs[1]
    identity, group, name, tags, config = runs[0]
    assert identity == (ended[0][1].path / "wandb_id").read_text().strip()
    assert (group, name, tags) == ("trials", "3", ("sweep", "trial 1"))
    assert (config["number"], config["trial"]) == (3, 1)
    assert "logger=wandb" in config["overrides"]
