import pytest

from rnnlab.errors import SettingError
from rnnlab.generate.decoding.settings import Decoding
from rnnlab.generate.verse import tune_write
from rnnlab.generate.verse.tune import parse
from rnnlab.generate.verse.write import compose
from rnnlab.tokenizer import CharTokenizer

TUNES = [
    f"X:{number}\nT:Lane\nM:2/4\nL:1/8\nK:{key}\n|:{a}|{b}|{a}|{c}:|\n\n"
    for number, (key, a, b, c) in enumerate(
        [("G", "GABd", "e2d2", "G4"), ("D", "dcde", "f2e2", "d4"), ("Am", "ABce", "d2B2", "A4")] * 20, start=1
    )
]


@pytest.fixture(scope="module")
def fiddler(counts):
    text = "\n\n" + "".join(TUNES)
    tokenizer = CharTokenizer()
    tokenizer.train([text])
    return counts(text, tokenizer), tokenizer


def test_a_tune_that_parses_is_found(fiddler):
    tune = compose(*fiddler, "abc", "", Decoding(), seed=1)
    assert parse(tune.text).parses
    assert tune.text.startswith("X:")
    assert tune.text.endswith("\n")
    assert "\n\n" not in tune.text
    assert tune.report.startswith("parses at try ")
    assert tune.measured is None
    assert tune == compose(*fiddler, "abc", "", Decoding(), seed=1)
    assert tune.text != compose(*fiddler, "abc", "", Decoding(), seed=1, number=1).text


def test_a_prompt_is_kept(fiddler):
    tune = compose(*fiddler, "abc", "X:7\nT:Lane\nM:2/4\nL:1/8\nK:Am\n", Decoding(), seed=1)
    assert tune.text.startswith("X:7\nT:Lane\nM:2/4\nL:1/8\nK:Am\n")
    assert parse(tune.text).parses


def test_the_best_is_shown_where_none_parses(fiddler, monkeypatch):
    monkeypatch.setattr(tune_write, "TRIES", 16)
    tune = compose(*fiddler, "abc", "X:7\nT:Lane\nM:2/4\nL:1/8\nK:Q\n", Decoding(), seed=1)
    assert tune.report.startswith("none of 16 tries parses, ")
    assert "K:Q is no key" in tune.report


def test_bad_prompts_and_vocabularies(fiddler, letters, poet):
    with pytest.raises(SettingError, match="--prompt=The lane: must begin as a tune does, with X:"):
        compose(*fiddler, "abc", "The lane", Decoding(), seed=1)
    tokenizer = CharTokenizer()
    tokenizer.train(["TMLK:\n"])
    with pytest.raises(SettingError, match=r"--form=abc: .* it lacks 'X', '\|'"):
        compose(poet, tokenizer, "abc", "", Decoding(), seed=1)
