"""Weights that one run takes from another: which, from where, and when they do not fit."""

import copy
import json
import shutil
from functools import partial
from pathlib import Path

import pytest
import torch
from hydra import compose, initialize_config_dir
from omegaconf import DictConfig

from rnnlab.errors import SettingError
from rnnlab.model.classifier import Classifier
from rnnlab.model.decoder.luong import LuongDecoder
from rnnlab.model.encoder import RecurrentEncoder
from rnnlab.model.encoder_decoder import EncoderDecoder
from rnnlab.model.language_model import LanguageModel
from rnnlab.run.build.pretrained import check_tokenizer, source_of, take, with_marks
from rnnlab.run.config.check import check
from rnnlab.run.folder.run_folder import RunFolder
from rnnlab.sweep.best_run import open_run
from rnnlab.tokenizer import BpeTokenizer, PairTokenizer, WordTokenizer, save

CONFIG_DIR = Path(__file__).parents[3] / "conf"
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
    assert "val/nats_windows" in result["pretrained"][0]["metrics"]
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


def language(tied: bool = False, **styles: int) -> LanguageModel:
    encoder = RecurrentEncoder("lstm", 4 + styles.get("style_size", 0), 4)
    return LanguageModel(9, 4, encoder, tie_weights=tied, **styles)


@pytest.mark.parametrize("tied", [False, True])
def test_a_language_model_takes_the_head_and_a_tied_one_keeps_it_tied(tied):
    source, target = language(), language(tied)
    given = source.state_dict()
    take(target, given, RunFolder(Path("run")), ("head.",))
    assert torch.equal(target.embedding.vectors.weight, given["embedding.vectors.weight"])
    assert torch.equal(target.head.bias, given["head.bias"])
    assert (target.head.weight is target.embedding.vectors.weight) == tied
    assert tied or torch.equal(target.head.weight, given["head.weight"])


def test_styles_are_taken_where_they_are_asked_for():
    sizes = {"styles": 2, "style_size": 3}
    source, target = language(**sizes), language(**sizes)
    before = target.style_vectors.weight.clone()
    given = {n: w for n, w in source.state_dict().items() if not n.startswith("style_vectors.")}
    take(target, given, RunFolder(Path("run")), ("head.",))
    assert torch.equal(target.style_vectors.weight, before)
    take(target, source.state_dict(), RunFolder(Path("run")), ("head.", "style_vectors."))
    assert torch.equal(target.style_vectors.weight, source.style_vectors.weight)


LANGUAGE = ["task=shakespeare", "model=lstm", "model.hidden_size=8", "model.embedding_size=6"]
LANGUAGE += ["data.batch_size=4", "data.window=8", "data.workers=1", "task.samples.length=3"]
STILL = ["optimizer.lr=1e-30", "optimizer.weight_decay=0"]


def test_a_language_model_goes_on_where_another_stopped(launch, tmp_path):
    (tmp_path / "general.txt").write_text("the quick brown fox jumps over the lazy dog\n" * 30)
    (tmp_path / "small.txt").write_text("a fax & a dog\n" * 40)
    texts = [f"data.files.train='{tmp_path / name}.txt'" for name in ("general", "small")]
    code, general, _ = launch(*LANGUAGE, *QUICK, "data=textfile", texts[0], folder=tmp_path / "general")
    assert code == 0
    start = [*LANGUAGE, *QUICK, *STILL, "data=textfile", texts[1], f"pretrained='{general.path}'"]
    code, tuned, result = launch(*start, folder=tmp_path / "tuned")
    assert (code, result["status"]) == (0, "finished")
    mine, theirs = weights(tuned), weights(general)
    assert {name for name in mine if not torch.allclose(mine[name], theirs[name], atol=1e-20)} == set()
    assert tuned.tokenizer.read_text() == general.tokenizer.read_text()
    assert "32 of 448 train tokens are not in the tokenizer's vocabulary" in result["data"]["notes"]
    assert result["pretrained"][0]["run"] == str(general.path)
    shutil.rmtree(general.path)
    assert open_run(tuned.path).data().tokenizer.to_json() == json.loads(tuned.tokenizer.read_text())


def test_a_tokenizer_of_other_settings_is_not_kept(launch, tmp_path):
    (tmp_path / "text.txt").write_text("The quick brown fox\n" * 30)
    text = f"data.files.train='{tmp_path / 'text.txt'}'"
    _, general, _ = launch(*LANGUAGE, *QUICK, "data=textfile", text, folder=tmp_path / "general")
    other = [*LANGUAGE, *QUICK, "data=textfile", text, "tokenizer.lowercase=true"]
    code, _, result = launch(*other, f"pretrained='{general.path}'", folder=tmp_path / "tuned")
    assert code == 2
    assert "tokenizer.lowercase=True: pretrained=" in result["error"]


def test_texts_of_styles_start_from_a_styled_run_of_the_same_size(launch, tmp_path):
    for name, text in (("a", "abab cdcd\n"), ("b", "ABAB CDCD\n"), ("c", "1212 3434\n")):
        (tmp_path / f"{name}.txt").write_text(text * 30)
    paths = {names: ",".join(f"'{tmp_path / name}.txt'" for name in names) for names in ("ab", "ac")}
    styled = [*LANGUAGE, *QUICK, *STILL, "data=styles", "model.style_size=3"]
    _, first, _ = launch(*styled, f"data.paths=[{paths['ab']}]", folder=tmp_path / "first")
    given = f"pretrained='{first.path}'"
    _, again, _ = launch(*styled, f"data.paths=[{paths['ab']}]", given, "seed=2", folder=tmp_path / "again")
    _, other, result = launch(*styled, f"data.paths=[{paths['ac']}]", given, "seed=2", folder=tmp_path / "o")
    same, new, old = (weights(folder)["style_vectors.weight"] for folder in (again, other, first))
    assert torch.allclose(same, old, atol=1e-20)
    assert not torch.allclose(new, old, atol=1e-3)
    assert torch.allclose(weights(other)["head.weight"], weights(first)["head.weight"], atol=1e-20)
    assert "not in the vocabulary" in result["data"]["notes"][-1]
    plain = [*LANGUAGE, *QUICK, "data=textfile", f"data.files.train='{tmp_path / 'a.txt'}'", given]
    with pytest.raises(SettingError, match=r"model.style_size=0: pretrained=.* which has 3"):
        check(composed_of(plain))
    classify = ["task=imdb", "model=lstm", "model.hidden_size=8", "model.embedding_size=6", given]
    with pytest.raises(SettingError, match="reads styles, which task=imdb has not"):
        check(composed_of(classify))


def composed_of(overrides: list[str]) -> DictConfig:
    with initialize_config_dir(str(CONFIG_DIR), version_base="1.3"):
        return compose("train", overrides=overrides)


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


def test_subwords_that_differ_are_named_in_a_line(tmp_path):
    folder = RunFolder(tmp_path)
    texts = (
        ["the cat sat on the mat", "the other cat sat there"] * 2,
        ["ein kurzer Text", "ein Text ist kurz"] * 2,
    )
    first, second = BpeTokenizer(40, exact=True), BpeTokenizer(40, exact=True)
    first.train(texts[0])
    second.train(texts[1])
    save(first, folder.tokenizer)
    check_tokenizer(folder, first.to_json())
    with pytest.raises(
        SettingError, match=r"its tokenizer is another: that of this run has \d+ tokens, that o"
    ) as e:
        check_tokenizer(folder, second.to_json())
    assert len(str(e.value)) < 500


def test_an_encoder_decoder_takes_encoder_and_vectors_and_keeps_its_own_marks_and_decoder():
    torch.manual_seed(0)
    words = WordTokenizer(min_count=1)
    words.train(["a b c d e f g"])
    pair = PairTokenizer(words, words)
    language = LanguageModel(words.vocab_size, 4, RecurrentEncoder("lstm", 4, 5))
    given = {n: w for n, w in language.state_dict().items() if n.startswith(("embedding.", "encoder."))}
    network = EncoderDecoder(
        *(pair.vocab_size, 4, RecurrentEncoder("lstm", 4, 5)),
        *(partial(LuongDecoder, cell="lstm", hidden_size=5), pair.target_size, pair.begin_id, pair.end_id),
    )
    before = copy.deepcopy(network.state_dict())
    assert source_of(pair) is words
    assert source_of(words) is words
    take(network, with_marks(given, network, pair.vocab_size - words.vocab_size), RunFolder(Path("x")))
    after, vectors = network.state_dict(), "embedding.vectors.weight"
    assert torch.equal(after[vectors][:-2], given[vectors])
    assert torch.equal(after[vectors][-2:], before[vectors][-2:])
    for name, weight in after.items():
        if name.startswith("encoder."):
            assert torch.equal(weight, given[name])
        elif name != vectors:
            assert torch.equal(weight, before[name])
