import csv
import os
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from rnnlab.data.cache import Split
from rnnlab.data.classification import ClassificationData
from rnnlab.data.rows import Rows
from rnnlab.errors import SettingError
from rnnlab.text.cleaner import Cleaner
from rnnlab.tokenizer import CharTokenizer, WordTokenizer

GOOD, BAD = "a good film number", "a bad film number"
STEPS = dict.fromkeys(("html_breaks", "html_entities", "unicode", "newlines", "whitespace"), True)


def write(path, rows):
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([("text", "label"), *rows])


def reviews(count, start=0):
    return [(f"{GOOD if n % 2 else BAD} {n}", n % 2) for n in range(start, start + count)]


@pytest.fixture
def folder(tmp_path):
    write(tmp_path / "train.csv", reviews(60))
    write(tmp_path / "validation.csv", reviews(10, 100))
    write(tmp_path / "test.csv", [*reviews(8, 200), ("", 1), ("unheard <br />", 0)])
    return tmp_path


def module(folder, tokenizer=None, splits=("train", "validation", "test"), **settings):
    files = {split: f"{split}.csv" for split in splits}
    if tokenizer is None:
        tokenizer = WordTokenizer(min_count=1)
    settings = {"cleaner": Cleaner(STEPS), "workers": 1, **settings}
    return ClassificationData(
        "mine", files, None, None, tokenizer, data_dir=folder, cache_dir=folder / "cache", **settings
    )


def prepared(*arguments, **settings):
    data = module(*arguments, **settings)
    data.prepare()
    return data


def texts_of(data, loader):
    """The words of each row of a loader, by row number."""
    found = {}
    for batch in loader:
        for tokens, length, row in zip(batch.tokens, batch.lengths, batch.rows, strict=True):
            assert row.item() not in found
            assert (tokens[length:] == 0).all()
            found[row.item()] = data.tokenizer.decode(tokens[:length].tolist())
    return found


def test_batches_hold_the_words_labels_and_row_numbers(folder):
    data = prepared(folder, batch_size=16)
    found = texts_of(data, data.train_dataloader())
    assert found == {row: text for row, (text, _) in enumerate(reviews(60))}
    for batch in data.train_dataloader():
        assert batch.labels.tolist() == [row % 2 for row in batch.rows.tolist()]
        assert [tensor.dtype for tensor in batch[:4]] == [torch.int64] * 4
        assert batch[4:] == (None, None, None)
        assert batch.tokens.shape == (len(batch.rows), batch.lengths.max())


def test_what_is_known_after_preparing(folder):
    data = prepared(folder, classes=["bad", "good"])
    assert (data.classes, data.num_classes, data.class_counts) == (["bad", "good"], 2, [30, 30])
    known = data.provenance
    assert known["source"] == "files"
    assert known["official"] is None  # files of one's own have no official splits
    assert known["held_out"] == []
    assert known["rows"] == {"train": 60, "validation": 10, "test": 10}
    assert known["tokens"] == {"train": 300, "validation": 50, "test": 8 * 5 + 2}
    assert known["empty_texts"] == {"train": 0, "validation": 0, "test": 1}
    assert (known["cached"], known["notes"]) == (False, [])
    assert len(known["fingerprint"]) == 64


def test_the_vocabulary_is_of_the_train_rows_alone(folder):
    data = prepared(folder, splits=("train", "test"), validation_fraction=0.3)
    rows = data.provenance["rows"]
    assert rows["validation"] == 18
    held = {text.split()[-1] for text in data.split_texts("validation")}
    assert not held & set(data.tokenizer.vocabulary)
    assert {text.split()[-1] for text in data.split_texts("train")} <= set(data.tokenizer.vocabulary)
    assert texts_of(data, data.test_dataloader())[9] == "<unk>"


def test_a_split_that_is_held_out_is_noted(folder):
    data = prepared(folder, splits=("train",), validation_fraction=0.1, test_fraction=0.2)
    assert data.provenance["rows"] == {"train": 44, "validation": 4, "test": 12}
    assert data.provenance["official"] is None
    assert data.provenance["held_out"] == ["validation", "test"]
    assert data.provenance["notes"] == [
        "the test split is 12 rows held out of train (split_seed=0)",
        "the validation split is 4 rows held out of train (split_seed=0)",
    ]
    parts = [set(data.split_texts(split)) for split in ("train", "validation", "test")]
    assert sum(map(len, parts)) == len(set.union(*parts)) == 60


def test_what_was_held_out_is_said_where_it_is_not_what_was_asked_for(folder):
    write(folder / "train.csv", [("the same", "a")] * 50 + [(f"text {n}", "ab"[n % 2]) for n in range(6)])
    data = prepared(folder, splits=("train",))
    assert data.provenance["notes"][0] == (
        "the test split is 4 rows held out of train (split_seed=0): "
        "7.1% of its 56 rows where data.test_fraction=0.2"
    )


def test_rows_that_stand_in_two_files_are_said(folder):
    write(folder / "test.csv", [*reviews(5), *reviews(3, 300)])
    for cached in (False, True):
        data = prepared(folder)
        assert data.provenance["shared"] == {"test": {"train": 5}}
        assert data.provenance["notes"] == ["5 of 8 test rows stand in train too"]
        assert data.provenance["cached"] is cached


def test_a_data_set_that_others_know_has_official_splits(folder):
    data = module(folder)
    data.recipe = replace(data.recipe, hub={"path": "somebody/mine"})
    data.prepare()
    assert data.provenance["official"] is True


def test_broken_rows_are_left_out_of_a_training_and_counted(folder):
    lines = (folder / "train.csv").read_bytes().splitlines()
    lines[3:3] = [b"no label,", b"one cell", b"\xe9t\xe9,1", b"what,nan", b"which,2"]
    (folder / "train.csv").write_bytes(b"\n".join(lines))
    with pytest.raises(
        SettingError, match=r"row 4 \(line 5\) has 1 cell and the heading 2; data\.on_error=skip"
    ):
        prepared(folder, on_error="stop")
    data = prepared(folder, on_error="skip", classes=["bad", "good"])
    assert data.provenance["rows"]["train"] == 60
    assert data.provenance["skipped"] == {"train": 5}
    assert data.provenance["notes"] == [
        "5 rows of train.csv left out (data.on_error=skip); the first is row 3, which has no label"
    ]
    assert data.split_texts("train") == [text for text, _ in reviews(60)]
    assert data.encoded("train").rows.tolist()[:4] == [0, 1, 7, 8]


def test_how_files_are_written_is_found_and_noted_or_set(folder):
    text = (folder / "train.csv").read_text().replace(",", ";").replace("good", "güt")
    (folder / "train.csv").write_bytes(text.encode("cp1252"))
    with pytest.raises(SettingError, match=r"is not UTF-8: data\.encoding=cp1252 may read it"):
        prepared(folder)
    data = prepared(folder, splits=("train",), encoding="cp1252")
    assert "the cells of train.csv are parted by ';' (data.delimiter=semicolon)" in data.provenance["notes"]
    assert any("güt" in text for text in data.split_texts("test"))
    with pytest.raises(SettingError, match=r"data\.on_error=ignore: must say what a broken row does"):
        module(folder, on_error="ignore")


def test_without_a_test_split_or_fraction_the_figures_at_the_end_are_those_of_the_validation(folder):
    data = prepared(folder, splits=("train", "validation"), test_fraction=0.0)
    assert data.split_texts("test") == data.split_texts("validation")
    note = "no rows are held out to test on: the figures at the end are those of the validation"
    assert note in data.provenance["notes"]
    assert data.provenance["tested"] == "validation"
    assert prepared(folder, splits=("train",), test_fraction=0.2).provenance["tested"] == "test"
    assert data.provenance["official"] is None


def test_a_split_is_there_whole_whatever_batches_show_of_it(folder):
    data = prepared(folder, max_length=2)
    split = data.encoded("validation")
    ids = [data.tokenizer.encode(text) for text, _ in reviews(10, 100)]
    assert split.ids.tolist() == [number for row in ids for number in row]
    assert split.lengths.tolist() == [5] * 10


def test_texts_without_labels_are_encoded_by_the_same_tokenizer_and_change_nothing_else(folder):
    plain = prepared(folder)
    assert plain.unlabelled() is None
    write(folder / "more.csv", [("a good plot", ""), ("bad", "")])
    data = module(folder)
    data.recipe = replace(data.recipe, files={**data.recipe.files, "unlabelled": "more.csv"})
    data.prepare()
    more = data.unlabelled()
    assert data.tokenizer.decode(more.ids.tolist()) == "a good <unk> bad"
    assert more.lengths.tolist() == [3, 1]
    assert data.provenance["rows"] == plain.provenance["rows"]
    assert data.provenance["cached"] is True


def test_padding_bucketing_and_sampling_reach_the_batches(folder):
    rows = [("good " * (n % 9 + 1), int(n % 5 == 0)) for n in range(60)]
    write(folder / "train.csv", rows)
    plain = prepared(folder, bucketing=False)
    data = prepared(folder, batch_size=8, padding="pre", bucketing=False, sampling="balanced")
    assert (data.padding, data.bucketing, data.sampling) == ("pre", False, "balanced")
    labels = [label for batch in data.train_dataloader() for label in batch.labels.tolist()]
    assert labels.count(0) == labels.count(1) == 30
    assert all((batch.tokens[:, -1] > 0).all() for batch in data.train_dataloader())
    assert data.padding_fraction() > 0.2
    for name in ("val_dataloader", "test_dataloader"):
        seen = [row for batch in getattr(data, name)() for row in batch.rows.tolist()]
        assert (
            seen
            == [row for batch in getattr(plain, name)() for row in batch.rows.tolist()]
            == list(range(10))
        )


def test_more_of_a_text_is_read_outside_training(folder):
    for split in ("train", "validation"):
        write(folder / f"{split}.csv", [(f"{'good ' * 9}{n}", n % 2) for n in range(60)])
    data = prepared(folder, max_length=4, evaluation_length=7)
    longest = {
        name: max(int(batch.lengths.max()) for batch in loader)
        for name, loader in {
            "train": data.train_dataloader(),
            "validation": data.val_dataloader(),
            "read": data.reading_loader(data.encoded("train")),
        }.items()
    }
    assert longest == {"train": 4, "validation": 7, "read": 7}
    alike = prepared(folder, max_length=4)
    assert max(int(batch.lengths.max()) for batch in alike.val_dataloader()) == 4


def test_raw_texts_come_in_row_order(folder):
    data = prepared(folder)
    assert data.split_texts("test") == [*(text for text, _ in reviews(8, 200)), "", "unheard <br />"]
    held = prepared(folder, splits=("train", "test"))
    texts = held.split_texts("validation")
    for batch in held.val_dataloader():
        for tokens, length, row in zip(batch.tokens, batch.lengths, batch.rows, strict=True):
            assert tokens[:length].tolist() == held.tokenizer.encode(texts[row])


def test_classes_of_the_train_file_are_taken_where_none_are_given(folder):
    write(folder / "train.csv", [(f"text {n}", n % 5 + 1) for n in range(50)])
    data = prepared(folder, splits=("train",))
    assert data.classes == ["1", "2", "3", "4", "5"]
    assert sum(data.class_counts) == data.provenance["rows"]["train"]


def test_labels_mean_the_same_in_every_file(folder):
    stars = ["1", "2", "3", "n/a"]
    write(folder / "train.csv", [(f"text {n}", stars[n % 4]) for n in range(40)])
    write(folder / "validation.csv", [("more", "3"), ("most", "n/a\u200b")])
    write(folder / "test.csv", [("one", "1"), ("two", "2"), ("three", "3")])
    data = prepared(folder)
    assert data.classes == stars
    assert data.encoded("validation").labels.tolist() == [2, 3]
    assert data.encoded("test").labels.tolist() == [0, 1, 2]


def test_classes_that_yaml_takes_for_truth_values_keep_their_order(folder):
    for split in ("train", "validation", "test"):
        write(folder / f"{split}.csv", [(f"{split} {n}", ("true", "false")[n % 2]) for n in range(10)])
    data = prepared(folder, classes=[True, False])
    assert data.classes == ["true", "false"]
    assert data.encoded("test").labels.tolist() == [0, 1] * 5
    assert prepared(folder).encoded("test").labels.tolist() == [1, 0] * 5


def test_evaluation_batches_are_larger_and_sorted(folder):
    data = prepared(folder, batch_size=2)
    assert [len(batch.rows) for batch in data.val_dataloader()] == [5, 5]
    lengths = [batch.tokens.shape[1] for batch in data.test_dataloader()]
    assert lengths == sorted(lengths, reverse=True)


def test_the_second_time_nothing_is_read_or_tokenised(folder, monkeypatch):
    first = prepared(folder)

    def fail(*arguments):
        raise AssertionError("read again")

    monkeypatch.setattr("rnnlab.data.split_spec.read_table", fail)
    second = prepared(folder)
    assert (first.provenance.pop("cached"), second.provenance.pop("cached")) == (False, True)
    assert first.provenance == second.provenance
    assert first.tokenizer.vocabulary == second.tokenizer.vocabulary
    assert texts_of(first, first.train_dataloader()) == texts_of(second, second.train_dataloader())


@pytest.mark.parametrize(
    ("change", "cached"),
    [
        ({"cleaner": Cleaner({})}, False),
        ({"tokenizer": WordTokenizer(min_count=2)}, False),
        ({"tokenizer": CharTokenizer()}, False),
        ({"classes": ["bad", "good"]}, False),
        ({"splits": ("train", "validation")}, False),
        ({"split_seed": 3, "validation_fraction": 0.4, "test_fraction": 0.4}, True),  # all splits are given
        ({"max_length": 3, "truncation": "tail", "batch_size": 2, "seed": 9}, True),
    ],
)
def test_the_cache_serves_unless_a_setting_changes_the_ids(folder, change, cached):
    prepared(folder)
    assert prepared(folder, **change).provenance["cached"] is cached


def test_the_cache_serves_no_other_content_and_no_other_split(folder):
    first = prepared(folder, splits=("train",))
    assert not prepared(folder, splits=("train",), split_seed=1).provenance["cached"]
    assert not prepared(folder, splits=("train",), validation_fraction=0.2).provenance["cached"]
    write(folder / "train.csv", reviews(62))
    changed = prepared(folder, splits=("train",))
    assert not changed.provenance["cached"]
    assert changed.provenance["fingerprint"] != first.provenance["fingerprint"]


def test_a_trained_tokenizer_is_used_as_it_is(folder):
    tokenizer = WordTokenizer(min_count=1)
    tokenizer.train(["good bad"])
    for cached in (False, True):
        data = prepared(folder, tokenizer)
        assert data.tokenizer.vocabulary == ["<pad>", "<unk>", "bad", "good"]
        assert data.provenance["cached"] is cached


def test_ranks_share_the_rows_and_overfitting_keeps_its_batches(folder):
    data = prepared(folder, batch_size=8)
    shares = []
    for rank in range(2):
        data.trainer = SimpleNamespace(global_rank=rank, world_size=2, overfit_batches=0)
        shares.append([row for batch in data.train_dataloader() for row in batch.rows.tolist()])
    assert sorted(shares[0] + shares[1]) == list(range(60))
    data.trainer = SimpleNamespace(global_rank=0, world_size=1, overfit_batches=2)
    loader = data.train_dataloader()
    first = [batch.rows.tolist() for batch in loader]
    loader.sampler.set_epoch(5)
    assert [batch.rows.tolist() for batch in loader] == first


def long_split(lengths):
    offsets = np.concatenate([[0], np.cumsum(lengths)])
    count = np.arange(len(lengths))
    return Split(np.arange(offsets[-1], dtype=np.uint16) + 2, offsets, count, count)


@given(
    lengths=st.lists(st.integers(1, 30), min_size=1, max_size=8),
    most=st.integers(1, 25),
    truncation=st.sampled_from(["head", "tail", "head_tail"]),
    fraction=st.floats(0, 1),
)
def test_truncation_keeps_the_part_that_it_names(lengths, most, truncation, fraction):
    split = long_split(lengths)
    batch = Rows(split, most, truncation, fraction)[list(range(len(lengths)))]
    head = {"head": most, "tail": 0, "head_tail": round(fraction * most)}[truncation]
    for row, length in enumerate(lengths):
        whole = split.ids[split.offsets[row] : split.offsets[row + 1]].tolist()
        kept = whole if length <= most else whole[:head] + whole[length - (most - head) :]
        assert batch.lengths[row] == len(kept)
        assert batch.tokens[row].tolist() == kept + [0] * (batch.tokens.shape[1] - len(kept))


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ({"truncation": "heads"}, "data.truncation=heads: must be the part to keep\ndid you mean head?"),
        ({"padding": "left"}, "data.padding=left: must be the side to fill up\nthere are: post, pre"),
        ({"bucketing": "off"}, "data.bucketing=off: must be true or false"),
        ({"sampling": "balance"}, "task.sampling=balance: must say how often the rows of a class come"),
        ({"max_length": 0}, "data.max_length=0: must be at least 1"),
        (
            {"max_length": 9, "evaluation_length": 8},
            "data.evaluation_length=8: must be at least data.max_length=9, or null for as much",
        ),
        ({"head_fraction": 1.5}, "data.head_fraction=1.5: must lie between 0 and 1"),
        ({"batch_size": 0}, "data.batch_size=0: must be at least 1"),
        ({"batch_size": None}, "data.batch_size=null: data.batch_size or data.batch_tokens must be a number"),
        ({"batch_tokens": 0}, "data.batch_tokens=0: must be at least 1"),
    ],
)
def test_a_setting_out_of_range_is_refused_before_anything_is_read(tmp_path, setting, message):
    with pytest.raises(SettingError) as caught:
        module(tmp_path / "nowhere", **setting)
    assert str(caught.value).startswith(message)


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ({"validation_fraction": 0.0}, "data.validation_fraction=0.0: must lie between 0 and 1"),
        ({"test_fraction": 1.0}, "data.test_fraction=1.0: must lie between 0 and 1"),
        ({"classes": ["bad", "0"]}, "data.label_column=label: row 2 of "),
        ({"text_column": "txt"}, "data.text_column=txt: no such column"),
    ],
)
def test_what_preparing_refuses_names_the_setting(folder, setting, message):
    with pytest.raises(SettingError) as caught:
        prepared(folder, splits=("train",), **setting)
    assert str(caught.value).startswith(message)


def test_a_train_split_of_one_class_is_refused(folder):
    write(folder / "train.csv", [(f"text {n}", 1) for n in range(9)])
    with pytest.raises(
        SettingError, match=r"data.classes=\[bad,good\]: every train row of .* is of class good"
    ):
        prepared(folder, classes=["bad", "good"])


def test_a_class_without_train_rows_is_noted(folder):
    data = prepared(folder, classes=["bad", "good", "fair"])
    assert data.provenance["notes"] == ["no train row is of class fair"]
    assert data.class_counts == [30, 30, 0]


def test_train_rows_without_a_vocabulary_are_refused(folder):
    with pytest.raises(SettingError, match="the train rows give no vocabulary"):
        prepared(folder, WordTokenizer(min_count=1000))


REAL = Path(os.environ.get("RNNLAB_DATA_DIR", "")) / "imdb"


NEEDS_REVIEWS = pytest.mark.skipif(
    not (REAL / "train.parquet").is_file(), reason="needs imdb/train.parquet in RNNLAB_DATA_DIR"
)


def real_reviews(cache, train, test):
    files = {"train": str(train), "test": str(test)}
    return ClassificationData("imdb", files, None, None, WordTokenizer(), Cleaner(STEPS), cache_dir=cache)


@NEEDS_REVIEWS
def test_a_part_of_the_real_reviews_is_padded_by_less_than_five_percent(tmp_path):
    from pyarrow import parquet

    table = parquet.read_table(REAL / "train.parquet")
    for name, start in (("train", 0), ("test", 3)):
        parquet.write_table(table.take(np.arange(start, table.num_rows, 9)), tmp_path / f"{name}.parquet")
    data = real_reviews(tmp_path, tmp_path / "train.parquet", tmp_path / "test.parquet")
    data.prepare()
    assert data.padding_fraction() < 0.05
    lengths = np.concatenate([batch.lengths for batch in data.train_dataloader()])
    padded = sum(batch.tokens.numel() for batch in data.train_dataloader())
    assert 1 - lengths.sum() / padded == pytest.approx(data.padding_fraction())
    assert lengths.max() == 500


@NEEDS_REVIEWS
@pytest.mark.long
def test_all_reviews_are_there_after_the_first_run_without_reading_a_table(tmp_path, monkeypatch):
    files = tmp_path, REAL / "train.parquet", REAL / "test.parquet"
    real_reviews(*files).prepare()
    data = real_reviews(*files)
    monkeypatch.setattr("rnnlab.data.split_spec.read_table", lambda *_: pytest.fail("a table was read"))
    data.prepare()
    next(iter(data.train_dataloader()))
    assert data.provenance["cached"]
    assert data.provenance["rows"] == {"train": 22_500, "validation": 2_500, "test": 25_000}
    assert data.padding_fraction() < 0.02
