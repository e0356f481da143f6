"""The documents of a labelled data set: the corpus of its classification, and no test row."""

from pathlib import Path

import pytest
import torch

from rnnlab.data.classification import ClassificationData
from rnnlab.data.document_data import DocumentData
from rnnlab.errors import SettingError
from rnnlab.text.cleaner import Cleaner
from rnnlab.tokenizer import WordTokenizer

FILES = {"train": "train.csv", "test": "test.csv", "unlabelled": "more.csv"}


def write(path: Path, rows: list[tuple[str, int]]) -> None:
    path.write_text("text,label\n" + "".join(f"{text},{label}\n" for text, label in rows))


@pytest.fixture
def folder(tmp_path):
    write(
        tmp_path / "train.csv",
        [(f"film {n} was {'good' if n % 2 else 'bad'} indeed", n % 2) for n in range(40)],
    )
    write(tmp_path / "test.csv", [(f"test {n} was {n}", n % 2) for n in range(6)])
    write(
        tmp_path / "more.csv", [("film was good", -1), ("test 3 was 3", -1), ("was 3 film 4 good or bad", -1)]
    )
    return tmp_path


def module(folder, kind=DocumentData, **settings):
    given = {"validation_fraction": 0.2, "data_dir": folder, "cache_dir": folder / "cache", "workers": 1}
    tokenizer = WordTokenizer(min_count=1)
    return kind("mine", FILES, None, None, tokenizer, Cleaner({}), **given, **settings)


def read(data, loader):
    return sorted(
        data.tokenizer.decode([row[0].item(), *target[:length].tolist()])
        for batch in loader
        for row, target, length in zip(batch.tokens, batch.targets, batch.lengths, strict=True)
    )


def test_train_rows_and_texts_without_labels_are_read_and_test_rows_are_not(folder):
    data, classified = module(folder), module(folder, ClassificationData)
    data.prepare()
    classified.prepare()
    assert data.tokenizer.to_json() == classified.tokenizer.to_json()
    assert classified.provenance["cached"]
    texts = read(data, data.train_dataloader())
    decode, train = classified.tokenizer.decode, classified.encoded("train")
    labelled = [decode(train.ids[a:b]) for a, b in zip(train.offsets, train.offsets[1:], strict=False)]
    more = [decode(classified.tokenizer.encode(t)) for t in ("film was good", "was 3 film 4 good or bad")]
    assert texts == sorted([*labelled, *more])
    assert read(data, data.val_dataloader()) == read(data, data.test_dataloader())
    assert data.provenance["rows"] == {"train": 34, "validation": 8, "test": 8}
    assert (
        "1 texts without labels are validation or test rows too and are left out" in data.provenance["notes"]
    )
    assert data.unlabelled() is None


def test_every_document_starts_fresh_and_can_be_read_from_its_end(folder):
    ahead, back = (
        module(folder, window=3, batch_size=5),
        module(folder, window=3, batch_size=5, reversed=True),
    )
    for data in (ahead, back):
        data.prepare()
        assert all(batch.fresh and len(batch.tokens) <= 5 for batch in data.train_dataloader())
    first = next(iter(ahead.val_dataloader())).tokens[0, 0]
    assert ahead.tokenizer.decode([first]) == "film"
    assert back.tokenizer.decode([next(iter(back.val_dataloader())).tokens[0, 0]]) == "indeed"


def test_fewer_documents_can_be_evaluated(folder):
    data = module(folder, eval_documents=3)
    data.prepare()
    assert sum(len(batch.tokens) for batch in data.val_dataloader()) == 3


def test_training_goes_on_in_the_middle_of_an_epoch(folder):
    def batches(state=None):
        loader = module(folder, batch_size=4).train_dataloader()
        if state is not None:
            loader.load_state_dict(state)
        loader.sampler.set_epoch(1)
        return list(loader)

    whole, rest = batches(), batches({"batches": 3, "epoch": 1})
    assert len(rest) == len(whole) - 3
    assert all(torch.equal(a.tokens, b.tokens) for a, b in zip(rest, whole[3:], strict=True))


@pytest.mark.parametrize("setting", ["batch_size", "window", "eval_window", "eval_batch_size"])
def test_sizes_below_one_are_refused(tmp_path, setting):
    with pytest.raises(SettingError, match=f"data.{setting}=0: must be at least 1"):
        module(tmp_path, **{setting: 0})
