"""The n-gram model reads what the network reads: the same tokens in the same order, each predicted once."""

from types import SimpleNamespace

import numpy as np
import pytest
import torch

from rnnlab.data.batch import Window
from rnnlab.data.document_data import DocumentData
from rnnlab.data.language_modeling import LanguageModelingData
from rnnlab.data.styled_data import StyledData
from rnnlab.kinds.baselines import LeftOut
from rnnlab.kinds.language_modeling.baselines import Ngrams, rows_of
from rnnlab.kinds.work import Work
from rnnlab.text.cleaner import Cleaner
from rnnlab.tokenizer import CharTokenizer

SMALL = {"batch_size": 4, "window": 16, "eval_window": 25, "eval_batch_size": 3, "workers": 1}
LINES = [f"line {n} of {n * 7 % 13} and {n * n % 17}" for n in range(300)]


def language(folder, **settings):
    (folder / "train.txt").write_text("\n".join(LINES))
    files, cleaner = {"train": "train.txt"}, Cleaner({"newlines": True})
    tokens = (None, None, CharTokenizer(), cleaner)
    return LanguageModelingData(
        "mine", files, *tokens, data_dir=folder, cache_dir=folder, **SMALL, **settings
    )


def styled(folder):
    paths = ["one.txt", "two.txt"]
    for path, lines in zip(paths, (LINES[:150], LINES[150:]), strict=True):
        (folder / path).write_text("\n".join(lines))
    cleaner = Cleaner({"newlines": True})
    return StyledData("mine", paths, CharTokenizer(), cleaner, data_dir=folder, cache_dir=folder, **SMALL)


def documents(folder, **settings):
    rows = [f"{'good' if n % 2 else 'bad'},{line}" for n, line in enumerate(LINES)]
    (folder / "train.csv").write_text("\n".join(["label,text", *rows]))
    tokens = (None, None, CharTokenizer(), Cleaner({}))
    files = {"train": "train.csv"}
    return DocumentData("mine", files, *tokens, data_dir=folder, cache_dir=folder, **SMALL, **settings)


MODULES = {
    "running text": language,
    "backwards": lambda folder: language(folder, reversed=True),
    "styles": styled,
    "documents": documents,
    "documents backwards": lambda folder: documents(folder, reversed=True),
}


def read(data, processes=1):
    return Ngrams().read(Work(None, None, None, data, {}, trainer=SimpleNamespace(world_size=processes)))


def prepared(folder, name):
    data = MODULES[name](folder)
    data.prepare()
    return data


@pytest.mark.parametrize("name", MODULES)
def test_each_token_that_the_network_predicts_is_predicted_once(tmp_path, name):
    data = prepared(tmp_path, name)
    inputs = read(data)
    batches = list(data.test_dataloader())
    assert (inputs.test["windows"].places > 0).sum() == sum(int(batch.lengths.sum()) for batch in batches)
    targets = [t[:n] for b in batches for t, n in zip(b.targets, b.lengths, strict=True)]
    rows = inputs.test["windows"]
    assert rows.ids[rows.places > 0].tolist() == torch.cat(targets).tolist()
    if "stream" in inputs.test:
        stream = inputs.test["stream"]
        whole = data.encoded("test").ids[:: -1 if name == "backwards" else 1]
        assert stream.ids.tolist() == whole.tolist()


@pytest.mark.parametrize("name", MODULES)
def test_the_train_text_is_read_in_the_networks_direction(tmp_path, name):
    data = prepared(tmp_path, name)
    train, windows = read(data).train, list(data.train_dataloader())
    text = "".join(map(chr, train.ids))
    for batch in windows[:3]:
        for row, length in zip(batch.tokens, batch.lengths.tolist(), strict=True):
            assert "".join(map(chr, row[:length].tolist())) in text
    split = data.encoded("train")
    assert (train.places == 0).sum() == len(split.offsets) - 1
    assert np.bincount(train.ids).tolist() == np.bincount(split.ids).tolist()


@pytest.mark.parametrize("name", MODULES)
def test_the_figures_are_those_of_the_model_token_by_token(tmp_path, name):
    inputs = read(prepared(tmp_path, name))
    found = Ngrams().measure(inputs)
    for protocol in inputs.test:
        nats = found.metrics[f"nats_{protocol}"]
        assert 0 < nats < np.log(inputs.vocab_size)
        assert found.metrics[f"perplexity_{protocol}"] == pytest.approx(np.exp(nats))
        assert found.metrics[f"bits_{protocol}"] == pytest.approx(nats / np.log(2))


def test_windows_know_less_than_a_stream(tmp_path):
    found = Ngrams().measure(read(prepared(tmp_path, "running text"))).metrics
    assert found["nats_stream"] < found["nats_windows"]


def test_several_processes_read_the_test_text_together(tmp_path):
    data = prepared(tmp_path, "running text")
    one, two = read(data).test["windows"], read(data, 2).test["windows"]
    assert (one.places > 0).sum() == (two.places > 0).sum()
    assert sorted(one.ids) == sorted(two.ids)


def test_a_limited_test_is_read_as_far_as_the_network_reads_it(tmp_path):
    data = prepared(tmp_path, "running text")
    data.limits.wanted["test"] = 1
    rows = read(data).test["windows"]
    assert (rows.places > 0).sum() == sum(int(batch.lengths.sum()) for batch in data.test_dataloader())
    assert (rows.places > 0).sum() < len(data.encoded("test").ids) - 1


def test_a_window_that_is_not_fresh_goes_on():
    def window(tokens, targets, length, fresh):
        return Window(torch.tensor([tokens]), torch.tensor([targets]), torch.tensor([length]), fresh)

    rows = rows_of([window([1, 2], [2, 3], 2, True), window([3, 4, 0], [4, 5, 0], 2, False)])
    assert rows.ids.tolist() == [1, 2, 3, 4, 5]
    assert rows.places.tolist() == [0, 1, 2, 3, 4]
    rows = rows_of([window([1, 2], [2, 3], 2, True), window([3, 4], [4, 0], 1, True)])
    assert rows.places.tolist() == [0, 1, 2, 0, 1]


def test_a_text_that_is_too_long_or_no_text_is_left_out(tmp_path, monkeypatch):
    data = prepared(tmp_path, "running text")
    monkeypatch.setattr("rnnlab.kinds.language_modeling.baselines.MOST_TOKENS", 100)
    with pytest.raises(LeftOut, match="train tokens are more than 100"):
        read(data)
    with pytest.raises(LeftOut, match="data of the class SimpleNamespace are no encoded text"):
        read(SimpleNamespace())
