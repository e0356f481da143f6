"""What presumes text is chosen by the tasks that read it; a task that chooses no kind's groups has none."""

from __future__ import annotations

from pathlib import Path

import pytest
from hydra import compose, initialize_config_dir
from omegaconf import OmegaConf

import rnnlab.run.train.command  # noqa: F401  registers the resolvers
from rnnlab.errors import SettingError
from rnnlab.run.config.check import check

CONF = Path(__file__).parents[2] / "conf"
TEXT = {"text", "tokenizer", "embedding"}
OF_CLASSIFIERS = {"augment", "objective", "ngrams", "pretraining"}
KIND = "from rnnlab.kinds.base import Kind\nclass Own(Kind):\n    name = 'own'\nKIND = Own()\n"
TASK = """\
# @package _global_
defaults:
  - override /model: gru
  - _self_
task:
  name: waves
  _target_: TARGET
  monitor: val/mae
  mode: min
  network: {}
"""


def composed(*overrides):
    with initialize_config_dir(str(CONF), version_base="1.3"):
        return compose("train", overrides=list(overrides))


@pytest.fixture
def outside(tmp_path, monkeypatch):
    """Write a task of another package, and return overrides that choose it."""
    monkeypatch.syspath_prepend(tmp_path)

    def write(kind: str):
        name = f"waves_{tmp_path.name.replace('-', '_')}"
        for path, content in {
            f"{name}/__init__.py": kind,
            f"{name}/task.py": "class Waves:\n    pass\n",
            "conf/task/waves.yaml": TASK.replace("TARGET", f"{name}.task.Waves"),
        }.items():
            (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / path).write_text(content, encoding="utf-8")
        return [f"hydra.searchpath=[{tmp_path / 'conf'}]", "task=waves"]

    return write


def test_a_classifier_and_a_language_model_have_their_own_groups():
    assert set(composed("task=imdb")) >= TEXT | OF_CLASSIFIERS
    language = set(composed("task=shakespeare"))
    assert language >= TEXT
    assert not language & OF_CLASSIFIERS


def test_choices_of_the_command_line_and_of_tasks_count_in_their_order():
    cfg = composed("task=shakespeare")
    assert (cfg.tokenizer._target_.rpartition(".")[2], "steps" in cfg.text) == ("CharTokenizer", True)
    assert composed("task=tweets").text != composed("task=imdb").text
    chosen = composed("task=imdb", "tokenizer=bpe", "embedding=glove", "text=plain")
    assert chosen.tokenizer._target_.endswith("BpeTokenizer")
    assert chosen.embedding._target_.endswith("VectorFile")
    assert chosen.text == composed("task=tweets", "text=plain").text


def test_a_task_of_another_kind_has_nothing_of_text(outside):
    cfg = composed(*outside(KIND))
    assert not set(cfg) & (TEXT | OF_CLASSIFIERS)
    assert "_target_" in OmegaConf.to_container(cfg.model.encoder)
    check(cfg)


def test_a_task_without_a_kind_is_refused_before_anything_is_read(outside):
    with pytest.raises(SettingError, match=r"task\._target_=.*\.Waves: belongs to no kind of problem"):
        check(composed(*outside("")))


@pytest.mark.parametrize(
    ("override", "message"),
    [
        ("model.members=2", "model.members=2: task=waves predicts with one network"),
        ("model.style_size=4", "model.style_size=4: is of language models"),
        ("pretrained=last", "pretrained=last"),
    ],
)
def test_what_another_kind_has_not_is_refused(outside, override, message):
    with pytest.raises(SettingError) as caught:
        check(composed(*outside(KIND), override))
    assert str(caught.value).startswith(message)
