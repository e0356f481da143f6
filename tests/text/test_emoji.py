import re

import pytest

from rnnlab.text.emoji import emoji, plain_name


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("I 😂 you", "I face with tears of joy you"),
        ("yes👍🏽!", "yes thumbs up !"),
        ("😂😂😂❤️", "face with tears of joy <long> red heart"),
        ("😂 😂", "face with tears of joy face with tears of joy"),
        ("🇬🇧 1️⃣", "united kingdom keycap 1"),
        ("👨‍👩‍👧", "family man woman girl"),
        ("naïve 日本", "naïve 日本"),
        ("🏽", ""),
    ],
)
def test_emoji_become_words(text, cleaned):
    assert emoji(text) == cleaned


def test_drop_leaves_no_words_and_joins_none():
    assert emoji("a😂b 👍🏽", "drop") == "a b"


def test_every_name_is_plain_words():
    from emoji import EMOJI_DATA

    names = [plain_name(characters) for characters in list(EMOJI_DATA)[::7]]
    assert all(re.fullmatch(r"[a-z0-9]+(?: [a-z0-9]+)*", name) for name in names if name)
    assert sum(not name for name in names) <= 5


def test_every_emoji_that_there_is_is_found():
    from emoji import EMOJI_DATA

    assert [sign for sign in EMOJI_DATA if emoji(f"a {sign} b", "drop") != "a b"] == []


def test_what_joins_emoji_is_looked_at_with_them():
    assert emoji("1🇷🇺\u200d*⃣#") == "1 russia keycap #"
    assert emoji("don’t “quote” é ½ 1 # *") == "don’t “quote” é ½ 1 # *"
