"""Every task with every model that makes sense for it takes a step on the CPU; every task is fitted once."""

from functools import cache
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
FORECASTERS = ("deepar", "es_rnn", "segrnn", "seq2seq")
FILES = sorted(path.stem for path in (CONFIG_DIR / "model").glob("*.yaml") if not path.stem.startswith("_"))
MODELS = [name for name in FILES if name not in FORECASTERS]
TASKS = sorted(path.stem for path in (CONFIG_DIR / "task").glob("*.yaml") if not path.stem.startswith("_"))
CAUSAL = [
    name for name in MODELS if not name.startswith("bi") and not name.endswith(("_attention", "hierarchical"))
]
LANGUAGE = {"shakespeare", "language_modeling"}
TAGGED = {"tagging": [name for name in MODELS if name != "hierarchical"]}
DIGITS = "digits"
PROBE = "probe"
NUMBERS = {"regression": "stars", "multi_label": "topics"}  # the column of labels of each
WRITTEN = ("text_to_text", "translation", "g2p", "summarization")  # one network: every model in the first
FEW = ["awd_lstm", "bigru_attention", "bilstm", "lstm", "mingru"]
SERIES = {
    "forecast": [*FEW, *FORECASTERS, "sha_lstm", "slstm"],
    "anomaly": ["gru", "lstm", "minlstm", "slstm"],
}
MODELS_OF = dict.fromkeys(LANGUAGE, CAUSAL) | TAGGED | SERIES | dict.fromkeys((*NUMBERS, *WRITTEN[1:]), FEW)
MODELS_OF |= {DIGITS: FEW, PROBE: CAUSAL}
MODELS_OF |= {WRITTEN[0]: [name for name in MODELS if name != "hierarchical"]}
PAIRS = [(task, model) for task in TASKS for model in MODELS_OF.get(task, MODELS)]
SENTENCE = "Ann B-person\nSmith I-person\nlives O\nin O\nOslo B-place\n. O\n\nThe O\nUN B-group\n. O\n\n"


def data_for(task: str, folder: Path) -> list[str]:
    if task == DIGITS:
        return ["data=digits"]
    if task == PROBE:
        return []
    if task in TAGGED:
        path = folder / "tagged.conll"
        path.write_text("".join(SENTENCE.replace("Ann", f"Ann{row}") for row in range(20)), encoding="utf-8")
        return ["data=tagged", f"data.files.train='{path}'"]
    if task in SERIES:
        path = folder / "series.csv"
        path.write_text("time,value\n" + "".join(map(point, range(400))), encoding="utf-8")
        sizes = ["data.input_length=48", "data.horizon=6", "data.batch_size=8"]
        return ["data=series", f"data.path='{path}'", *sizes]
    if task in WRITTEN:
        path = folder / "pairs.tsv"
        path.write_text("source\ttarget\n" + "".join(map(pair, range(40))), encoding="utf-8")
        return ["data=pairs", f"data.files.train='{path}'"]
    if task in NUMBERS:
        path = folder / "labels.csv"
        path.write_text("text,stars,topics\n" + "".join(map(rated, range(40))), encoding="utf-8")
        return ["data=csv", f"data.files.train='{path}'", f"data.label_column={NUMBERS[task]}"]
    return [f"data={'synthetic_brackets' if task in LANGUAGE else 'synthetic'}"]


def point(row: int) -> str:
    return f"{row},{row % 12 + (row % 5) / 10}\n"


def pair(row: int) -> str:
    return f"a plain line of words number {row % 7} and {row}\tthe line {row} of number {row % 5}\n"


def rated(row: int) -> str:
    return f"a plain line of words number {row % 7} and {row},{row % 5},{'ab'[row % 2]};{'cde'[row % 3]}\n"


@pytest.fixture(scope="module")
def build(tmp_path_factory):
    """build(task, model) -> config, data, and the task with its network; the data once a task."""
    folder = tmp_path_factory.mktemp("pairs")

    @cache
    def prepared(task, *tokenizer):
        data = build_data(config(task, *tokenizer))
        data.prepare()
        return data

    def config(*overrides):
        paths = [f"paths.cache_dir='{folder / 'cache'}'", f"paths.run_dir='{folder}'"]
        few = ["trainer.max_steps=1", "trainer.limit_val_batches=1", "trainer.log_every_n_steps=1"]
        with initialize_config_dir(str(CONFIG_DIR), version_base="1.3"):
            return compose("train", overrides=[*overrides, *paths, *few, "trainer.enable_progress_bar=false"])

    def build(task, model):
        tokenizer = ["tokenizer=sentence", "tokenizer.max_words=3"] if model == "hierarchical" else []
        chosen = [f"task={task}", *data_for(task, folder)]
        cfg, data = config(*chosen, f"model={model}", *tokenizer), prepared(*chosen, *tokenizer)
        torch.set_num_threads(1)
        pl.seed_everything(1, verbose=False)
        network = build_network(cfg, data, build_vectors(build_choice(cfg), data))
        return cfg, data, build_task(cfg, data, network)

    return build


@pytest.mark.parametrize(("task", "model"), PAIRS)
def test_a_task_and_a_model_take_a_step(build, task, model):
    _, data, module = build(task, model)
    module.train()
    loss = module.training_step(next(iter(data.train_dataloader())), 0)
    loss.backward()
    assert float(loss.detach()) > 0
    learned = dict(module.network.named_parameters())
    still = [name for name, weight in learned.items() if weight.grad is None or not weight.grad.any()]
    assert not still, f"no gradient reached {still}"
    assert set(module.network.state_dict()) == set(learned)
    module.eval()
    with torch.no_grad():
        module.on_validation_epoch_start()
        module.validation_step(next(iter(data.val_dataloader())), 0)


@pytest.mark.parametrize("task", TASKS)
def test_a_task_is_fitted_for_a_step(build, tmp_path, task):
    cfg, data, module = build(task, "lstm")
    before = {name: value.clone() for name, value in module.network.state_dict().items()}
    trainer = build_trainer(cfg, tmp_path)
    trainer.fit(module, datamodule=data)
    assert trainer.global_step == 1
    assert float(trainer.callback_metrics["train/loss"]) > 0
    assert cfg.task.monitor in trainer.callback_metrics
    still = [name for name, value in module.network.state_dict().items() if torch.equal(value, before[name])]
    assert not still, f"the step left {still} as they were"
