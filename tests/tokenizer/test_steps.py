"""A text with its cleaning steps and tokens."""

import json

from rnnlab.text.cleaner import Cleaner
from rnnlab.tokenizer.steps import Token, tokenized
from rnnlab.tokenizer.word import WordTokenizer


def parts():
    tokenizer = WordTokenizer(min_count=1)
    tokenizer.train(["good film"])
    return Cleaner({"html_entities": True, "whitespace": True}), tokenizer


def test_each_token_has_its_place_in_the_cleaned_text():
    result = tokenized("a  Good &amp; film", *parts())
    assert result.cleaned == "a Good & film"
    assert [result.cleaned[token.start : token.end] for token in result.tokens] == ["a", "Good", "&", "film"]
    assert result.tokens[3] == Token(2, "film", 9, 13)
    assert result.unknown == 2


def test_only_steps_that_changed_something_are_changes():
    result = tokenized("good &amp; bad", *parts())
    assert [name for name, _ in result.steps] == ["html_entities", "whitespace"]
    assert list(result.changes()) == [("html_entities", "good &amp; bad", "good & bad")]


def test_json_has_everything_and_any_text_can_be_written():
    content = json.loads(json.dumps(tokenized("good \ud83d", *parts()).to_json()))
    assert content == {
        "text": "good \ud83d",
        "steps": [
            {"name": "html_entities", "text": "good \ud83d"},
            {"name": "whitespace", "text": "good \ud83d"},
        ],
        "cleaned": "good \ud83d",
        "tokens": [
            {"id": 3, "token": "good", "start": 0, "end": 4},
            {"id": 1, "token": "<unk>", "start": 5, "end": 6},
        ],
        "unknown": 1,
    }


def test_a_cleaner_without_steps_and_an_empty_text():
    result = tokenized("", Cleaner({}), parts()[1])
    assert (result.cleaned, result.tokens, result.unknown) == ("", [], 0)
