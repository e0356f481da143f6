"""Principal components."""

import numpy as np
import pytest

from rnnlab.embedding.project_2d import plane


def test_points_that_lie_in_a_plane_keep_their_distances():
    flat = np.random.default_rng(0).normal(size=(20, 2))
    points, share = plane(flat @ np.linalg.qr(np.random.default_rng(1).normal(size=(6, 2)))[0].T)
    assert share == pytest.approx(1)
    distances = [np.linalg.norm(x[:, None] - x[None], axis=-1) for x in (flat, points)]
    np.testing.assert_allclose(*distances, atol=1e-6)


def test_the_share_is_that_of_the_two_largest_variances():
    corners = np.diag([3.0, 2.0, 1.0])
    assert plane(np.concatenate([corners, -corners]))[1] == pytest.approx(13 / 14)


@pytest.mark.parametrize("shape", [(1, 5), (2, 5), (4, 1)])
def test_few_points_and_few_features_have_a_plane_too(shape):
    points, share = plane(np.random.default_rng(0).normal(size=shape))
    assert points.shape == (shape[0], 2)
    assert np.isfinite(points).all()
    assert share == pytest.approx(1)
