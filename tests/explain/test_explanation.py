"""A text as the network reads it: one token, span and id each, whatever the tokenizer."""

import pytest

from rnnlab.explain.sheet import Sheet, pieces
from rnnlab.tokenizer.char import CharTokenizer
from rnnlab.tokenizer.sentence import SentenceTokenizer
from rnnlab.tokenizer.subword import BpeTokenizer, ByteBpeTokenizer
from rnnlab.tokenizer.word import WordTokenizer

TEXT = "Good film 🙂! Not unfilmable."


@pytest.mark.parametrize(
    "tokenizer",
    [
        WordTokenizer(min_count=1),
        SentenceTokenizer(min_count=1),
        CharTokenizer(),
        BpeTokenizer(vocab_size=30, min_count=1),
        ByteBpeTokenizer(vocab_size=265, min_count=1),
    ],
    ids=lambda tokenizer: type(tokenizer).__name__,
)
def test_the_pieces_of_a_sheet_are_the_text(bag, opened, tokenizer):
    tokenizer.train(["good film . not bad", "a film ! good"])
    reading = opened(bag, "language_modeling", words=tokenizer).explainer.reading(TEXT)
    assert len(reading.ids) == len(reading.tokens) == len(reading.spans)
    assert reading.ids == tokenizer.encode(TEXT)
    assert all(reading.tokens)
    shown = list(pieces(Sheet("", reading.text, reading.tokens, reading.spans, [])))
    assert "".join(piece.text for piece in shown) == TEXT


def test_a_text_without_tokens_is_one_unknown_token(bag, opened):
    assert opened(bag).explainer.reading(" ")[1:] == ([1], ["<unk>"], [(0, 0)], 0)
