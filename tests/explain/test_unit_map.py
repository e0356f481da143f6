"""Maps of units: levels on one scale, the picture, and bars for a terminal."""

import base64
import io

import numpy as np
from PIL import Image

from rnnlab.explain.grid import map_lines
from rnnlab.explain.unit_map import BARS, COLOURS, UnitMap, gate_map, grouped, image, levels, palette

VALUES = np.array([[0.0, 0.95, 0.5], [0.05, 1.0, 0.5]])  # (T, H)


def test_units_are_sorted_by_their_mean_and_the_ends_are_counted():
    one = gate_map("forget gate", VALUES)
    assert one.rows == [[0.95, 1.0], [0.5, 0.5], [0.0, 0.05]]
    assert one.note == (
        "a row for each of 3 units, the highest mean first; 33% of the values are above 0.9, 33% below 0.1"
    )


def test_levels_are_of_the_fixed_scale_and_not_of_the_values():
    assert levels(UnitMap("", [[0.25, 0.5], [0.5, 0.25]], ""), 5).tolist() == [[1, 2], [2, 1]]
    assert levels(UnitMap("", [[-1.0, 2.0]], ""), 5).tolist() == [[0, 4]]


def test_a_picture_has_a_pixel_of_its_colour_for_each_value():
    one = UnitMap("", [[0.0, 1.0, 0.5], [1.0, 0.0, 0.25]], "")
    picture = Image.open(io.BytesIO(base64.b64decode(image(one)))).convert("RGB")
    assert picture.size == (3, 2)
    assert picture.getpixel((0, 0)) == picture.getpixel((1, 1)) == COLOURS[0]
    assert picture.getpixel((1, 0)) == COLOURS[-1]
    assert np.abs(np.subtract(picture.getpixel((2, 0)), COLOURS[2])).max() <= 2


def test_colours_rise_in_lightness_all_the_way():
    light = palette() @ np.array([0.2126, 0.7152, 0.0722])
    assert np.all(np.diff(light) > -0.5)
    assert light[-1] > 8 * light[0]


def test_groups_of_neighbouring_units_are_bars():
    rows = [[1.0, 1.0], [1.0, 0.0], [0.0, 0.0], [0.0, 0.0]]
    assert grouped(UnitMap("", rows, ""), 2) == [(0.75, [BARS[-1], BARS[4]]), (0.0, [BARS[0], BARS[0]])]
    assert len(grouped(UnitMap("", rows, ""), 9)) == 4


def test_a_terminal_has_bars_under_the_tokens_and_the_scale():
    lines = [line.plain for line in map_lines(["a", "b"], UnitMap("", [[1.0, 0.0], [0.5, 0.5]], ""), 80)]
    assert lines[0].split() == ["a", "b"]
    assert lines[1] == "0.50  ██  "
    assert lines[2] == "0.50  ▄▄▄▄"
    assert lines[-1] == f"0 {BARS} 1; a line is the mean of 1 units, first its own mean"
    wide = list(map_lines(["x"] * 50, UnitMap("", [[1.0] * 50], ""), 40))
    assert all(line.cell_len <= 40 for line in wide[:-1])
