import numpy as np
import pytest

from rnnlab.data.encode import clean_texts, encode_texts
from rnnlab.text.cleaner import Cleaner
from rnnlab.tokenizer import BpeTokenizer, CharTokenizer, SentenceTokenizer, WordTokenizer


def trained(tokenizer, texts):
    tokenizer.train(texts)
    return tokenizer


def rows(encoded):
    return [part.tolist() for part in np.split(encoded.ids, encoded.offsets[1:-1])]


def test_ids_lie_one_text_after_the_other():
    tokenizer = trained(CharTokenizer(), ["abc"])
    encoded = encode_texts(tokenizer, ["ab", "c", "bax"])
    assert rows(encoded) == [[2, 3], [4], [3, 2, 1]]
    assert encoded.offsets.tolist() == [0, 2, 3, 6]
    assert not encoded.empty.any()


def test_an_empty_text_becomes_one_unknown_token_and_is_marked():
    tokenizer = trained(WordTokenizer(min_count=1), ["a b"])
    encoded = encode_texts(tokenizer, ["", "a", " \n"])
    assert rows(encoded) == [[1], [2], [1]]
    assert encoded.empty.tolist() == [True, False, True]


@pytest.mark.parametrize(("words", "kind"), [(200, np.uint8), (300, np.uint16), (70_000, np.uint32)])
def test_the_smallest_type_that_holds_the_vocabulary_is_used(words, kind):
    text = " ".join(map(str, range(words)))
    tokenizer = trained(WordTokenizer(vocab_size=None, min_count=1), [text])
    encoded = encode_texts(tokenizer, [text])
    assert encoded.ids.dtype == kind
    assert encoded.ids.tolist() == tokenizer.encode(text)


def test_processes_change_nothing():
    texts = [f"text <br /> number {n}" * (n % 4) for n in range(2300)]
    cleaned = [
        clean_texts(texts, Cleaner({"html_breaks": True, "whitespace": True}), workers) for workers in (1, 2)
    ]
    assert cleaned[0] == cleaned[1]
    assert cleaned[0][1] == "text\nnumber 1"


@pytest.mark.parametrize("tokenizer", [WordTokenizer(), SentenceTokenizer(), BpeTokenizer(60)])
def test_processes_give_the_same_ids(tokenizer):
    texts = [f"a text. a number {n}!" * (n % 4) for n in range(2300)]
    tokenizer.train(texts)
    one, two = (encode_texts(tokenizer, texts, workers) for workers in (1, 2))
    assert all(np.array_equal(a, b) for a, b in zip(one, two, strict=True))
    assert one.ids.dtype == two.ids.dtype
    assert rows(one)[:3] == [[1], *map(tokenizer.encode, texts[1:3])]


def test_no_texts_give_no_ids():
    encoded = encode_texts(trained(CharTokenizer(), ["a"]), [])
    assert encoded.ids.dtype == np.uint8
    assert encoded.offsets.tolist() == [0]
    assert len(encoded.ids) == len(encoded.empty) == 0
