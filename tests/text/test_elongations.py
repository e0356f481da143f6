import pytest

from rnnlab.text.elongations import elongations, shorten


@pytest.mark.parametrize(
    ("word", "short"),
    [
        ("sooo", "so"), ("gooood", "good"), ("looove", "love"), ("yesss", "yes"), ("cooool", "cool"),
        ("tooo", "too"), ("helllooo", "hello"), ("omggg", "omg"), ("hahahaha", "haha"), ("ahahahah", "haha"),
        ("lololol", "lol"), ("nononono", "nono"), ("SOOO", "SO"), ("ㅋㅋㅋㅋ", "ㅋ"),
    ],
)  # fmt: skip
def test_what_is_drawn_out_is_cut_short(word, short):
    assert shorten(word) == short
    assert elongations(f"it {word}, is") == f"it {short} <long> , is"


@pytest.mark.parametrize(
    "word", ["good", "haha", "see", "banana", "iii", "XXVIII", "www", "httttp", "1000", "mississippi"]
)
def test_other_words_stay(word):
    assert elongations(word) == word


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("no!!!", "no! <long>"),
        ("what???", "what? <long>"),
        ("what?!?!", "what?! <long>"),
        ("what?!", "what?!"),
        ("well......", "well..."),
        ("well...", "well..."),
    ],
)
def test_punctuation(text, cleaned):
    assert elongations(text) == cleaned


def test_a_word_with_many_runs_takes_no_time():
    assert elongations("aaabbbcccdddeeefffggghhhiiijjjkkklllmmmnnnooopppqqq").endswith(" <long>")
