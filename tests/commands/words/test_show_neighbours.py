"""The table of neighbours."""

import io

import numpy as np
import pytest
from rich.console import Console

from rnnlab.commands.words.nearest import Neighbour
from rnnlab.commands.words.query import Query
from rnnlab.commands.words.show_neighbours import WIDTH, bar, show_neighbours


def shown(query, found):
    stream = io.StringIO()
    show_neighbours(query, found, Console(file=stream, width=80, color_system=None, markup=False))
    return stream.getvalue()


def test_each_neighbour_has_a_line_with_its_cosine_and_a_bar():
    text = shown(
        Query("good", np.ones(2), [4]), [Neighbour(5, "great", 0.9), Neighbour(6, "[red] \x1b", -0.25)]
    )
    first, second, third = text.splitlines()
    assert first == "good"
    assert second.split()[:3] == ["1", "great", "0.900"]
    assert "███" in second
    assert third.split() == ["2", r"[red]␣\x1b", "-0.250"]


def test_the_note_stands_beside_the_word_and_none_found_is_said():
    assert shown(Query("so", np.ones(2), note="the mean"), []).splitlines() == [
        "so (the mean)",
        "  no other word has a vector",
    ]


@pytest.mark.parametrize(("cosine", "length"), [(-1, 0), (0, 0), (0.5, WIDTH / 2), (1, WIDTH), (1.01, WIDTH)])
def test_a_bar_is_as_long_as_the_cosine(cosine, length):
    assert len(bar(cosine)) == length
