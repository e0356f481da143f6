"""What `text=tweet` makes of tweets, and `text=review` of reviews."""

import html
import re
import unicodedata
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from rnnlab.text.cleaner import Cleaner

CONF = Path(__file__).parents[2] / "conf" / "text"


def cleaner(choice, **steps):
    return Cleaner(yaml.safe_load((CONF / f"{choice}.yaml").read_text(encoding="utf-8"))["steps"] | steps)


@pytest.mark.parametrize(
    ("tweet", "cleaned"),
    [
        (
            "sooo gooood!!! 😂 #BestDayEver",
            "so <long> good <long> ! <long> face with tears of joy <hashtag> best day ever",
        ),
        ("@user idk tbh, u r gr8 :) http", "<user> i do <not> know to be honest, you are great smile <url>"),
        ("&amp;lt;3 this! OMGGG", "heart this! oh my god <long>"),
        ("can’t wait 4 it at 10:30, I LOVE it", "can <not> wait <number> it at <number> , i love <shout> it"),
        ('"He said ""f**k"" \\""""no\\"""""', '"he said " <censored> " " no <not> "'),
    ],
)
def test_a_tweet(tweet, cleaned):
    assert cleaner("tweet")(tweet) == cleaned


@pytest.mark.parametrize(
    ("step", "kept"),
    [
        ("hashtags", "#bestdayever"), ("elongations", "sooo"), ("slang", "idk"), ("emoji", "😂"),
        ("mentions", "@user"), ("numbers", "10:30"), ("emoticons", ":)"),
        ("urls", "http"), ("censored", "f**k"), ("negation", "don't"),
    ],
)  # fmt: skip
def test_each_step_can_be_switched_off(step, kept):
    text = "sooo 😂 #BestDayEver idk @user http 10:30 :) f**k don't"
    assert kept not in cleaner("tweet")(text).split()
    assert kept in cleaner("tweet", **{step: False})(text).split()


def reviewed_before(text):
    """What reviews went through before steps had names in a config."""
    text = re.sub(r"<br\s*/?>(?:\s*<br\s*/?>)*", "\n", text, flags=re.IGNORECASE)
    text = re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]", "", html.unescape(text))
    text = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n")
    return "\n".join(" ".join(line.split()) for line in text.split("\n")).strip()


# since then control characters and Unicode's line ends become spaces, newlines, or what was meant
WITHOUT_CONTROLS = st.characters(exclude_categories=["Cc", "Cf", "Cs", "Zl", "Zp"])


@given(
    text=st.one_of(
        st.text(WITHOUT_CONTROLS),
        st.lists(st.sampled_from(["<br />", "&amp;", "&#39;", " ", "a\n", "é", "\r"])).map("".join),
    )
)
def test_a_review_is_cleaned_as_it_always_was(text):
    assert cleaner("review")(text) == reviewed_before(text)
