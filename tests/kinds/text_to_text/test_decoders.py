"""Whole runs with each decoder, with several networks, and from a language model."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest
import torch

from rnnlab.errors import SettingError
from rnnlab.run.config.check import check
from rnnlab.run.folder.open_run import OpenRun
from rnnlab.run.folder.run_folder import RunFolder

from ...run.conftest import composed

WORDS = ("one", "two", "three", "four", "five", "six")
SMALL = [
    "task=text_to_text",
    "tokenizer=word",
    "tokenizer.lowercase=false",
    "tokenizer.min_count=1",
    "model=gru",
    "model.hidden_size=16",
    "model.embedding_size=12",
    "data.batch_size=16",
    "optimizer.lr=0.02",
    "callback=default",
    "trainer.max_epochs=1",
    "task.decoding.beam=2",
    "task.alphas=[]",
    "report=false",
    "baselines=false",
]


@pytest.fixture(scope="module")
def pairs(tmp_path_factory):
    """A file of pairs: words, and the same backwards."""
    draw, path = random.Random(0), tmp_path_factory.mktemp("pairs") / "pairs.tsv"
    drawn = [draw.choices(WORDS, k=draw.randint(1, 5)) for _ in range(120)]
    rows = ["source\ttarget", *(f"{' '.join(words)}\t{' '.join(reversed(words))}" for words in drawn)]
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return path


@pytest.fixture
def trained(launch, pairs, tmp_path):
    def train(*overrides, folder="run"):
        given = [*SMALL, f"data.files.train={pairs}", *overrides]
        code, run, result = launch(*given, folder=tmp_path / folder)
        return code, RunFolder(run.path), result

    return train


DECODERS = {
    "luong, feeding": ["decoder.input_feeding=true", "task.network.tie_weights=target"],
    "bahdanau": ["decoder=bahdanau", "model=bigru", "decoder.cell=lstm"],
    "none": ["decoder=none", "model.num_layers=2", "model.layer_dropout=0.1"],
    "pointer": ["decoder=pointer", "decoder.coverage=0.5", "data.shared_vocabulary=true"],
    "sampled": ["task.scheduled_sampling=0.5", "task.network.tie_weights=all", "data.shared_vocabulary=true"],
    "two members": ["model.members=2", "decoder=bahdanau"],
}


@pytest.mark.parametrize("overrides", DECODERS.values(), ids=DECODERS)
def test_a_run_with_each_decoder_ends_opens_and_writes_what_its_test_wrote(trained, overrides):
    code, folder, result = trained(*overrides)
    assert code == 0, result
    assert result["metrics"]["test/loss"] < 5
    run = OpenRun(folder)
    sources = ["one two", "three", "six five four"]
    answers = [one["predicted"] for one in run.predict(sources)]
    assert answers == [run.predict([source])[0]["predicted"] for source in sources]
    if "decoder.coverage=0.5" in overrides:
        assert "train/coverage_loss" in (folder.path / "metrics.csv").read_text()


def test_a_pointer_copies_a_word_that_the_vocabulary_lacks(trained):
    code, folder, _ = trained(
        *DECODERS["pointer"], "trainer.max_epochs=12", "data.shared_vocabulary=true", "model=bigru"
    )
    assert code == 0
    written = OpenRun(folder).predict(["zebra", "one zebra two"])
    assert any("zebra" in one["predicted"] for one in written)


def language_model(launch, tmp_path, folder, *overrides):
    text = tmp_path / "text.txt"
    text.write_text("\n".join([" ".join(WORDS), " ".join(reversed(WORDS))] * 40), encoding="utf-8")
    given = ["task=language_modeling", "data=textfile", f"data.files.train={text}", "model=gru"]
    given += ["tokenizer=word", "tokenizer.lowercase=false", "tokenizer.min_count=1"]
    given += ["model.hidden_size=16", "model.embedding_size=12", "trainer.max_epochs=1", "report=false"]
    given += ["baselines=false", "task.samples.length=2", "data.batch_size=2", "data.window=8", *overrides]
    code, run, result = launch(*given, folder=tmp_path / folder)
    assert code == 0, result
    return run


def weights(folder):
    state = torch.load(folder.best, weights_only=True)["state_dict"]
    return {name.removeprefix("network."): value for name, value in state.items()}


STILL = ["optimizer.lr=1e-30", "optimizer.weight_decay=0"]


def test_encoder_and_decoder_start_from_language_models(launch, trained, tmp_path):
    first = language_model(launch, tmp_path, "language")
    saved = [
        "tokenizer@target_tokenizer=saved",
        f"target_tokenizer.path={first.tokenizer}",
        "target_tokenizer.other_data=true",
    ]
    starts = [f"pretrained='{first.path}'", f"task.pretrained_decoder=['{first.path}']"]
    code, folder, result = trained(*saved, *starts, *STILL)
    assert code == 0, result
    own, theirs = weights(folder), weights(first)
    count = len(theirs["embedding.vectors.weight"])
    for name, weight in theirs.items():
        if name.startswith("encoder."):
            assert torch.equal(own[name], weight)
            assert torch.equal(own[f"decoder.layers.{name.removeprefix('encoder.')}"], weight)
    for side in ("embedding", "own_target_embedding"):
        assert len(own[f"{side}.vectors.weight"]) == count + 2
        assert torch.equal(own[f"{side}.vectors.weight"][:count], theirs["embedding.vectors.weight"])
    assert result["pretrained_decoder"]["run"] == str(first.path)
    assert result["pretrained"][0]["run"] == str(first.path)
    again = json.loads((folder.path / "result.json").read_text())
    assert again["pretrained_decoder"] == result["pretrained_decoder"]


def test_a_language_model_that_does_not_fit_is_refused_in_one_line(launch, trained, tmp_path):
    first = language_model(launch, tmp_path, "language")
    code, _, result = trained(f"task.pretrained_decoder=['{first.path}']", folder="words")
    assert code == 2
    assert "task.pretrained_decoder" in result["error"]
    assert "tokenizer" in result["error"]
    saved = [
        "tokenizer@target_tokenizer=saved",
        f"target_tokenizer.path={first.tokenizer}",
        "target_tokenizer.other_data=true",
    ]
    start = f"task.pretrained_decoder=['{first.path}']"
    code, _, result = trained(*saved, start, "decoder.hidden_size=8", folder="sizes")
    assert code == 2
    assert "the networks differ: decoder.layers." in result["error"]
    code, folder, result = trained("trainer.max_steps=2", folder="pairs")
    assert code == 0
    code, _, result = trained(f"task.pretrained_decoder=['{folder.path}']", folder="kind")
    assert code == 2
    assert "must be the run of a language model, and this is one of task=text_to_text" in result["error"]


@pytest.mark.parametrize("decoder", ["luong", "bahdanau", "none"])
def test_the_weight_of_a_coverage_loss_needs_a_decoder_with_coverage(decoder):
    cfg = composed([*SMALL, "data.files.train=x.tsv", f"decoder={decoder}", "task.coverage=1.0"], Path("run"))
    with pytest.raises(
        SettingError, match=r"^task.coverage=1.0: weighs the coverage loss of a decoder that has none"
    ):
        check(cfg)
