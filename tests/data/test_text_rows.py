import pickle
import tracemalloc

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnlab.data.encode import clean_texts, encode_texts
from rnnlab.data.file_format import Format
from rnnlab.data.labelled import build
from rnnlab.data.split_spec import SplitSpec
from rnnlab.data.text_rows import clean_rows, encode_rows
from rnnlab.text.cleaner import Cleaner
from rnnlab.tokenizer import BpeTokenizer, CharTokenizer, WordTokenizer

TEXTS = st.lists(st.text(st.characters(codec=None), max_size=9), max_size=8)


@given(TEXTS, st.data())
def test_rows_are_the_texts_that_were_cleaned(tmp_path_factory, texts, data):
    path = tmp_path_factory.mktemp("rows") / "texts.txt"
    rows = clean_rows(texts, Cleaner({}), 1, path)
    assert (len(rows), list(rows)) == (len(texts), clean_texts(texts, Cleaner({})))
    assert [rows[place] for place in range(len(rows))] == list(rows)
    part = data.draw(st.slices(len(texts)))
    assert list(pickle.loads(pickle.dumps(rows[part]))) == list(rows)[part]
    chosen = data.draw(st.lists(st.integers(0, len(texts) - 1), max_size=5)) if texts else []
    assert list(rows.take(np.array(chosen, np.int64))) == [list(rows)[row] for row in chosen]


def test_a_slice_is_small_when_it_is_sent(tmp_path):
    rows = clean_rows(["text " * 1000] * 1000, Cleaner({}), 1, tmp_path / "texts.txt")
    assert list(rows)[5] == rows[5]  # it is mapped
    assert len(pickle.dumps(rows[:1000])) < 20_000


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize("tokenizer", [WordTokenizer(), CharTokenizer(), BpeTokenizer(60)])
def test_ids_are_those_of_a_list_of_the_texts(tmp_path, tokenizer, workers):
    texts = [f"a text. a number {n}!" * (n % 4) for n in range(1200)]
    rows = clean_rows(texts, Cleaner({}), workers, tmp_path / "texts.txt")
    tokenizer.train(rows, workers)
    other = type(tokenizer).from_json(tokenizer.to_json())
    other.train(texts)
    assert (other.to_json(), other.trained_on) == (tokenizer.to_json(), tokenizer.trained_on)
    found, expected = encode_rows(tokenizer, rows, workers, tmp_path / "ids.npy"), encode_texts(other, texts)
    assert isinstance(found.ids, np.memmap)
    assert found.ids.dtype == expected.ids.dtype
    assert all(np.array_equal(a, b) for a, b in zip(found, expected, strict=True))


def spec():
    return SplitSpec("text", "label", None, 0.1, 0.1, 0, form=Format())


def test_texts_are_in_memory_once(tmp_path):
    rows, words = 3000, " ".join(f"word{n}" for n in range(300))
    lines = [f"{n} {words},{('no', 'yes')[n % 2]}" for n in range(rows)]
    path = tmp_path / "train.csv"
    path.write_text("\n".join(["text,label", *lines]) + "\n")
    size, cleaner = path.stat().st_size, Cleaner({"html_breaks": True, "whitespace": True})
    tracemalloc.start()
    try:
        corpus = build({"train": path}, spec(), cleaner, WordTokenizer(), 1, tmp_path)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert len(corpus.splits["train"].labels) == 2430
    assert all(isinstance(split.ids, np.memmap) for split in corpus.splits.values())
    assert 1 < peak / size < 1.9  # the file's rows, a chunk of a thousand of them, and what each row needs
