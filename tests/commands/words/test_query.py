"""A word's vector: of its token, of its pieces, or of its character n-grams."""

import numpy as np
import pytest

from rnnlab.commands.words.query import FROM_NGRAMS, query
from rnnlab.errors import SettingError
from rnnlab.tokenizer.char import CharTokenizer
from rnnlab.tokenizer.word import WordTokenizer


def words(*texts):
    tokenizer = WordTokenizer(min_count=1)
    tokenizer.train(texts)
    return tokenizer


def ask(word, tokenizer, clean=str.strip, outside=lambda token: None):
    matrix = np.eye(tokenizer.vocab_size, dtype=np.float32)
    return query(word, clean, tokenizer, matrix, outside)


def test_a_word_is_looked_up_as_the_run_would_read_it():
    tokenizer = words("good film")
    found = ask(" Good ", tokenizer)
    assert (found.ids, found.note) == ([tokenizer.vocabulary.index("good")], "")
    assert found.vector.argmax() == found.ids[0]


def test_several_pieces_give_their_mean_which_is_said():
    tokenizer = CharTokenizer()
    tokenizer.train(["abc"])
    found = ask("abb", tokenizer)
    assert found.note == "the mean of its 3 tokens a b b"
    assert found.vector.tolist() == pytest.approx([0, 0, 1 / 3, 2 / 3, 0])


def test_an_unknown_piece_is_left_out_which_is_said():
    assert ask("good!", words("good film")).note == "its token good; 1 more is unknown"
    assert ask("good!?", words("good film")).note == "its token good; 2 more are unknown"


def test_a_token_that_no_text_becomes_is_found_by_its_name():
    tokenizer = words("good film")
    tokenizer.vocabulary.append("##ing")
    assert ask("##ing", tokenizer).ids == [4]


@pytest.mark.parametrize(
    ("word", "parts"),
    [
        ("gooood", ["WORD=gooood: is not in the run's vocabulary", "did you mean good?"]),
        ("<unk>", ["is not in the run's vocabulary"]),
        ("   ", ["the run's cleaning leaves nothing of it"]),
        ("", ["the run's cleaning leaves nothing of it"]),
    ],
)
def test_a_word_without_a_vector_is_an_error_that_names_the_nearest(word, parts):
    with pytest.raises(SettingError) as caught:
        ask(word, words("good film"))
    assert [part for part in parts if part not in str(caught.value)] == []


def test_a_word_outside_the_vocabulary_has_the_vector_of_its_n_grams_where_there_are_such():
    asked = []

    def outside(token):
        asked.append(token)
        return np.full(4, 2.0)

    found = ask("GOOOD", words("good film"), outside=outside)
    assert (found.ids, found.note, asked) == ([], FROM_NGRAMS, ["goood"])
    assert found.vector.tolist() == [2.0] * 4
