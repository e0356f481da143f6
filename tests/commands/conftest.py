"""Run folders as a training leaves them, made by hand in no time."""

import json
from pathlib import Path

import pytest
import torch
import yaml

from rnnlab.run.folder.run_folder import RunFolder
from rnnlab.tokenizer.file import save
from rnnlab.tokenizer.word import WordTokenizer

from ..serve.rating.conftest import plan, results
from ..sweep.conftest import older, small, sweep

__all__ = [
    "older",
    "plan",
    "results",
    "small",
    "sweep",
]  # fixtures of the rooms whose results the commands show

TEXTS = ["good great bad worst film", "good great bad worst film", "a b c [bold] 😂"] * 2
STEPS = {"html_entities": True, "whitespace": True}


def write_run(path: Path, *, steps=STEPS, tokenizer=None, weight=None, task="tweets", **result) -> RunFolder:
    """A run with a word tokenizer, and vectors in which good is near great and bad is near worst."""
    folder = RunFolder(path)
    folder.best.parent.mkdir(parents=True)
    node = {"_target_": "rnnlab.text.cleaner.Cleaner", "steps": dict(steps)}
    folder.config.write_text(yaml.safe_dump({"text": node, "task": {"name": task}}))
    if tokenizer is None:
        tokenizer = WordTokenizer(min_count=1)
        tokenizer.train(TEXTS)
    save(tokenizer, folder.tokenizer)
    if weight is None:
        weight = vectors_of(tokenizer)
    torch.save({"state_dict": {"network.embedding.vectors.weight": weight}}, folder.best)
    (path / "result.json").write_text(json.dumps({"task": task, **result}))
    return folder


def vectors_of(tokenizer) -> torch.Tensor:
    torch.manual_seed(0)
    weight = 0.1 * torch.randn(tokenizer.vocab_size, 8)
    for sign, words in ((1.0, ("good", "great")), (-1.0, ("bad", "worst"))):
        for word in words:
            if word in tokenizer.vocabulary:
                weight[tokenizer.vocabulary.index(word), 0] = sign
    weight[0] = 0
    return weight


@pytest.fixture
def make_run(tmp_path):
    """make_run(name, ...) -> the run's folder under tmp_path/outputs."""

    def make(name="tweets/gru/first", **settings) -> RunFolder:
        return write_run(tmp_path / "outputs" / name, **settings)

    return make


@pytest.fixture(scope="session")
def other_run(train_run, tmp_path_factory):
    few = ["data.train_rows=400", "data.validation_rows=100", "data.test_rows=100"]
    small = ["model.embedding_size=16", "model.hidden_size=16", "trainer.max_epochs=8", "optimizer.lr=0.02"]
    folder = tmp_path_factory.mktemp("other") / "run"
    return train_run(folder, "task=imdb", "data=synthetic", "model=gru", *few, *small)
