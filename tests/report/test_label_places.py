"""Labels beside their points."""

import numpy as np

from rnnlab.report.label_places import place_labels


def overlaps(placed, sizes):
    low, high = placed - sizes / 2, placed + sizes / 2
    size = np.minimum(high[:, None], high[None]) - np.maximum(low[:, None], low[None])
    area = np.clip(size, 0, None).prod(-1)
    np.fill_diagonal(area, 0)
    return area.sum() / 2


def test_labels_of_near_points_do_not_overlap():
    points = 400 + 40 * np.random.default_rng(0).normal(size=(12, 2))
    sizes = np.tile([50.0, 12.0], (12, 1))
    placed = place_labels(points, sizes, (800, 800))
    assert overlaps(placed, sizes) == 0
    assert np.abs(placed - points).max() < 80


def test_a_label_stays_inside():
    points = np.array([[795.0, 400.0], [400.0, 798.0], [2.0, 2.0]])
    sizes = np.tile([50.0, 12.0], (3, 1))
    placed = place_labels(points, sizes, (800, 800))
    assert (placed - sizes / 2 >= 0).all()
    assert (placed + sizes / 2 <= 800).all()


def test_a_lonely_label_stands_to_the_right():
    placed = place_labels(np.array([[400.0, 400.0]]), np.array([[50.0, 12.0]]), (800, 800))
    assert placed[0, 0] > 425
    assert placed[0, 1] == 400
