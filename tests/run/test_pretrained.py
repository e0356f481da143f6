"""Weights that one run takes from another: which, from where, and when they do not fit."""

import copy
import json
from pathlib import Path

import pytest
import torch

from rnnlab.errors import SettingError
from rnnlab.model.classifier import Classifier
from rnnlab.model.encoder import RecurrentEncoder
from rnnlab.run.folder import RunFolder
from rnnlab.run.pretrained import check_tokenizer, take
from rnnlab.tokenizer import WordTokenizer

SMALL = ["model.embedding_size=6", "model.hidden_size=6", "tokenizer.min_count=1"]
QUICK = ["trainer.max_epochs=1", "trainer.limit_train_batches=2", "trainer.limit_val_batches=1"]


def files(folder: Path) -> list[str]:
    """Reviews on disk, and the settings that name them."""
    for name, count in (("train", 60), ("test", 10), ("unlabelled", 20)):
        rows = [
            f"film {n} was {'good' if n % 2 else 'bad'} {name},{'pos' if n % 2 else 'neg'}"
            for n in range(count)
        ]
        (folder / f"{name}.csv").write_text("\n".join(["text,label", *rows]), encoding="utf-8")
    named = [f"data.files.{name}='{folder / name}.csv'" for name in ("train", "test", "unlabelled")]
    return [*named, "data.source=files", "data.classes=[neg,pos]", "data.workers=1"]


def weights(folder: RunFolder) -> dict[str, torch.Tensor]:
    state = torch.load(folder.best, weights_only=True)["state_dict"]
    return {name.removeprefix("network."): value for name, value in state.items()}


def network(bidirectional: bool = False) -> Classifier:
    return Classifier(9, 4, RecurrentEncoder("lstm", 4, 5, bidirectional=bidirectional), "mean", 2)


@pytest.mark.slow
def test_a_classifier_takes_both_directions_from_two_runs(launch, tmp_path):
    language = ["task=language_modeling", "data=imdb_text", "tokenizer=word", "model=lstm", *files(tmp_path)]
    language += [*SMALL, *QUICK, "task.samples.length=3", "task.sampled_softmax=20", "callback=ema"]
    code, ahead, _ = launch(*language, folder=tmp_path / "ahead")
    start = ["data.reversed=true", f"pretrained='{ahead.path}'"]
    code_back, back, result = launch(*language, *start, folder=tmp_path / "back")
    assert (code, code_back) == (0, 0)
    assert result["pretrained"][0]["run"] == str(ahead.path)
    classify = ["task=imdb", "model=bilstm", *files(tmp_path), *SMALL, *QUICK]
    classify += ["optimizer.lr=1e-30", "optimizer.weight_decay=0", "callback=default"]
    pair = f"pretrained=['{ahead.path}','{back.path}']"
    code, run, result = launch(*classify, pair, folder=tmp_path / "classifier")
    assert code == 0
    assert run.tokenizer.read_text() == ahead.tokenizer.read_text()
    assert [entry["run"] for entry in result["pretrained"]] == [str(ahead.path), str(back.path)]
    assert "test/nats_windows" in result["pretrained"][0]["metrics"]
    mine, first, second = weights(run), weights(ahead), weights(back)
    taken = [name for name in mine if name.startswith(("embedding.", "encoder."))]
    for name in taken:
        source = second if "backward" in name else first
        assert torch.equal(mine[name], source[name.replace("backward", "forward")]), name
    assert any("backward" in name for name in taken)
    code, _, result = launch(*classify, pair, "tokenizer.min_count=2", folder=tmp_path / "other")
    assert code == 2
    assert "tokenizer.min_count=2: pretrained=" in result["error"]


def test_what_is_given_is_copied_and_the_rest_stays():
    torch.manual_seed(0)
    source, target = network(), network(bidirectional=True)
    before = copy.deepcopy(target.state_dict())
    given = {n: w for n, w in source.state_dict().items() if n.startswith(("embedding.", "encoder."))}
    take(target, given, RunFolder(Path("run")))
    for name, value in target.state_dict().items():
        assert torch.equal(value, given.get(name, before[name]))
    assert sum("backward" in name for name in before) == 4


def test_networks_that_differ_are_refused():
    given = {n: w for n, w in network().state_dict().items() if n.startswith(("embedding.", "encoder."))}
    wide = Classifier(9, 4, RecurrentEncoder("lstm", 4, 7), "mean", 2)
    with pytest.raises(
        SettingError, match=r"weight_ih_l0 is \(20, 4\) in that run and \(28, 4\) in this one"
    ):
        take(wide, given, RunFolder(Path("run")))
    deep = Classifier(9, 4, RecurrentEncoder("lstm", 4, 5, num_layers=2), "mean", 2)
    with pytest.raises(SettingError, match=r"only this run's network has encoder.forward_layers.1"):
        take(deep, given, RunFolder(Path("run")))
    with pytest.raises(SettingError, match=r"only that run has encoder.extra"):
        take(network(), {**given, "encoder.extra": torch.ones(1)}, RunFolder(Path("run")))


def tokenizer(*texts: str, **settings: bool) -> WordTokenizer:
    made = WordTokenizer(min_count=1, **settings)
    made.train(list(texts))
    return made


def test_tokenizers_are_compared_by_content(tmp_path):
    folder = RunFolder(tmp_path)
    folder.tokenizer.write_text(json.dumps(tokenizer("a b").to_json()))
    check_tokenizer(folder, tokenizer("a b").to_json())
    with pytest.raises(SettingError, match=r"^tokenizer.lowercase=False: pretrained=.* which has True"):
        check_tokenizer(folder, tokenizer("a b", lowercase=False).to_json())
    with pytest.raises(
        SettingError, match=r"has 5 tokens, that of the other 4; the first tokens that differ are c and b\."
    ):
        check_tokenizer(folder, tokenizer("a c d").to_json())
    with pytest.raises(SettingError, match="has learned from other texts"):
        check_tokenizer(folder, tokenizer("a b a b").to_json())
