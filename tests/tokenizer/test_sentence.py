from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnlab.errors import SettingError
from rnnlab.tokenizer import SentenceTokenizer, WordTokenizer

TEXT = "It was good. I liked it, Mr. Smith! really"


def trained(texts=(TEXT,), **choices):
    tokenizer = SentenceTokenizer(min_count=1, **choices)
    tokenizer.train(list(texts))
    return tokenizer


def test_every_sentence_is_closed():
    tokenizer = trained()
    assert tokenizer.vocabulary[:3] == ["<pad>", "<unk>", "<s>"]
    expected = "it was good . <s> i liked it , mr . smith ! <s> really <s>"
    assert tokenizer.split(TEXT) == expected.split()
    assert tokenizer.decode(tokenizer.encode(TEXT)) == expected
    assert tokenizer.encode(TEXT).count(tokenizer.sentence_id) == 3


def test_a_long_sentence_is_cut_and_nothing_is_lost():
    tokenizer = trained(max_words=3)
    assert tokenizer.split("it was good mr smith") == ["it", "was", "good", "<s>", "mr", "smith", "<s>"]
    assert tokenizer.split("it was good") == ["it", "was", "good", "<s>"]


@given(text=st.text(st.characters(codec=None), max_size=60), most=st.integers(1, 5))
def test_without_the_ends_it_gives_the_words(text, most):
    tokenizer, words = trained([text], max_words=most), WordTokenizer(min_count=1)
    words.train([text])
    lines = [words.vocabulary[i] for part in text.splitlines() for i in words.encode(part)]
    ids = tokenizer.encode(text)
    assert sorted(tokenizer.vocabulary[i] for i in ids if i != 2) == sorted(lines)
    assert ids == [] or (ids[0] != 2 and ids[-1] == 2)
    assert all(a != 2 or b != 2 for a, b in pairwise(ids))


def test_the_end_of_a_sentence_has_an_empty_span_behind_it():
    spans = trained().offsets(TEXT)
    assert [TEXT[a:b] for a, b in spans[:5]] == ["It", "was", "good", ".", ""]
    assert spans[4] == (12, 12)


def test_the_literal_is_a_word_and_no_end():
    assert trained(["a <s> b"]).encode("<s>")[0] != 2


@pytest.mark.parametrize(
    ("choices", "message"),
    [
        ({"max_words": 0}, "tokenizer.max_words=0: must be at least 1"),
        ({"vocab_size": 3}, "tokenizer.vocab_size=3: must be at least 4"),
    ],
)
def test_settings_out_of_range_are_refused(choices, message):
    with pytest.raises(SettingError, match=message):
        SentenceTokenizer(**choices)
