"""Ray Tune with ASHA: a process for each training, restored after a kill."""

from __future__ import annotations

# user: begin
from pathlib import Path
from typing import Any

import ray
from ray import tune
from ray.tune.schedulers import ASHAScheduler
from sweep_training import sweep_job, train

JOB = sweep_job()


def training(config: dict[str, Any]) -> None:
    def report(epoch: int, accuracy: float) -> None:
        tune.report({"accuracy": accuracy, "epoch": epoch + 1})

    train(config["job"], config["trial"], report)


if __name__ == "__main__":
    ray.init(num_cpus=JOB["workers"], include_dashboard=False)
    place = Path(JOB["folder"]) / "ray"
    if tune.Tuner.can_restore(str(place / "race")):
        tuner = tune.Tuner.restore(str(place / "race"), trainable=training)
    else:
        tuner = tune.Tuner(
            training,
            param_space={"job": JOB, "trial": tune.grid_search(list(range(len(JOB["trials"]))))},
            tune_config=tune.TuneConfig(
                metric="accuracy", mode="max", scheduler=ASHAScheduler(time_attr="epoch", max_t=JOB["epochs"])
            ),
            run_config=tune.RunConfig(name="race", storage_path=str(place), verbose=0),
        )
    tuner.fit()
# user: end
