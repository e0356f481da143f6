import pytest

from rnnlab.text.emoticons import EMOTICONS, emoticons


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        (":)", "smile"), (":-)))", "smile"), ("=)", "smile"), ("(:", "smile"), (": )", "smile"),
        (":(", "sad"), (":-[", "sad"), ("D:", "sad"), (":'(", "cry"), ("T_T", "cry"), (":D", "laugh"),
        ("^_^", "smile"), ("xDDD", "laugh"), (":')", "laugh"), (";)", "wink"), (":P", "playful"),
        (":-/", "unsure"), (":o", "surprise"), ("O_o", "surprise"), (":|", "neutral"), ("-_-", "neutral"),
        ("<3", "heart"), ("<333", "heart"), ("</3", "broken heart"), (":*", "kiss"), (">:(", "angry"),
        ("8-)", "cool"), (r"\o/", "cheer"),
    ],
)  # fmt: skip
def test_an_emoticon_becomes_its_meaning(text, meaning):
    assert emoticons(text) == meaning
    assert emoticons(f"so {text}") == f"so {meaning}"
    assert emoticons(f"so {text}", "drop") == "so"


@pytest.mark.parametrize(
    "text",
    [
        "at 10:30 or 4:3", "http://a.org/x", "(D: the fourth)", "a list: one", "8) eight", "<30 people",
        "I:Party", "mix: Dr. No", "boxd", "a; b", "(in 2015): yes", "key=value", "<url> <user>",
    ],
)  # fmt: skip
def test_what_prose_holds_by_chance_stays(text):
    assert emoticons(text) == text


def test_no_meaning_is_an_emoticon():
    assert emoticons(" ".join(EMOTICONS)) == " ".join(EMOTICONS)
