"""The values that sacrebleu's and rouge-score's own tests publish."""

import pytest

from rnnlab.errors import UserError
from rnnlab.evaluation import texts


@pytest.mark.parametrize(
    ("text", "reference", "score"),
    [
        ("Co nás nejvíc trápí, protože lékaři si vybírají, kdo bude žít a kdo zemře.",
         "Nejvíce smutní jsme z toho, že musíme rozhodovat o tom, kdo bude žít a kdo zemře.", 39.14078509),
        ("Nebo prostě nemají vybavení, které by jim pomohlo, uvedli lékaři.",
         "A někdy nemáme ani potřebný materiál, abychom jim pomohli, popsali lékaři.", 31.22557079),
        ("Niemand hat die Absicht, eine Mauer zu errichten",
         "Niemand hat die Absicht, eine Mauer zu errichten", 100.0),
        ("a", "a", 100.0),
        ("aa", "ab", 25.0),
        ("a b c", "abc", 100.0),
        ("", "reference", 0.0),
    ],
)  # fmt: skip
def test_chrf(text, reference, score):
    assert texts.chrf([text], [reference]) == pytest.approx(score, abs=1e-4)


@pytest.mark.parametrize(
    ("found", "references", "score"),
    [
        (["this is a test"], ["this is a test"], 100.0),
        (["", "", ""], ["The dog bit the man.", "It was not unexpected.", "The man bit him first."], 0.0),
        (["am I am a character sequence"], ["I am a symbol string sequence a a"], None),
    ],
)
def test_bleu(found, references, score):
    if score is None:  # published: 4 of 6, 2 of 5, 1 of 4 and 0 of 3 n-grams, 6 words against 8
        precisions = 4 / 6, 2 / 5, 1 / 4, 1 / (2 * 3)  # exponential smoothing of the last
        product = 1.0
        for precision in precisions:
            product *= precision
        score = 100 * product**0.25 * 2.718281828459045 ** (1 - 8 / 6)
    assert texts.bleu(found, references) == pytest.approx(score, abs=1e-6)


@pytest.mark.parametrize(
    ("text", "kind", "score"),
    [
        ("testing", "rouge1", 1 / 2),
        ("testing one", "rouge2", 2 / 3),
        ("testing one", "rougeL", 4 / 5),
        ("testing two", "rougeL", 4 / 5),
        ("", "rouge1", 0),
        ("", "rougeL", 0),
    ],
)
def test_rouge(text, kind, score):
    assert texts.rouge([text], ["testing one two"])[kind] == pytest.approx(score)


def test_edit_distance_and_exact_match():
    found, references = ["kitten", "same", ""], ["sitting", "same", "ab"]
    assert texts.edit_distances(found, references) == [3, 0, 2]
    assert texts.character_error_rate(found, references) == pytest.approx(5 / 13)
    assert texts.exact_match(found, references) == pytest.approx(1 / 3)
    assert texts.character_error_rate(["a"], [""]) == 1.0


def test_all_at_once():
    found = texts.text_scores(["the same words"], ["the same words"])
    assert found["exact_match"] == found["rougeL"] == 1
    assert found["chrf"] == pytest.approx(100)
    assert set(found) >= {"edit_distance", "bleu", "rouge1", "rouge2"}


@pytest.mark.parametrize(("found", "references"), [([], []), (["a"], ["a", "b"])])
def test_other_numbers_of_texts_are_refused(found, references):
    with pytest.raises(UserError, match="as many of one as of the other"):
        texts.exact_match(found, references)
