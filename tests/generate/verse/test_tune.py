from pathlib import Path

import pytest

from rnnlab.generate.verse.tune import parse

HEAD = "X:1\nT:The Lane\nM:6/8\nL:1/8\nK:G\n"
BOOK = Path(__file__).parents[3] / "docs" / "recipes" / "tunes.abc"


def test_a_tune():
    tune = parse(HEAD + "|:GAB c2d|e3 d3|\nw: la la\nGAB c2d|G3 G3:|\n\nX:2\nT:Another")
    assert (tune.title, tune.key, len(tune.bars), tune.parses) == ("The Lane", "G", 4, True)
    assert tune.report() == "4 of 4 bars are full, 0 problems"


def test_a_bar_that_is_too_short_is_named():
    tune = parse(HEAD + "GAB c2d|GAB c2|G3 G3|G6|]")
    assert not tune.parses
    assert tune.report() == "3 of 4 bars are full, 0 problems\nbar 2: 5/8 of 3/4"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("T:a\nM:6/8\nL:1/8\nK:G\nA6|A6|", "the header lacks X:"),
        ("X:1\nM:6/8\nT:a\nL:1/8\nK:G\nA6|A6|", "begins with X: and T:"),
        ("X:1\nT:a\nM:6/8\nM:6/8\nL:1/8\nK:G\nA6|A6|", "M: stands twice"),
        ("X:1\nT:a\nM:6/9\nL:1/8\nK:G\nA6|A6|", "M:6/9 is no meter"),
        ("X:1\nT:a\nM:6/8\nL:1/8\nK:Q\nA6|A6|", "K:Q is no key"),
        ("X:a\nT:a\nM:6/8\nL:1/8\nK:G\nA6|A6|", "X:a is no number"),
        ("X:1\nT:a\nJ:1\nM:6/8\nL:1/8\nK:G\nA6|A6|", "is no field of a header"),
        ("", "the header lacks"),
        ("It was a lane.", "the header lacks"),
    ],
)
def test_what_is_wrong_is_said(text, problem):
    tune = parse(text)
    assert not tune.parses
    assert any(problem in said for said in tune.problems)


def test_no_music_is_no_tune():
    assert not parse(HEAD).parses
    assert not parse(HEAD + "G6|").parses
    assert parse(HEAD).share == 0


def test_every_tune_of_the_book_parses():
    tunes = [parse(text) for text in BOOK.read_text(encoding="utf-8").split("\n\n")]
    assert len(tunes) >= 60
    assert all(tune.parses for tune in tunes)
    assert len({tune.title for tune in tunes}) == len(tunes)
    assert len({tune.key for tune in tunes}) > 5
