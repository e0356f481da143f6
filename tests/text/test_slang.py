import re

import pytest
from wordsegment import Segmenter

from rnnlab.text.slang import slang
from rnnlab.text.slang_table import SLANG
from rnnlab.text.words import plain_english


def test_the_table_has_at_least_300_entries():
    assert len(SLANG) >= 300
    assert all(key == key.lower() and value and value == value.strip() for key, value in SLANG.items())


def test_the_dictionary_is_one_of_plain_english():
    words = plain_english()
    assert len(words) > 150_000
    assert {"so", "ill", "were", "cant", "wont", "hell", "shell", "well", "through", "you"} <= words
    assert not {"idk", "tbh", "smh", "gonna", "lol", "ppl", "thx", "ur"} & words


def test_no_key_is_also_a_plain_english_word():
    assert set(SLANG) & (plain_english() | {"a", "i", "o"}) == set()


def test_no_key_is_among_the_two_thousand_commonest_words_of_more_than_three_letters():
    counts = Segmenter.parse(Segmenter.UNIGRAMS_FILENAME)
    common = sorted(counts, key=counts.__getitem__, reverse=True)[:2000]
    assert {key for key in SLANG if len(key) > 3} & set(common) == set()


@pytest.mark.parametrize("key", SLANG)
def test_an_entry_is_expanded_once_in_any_case_and_stays(key):
    assert slang(f"so {key} :") == f"so {SLANG[key]} :"
    assert slang(key.upper()) == SLANG[key]
    assert slang(SLANG[key]) == SLANG[key]


@pytest.mark.parametrize(
    ("text", "expanded"),
    [
        ("idk, tbh!", "i do not know, to be honest!"),
        ("w/ you b/c y'all", "with you because you all"),
        ("u're gr8", "you are great"),
        ("U.S. at&t R&B t-mobile u2", "U.S. at&t R&B t-mobile u2"),
        ("<u> <n>", "<u> <n>"),
        ("cuban sulk", "cuban sulk"),
    ],
)
def test_whole_words_only(text, expanded):
    assert slang(text) == expanded


def test_no_expansion_holds_what_another_step_would_change():
    assert not [value for value in SLANG.values() if re.search(r"[^a-z' ]", value)]
