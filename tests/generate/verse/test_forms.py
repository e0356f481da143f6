import pytest

from rnnlab.errors import SettingError
from rnnlab.generate.verse.forms import FORMS, form_of


def test_the_sonnet():
    sonnet = form_of("sonnet")
    assert (sonnet.lines, sonnet.scheme, set(sonnet.syllables)) == (14, "ABABCDCDEFEFGG", {10})
    assert [line for line in range(14) if sonnet.opens(line)] == [0, 1, 4, 5, 8, 9, 12]
    assert [sonnet.earlier(line) for line in (2, 3, 13)] == [[0], [1], [12]]


def test_lines_that_rhyme_with_none():
    ballad = form_of("ballad")
    assert [ballad.opens(line) for line in range(4)] == [False, True, False, False]
    assert form_of("limerick").earlier(4) == [0, 1]


@pytest.mark.parametrize("form", FORMS.values(), ids=str)
def test_every_line_has_a_length(form):
    assert len(form.syllables) == len(form.scheme) == form.lines
    assert form.about


def test_an_unknown_form():
    with pytest.raises(
        SettingError, match=r"--form=sonet: must be the name of a form\ndid you mean sonnet\?"
    ):
        form_of("sonet")
