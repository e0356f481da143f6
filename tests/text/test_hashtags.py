import pytest

from rnnlab.text.hashtags import hashtags, split_tag


@pytest.mark.parametrize(
    ("tag", "words"),
    [
        ("BestDayEver", "best day ever"),
        ("bestdayever", "best day ever"),
        ("NBAFinals2016", "nba finals 2016"),
        ("throw_back_Thursday", "throw back thursday"),
        ("WINNING", "winning"),
        ("iPhone", "iphone"),
        ("ps4", "ps4"),
        ("日本", "日本"),
        ("http", ""),
    ],
)
def test_a_tag_is_split_into_its_words(tag, words):
    assert split_tag(tag) == words


@pytest.mark.parametrize(
    ("mode", "cleaned"),
    [("split", "so <hashtag> best day ever !"), ("words", "so best day ever !"), ("drop", "so !")],
)
def test_modes(mode, cleaned):
    assert hashtags("so #BestDayEver!", mode) == cleaned


def test_tags_that_touch_are_told_apart():
    assert hashtags("#win#now") == "<hashtag> win <hashtag> now"


@pytest.mark.parametrize("text", ["No #1", "# alone", "C# and F#", "a & b"])
def test_what_is_no_tag_stays(text):
    assert hashtags(text) == text


def test_a_very_long_tag_is_left_in_one_piece():
    assert hashtags(f"#{'qwxz' * 1000}") == f"<hashtag> {'qwxz' * 1000}"
