"""The trainer that a config asks for, on a cluster and off it."""

import pytest
from pytorch_lightning.plugins.environments import (
    LightningEnvironment,
    SLURMEnvironment,
    TorchElasticEnvironment,
)

from rnnlab.errors import SettingError
from rnnlab.run.build.trainer import build_trainer
from rnnlab.run.config.check import check

from ..conftest import SMALL, composed


def environment_of(tmp_path, *overrides):
    trainer = build_trainer(composed([*SMALL["classification"], *overrides], tmp_path), tmp_path)
    return trainer._accelerator_connector.cluster_environment


@pytest.fixture
def job(monkeypatch):
    monkeypatch.delenv("RNNLAB_SWEEP", raising=False)
    for name, value in {"JOB_ID": "17", "NTASKS": "2", "NTASKS_PER_NODE": "2", "PROCID": "0"}.items():
        monkeypatch.setenv(f"SLURM_{name}", value)
    for name in ("LOCALID", "NODEID"):
        monkeypatch.setenv(f"SLURM_{name}", "0")


def test_in_a_batch_script_lightning_waits_for_nobody(tmp_path, job):
    assert isinstance(environment_of(tmp_path), LightningEnvironment)


def test_under_srun_it_joins_the_others_and_queues_nothing_again(tmp_path, job, monkeypatch):
    monkeypatch.setenv("SLURM_STEP_NUM_TASKS", "2")
    ddp = ["trainer=ddp", "trainer.accelerator=cpu", "trainer.devices=2"]
    environment = environment_of(tmp_path, *ddp)
    assert isinstance(environment, SLURMEnvironment)
    assert not environment.auto_requeue


def test_an_environment_of_the_config_stays(tmp_path, job):
    target = "pytorch_lightning.plugins.environments.TorchElasticEnvironment"
    environment = environment_of(tmp_path, f"+trainer.plugins._target_={target}")
    assert isinstance(environment, TorchElasticEnvironment)


@pytest.mark.parametrize("precision", ["transformer-engine", "transformer-engine-float16"])
def test_a_precision_that_the_cells_are_not_tested_with_is_refused(tmp_path, precision):
    cfg = composed([*SMALL["classification"], f"trainer.precision={precision}"], tmp_path)
    with pytest.raises(SettingError, match=f"trainer.precision={precision}: must be one of 32-true, "):
        check(cfg)
