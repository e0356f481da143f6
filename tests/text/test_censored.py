import pytest

from rnnlab.text.censored import censored


@pytest.mark.parametrize(
    ("spellings", "word"),
    [
        (["f**k", "f*ck", "f***", "F**K", "fu*k", "f#ck", "f@ck"], "fuck"),
        (["sh*t", "s**t", "sh!t", "$hit"], "shit"),
        (["b!tch", "b*tch", "b****"], "bitch"),
        (["a**hole", "a$$hole"], "asshole"),
        (["f***ing", "f*cking"], "fucking"),
        (["d@mn", "d*mn"], "damn"),
        (["a$$", "a*s"], "ass"),
    ],
)
def test_the_spellings_of_a_word_get_one_form(spellings, word):
    for spelling in spellings:
        assert censored(f"what {spelling}, then") == "what <censored> , then"
        assert censored(f"what {spelling}, then", "word") == f"what {word} , then"


@pytest.mark.parametrize("text", ["#$@&%*!", "d****", "qw***"])
def test_what_is_hidden_beyond_knowing_is_marked_in_either_mode(text):
    assert censored(text) == censored(text, "word") == "<censored>"


@pytest.mark.parametrize(
    "text",
    [
        "fuck!",
        "as fuck!!",
        "shit",
        "*need* it",
        "again*to",
        "5*3",
        "$$$ !!!!",
        "pass the sh*",
        "as#tag",
        "as@user",
        "A4",
    ],
)
def test_what_is_not_hidden_stays(text):
    assert censored(text) == text
