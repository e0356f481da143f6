"""The figure, read back through its axes."""

import numpy as np
import pytest

from rnnlab.explain.figure import MOST_BANDS, WIDEST, draw_sheet
from rnnlab.explain.sheet import Sheet, strip_of


def sheet(count, tokens=None):
    values = np.linspace(-1, 1, count).tolist() if count > 1 else [0.0]
    strips = [strip_of("gradients", values, True), strip_of("attention", [0.5] * count, False)]
    return Sheet("negative", "", tokens or ["x"] * count, [(0, 0)] * count, strips)


def test_tokens_are_columns_and_strips_rows(tmp_path):
    figure = draw_sheet(sheet(3, ["$a$", "\U0001f642", "\n"]))
    (axis,) = figure.axes
    np.testing.assert_allclose(axis.images[0].get_array()[0], [-1, 0, 1])
    assert [label.get_text() for label in axis.get_yticklabels()] == ["gradients", "attention"]
    figure.savefig(tmp_path / "x.png")
    assert (tmp_path / "x.png").stat().st_size > 1000


@pytest.mark.parametrize("count", [1, WIDEST + 1, WIDEST * MOST_BANDS + 5])
def test_long_texts_go_in_bands_and_very_long_ones_are_cut_with_a_word_of_it(count):
    figure = draw_sheet(sheet(count))
    shown = min(count, WIDEST * MOST_BANDS)
    assert sum(len(axis.get_xticklabels()) for axis in figure.axes) == shown
    assert ("the first" in figure.get_suptitle()) == (count > shown)
