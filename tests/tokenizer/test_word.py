import pickle
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnlab.errors import SettingError
from rnnlab.tokenizer import WordTokenizer
from rnnlab.tokenizer import word as word_module

ANY_TEXT = st.text(st.characters(codec=None), max_size=80)
BUSY_TEXT = st.text(st.sampled_from(list("abD1279 .,:;=-'’()/@#<3_\n\téİ😂\u0301\u2028")), max_size=60)


def trained(texts, **settings):
    tokenizer = WordTokenizer(**{"min_count": 1, **settings})
    tokenizer.train(texts)
    return tokenizer


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("I don’t LIKE it's", ["i", "don't", "like", "it's"]),
        ("1,000 or 3.5 at 10:30, 8/10.", ["1,000", "or", "3.5", "at", "10:30", ",", "8", "/", "10", "."]),
        ("the '80s, 2nd", ["the", "'", "80s", ",", "2nd"]),
        (
            "Wow!!! :) :-( ;-P :'( =D :/ <3 </3",
            ["wow", "!", "!", "!", ":)", ":-(", ";-p", ":'(", "=d", ":/", "<3", "</3"],
        ),
        ("http://t.co", ["http", ":", "/", "/", "t", ".", "co"]),
        ("@User_1 loves #BestDayEver", ["@user_1", "loves", "#bestdayever"]),
        ("_great_ 😂😂 x<30", ["_", "great", "_", "😂", "😂", "x", "<", "30"]),
        ("हिन्दी में नमस्ते #हिन्दी", ["हिन्दी", "में", "नमस्ते", "#हिन्दी"]),
        ("cafe\u0301s ❤️❤️ தமிழ்", ["cafe\u0301s", "❤️", "❤️", "தமிழ்"]),
        ("so <long>, </b><3<url>a<b", ["so", "<long>", ",", "</b>", "<3", "<url>", "a", "<", "b"]),
        ("", []),
        (" \n\t\u2028", []),
    ],
)
def test_split_keeps_together_what_belongs_together(text, tokens):
    assert WordTokenizer().split(text) == tokens


def test_case_can_be_kept():
    assert WordTokenizer(lowercase=False).split("A :D") == ["A", ":D"]


@given(text=st.one_of(ANY_TEXT, BUSY_TEXT), lowercase=st.booleans())
def test_encoding_looks_up_the_tokens_of_split(text, lowercase):
    tokenizer = trained([text[::2], text], lowercase=lowercase)
    assert [tokenizer.vocabulary[i] for i in tokenizer.encode(text)] == tokenizer.split(text)


LINES = "the <unk> of n.\n\n no <unk> , N\n"


def test_line_ends_are_tokens_where_asked_for():
    tokenizer = trained([LINES], line_ends=True, pieces="blanks", lowercase=False)
    assert tokenizer.vocabulary[:3] == ["<pad>", "<unk>", "<eos>"]
    shown = ["the", "<unk>", "of", "n.", "<eos>", "<eos>", "no", "<unk>", ",", "N", "<eos>"]
    ids = tokenizer.encode(LINES)
    assert [tokenizer.vocabulary[number] for number in ids] == tokenizer.split(LINES) == shown
    assert tokenizer.decode(ids) == "the <unk> of n.\n\nno <unk> , N\n"
    assert len(ids) == len(LINES.split()) + LINES.count("\n")  # what published perplexities are means over
    assert [LINES[start:end] for start, end in tokenizer.offsets(LINES)] == [
        "\n" if token == "<eos>" else token for token in shown
    ]


@pytest.mark.parametrize("settings", [{}, {"line_ends": True}, {"pieces": "blanks"}])
def test_a_written_unk_is_the_unknown_token_and_no_word(settings):
    tokenizer = trained(["a <unk> b <pad> c"], **settings)
    assert tokenizer.vocabulary.count("<unk>") == tokenizer.vocabulary.count("<pad>") == 1
    assert tokenizer.encode("<unk> b")[0] == tokenizer.encode("<pad>")[0] == 1


def test_a_written_eos_is_a_line_end_where_these_are_tokens():
    assert trained(["a b"], line_ends=True).encode("<eos>\n") == [2, 2]
    assert trained(["a <eos> b"]).encode("<eos>") != [1]


@given(text=BUSY_TEXT)
def test_with_line_ends_text_grows_by_what_each_token_adds(text):
    tokenizer = trained([text, "a"], line_ends=True)
    ids = tokenizer.encode(text)
    written = [tokenizer.decode(ids[:count]) for count in range(len(ids) + 1)]
    assert all(after.startswith(before) for before, after in pairwise(written))
    assert tokenizer.encode(written[-1]) == ids or "<" in text
    copy = pickle.loads(pickle.dumps(tokenizer))
    assert (copy.encode(text), copy.settings()) == (ids, tokenizer.settings())


def test_what_is_as_it_always_was_is_not_in_the_file():
    assert not {"line_ends", "pieces"} & set(WordTokenizer().settings())
    chosen = WordTokenizer(line_ends=True, pieces="blanks").settings()
    assert (chosen["line_ends"], chosen["pieces"]) == (True, "blanks")


def test_an_unknown_kind_of_pieces_is_named():
    with pytest.raises(SettingError, match=r"tokenizer\.pieces=blank: no such kind\ndid you mean blanks\?"):
        WordTokenizer(pieces="blank")


@given(text=ANY_TEXT)
def test_no_character_is_lost_but_blanks(text):
    assert "".join(WordTokenizer(lowercase=False).split(text)) == "".join(text.replace("’", "'").split())


def test_frequent_words_come_first_and_equals_in_alphabetical_order():
    tokenizer = trained(["b a c c", "d b a c"], min_count=2)
    assert tokenizer.vocabulary == ["<pad>", "<unk>", "c", "a", "b"]
    assert tokenizer.encode("c d A") == [2, 1, 3]
    assert tokenizer.decode([2, 1, 3, 0]) == "c <unk> a"


def test_vocab_size_counts_pad_and_unknown():
    texts = ["a a a b b c"]
    assert trained(texts, vocab_size=4).vocabulary[2:] == ["a", "b"]
    assert trained(texts, vocab_size=None).vocab_size == 5
    assert trained(texts, vocab_size=4).vocab_size == 4


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"vocab_size": 2}, "tokenizer.vocab_size=2: must be at least 3: <pad>, <unk> and one word"),
        ({"min_count": 0}, "tokenizer.min_count=0: must be at least 1"),
    ],
)
def test_settings_out_of_range_are_refused(settings, message):
    with pytest.raises(SettingError, match=message):
        WordTokenizer(**settings)


def test_more_texts_than_a_chunk_give_the_same_in_processes():
    texts = [f"word{n % 700} and {n % 13}" for n in range(2500)]
    together = WordTokenizer()
    together.train(texts, workers=2)
    assert together.vocabulary == trained(texts, min_count=2).vocabulary


def test_what_it_remembers_is_limited_and_is_not_sent_along(monkeypatch):
    monkeypatch.setattr(word_module, "_MOST", 10)
    tokenizer = trained([" ".join(map(str, range(100)))])
    ids = tokenizer.encode(" ".join(map(str, range(100))) + " " + "x" * 100_000)
    assert len(tokenizer._ids_of.__self__) <= 10
    copy = pickle.loads(pickle.dumps(tokenizer))
    assert len(copy._ids_of.__self__) == 0
    assert copy.encode(" ".join(map(str, range(100))) + " ?") == ids


@pytest.mark.parametrize("character", ["a", ":", "\ud800", "a'"])
def test_a_megabyte_in_one_line_takes_no_time(character):
    text = character * (1_000_000 // len(character))
    assert trained([text]).encode(text)
