"""Hydra's Optuna sweeper with its joblib launcher: batches of as many trainings as there are workers."""

from __future__ import annotations

# user: begin
import sys

import hydra
from omegaconf import DictConfig, OmegaConf
from sweep_training import sweep_job, train


@hydra.main(version_base="1.3", config_path=None)
def main(config: DictConfig) -> float:
    return train(sweep_job(), int(OmegaConf.select(config, "trial")))


if __name__ == "__main__":
    job = sweep_job()
    sys.argv += [
        "-m", "hydra/sweeper=optuna", "hydra/launcher=joblib", "hydra/sweeper/sampler=grid",
        f"hydra.launcher.n_jobs={job['workers']}", f"hydra.sweeper.n_jobs={job['workers']}",
        f"hydra.sweeper.n_trials={len(job['trials'])}", "hydra.sweeper.direction=maximize",
        f"hydra.sweeper.storage=sqlite:///{job['folder']}/study.db", "hydra.sweeper.study_name=race",
        f"hydra.sweep.dir={job['folder']}/hydra",
        f"+trial=choice({','.join(map(str, range(len(job['trials']))))})",
    ]  # fmt: skip
    main()
# user: end
