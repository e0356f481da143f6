import math

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from rnnlab.kinds.classification.ngrams.ratios import log_count_ratios, weighted

MATRIX = csr_matrix(np.array([[1.0, 0, 1], [1, 1, 0], [0, 1, 1], [0, 1, 0]]))


def test_the_ratios_are_the_papers():
    # of the class: texts 0 and 1, so p = 1 + (2, 1, 1); of the rest q = 1 + (0, 2, 1)
    found = log_count_ratios(MATRIX, np.array([True, True, False, False]), 1.0)
    p, q = [3, 2, 2], [1, 3, 2]
    expected = [math.log((a / 7) / (b / 6)) for a, b in zip(p, q, strict=True)]
    assert found.tolist() == pytest.approx(expected, abs=1e-12)


def test_the_class_against_the_rest_is_minus_the_rest_against_the_class():
    inside = np.array([True, False, False, True])
    there, back = (log_count_ratios(MATRIX, side, 0.5) for side in (inside, ~inside))
    assert there.tolist() == pytest.approx((-back).tolist())


def test_every_column_is_multiplied_by_its_ratio_and_the_matrix_stays():
    product = weighted(MATRIX, np.array([2.0, -1.0, 0.5]))
    assert product.toarray()[0].tolist() == [2.0, 0.0, 0.5]
    assert product.toarray()[3].tolist() == [0.0, -1.0, 0.0]
    assert set(MATRIX.data.tolist()) == {1.0}
