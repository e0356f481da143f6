import pickle

import numpy as np
import pytest

from rnnlab.data.augment.typos import Typos, is_word
from rnnlab.tokenizer import (
    BpeTokenizer,
    ByteBpeTokenizer,
    CharTokenizer,
    SentenceTokenizer,
    UnigramTokenizer,
    WordPieceTokenizer,
    WordTokenizer,
)

TEXT = "the plot was not so wonderful <url> :) and i don't like 42 films"


def trained(kind, **settings):
    tokenizer = kind(**settings)
    tokenizer.train([TEXT] * 2)
    return tokenizer


def noised(tokenizer, text, share, seed=0):
    ids = np.array(tokenizer.encode(text))
    return tokenizer.decode(Typos(tokenizer)(ids, share, np.random.default_rng(seed)).tolist())


def test_a_letter_tokenizer_shows_the_slips_word_by_word():
    tokenizer = trained(CharTokenizer)
    seen = [noised(tokenizer, TEXT, 1.0, seed).split(" ") for seed in range(30)]
    words = TEXT.split(" ")
    for row in seen:
        assert len(row) == len(words)
        for word, new in zip(words, row, strict=True):
            assert abs(len(new) - len(word)) <= 1
            assert is_word(word) or new == word or word.startswith("<")
    assert len({row[5] for row in seen}) > 10


@pytest.mark.parametrize("kind", [CharTokenizer, WordTokenizer])
def test_the_share_is_that_of_the_words(kind):
    words = np.random.default_rng(1).choice(["wonderful", "plots", "was"], 3000)
    tokenizer = kind()
    tokenizer.train([" ".join(words)])
    result = noised(tokenizer, " ".join(words), 0.2).split(" ")
    changed = np.mean([word != new for word, new in zip(words, result, strict=True)])
    assert 0.16 < changed < 0.22  # two equal letters in the other order are no change


def test_only_the_ids_of_mistyped_words_change():
    tokenizer = trained(WordTokenizer, min_count=1)
    ids = np.array(tokenizer.encode(TEXT.replace("don't", "do not")))
    spared = [n for n, one in enumerate(ids.tolist()) if not is_word(tokenizer.decode([one]))]
    for seed in range(20):
        result = Typos(tokenizer)(ids, 1.0, np.random.default_rng(seed))
        assert len(result) == len(ids)
        assert (result[spared] == ids[spared]).all()
        assert (result != ids).sum() >= 4


def test_unknown_words_and_a_share_of_zero_change_nothing():
    tokenizer = trained(WordTokenizer, min_count=1)
    assert noised(tokenizer, "unheard of", 1.0) == "<unk> <unk>"
    assert noised(tokenizer, TEXT, 0.0) == noised(tokenizer, TEXT, 0.0, 1)


def test_what_is_remembered_is_not_sent_to_other_processes():
    typos = Typos(trained(WordTokenizer))
    ids = np.array(typos.tokenizer.encode(TEXT))
    copy = pickle.loads(pickle.dumps(typos))
    results = [noise(ids, 0.5, np.random.default_rng(3)).tolist() for noise in (typos, copy, typos)]
    assert results[0] == results[1] == results[2]
    assert len(pickle.dumps(typos)) == len(pickle.dumps(copy))


@pytest.mark.parametrize(
    ("kind", "size"),
    [(BpeTokenizer, 75), (ByteBpeTokenizer, 280), (WordPieceTokenizer, 75), (UnigramTokenizer, 35)],
)
def test_words_of_several_pieces_are_mistyped_as_one(kind, size):
    text = "extraordinary unbelievable film , really wonderful"
    letters = "abcdefghijklmnopqrstuvwxyz"
    tokenizer = kind(vocab_size=size)
    tokenizer.train([text, "film wonderful ordinary believe real " * 3, letters, *letters, letters[::-1]] * 2)
    words = text.split(" ")
    assert len(tokenizer.encode(text)) > 2 * len(words)
    for seed in range(10):
        row = noised(tokenizer, text, 1.0, seed).split(" ")
        assert [abs(len(new) - len(word)) <= 1 for word, new in zip(words, row, strict=True)] == [True] * 6
        assert sum(new != word for word, new in zip(words, row, strict=True)) >= 3
        assert row[3] == ","


def test_mistyping_a_word_closes_no_sentence():
    tokenizer = trained(SentenceTokenizer, min_count=1)
    result = noised(tokenizer, "the plot was good. so wonderful", 1.0).split(" ")
    assert [place for place, word in enumerate(result) if word == "<s>"] == [5, 8]
