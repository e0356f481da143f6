import pytest

from rnnlab.generate.verse.alphabet import Place
from rnnlab.generate.verse.row import Row


def always(word):
    return True


@pytest.mark.parametrize(
    ("text", "wanted", "place"),
    [
        ("", 10, Place.START),
        ("Wh", 10, Place.WORD),
        ("When", 10, Place.OPEN),
        ("When ", 10, Place.SPACE),
        ("When,", 10, Place.MARK),
        ("Self-", 10, Place.HYPHEN),
        ("When the day", 3, Place.FULL),
        ("When the day,", 3, Place.DONE),
        ("When the summer", 3, None),
        ("When xq", 10, None),
        ("When the'", 10, Place.WORD),
        ("When the day ", 3, None),
        ("When the summer,", 3, None),
        ("When the " + "m" * 16, 3, None),
    ],
)
def test_places(text, wanted, place):
    assert Row(text).place(wanted, always) is place


def test_a_line_does_not_end_in_what_may_not_end_it():
    assert Row("When the day").place(3, lambda word: word != "day") is Place.WORD


def test_a_copy_goes_its_own_way():
    row = Row("When th")
    row.tokens, row.log_probability = [1, 2], -3.0
    other = row.copy()
    other.write("e")
    other.tokens.append(3)
    assert (row.text, row.word, row.tokens) == ("When th", "th", [1, 2])
    assert (other.text, other.word, other.told) == ("When the", "the", 1)
    assert row.score == -1.5
