import pytest

from rnnlab.text.negation import _HINT, hints, negation


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        ("I don't like it", "I do <not> like it"),
        ("not good", "<not> good"),
        ("can't, won't, shan't, ain't", "can <not> , will <not> , shall <not> , is <not>"),
        ("I cannot", "I can <not>"),
        ("never again", "never <not> again"),
        ("no one", "no <not> one"),
        ("NOT HERE", "<not> HERE"),
    ],
)
def test_a_negation_is_marked_once(text, marked):
    assert negation(text) == marked
    assert negation(marked) == marked


@pytest.mark.parametrize("text", ["no. 5", "No 5", "note the knot", "no-one", "not-so-good", "rn't"])
def test_what_denies_nothing_stays(text):
    assert negation(text) == text


@pytest.mark.parametrize(
    "piece", ["n", "no", "N'T", "dont", "Never", "BARELY", "hardl", "neither", "without", "knot", "'t"]
)
def test_the_quick_look_sees_what_the_slow_one_does(piece):
    assert hints(piece.lower()) == bool(_HINT.search(piece))
