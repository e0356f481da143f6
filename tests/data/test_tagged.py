"""The data module of tagged sentences."""

from __future__ import annotations

import pytest

from rnnlab.data.tagged import TaggedData
from rnnlab.data.word_marks import MARKS
from rnnlab.errors import SettingError
from rnnlab.text.cleaner import Cleaner
from rnnlab.tokenizer.char import CharTokenizer
from rnnlab.tokenizer.word import WordTokenizer

SENTENCE = "Ann{0} B-person\nsings O\nin O\nOslo B-place\n\n"


def made(tmp_path, train=30, more=None, tokenizer=None, **settings) -> TaggedData:
    files = {"train": "train.conll", "validation": None, "test": None}
    (tmp_path / "train.conll").write_text("".join(SENTENCE.format(row) for row in range(train)))
    for split, text in (more or {}).items():
        files[split] = f"{split}.conll"
        (tmp_path / f"{split}.conll").write_text(text)
    tokenizer = tokenizer or WordTokenizer(min_count=2, pieces="blanks")
    parts = {"hub": None, "package": None, "tokenizer": tokenizer, "cleaner": Cleaner({}), "source": "files"}
    return TaggedData("mine", files, data_dir=tmp_path, cache_dir=tmp_path, **parts, **settings)


def test_rows_are_held_out_of_train_and_their_words_stay_unseen(tmp_path):
    data = made(tmp_path)
    data.prepare()
    assert data.provenance["rows"] == {"train": 22, "validation": 2, "test": 6}
    assert data.provenance["tokens"]["train"] == 88
    names = [words[0] for split in ("train", "validation", "test") for words in data.inputs(split)]
    assert len(set(names)) == 30
    assert data.tokenizer.vocabulary == ["<pad>", "<unk>", "in", "oslo", "sings"]
    assert data.tag_names == ["B-person", "B-place", "O"]
    assert data.facts == {"tags": data.tag_names, "scheme": None, "alphabet": None, "subwords": False}


def test_a_batch_holds_words_tags_and_letters(tmp_path):
    data = made(tmp_path)
    data.reads_letters = True
    data.prepare()
    batch = data.rows("train")[[3, 5]]
    assert batch.tokens.shape == batch.tags.shape == (2, 4)
    assert batch.tags[0].tolist() == [0, 2, 2, 1]
    assert batch.rows.tolist() == [3, 5]
    assert batch.letters.shape == (2, 4, 5)
    assert batch.pieces is None
    again = made(tmp_path)
    again.prepare()
    assert again.provenance["fingerprint"] == data.provenance["fingerprint"]
    assert [row.tolist() for row in again.targets("test")] == [[0, 2, 2, 1]] * 6


def test_pieces_of_words_stand_in_the_batch(tmp_path):
    data = made(tmp_path, tokenizer=CharTokenizer())
    data.prepare()
    batch = data.rows("train")[[0]]
    assert batch.pieces[0].tolist()[1:] == [5, 2, 4]
    assert batch.tokens.shape[1] == batch.pieces.sum()
    assert data.encoded("train").lengths.tolist()[0] == batch.pieces.sum()


def test_long_train_rows_are_cut_and_said_and_others_are_read_whole(tmp_path):
    data = made(tmp_path, more={"validation": SENTENCE, "test": SENTENCE}, max_length=3)
    data.prepare()
    assert data.rows("train").lengths.tolist() == [3] * 30
    assert data.rows("test").lengths.tolist() == [4]
    assert data.rows("train")[[0]].tags.shape == (1, 3)
    assert "30 train rows of more than 3 words are truncated (data.max_length)" in data.provenance["notes"]


def test_train_rows_are_drawn_and_left_out_ones_are_counted(tmp_path):
    data = made(
        tmp_path, more={"validation": SENTENCE + "Bob\n\n", "test": SENTENCE}, train_rows=10, on_error="skip"
    )
    data.prepare()
    assert data.provenance["rows"] == {"train": 10, "validation": 1, "test": 1}
    assert data.provenance["skipped"] == {"validation": 1}
    assert any("1 sentence of validation.conll left out" in note for note in data.provenance["notes"])


def test_tags_that_train_lacks_are_said(tmp_path):
    data = made(tmp_path, more={"validation": SENTENCE, "test": "UN B-group\n"})
    data.prepare()
    assert "no train word has the tag B-group" in data.provenance["notes"]
    with pytest.raises(SettingError, match=r"every word of .* has the tag O; at least two are needed"):
        made(tmp_path, 0, {"train": "a O\n\nb O\n\n", "validation": "a O\n", "test": "a O\n"}).prepare()


MORE = "Eva B-PER\nsings O\n\nThe O\nUN B-ORG\n\nin O\nRome B-LOC\n\n"


def test_sentences_of_another_data_set_are_added_to_train_under_our_names(tmp_path):
    more = {"validation": SENTENCE, "test": SENTENCE, "more": MORE}
    data = made(tmp_path, more=more, more_types={"PER": "person", "LOC": "place"})
    data.prepare()
    assert data.provenance["rows"] == {"train": 32, "validation": 1, "test": 1}
    assert data.inputs("train")[-2:] == [["Eva", "sings"], ["in", "Rome"]]
    assert data.rows("train")[[30, 31]].tags.tolist() == [[0, 2], [2, 1]]
    assert data.tag_names == ["B-person", "B-place", "O"]
    note = "2 more sentences to train on from more.conll; 1 with other types than PER, LOC are left out"
    assert note in data.provenance["notes"]
    alone = made(tmp_path, more={"validation": SENTENCE, "test": SENTENCE})
    alone.prepare()
    assert alone.provenance["fingerprint"] != data.provenance["fingerprint"]


def test_entities_that_are_none_here_are_outside(tmp_path):
    text = "@ B-PER\nann I-PER\nsees O\nEva B-PER\n@bob B-ORG\nof O\nRome B-LOC\n\n"
    more = {"validation": SENTENCE, "test": SENTENCE, "more": text}
    data = made(tmp_path, more=more, more_types={"PER": "person", "LOC": "place"}, more_outside="@")
    data.prepare()
    found = [data.tag_names[tag] for tag in data.targets("train")[-1]]
    assert found == ["O", "O", "O", "B-person", "O", "O", "B-place"]


def test_types_of_other_sentences_may_stay_as_they_are_but_one_sentence_must(tmp_path):
    more = {"validation": SENTENCE, "test": SENTENCE, "more": MORE}
    data = made(tmp_path, more=more)
    data.prepare()
    assert data.provenance["rows"]["train"] == 33
    assert "B-ORG" in data.tag_names
    with pytest.raises(SettingError, match=r"data.more_types=.*: every sentence of .*more.conll has a type"):
        made(tmp_path, more=more | {"more": "UN B-ORG\n"}, more_types={"PER": "person"}).prepare()


def test_letters_begin_with_marks_of_common_words_where_they_are_wanted(tmp_path):
    data = made(tmp_path, common_words=True)
    data.reads_letters = True
    data.prepare()
    letters = data.rows("train")[[0]].letters[0]
    assert letters[1, 0] != letters[3, 0]  # sings, Oslo
    assert letters[:, 0].max() < letters[:, 1:].max()
    assert data.facts["alphabet"].startswith(MARKS)
