"""What every tokenizer does, whatever its tokens are."""

import json
import os
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnlab.errors import SettingError
from rnnlab.text.marks import MARKS
from rnnlab.tokenizer import (
    BpeTokenizer,
    ByteBpeTokenizer,
    CharTokenizer,
    SentenceTokenizer,
    UnigramTokenizer,
    WordPieceTokenizer,
    WordTokenizer,
    load,
    save,
)

ANY_TEXT = st.text(st.characters(codec=None), max_size=60)
BUSY = [
    *"abtheD19 .,!?…:;=-'’()/@#<3_\n\t\r\x00\x1f\u2028éßİΣςДяहि\u0301\u200d❤\ufe0f😂\ud800",
    *MARKS,
    "<pad>",
]
BUSY_TEXT = st.lists(st.sampled_from(BUSY), max_size=30).map("".join)
TEXTS = st.one_of(ANY_TEXT, BUSY_TEXT)
CORPUS = [
    "The cat sat on the mat, and the other cats didn't. <url> that is how it goes... isn't it?",
    "the theatre is there; another other mother, father and brother bothered the others <user> 3 times!!",
    "ein schöner Tag, हिन्दी में नमस्ते, ❤️ 😂😂 İstanbul ΣΑΣ é",
] * 3
KINDS = {
    "char": CharTokenizer(),
    "char_lower": CharTokenizer(lowercase=True),
    "word": WordTokenizer(min_count=1),
    "sentence": SentenceTokenizer(min_count=1, max_words=5),
    "bpe": BpeTokenizer(160),
    "bpe_cased": BpeTokenizer(160, lowercase=False),
    "byte_bpe": ByteBpeTokenizer(300),
    "byte_bpe_lower": ByteBpeTokenizer(300, lowercase=True),
    "wordpiece": WordPieceTokenizer(160),
    "unigram": UnigramTokenizer(70),
    "bpe_exact": BpeTokenizer(140, lowercase=False, exact=True),
}
EXACT = ("bpe_exact",)
SUBWORDS = [name for name in KINDS if name.startswith(("bpe", "byte", "wordpiece", "unigram"))]


@pytest.fixture(scope="module", autouse=True)
def _trained():
    for tokenizer in KINDS.values():
        tokenizer.train(CORPUS)


def tokenizers(names=KINDS):
    return pytest.mark.parametrize("tokenizer", [pytest.param(KINDS[name], id=name) for name in names])


@tokenizers()
@given(text=TEXTS)
def test_ids_lie_in_the_vocabulary_and_never_pad(tokenizer, text):
    ids = tokenizer.encode(text)
    assert all(0 < number < tokenizer.vocab_size for number in ids)
    assert isinstance(tokenizer.decode(ids), str)
    assert tokenizer.decode([*ids, 0, 0]) == tokenizer.decode(ids)


@tokenizers()
@given(text=TEXTS)
def test_split_gives_the_tokens_of_the_ids(tokenizer, text):
    unknown = tokenizer.unknown_id
    pairs = list(zip(tokenizer.encode(text), tokenizer.split(text), strict=True))
    assert all(number == unknown or tokenizer.vocabulary[number] == token for number, token in pairs)


@tokenizers()
@given(texts=st.lists(TEXTS, max_size=4))
def test_a_batch_is_the_same_as_one_after_the_other(tokenizer, texts):
    assert tokenizer.encode_batch(texts) == list(map(tokenizer.encode, texts))


@tokenizers()
@given(text=TEXTS)
def test_offsets_are_spans_of_the_text_in_order(tokenizer, text):
    spans = tokenizer.offsets(text)
    assert len(spans) == len(tokenizer.encode(text))
    assert all(0 <= start <= end <= len(text) for start, end in spans)
    assert spans == sorted(spans)


@tokenizers([name for name in KINDS if name not in ("byte_bpe", "byte_bpe_lower", "unigram")])
@given(text=TEXTS)
def test_a_span_holds_the_token(tokenizer, text):
    for (start, end), number, token in zip(
        tokenizer.offsets(text), tokenizer.encode(text), tokenizer.split(text), strict=True
    ):
        there = text[start:end].replace("’", "'")
        there = there.lower().replace("ς", "σ") if tokenizer.lowercase else there
        token = token.replace("ς", "σ") if tokenizer.lowercase else token  # at the end of a word, Σ is ς
        token = token.removeprefix(" ") if tokenizer.settings().get("exact") else token
        inner = start and token.startswith("##") and tokenizer.settings()["type"] in ("bpe", "wordpiece")
        if number != tokenizer.unknown_id and number != getattr(tokenizer, "sentence_id", None):
            assert (token[2:] if inner else token) in there or "i̇" in there


@tokenizers(SUBWORDS)
@given(text=TEXTS)
def test_spans_of_pieces_hold_every_character_but_blanks(tokenizer, text):
    seen = {place for start, end in tokenizer.offsets(text) for place in range(start, end)}
    assert "".join(text[place] for place in range(len(text)) if place not in seen).strip() == ""


@tokenizers(["byte_bpe", "byte_bpe_lower"])
@given(text=TEXTS)
def test_byte_bpe_gives_back_every_text(tokenizer, text):
    expected = text.lower() if tokenizer.lowercase else text
    expected = "".join("\ufffd" if "\ud800" <= c <= "\udfff" else c for c in expected)
    ids = tokenizer.encode(text)
    assert tokenizer.decode(ids) == expected
    assert tokenizer.unknown_id not in ids


@tokenizers(EXACT)
@given(text=TEXTS)
def test_pieces_with_blanks_give_back_every_text_of_known_characters(tokenizer, text):
    known = set("".join(CORPUS))
    text = "".join(character for character in text if character in known)
    ids = tokenizer.encode(text)
    assert tokenizer.unknown_id in ids or tokenizer.decode(ids) == text
    assert tokenizer.decode(tokenizer.encode("the cat,  didn't it? ")) == "the cat,  didn't it? "


@tokenizers(EXACT)
def test_small_texts_give_a_small_vocabulary_of_pieces_with_blanks(tokenizer):
    small = type(tokenizer)(5000, lowercase=False, exact=True)
    small.train(CORPUS)
    assert 100 < small.vocab_size < 200


@tokenizers(["wordpiece"])
def test_pieces_with_blanks_are_for_two_kinds(tokenizer):
    with pytest.raises(SettingError, match=r"^tokenizer.exact=true: is for tokenizer=bpe and unigram$"):
        type(tokenizer)(160, exact=True)


@tokenizers()
def test_lower_case_that_is_longer_shifts_no_span(tokenizer):
    text = "İİİİ the cat"
    spans = tokenizer.offsets(text)
    ends = [end for start, end in spans if end > start]
    assert max(ends) == len(text)
    assert text[spans[-2 if spans[-1][0] == spans[-1][1] else -1][0] :] in ("t", "at", "cat", " cat")


@tokenizers(SUBWORDS)
def test_the_names_of_pad_and_unknown_are_plain_text(tokenizer):
    ids = tokenizer.encode("<pad> the <unk>")
    assert 0 not in ids
    assert [token for token in tokenizer.split("<pad> the <unk>") if token == "<pad>"] == []
    if tokenizer.settings()["type"] == "byte_bpe":
        assert tokenizer.decode(ids) == "<pad> the <unk>"


@tokenizers([name for name in KINDS if not name.startswith("char") and name not in EXACT])
def test_a_mark_is_one_token_wherever_it_stands(tokenizer):
    for text in ("the <url> other", "the<url>other", "<url>", "<URL> <url>."):
        assert tokenizer.split(text).count("<url>") >= 1
        assert "<url>" in text
    number = tokenizer.vocabulary.index("<url>")
    assert tokenizer.encode("<url>")[0] == number
    assert "<url>" in tokenizer.decode(tokenizer.encode("the <url> other"))


@tokenizers()
def test_a_copy_that_was_sent_or_saved_gives_the_same(tokenizer, tmp_path):
    save(tokenizer, tmp_path / "tokenizer.json")
    for copy in (pickle.loads(pickle.dumps(tokenizer)), load(tmp_path / "tokenizer.json")):
        assert type(copy) is type(tokenizer)
        assert copy.to_json() == tokenizer.to_json()
        assert copy.trained_on == tokenizer.trained_on is not None
        assert [copy.encode(text) for text in CORPUS] == [tokenizer.encode(text) for text in CORPUS]
    assert "trained_on" not in tokenizer.settings()
    json.dumps(tokenizer.settings())


@tokenizers()
@pytest.mark.parametrize("workers", [2, None])
def test_the_same_texts_give_the_same_tokenizer(tokenizer, workers):
    again = type(tokenizer).from_json({**tokenizer.to_json(), "library": None, "vocabulary": []})
    again.train(CORPUS, workers)
    assert again.to_json() == tokenizer.to_json()


def one_line(tokenizer, piece, size):
    text = piece * (size // len(piece))
    assert tokenizer.encode(text)
    assert tokenizer.encode("") == []


@tokenizers()
@pytest.mark.parametrize("piece", ["a", "é", "!", "😂", "a'", ".", ". ", "\ud800", "<url>", "the "])
def test_a_long_line_passes(tokenizer, piece):
    one_line(tokenizer, piece, 20_000)


@pytest.mark.slow
@tokenizers()
@pytest.mark.parametrize("piece", ["a", '."', "é!", "the "])
def test_a_line_of_a_megabyte_passes(tokenizer, piece):
    one_line(tokenizer, piece, 1_000_000)


@pytest.mark.parametrize("piece", ["", " \n", "\x00", "\u200d"])
@tokenizers()
def test_texts_without_words_pass(tokenizer, piece):
    assert len(tokenizer.offsets(piece)) == len(tokenizer.encode(piece))


@pytest.mark.parametrize("tokenizer", [BpeTokenizer(40), UnigramTokenizer(7), WordPieceTokenizer(40)])
def test_a_word_of_a_megabyte_is_learned_from(tokenizer):
    with pytest.raises(SettingError):  # which comes after all texts were read
        tokenizer.train(["ab" * 500_000])


@tokenizers()
def test_an_id_outside_the_vocabulary_is_an_error(tokenizer):
    with pytest.raises(IndexError):
        tokenizer.decode([tokenizer.vocab_size])


@pytest.mark.parametrize("name", SUBWORDS)
def test_more_symbols_than_the_texts_give_are_refused(name):
    tokenizer = type(KINDS[name])(5000)
    with pytest.raises(
        SettingError, match=r"^tokenizer.vocab_size=5000: the training texts give only \d+ sym"
    ):
        tokenizer.train(CORPUS)
    assert not tokenizer.trained


@pytest.mark.parametrize("name", SUBWORDS)
def test_fewer_symbols_than_the_characters_need_are_refused(name):
    with pytest.raises(SettingError, match=r"^tokenizer.vocab_size=20: "):
        type(KINDS[name])(20).train(CORPUS)


def test_training_leaves_the_environment_as_it_was():
    before = dict(os.environ)
    BpeTokenizer(160).train(CORPUS, 1)
    assert dict(os.environ) == before
