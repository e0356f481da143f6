"""A long text in blocks gives the tokens of the whole text."""

import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnlab.tokenizer import BpeTokenizer, ByteBpeTokenizer, CharTokenizer, UnigramTokenizer, WordTokenizer
from rnnlab.tokenizer.blocks import Blocks, Span, cut, drops_blank, pieces
from rnnlab.tokenizer.digest import digest

WORDS = ["the", "cat's", "ΟΔΟΣ", "a", "b4!", "x:D", "don’t", "<url>", "é", "...", "naïve"]
BLANKS = [" ", "  ", "\n", "\n\n", " \n", "\n ", "\t", " " * 20 + "\n"]
TEXTS = st.lists(st.tuples(st.sampled_from(WORDS), st.sampled_from(BLANKS)), max_size=40).map(
    lambda parts: "".join(word + blank for word, blank in parts)
)
CORPUS = "\n".join(f"{WORDS[n % 11]} so {WORDS[n * 7 % 11]} it goes on {n % 13}" for n in range(90))
KINDS = {
    "char": CharTokenizer(lowercase=True),
    "word": WordTokenizer(min_count=1),
    "lines": WordTokenizer(min_count=1, line_ends=True),
    "bpe": BpeTokenizer(80, min_count=1),
    "byte_bpe": ByteBpeTokenizer(275, min_count=1),
    "unigram": UnigramTokenizer(40, min_count=1),
    "exact": BpeTokenizer(90, lowercase=False, min_count=1, exact=True),
}


@pytest.fixture(scope="module", autouse=True)
def _trained():
    for tokenizer in KINDS.values():
        tokenizer.train([CORPUS])


@pytest.mark.parametrize("tokenizer", KINDS.values(), ids=KINDS)
@given(text=TEXTS, size=st.integers(12, 60))
def test_pieces_give_the_ids_of_the_whole_text(tokenizer, text, size):
    drop = drops_blank(tokenizer.settings())
    parts = list(pieces(text, size, drop))
    assert all(len(part) <= size for part in parts)
    if is_cut_between_words(text, size, drop):
        ids = [number for part in parts for number in tokenizer.encode(part)]
        assert ids == tokenizer.encode(text)


def is_cut_between_words(text, size, drop):
    """False where a piece has no blank between two words: it is cut anywhere."""
    start = 0
    while len(text) - start > size:
        end, following = cut(text[start : start + size], drop)
        if end == size:
            return False
        start += following
    return True


def test_a_text_is_cut_before_a_line_end_between_words_or_else_a_blank():
    assert cut("one two\nthree four\n\nfive", False) == (7, 7)
    assert cut("one two  \n three four", False) == (16, 16)
    assert cut("one two\nthree four\nfive", True) == (13, 14)
    assert cut("one\n\ntwo", False) == (8, 8)
    assert cut("", False) == (0, 0)


def test_pieces_make_up_the_text():
    text = "some words and\nlines of a text " * 50
    assert "".join(pieces(text, 100, False)) == text
    assert " ".join(pieces(text, 100, True)) == text
    assert max(map(len, pieces("x" * 250, 100, False))) == 100
    assert list(pieces("", 100, False)) == [""]


@pytest.fixture
def blocks(tmp_path):
    """Blocks of two texts in a file, the first of two blocks."""
    (tmp_path / "text").write_bytes("one é\ntwotext".encode())
    spans = [Span(tmp_path / "text", *ends) for ends in ((0, 6), (6, 10), (10, 14))]
    return Blocks(spans, [Span(tmp_path / "text", 0, 10), spans[2]])


def test_blocks_are_read_from_their_file_in_any_process(blocks):
    assert list(blocks) == ["one é", "\ntwo", "text"]
    part = pickle.loads(pickle.dumps(blocks[1:]))
    assert isinstance(part, Blocks)
    assert list(part) == ["\ntwo", "text"]


def test_their_digest_is_that_of_the_whole_texts(blocks):
    assert digest(blocks) == digest(["one é\ntwo", "text"]) != digest(["one é", "\ntwo", "text"])


@pytest.mark.parametrize("name", KINDS)
def test_a_tokenizer_learns_the_same_from_blocks_and_from_the_text(name, tmp_path, monkeypatch):
    monkeypatch.setattr("rnnlab.tokenizer.preparation._PIECE", 40)
    text = CORPUS
    (tmp_path / "text").write_text(text, encoding="utf-8")
    tokenizer, other = (type(KINDS[name]).from_json(KINDS[name].to_json()) for _ in range(2))
    content, spans, start = text.encode(), [], 0
    drop = drops_blank(tokenizer.settings())
    for part in pieces(text, 200, drop):
        spans.append(Span(tmp_path / "text", start, start + len(part.encode())))
        start = spans[-1].end + drop
    tokenizer.train([text])
    other.train(Blocks(spans, [Span(tmp_path / "text", 0, len(content))]))
    assert other.to_json() == tokenizer.to_json()
    assert len(spans) > 10
