"""What a language model's settings and the runs that it starts from cannot be."""

from pathlib import Path

import pytest
import yaml
from hydra import compose, initialize_config_dir

import rnnlab.run.train.command  # noqa: F401  registers the resolvers
from rnnlab.errors import SettingError
from rnnlab.run.config.check import check

CONFIG_DIR = Path(__file__).parents[3] / "conf"
LANGUAGE = ["task=shakespeare", "data=tiny_shakespeare"]
MODEL = ["model=lstm", "model.embedding_size=64", "model.hidden_size=256"]


def checked(*overrides: str) -> None:
    with initialize_config_dir(str(CONFIG_DIR), version_base="1.3"):
        check(compose("train", overrides=list(overrides)))


@pytest.mark.parametrize(
    ("overrides", "words"),
    [
        (["model=bilstm"], ["model.bidirectional=True", "predicts the next symbol"]),
        (
            ["model=lstm_self_attention", "model.pooling=last"],
            ["model.encoder.attention=SelfAttention", "predicts the next symbol", "choose model=sha_lstm"],
        ),
        (["model.pooling=attention"], ["model.pooling=attention", "pools nothing"]),
        (
            ["task.activation_regularization=-1"],
            ["task.activation_regularization=-1", "must be a number >= 0"],
        ),
        (["task.sampled_softmax=0"], ["task.sampled_softmax=0", "a whole number >= 1"]),
        (["data.window_jitter=-2"], ["data.window_jitter=-2", "must be a number >= 0"]),
        (
            ["data.window_jitter=5", "trainer.accumulate_grad_batches=2"],
            ["data.window_jitter=5", "needs trainer.accumulate_grad_batches=1"],
        ),
        (["task.dynamic_evaluation.rule=adam"], ["task.dynamic_evaluation.rule=adam", "one of rms, sgd"]),
        (["task.dynamic_evaluation.decays=[2]"], ["task.dynamic_evaluation.decays=[2]", "numbers in [0, 1]"]),
        (["task.dynamic_evaluation.learning_rates=[]"], ["learning_rates=[]", "a list of numbers > 0"]),
        (["task.network.tie_weights=true"], ["model.embedding_size=64", "output size 256", "tied"]),
        (
            ["data=imdb_text", "task.dynamic_evaluation.enabled=true"],
            ["task.dynamic_evaluation.enabled=True", "documents apart"],
        ),
    ],
)
def test_what_makes_no_sense_is_refused(overrides, words):
    with pytest.raises(SettingError) as caught:
        checked(*LANGUAGE, *overrides)
    assert [word for word in words if word not in str(caught.value)] == []


def make_run(folder: Path, *overrides: str) -> str:
    with initialize_config_dir(str(CONFIG_DIR), version_base="1.3"):
        cfg = compose("train", overrides=[*LANGUAGE, *overrides])
    (folder / "checkpoints").mkdir(parents=True)
    for name in ("tokenizer.json", "checkpoints/best.ckpt"):
        (folder / name).write_text("{}")
    content = {"task": {"_target_": cfg.task._target_, "name": cfg.task.name}}
    content["data"] = {"reversed": cfg.data.get("reversed", False)}
    content["model"] = {
        name: value for name, value in cfg.model.items() if not isinstance(value, dict) and name != "encoder"
    }
    (folder / "config.yaml").write_text(yaml.safe_dump(content))
    return f"pretrained='{folder}'"


def test_a_run_with_the_same_model_is_taken(tmp_path):
    given = make_run(tmp_path / "a")
    checked("task=imdb", "model=lstm", "model.embedding_size=64", "model.hidden_size=256", given)
    back = make_run(tmp_path / "b", "data.reversed=true")
    both = f"pretrained=['{tmp_path / 'a'}','{tmp_path / 'b'}']"
    checked("task=imdb", *MODEL, "model.bidirectional=true", both)
    checked(*LANGUAGE, "data.reversed=true", back)


@pytest.mark.parametrize(
    ("overrides", "words"),
    [
        (["model.hidden_size=128"], ["model.hidden_size=128: pretrained=", "which has 256"]),
        (["model.embedding_size=32"], ["model.embedding_size=32", "which has 64"]),
        (["model.cell=gru"], ["model.cell=gru", "which has lstm"]),
        (["model.num_layers=2"], ["model.num_layers=2", "which has 1"]),
        (
            ["model.bidirectional=true", "model.num_layers=2"],
            ["model.num_layers=2: must be 1", "upper layer"],
        ),
        (["embedding=fasttext"], ["vectors of its own", "embedding=trainable"]),
        (["model=hierarchical", "tokenizer=sentence"], ["no encoder of sentences"]),
    ],
)
def test_another_model_is_refused(tmp_path, overrides, words):
    given = make_run(tmp_path / "a")
    with pytest.raises(SettingError) as caught:
        checked("task=imdb", *MODEL, *overrides, given)
    assert [word for word in words if word not in str(caught.value)] == []


def test_runs_of_the_wrong_direction_and_too_many_are_refused(tmp_path):
    ahead, back = make_run(tmp_path / "a"), make_run(tmp_path / "b", "data.reversed=true")
    names = [given.partition("=")[2] for given in (ahead, back)]
    with pytest.raises(SettingError, match="the second run is for the backward direction"):
        checked("task=imdb", *MODEL, "model.bidirectional=true", f"pretrained=[{names[0]},{names[0]}]")
    with pytest.raises(SettingError, match="reads its text from the end"):
        checked("task=imdb", *MODEL, back)
    with pytest.raises(SettingError, match="there is a place for one run"):
        checked("task=imdb", *MODEL, f"pretrained=[{names[0]},{names[1]}]")


def test_no_run_and_no_language_model_are_refused(tmp_path):
    given = make_run(tmp_path / "a")
    (tmp_path / "a" / "checkpoints" / "best.ckpt").unlink()
    with pytest.raises(SettingError, match=r"pretrained=.*has no checkpoints/best.ckpt"):
        checked("task=imdb", *MODEL, given)
    with pytest.raises(SettingError, match="pretrained=nowhere"):
        checked("task=imdb", *MODEL, "pretrained=nowhere", f"paths.output_dir='{tmp_path}'")
    other = make_run(tmp_path / "c")
    config = yaml.safe_load((tmp_path / "c" / "config.yaml").read_text())
    config["task"] = {"_target_": "rnnlab.kinds.classification.task.Classification", "name": "imdb"}
    (tmp_path / "c" / "config.yaml").write_text(yaml.safe_dump(config))
    with pytest.raises(
        SettingError, match="must be the run of a language model, and this is one of task=imdb"
    ):
        checked("task=imdb", *MODEL, other)
