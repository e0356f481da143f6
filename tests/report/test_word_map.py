"""The map as a figure."""

import numpy as np
import pytest

from rnnlab.report.word_map import LONGEST, Spot, draw_map, drawable


def spots(words, **settings):
    random = np.random.default_rng(0)
    return [Spot(word, random.normal(size=6), **settings) for word in words]


def labels(figure):
    return {text.get_text(): text for text in figure.axes[0].texts}


def test_every_word_has_a_label_and_those_asked_for_stand_out():
    figure = draw_map([*spots(["good"], group=0, asked=True), *spots(["great", "fine"], group=0)], "title")
    found = labels(figure)
    assert set(found) == {"good", "great", "fine"}
    assert found["good"].get_fontweight() == "bold"
    assert found["good"].get_color() == found["fine"].get_color()
    assert "title" in figure.axes[0].get_title(loc="left")


@pytest.mark.filterwarnings("error")
def test_any_word_can_be_drawn(tmp_path):
    words = ["😂", "$x^2$", "a\nb", "\ud83d", "漢字", "x" * 100, "", " ", "_", "[b]"]
    draw_map(spots(words), "any").savefig(tmp_path / "map.png")
    assert (tmp_path / "map.png").stat().st_size > 5000


def test_a_single_word_is_a_map_too(tmp_path):
    draw_map(spots(["alone"]), "one").savefig(tmp_path / "map.png")
    assert (tmp_path / "map.png").stat().st_size > 5000


def test_what_the_font_lacks_is_named():
    assert drawable("so 🦄") == "so :unicorn face:"
    assert len(drawable("x" * 100)) == LONGEST
