"""The data module of pairs: what it encodes, keeps raw, counts, says, and hands over in batches."""

import json

import numpy as np
import pytest
import torch

from rnnlab.data.pair_batch import PairBatch
from rnnlab.data.pair_data import PairData
from rnnlab.data.store import Stored
from rnnlab.errors import SettingError
from rnnlab.text.cleaner import Cleaner
from rnnlab.tokenizer import BpeTokenizer, CharTokenizer, PairTokenizer, SavedTokenizer, WordTokenizer, save

VERBS = ("sees", "sieht"), ("hears", "hört"), ("likes", "mag")
NOUNS = (
    ("dog", "Hund"),
    ("cat", "Katze"),
    ("bird", "Vogel"),
    ("child", "Kind"),
    ("man", "Mann"),
    ("cow", "Kuh"),
)
SENTENCES = [
    (f"The {a} {verb} the {b}.", f"{x} {wort} {y}.")
    for a, x in NOUNS
    for verb, wort in VERBS
    for b, y in NOUNS
]


def words():
    return WordTokenizer(lowercase=False, min_count=1)


def write(folder, rows, name="train.tsv"):
    text = "source\ttarget\n" + "".join(f"{a}\t{b}\n" for a, b in rows)
    (folder / name).write_text(text, encoding="utf-8")
    return str(folder / name)


def made(folder, rows=SENTENCES, **settings):
    given = {"name": "pairs", "hub": None, "package": None, "source": "files", "workers": 1}
    given |= {"tokenizer": words(), "cleaner": Cleaner({"whitespace": True}), "cache_dir": folder / "cache"}
    if "files" not in settings:
        given["files"] = {"train": write(folder, rows)}
    return PairData(**given | settings)


def test_texts_stay_raw_and_ids_are_those_of_clean_ones(tmp_path):
    data = made(tmp_path, [(f"{a} ", b) for a, b in SENTENCES])
    data.prepare()
    assert data.provenance["rows"] == {"train": 87, "validation": 10, "test": 11}
    everything = set(zip([f"{a} " for a, _ in SENTENCES], [b for _, b in SENTENCES], strict=True))
    read = {
        split: list(zip(data.inputs(split), data.targets(split), strict=True)) for split in ("train", "test")
    }
    assert set(read["train"]) | set(read["test"]) <= everything
    pair, rows = data.tokenizer, data.rows("test")
    assert isinstance(pair, PairTokenizer)
    for number, (source, target) in enumerate(read["test"]):
        assert rows.source(number).tolist() == pair.encode(source.strip())
        assert rows.target(number).tolist() == pair.encode_target(target)
    assert data.facts == {
        "target_size": pair.target.vocab_size + 2,
        "begin_id": pair.target.vocab_size + 1,
        "end_id": pair.target.vocab_size,
        "shared": False,
        "copies": False,
    }


def test_a_batch_pads_both_sides_and_ends_the_targets(tmp_path):
    data = made(tmp_path, max_length=4, long_sources="cut", evaluation_length=6)
    data.prepare()
    batch = data.rows("train")[[3, 0, 5]]
    assert isinstance(batch, PairBatch)
    assert batch.rows.tolist() == [3, 0, 5]
    assert batch.copy_sources is batch.copy_targets is None
    assert all(table.dtype == torch.int64 for table in batch[:5])
    assert batch.lengths.tolist() == [4, 4, 4]
    for line, length in zip(batch.targets.tolist(), batch.target_lengths.tolist(), strict=True):
        assert line[length - 1] == data.facts["end_id"]
        assert line[length:] == [0] * (len(line) - length)
    texts = [data.tokenizer.decode_target(line) for line in batch.targets.tolist()]
    assert texts == [data.targets("train")[row] for row in (3, 0, 5)]
    assert data.rows("test").lengths[:, 0].max() == 6


def test_every_pair_comes_once_an_epoch_and_training_goes_on_in_its_middle(tmp_path):
    data = made(tmp_path, batch_tokens=60)
    data.prepare()
    loader = data.train_dataloader()
    whole = [batch.rows.tolist() for batch in loader]
    assert sorted(row for batch in whole for row in batch) == list(range(87))
    resumed = data.train_dataloader()
    resumed.load_state_dict({"batches": 4, "epoch": 0})
    assert [batch.rows.tolist() for batch in resumed] == whole[4:]
    sizes = [
        (batch.sources.shape[1] + batch.targets.shape[1]) * len(batch.rows)
        for batch in data.train_dataloader()
    ]
    assert max(sizes) <= 60
    assert 0 <= data.padding_fraction() < 0.2


def test_the_cache_gives_the_same(tmp_path):
    first, second = made(tmp_path), made(tmp_path)
    first.prepare()
    second.prepare()
    assert (first.provenance["cached"], second.provenance["cached"]) == (False, True)
    assert second.tokenizer.to_json() == first.tokenizer.to_json()
    for split in ("train", "validation", "test"):
        one, other = first.rows(split), second.rows(split)
        assert all(
            np.array_equal(a, b) for a, b in zip(one[[0, 1]], other[[0, 1]], strict=False) if a is not None
        )
    assert {k: v for k, v in first.provenance.items() if k != "cached"} == {
        k: v for k, v in second.provenance.items() if k != "cached"
    }
    json.dumps(first.provenance)


def test_training_leaves_pairs_out_and_says_so_but_validation_and_test_keep_them(tmp_path):
    odd = [("", "leer"), ("empty", ""), ("the " * 30, "lang"), ("short", "sehr " * 12)]
    files = {"train": write(tmp_path, [*SENTENCES, *odd]), "test": write(tmp_path, odd, "test.tsv")}
    files["validation"] = write(tmp_path, SENTENCES[:5], "validation.tsv")
    data = made(
        tmp_path, files=files, max_length=20, max_target_length=20, max_ratio=5.0, evaluation_length=20
    )
    data.prepare()
    assert data.provenance["rows"] == {"train": 108, "validation": 5, "test": 4}
    assert data.provenance["left_out"] == {"empty": 2, "long": 1, "ratio": 1}
    assert data.provenance["shared"] == {"test": {"train": 3}, "validation": {"train": 5}}
    notes = data.provenance["notes"]
    assert "2 of 112 train pairs have an empty side: left out of training" in notes
    assert "2 of 4 test pairs have an empty side: kept" in notes
    assert "5 of 5 validation rows stand in train too" in notes
    assert "1 of 4 test sources are read up to 20 tokens (data.evaluation_length)" in notes
    batch = data.rows("test")[[0, 1, 2, 3]]
    assert batch.lengths.tolist() == [1, 1, 20, 1]
    assert batch.sources[0, 0] == data.tokenizer.unknown_id
    assert batch.target_lengths.tolist() == [2, 1, 2, 13]
    assert batch.targets[1, 0] == data.facts["end_id"]


def test_no_pair_to_train_on_is_an_error(tmp_path):
    with pytest.raises(
        SettingError, match=r"^data.max_length=2: leaves no pair of 87 to train on \(\{'long': 87"
    ):
        made(tmp_path, max_length=2).prepare()


def test_one_vocabulary_can_serve_both_sides(tmp_path):
    data = made(tmp_path, tokenizer=BpeTokenizer(60, False, 2, True), shared_vocabulary=True)
    data.prepare()
    assert data.facts["shared"]
    assert data.provenance["vocabulary"] == data.provenance["target_vocabulary"] == 60
    ids = data.tokenizer.encode_target(data.targets("test")[0])
    assert data.tokenizer.decode_target(ids) == data.targets("test")[0]


def test_each_side_can_have_its_own_kind_of_tokens(tmp_path):
    data = made(tmp_path, tokenizer=CharTokenizer(), target_tokenizer=words())
    data.prepare()
    assert isinstance(data.tokenizer.source, CharTokenizer)
    assert data.tokenizer.target.to_json()["type"] == "word"


def test_vocabularies_of_train_alone(tmp_path):
    rows = [*SENTENCES, ("The yak sees the gnu.", "Yak sieht Gnu.")]
    files = {"train": write(tmp_path, SENTENCES), "test": write(tmp_path, rows[-3:], "test.tsv")}
    data = made(tmp_path, files=files)
    data.prepare()
    assert "yak" not in data.tokenizer.source.vocabulary
    assert "Gnu" not in data.tokenizer.target.vocabulary


def test_own_words_are_numbered_in_batches(tmp_path):
    rows = [*SENTENCES, ("The Yak sees the gnu.", "Yak gnu Emu Katze.")]
    files = {"train": write(tmp_path, SENTENCES), "test": write(tmp_path, rows[-2:], "test.tsv")}
    data = made(tmp_path, files=files, shared_vocabulary=True, copies=True)
    data.prepare()
    size, pair = data.facts["target_size"], data.tokenizer
    batch = data.rows("test")[[0, 1]]
    assert torch.equal(batch.copy_sources[0, : batch.lengths[0]], batch.sources[0, : batch.lengths[0]])
    the, sees, article, dot = pair.encode("The sees the .")
    assert batch.copy_sources[1].tolist() == [the, size, sees, article, size + 1, dot]
    assert batch.sources[1].tolist() == [the, 1, sees, article, 1, dot]
    cat, end = pair.encode("Katze")[0], data.facts["end_id"]
    assert batch.copy_targets[1].tolist()[:6] == [size, size + 1, 1, cat, dot, end]
    assert batch.targets[1].tolist()[:6] == [1, 1, 1, cat, dot, end]


def test_a_truncated_source_has_fewer_own_words(tmp_path):
    rows = [("Yak sees the gnu.", "gnu Yak.")]
    files = {"train": write(tmp_path, SENTENCES), "test": write(tmp_path, rows, "test.tsv")}
    cut = {"shared_vocabulary": True, "copies": True, "max_length": 3, "long_sources": "cut"}
    head, tail = (made(tmp_path, files=files, truncation=part, **cut) for part in ("head", "tail"))
    for data in (head, tail):
        data.prepare()
    size, dot = head.facts["target_size"], head.tokenizer.encode(".")[0]
    assert head.rows("test")[[0]].copy_targets[0, :3].tolist() == [1, size, dot]
    assert tail.rows("test")[[0]].copy_targets[0, :3].tolist() == [size, 1, dot]
    assert tail.rows("test")[[0]].copy_sources[0].tolist()[1:] == [size, dot]


def test_too_many_own_words_are_said(tmp_path):
    files = {"train": write(tmp_path, SENTENCES), "test": write(tmp_path, [("x y z", "x z")], "test.tsv")}
    data = made(tmp_path, files=files, shared_vocabulary=True, copies=True, max_copies=2)
    data.prepare()
    size = data.facts["target_size"]
    assert data.rows("test")[[0]].copy_sources.tolist() == [[size, size + 1, 1]]
    said = "1 sources have more than data.max_copies=2 own words: the others stay unknown"
    assert said in data.provenance["notes"]


def test_two_parallel_files_and_groups(tmp_path):
    (tmp_path / "a.en").write_text("".join(f"{a}\n" for a, _ in SENTENCES), encoding="utf-8")
    (tmp_path / "a.de").write_text("".join(f"{b}\n" for _, b in SENTENCES), encoding="utf-8")
    data = made(tmp_path, files={"train": [str(tmp_path / "a.en"), str(tmp_path / "a.de")]})
    data.prepare()
    assert set(zip(data.inputs("train"), data.targets("train"), strict=True)) <= set(SENTENCES)
    assert data.groups("train") is None
    path = tmp_path / "b.csv"
    path.write_text("id,q,a\n" + "".join(f"{n // 6},{a},{b}\n" for n, (a, b) in enumerate(SENTENCES)))
    grouped = made(
        tmp_path, files={"train": str(path)}, source_column="q", target_column="a", group_column="id"
    )
    grouped.prepare()
    assert not set(grouped.groups("train")) & set(grouped.groups("test"))


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"copies": True}, "^data.shared_vocabulary=false: must be true: a decoder that copies words reads"),
        (
            {"shared_vocabulary": True, "target_tokenizer": CharTokenizer()},
            "^data.shared_vocabulary=true: shares the source's vocabulary: choose target_tokenizer=null",
        ),
        ({"evaluation_length": 5}, "^data.evaluation_length=5: must be at least data.max_length=100"),
        ({"batch_tokens": None}, "^data.batch_size=null: data.batch_size or data.batch_tokens must be a num"),
        ({"group_column": "id"}, "^data.group_column=id: no such column"),
    ],
)
def test_settings_that_clash_are_refused(tmp_path, settings, message):
    with pytest.raises(SettingError, match=message):
        made(tmp_path, **settings).prepare()


def test_a_run_keeps_its_tokenizers(tmp_path):
    first = made(tmp_path)
    first.prepare()
    save(first.tokenizer, tmp_path / "tokenizer.json")
    saved = SavedTokenizer(tmp_path / "tokenizer.json")
    again = made(tmp_path, tokenizer=saved)
    again.prepare()
    assert again.tokenizer.to_json() == first.tokenizer.to_json()
    save(words_of(SENTENCES), tmp_path / "words.json")
    one = SavedTokenizer(tmp_path / "words.json", other_data=True)
    with pytest.raises(
        SettingError, match=r"is the tokenizer of one side: choose target_tokenizer=\.\.\., or"
    ):
        made(tmp_path, tokenizer=one)
    mixed = made(tmp_path, tokenizer=one, target_tokenizer=CharTokenizer())
    mixed.prepare()
    assert mixed.tokenizer.source.to_json() == words_of(SENTENCES).to_json()


def words_of(rows):
    tokenizer = words()
    tokenizer.train([source for source, _ in rows])
    return tokenizer


def test_a_trained_source_tokenizer_is_kept_and_the_target_learns_its_own(tmp_path):
    trained = words_of(SENTENCES[:50])
    made(tmp_path).prepare()  # the cache has these files with a vocabulary of their own
    data = made(tmp_path, tokenizer=trained)
    data.prepare()
    assert data.tokenizer.source.to_json() == trained.to_json()
    assert "Katze" in data.tokenizer.target.vocabulary
    assert "cat" not in data.tokenizer.target.vocabulary


def test_a_package_can_change_the_settings_of_its_pairs(tmp_path, monkeypatch):
    path = tmp_path / "texts.csv"
    path.write_text("part,en,de\n" + "".join(f"{n // 9},{a},{b}\n" for n, (a, b) in enumerate(SENTENCES)))
    stored = Stored({"train": path}, False, ["a stand-in"])
    monkeypatch.setattr("rnnlab.data.package.fetch", lambda *_: stored)
    package = {"settings": {"group_column": "part", "test_fraction": 0.3}}
    files = {"train": "nowhere/a.tsv", "test": "nowhere/b.tsv"}
    columns = {"source_column": "en", "target_column": "de"}
    data = made(tmp_path, files=files, package=package, source="auto", data_dir=tmp_path, **columns)
    data.prepare()
    assert (data.provenance["source"], data.provenance["official"]) == ("package", False)
    assert data.provenance["notes"][0] == "a stand-in"
    assert data.provenance["rows"]["test"] == 27
    assert not set(data.groups("train")) & set(data.groups("test"))
