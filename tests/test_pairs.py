"""Every task with every model that makes sense for it trains one step on the CPU, on generated data."""

from pathlib import Path

import pytest
import pytorch_lightning as pl
import torch
from hydra import compose, initialize_config_dir

import rnnlab.run.train.command  # noqa: F401  registers the resolvers
from rnnlab.run.build.assemble import build_data, build_network, build_task
from rnnlab.run.build.trainer import build_trainer
from rnnlab.run.build.vectors import build_choice, build_vectors

CONFIG_DIR = Path(__file__).parents[1] / "conf"
MODELS = sorted(path.stem for path in (CONFIG_DIR / "model").glob("*.yaml") if not path.stem.startswith("_"))
TASKS = sorted(path.stem for path in (CONFIG_DIR / "task").glob("*.yaml") if not path.stem.startswith("_"))
CAUSAL = [
    name for name in MODELS if not name.startswith("bi") and not name.endswith(("_attention", "hierarchical"))
]
LANGUAGE = {"shakespeare", "language_modeling"}
PAIRS = [(task, model) for task in TASKS for model in (CAUSAL if task in LANGUAGE else MODELS)]


def data_for(task: str) -> str:
    return "synthetic_brackets" if task in LANGUAGE else "synthetic"


@pytest.fixture(scope="module")
def cache(tmp_path_factory):
    return tmp_path_factory.mktemp("cache")


@pytest.mark.parametrize(("task", "model"), PAIRS)
def test_a_task_and_a_model_take_a_step(tmp_path, cache, task, model):
    overrides = [f"task={task}", f"model={model}", f"data={data_for(task)}", f"paths.cache_dir='{cache}'"]
    overrides += [f"paths.run_dir='{tmp_path}'", "trainer.max_steps=1", "trainer.limit_val_batches=1"]
    overrides += ["trainer.enable_progress_bar=false", "trainer.log_every_n_steps=1"]
    overrides += ["tokenizer=sentence", "tokenizer.max_words=3"] if model == "hierarchical" else []
    with initialize_config_dir(str(CONFIG_DIR), version_base="1.3"):
        cfg = compose("train", overrides=overrides)
    torch.set_num_threads(1)
    pl.seed_everything(1, verbose=False)
    data = build_data(cfg)
    data.prepare()
    network = build_network(cfg, data, build_vectors(build_choice(cfg), data))
    before = {name: value.clone() for name, value in network.state_dict().items()}
    trainer = build_trainer(cfg, tmp_path)
    trainer.fit(build_task(cfg, data, network), datamodule=data)
    assert trainer.global_step == 1
    assert float(trainer.callback_metrics["train/loss"]) > 0
    assert cfg.task.monitor in trainer.callback_metrics
    still = [name for name, value in network.state_dict().items() if torch.equal(value, before[name])]
    assert not still, f"no gradient reached {still}"
