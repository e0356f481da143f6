"""Names of tokens."""

from rnnlab.commands.words.query import query
from rnnlab.tokenizer.subword import ByteBpeTokenizer
from rnnlab.tokenizer.token_names import name_of
from rnnlab.tokenizer.word import WordTokenizer


def byte_tokenizer():
    tokenizer = ByteBpeTokenizer(vocab_size=266)
    tokenizer.train(["so good so good good naïve"] * 20)
    return tokenizer


def test_bytes_are_called_by_their_text_where_they_are_whole_characters():
    tokenizer = byte_tokenizer()
    names = [name_of(tokenizer, token) for token in range(tokenizer.vocab_size)]
    assert " good" in names
    assert "Ã" in names  # the first byte of ï alone
    assert names[:2] == ["<pad>", "<unk>"]


def test_other_tokens_are_called_as_in_the_vocabulary():
    tokenizer = WordTokenizer(min_count=1)
    tokenizer.train(["so good"])
    assert [name_of(tokenizer, token) for token in range(4)] == tokenizer.vocabulary


def test_a_word_is_asked_for_as_it_stands_behind_a_blank():
    import numpy as np

    tokenizer = byte_tokenizer()
    found = query("good", str, tokenizer, np.eye(tokenizer.vocab_size, dtype=np.float32), lambda token: None)
    assert [name_of(tokenizer, token) for token in found.ids] == [" good"]
