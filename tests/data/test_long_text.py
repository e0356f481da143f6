"""Running text that does not fit in memory: cleaned and encoded block by block, with the ids of the whole."""

import numpy as np
import pytest

from rnnlab.data import long_text
from rnnlab.data.long_text import blocks_of, clean_text, ended
from rnnlab.data.running import SplitSpec, build
from rnnlab.errors import SettingError
from rnnlab.text.cleaner import Cleaner
from rnnlab.tokenizer import BpeTokenizer, ByteBpeTokenizer, CharTokenizer, WordTokenizer

PLAIN = Cleaner({"html_entities": "all", "unicode": True, "newlines": True, "whitespace": True})
VERSE = Cleaner({"unicode": True, "newlines": True})
LINE = "Line {}  of the &amp;lt; text,\u0301 cafe\u0301\r\n"
TEXT = "".join(LINE.format(n) + ("" if n % 7 else "  \n\n") for n in range(300))
TOKENIZERS = {
    "char": CharTokenizer(),
    "word": WordTokenizer(min_count=1, line_ends=True),
    "bpe": BpeTokenizer(60),
    "byte_bpe": ByteBpeTokenizer(300),
    "exact": BpeTokenizer(60, exact=True),
}


@pytest.fixture
def path(tmp_path):
    (tmp_path / "text.txt").write_bytes(TEXT.encode())
    return tmp_path / "text.txt"


@pytest.fixture
def small_blocks(monkeypatch):
    monkeypatch.setattr(long_text, "BLOCK", 200)


def built(path, folder, tokenizer, cleaner=VERSE, rows=None):
    folder.mkdir()
    return build({"train": path}, SplitSpec(0.1, 0.1, rows), cleaner, tokenizer, 1, folder)


@pytest.mark.parametrize("cleaner", [PLAIN, VERSE], ids=["plain", "verse"])
def test_cleaned_blocks_make_up_the_cleaned_text(path, tmp_path, small_blocks, cleaner):
    text = clean_text(path, cleaner, 1, tmp_path / "cleaned")
    assert len(text.places) > 40
    whole = cleaner(TEXT)
    assert "".join(text.blocks()) == whole
    assert len(text) == len(whole)
    for start, stop in ((0, 10), (195, 1234), (700, None), (-300, -1), (5, 5)):
        part = text[start:stop]
        assert "".join(part.blocks()) == whole[start:stop]
        assert len(part) == len(whole[start:stop])
        assert "".join(part[3:7].blocks()) == whole[start:stop][3:7]


@pytest.mark.parametrize("tokenizer", TOKENIZERS.values(), ids=TOKENIZERS)
def test_ids_and_vocabulary_are_those_of_the_text_in_one_block(path, tmp_path, monkeypatch, tokenizer):
    one = built(path, tmp_path / "one", tokenizer)
    monkeypatch.setattr(long_text, "BLOCK", 200)
    many = built(path, tmp_path / "many", tokenizer)
    assert many.tokenizer.to_json() == one.tokenizer.to_json()
    assert many.notes == one.notes
    for name, split in one.splits.items():
        assert np.array_equal(many.splits[name].ids, split.ids)
        assert many.splits[name].offsets.tolist() == split.offsets.tolist() == [0, len(split.ids)]
        assert isinstance(many.splits[name].ids, np.memmap)


def test_processes_change_nothing(path, tmp_path, small_blocks):
    texts = [clean_text(path, PLAIN, workers, tmp_path / f"{workers}") for workers in (1, 2)]
    assert (tmp_path / "1").read_bytes() == (tmp_path / "2").read_bytes()
    assert texts[0].places == texts[1].places


def test_the_first_lines_of_many_blocks(path, tmp_path, small_blocks):
    corpus = built(path, tmp_path / "few", CharTokenizer(), rows=50)
    assert "the first 50 of" in corpus.notes[-1]
    text = corpus.tokenizer.decode(corpus.splits["train"].ids)
    assert text == "".join(VERSE(TEXT).splitlines(keepends=True)[:50])


def test_blocks_end_with_a_line_or_else_a_word(small_blocks):
    lines = "some words here\r\n" * 40
    blocks = list(ended([lines[:333], lines[333:]]))
    assert "".join(text + end for text, end in blocks) == lines
    assert {end for _, end in blocks[:-1]} == {"\r\n"}
    assert all(len(text) <= 200 for text, _ in blocks)
    words = list(ended(["word " * 100]))
    assert {end for _, end in words[:-1]} == {" "}
    assert [len(text) for text, _ in ended(["x" * 450])] == [200, 200, 50]


def test_blocks_of_a_tokenizer_that_puts_a_blank_first_leave_one_out(path, tmp_path, small_blocks):
    text = clean_text(path, PLAIN, 1, tmp_path / "cleaned")
    assert "".join(blocks_of([text], False)) == PLAIN(TEXT)
    assert " ".join(blocks_of([text], True)) == PLAIN(TEXT)
    assert len(blocks_of([text, text[:10]], False).texts) == 2


def test_a_file_of_blanks_is_empty(tmp_path, small_blocks):
    (tmp_path / "blank.txt").write_text(" \n" * 500)
    with pytest.raises(SettingError, match="the file is empty"):
        clean_text(tmp_path / "blank.txt", VERSE, 1, tmp_path / "cleaned")


def test_a_shared_text_is_stored_once(path, tmp_path):
    (tmp_path / "own").mkdir()
    corpus = build({"train": path}, SplitSpec(0.1, 0.0), VERSE, CharTokenizer(), 1, tmp_path / "own")
    assert corpus.splits["test"] is corpus.splits["validation"]
    assert sorted(file.name for file in (tmp_path / "own").iterdir()) == [
        "train.npy",
        "train.txt",
        "validation.npy",
    ]
